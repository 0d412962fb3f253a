"""What the config may ask for of meters and electricity: everything wrong with it is said at once."""

from __future__ import annotations

import pytest

from doubles import houses
from harness import pinout
from wellhearth.tables import config, kinds
from whtools.device import boardcheck

SDM = {"type": "sdm120", "address": "3"}
HEAT = {"type": "multical603", "address": "17"}


def errors(**sections):
    data = houses.house_config(2)
    data.update(sections)
    return config.validate(data)[1]


@pytest.mark.parametrize("sections", [
    {"meters": [SDM]}, {"meters": [{**SDM, "counts_for": "house"}], "electricity": {"source": "meter"}},
    {"meters": [{**HEAT, "counts_for": "well"}, {**HEAT, "address": "18", "counts_for": "house"}]},
    {"meters": [{**HEAT, "counts_for": "room1"}, {**HEAT, "address": "18", "counts_for": "room2"}]},
    {"meters": [{"type": "dlt645", "address": "201912345678"}, {"type": "cjt188_water", "address": "0011223344AABB"}],
     "meter_line": {"baud": 2400, "parity": "even"}},
    {"meters": [{**SDM, "address": 3}]}, {"electricity": {}},
    {"electricity": {"source": "s0", "s0_pulses_per_kwh": 800}}, {"gateway": {}}])
def test_what_is_right(sections):
    assert errors(**sections) == []


@pytest.mark.parametrize(("sections", "words"), [
    ({"meters": [SDM], "bms": {}}, "bms and meters: the second line has one use"),
    ({"meters": [SDM], "bms": {}, "gateway": {}}, "bms and gateway and meters: the second line has one use"),
    ({"gateway": {}, "bms": {}}, "bms and gateway"),
    ({"meter_line": {}}, "there are no meters to read on it"),
    ({"meters": [SDM, {**SDM, "type": "sdm630"}]}, "meter2.address = '3': the same as meter1"),
    ({"meters": [{**SDM, "address": "248"}]}, "Modbus wants 1 to 247"), ({"meters": [{**SDM, "address": "0"}]}, "1 to 247"),
    ({"meters": [{**SDM, "address": True}]}, "must be text"),
    ({"meters": [SDM, {**HEAT, "address": "003"}]}, "meter2.address = '003': the same as meter1"),
    ({"meters": [{"type": "dlt645", "address": "3"}]}, "12 digits"),
    ({"meters": [{"type": "cjt188_heat", "address": "0011223344GGBB"}]}, "14 hex digits"),
    ({"meters": [{"type": "sdm999", "address": "1"}]}, "allowed is multical603 or"), ({"meters": {}}, "must be a list"),
    ({"meters": [SDM] * 9}, "1 to 8 meters"), ({"meters": [{"type": "sdm120"}]}, "meter1.address is missing"),
    ({"meters": [{**SDM, "counts_for": "well"}], "electricity": {"source": "meter"}}, "electricity meter counts"),
    ({"meters": [{"type": "cjt188_water", "address": "0" * 14, "counts_for": "house"}]}, "a water meter for nothing"),
    ({"meters": [{**HEAT, "counts_for": "room3"}]}, "none is here"),
    ({"meters": [{**HEAT, "counts_for": "well"}, {**HEAT, "address": "18", "counts_for": "room1"}]}, "another one counts"),
    ({"meters": [{**HEAT, "counts_for": "well"}, {**HEAT, "address": "18", "counts_for": "well"}]}, "another one counts"),
    ({"electricity": {"source": "meter"}}, "no electricity meter in `meters`"),
    ({"meters": [{**SDM, "counts_for": "house"}]}, "wants electricity.source = 'meter'"),
    ({"electricity": {"source": "s0", "s0_pulses_per_kwh": 5}}, "allowed is 10 to 10000")])
def test_what_is_wrong_is_said(sections, words):
    found = errors(**sections)
    assert any(words in line for line in found), found


def test_two_sections_and_one_heat_meter_for_both_are_refused():
    data = houses.scenarios.find("stacked_well").house(2)
    data["meters"] = [{**HEAT, "counts_for": "well"}]
    assert any("two sections share" in line for line in config.validate(data)[1])


def test_all_of_it_is_said_at_once():
    found = errors(meters=[{**SDM, "address": "999"}, {"type": "dlt645", "address": "x", "counts_for": "room9"}], bms={},
                   electricity={"source": "meter", "fan_w": -1})
    assert len(found) >= 5, found


@pytest.mark.parametrize("board", ["rpi_pico", "rpi_pico_w", "esp32_s3", "esp32_generic"])
def test_every_board_has_a_terminal_for_s0_and_says_what_it_takes_for_it(board):
    data = {**pinout.CONFIG, "electricity": {"source": "s0"}}
    assert boardcheck.missing(houses.valid(data), board) == []
    rival = {"rpi_pico": {"well": {**data["well"], "drive_fault_input": 1}}}.get(board, {"remote": {}})
    found = boardcheck.missing(houses.valid({**data, **rival}), board)
    assert any("one terminal for s0 and" in line for line in found)


def test_what_a_pico_cannot_carry_at_once_is_refused_together():
    data = {**pinout.CONFIG, "meters": [SDM], "electricity": {"source": "s0"}}
    data["node"] = {**data["node"], "rtc": "ds3231"}
    data["well"] = {**data["well"], "drive_fault_input": 1, "strainer_input": 1}
    found = boardcheck.missing(houses.valid(data), "rpi_pico")
    text = "\n".join(found)
    for pair in ("bms_tx", "rtc_sda", "s0 and well_drive_ok", "well_strainer_ok"):
        assert pair in text, found


def test_registers_of_the_new_blocks_are_nobody_elses():
    taken = {}
    for kind in kinds.KINDS:
        for index in range(kind.most):
            for row in kind.rows:
                register = kind.first + index * kind.stride + row.register
                assert taken.setdefault(register, kind.name) == kind.name, (register, kind.name, taken[register])
