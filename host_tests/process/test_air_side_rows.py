"""The air side when cooling; which boards have a place for these contacts; the plant itself."""

from __future__ import annotations

import json

import pytest

from doubles import houses
from doubles.houses import run_until
from doubles.selection import some
from doubles.trade_house import active, cooled, locked, summer
from harness import faults
from harness.pinout import CONFIG
from plant import heatpump, well
from wellhearth.tables import causes, config
from whtools.device import boardcheck
from whtools.device.build import BOARDS

# -- the air side, cooling --


@pytest.mark.long
@pytest.mark.parametrize(("fitted", "seconds"), [(1, 7200), (0, 7200)])
def test_a_blocked_drain_stops_cooling_before_the_pan_overflows(fitted, seconds):
    with summer(condensate_input=fitted) as r:
        faults.change(r, "drain_blocked", "room1")
        r.run(seconds)
        spilt = r.plant.harm.summary()["spilt_l"]
        if not fitted:
            assert spilt > 0.3
            return
        assert spilt == 0.0 and active(r, "condensate", "room1") and r.points()["node.alarm"]
        assert not r.wiring.commands["compressor_on"][0] and r.wiring.commands["compressor_on"][1]
        assert r.write("room1.setpoint_mc", 30000) == r.write("room1.mode", 1) == ""
        run_until(r, lambda p: p["room1.compressor_on"], 900)
        assert not r.wiring.commands["reversing"][0] and active(r, "condensate", "room1"), "heating makes no water"
        assert r.write("room1.mode", 2) == r.write("room1.setpoint_mc", 18000) == ""
        r.run(900)
        assert not r.wiring.commands["compressor_on"][0]
        faults.change(r, "drain_blocked", "room1", mend=True)
        run_until(r, lambda p: p["room1.compressor_on"], 1200)


@pytest.mark.long
@pytest.mark.parametrize(("share", "seconds"), some([(0.25, 2400), (0.25, 7200), (0.4, 7200), (0.15, 7200)]))
def test_ice_on_the_air_coil_is_thawed_and_not_run_on(share, seconds):
    """A dirty filter. Without the row (0.4): 614 s of a compressor on ice, and a low pressure lockout, the heat included."""
    with cooled() as r:
        faults.change(r, "filter_clogged", "room1", share)
        thaws, was = 0, 0
        for _ in range(seconds):
            r.run(1.0)
            now = active(r, "coil_freeze", "room1")
            if now and not was:
                thaws += 1
                r.run(3)
                assert not r.wiring.commands["compressor_on"][0] and r.wiring.commands["fan"][0] == 1.0
            elif was and not now:
                assert r.plant.units[0].frost_j == 0.0, "not before it is thawed"
            was = now
        assert thaws >= 1 and r.plant.harm.iced_coil_s == 0, r.plant.harm.summary()
        assert not locked(r, "low_pressure", "room1") and not r.points()["room2.trips"]


@pytest.mark.long
def test_a_nearly_blocked_filter_locks_the_cooling_out_and_leaves_the_heat():
    """Its coil freezes within two minutes: the low pressure switch is first, its lockout would take the heat."""
    with cooled() as r:
        faults.change(r, "filter_clogged", "room1", 0.1)
        run_until(r, lambda p: locked(r, "coil_freeze", "room1"), 6 * 3600, 5.0)
        run_until(r, lambda p: not r.wiring.commands["fan"][0], 3600)
        r.run(1800)
        assert r.plant.units[0].frost_j == 0.0 and r.plant.harm.iced_coil_s == 0
        assert r.points()["room1.lockouts"] == 1 << causes.bit("coil_freeze") and not r.wiring.commands["fan"][0]
        faults.change(r, "filter_clogged", "room1", mend=True)
        assert r.write("room1.setpoint_mc", 30000) == r.write("room1.mode", 1) == ""
        run_until(r, lambda p: p["room1.compressor_on"], 900)
        assert r.write("room1.mode", 2) == r.write("room1.setpoint_mc", 18000) == ""
        assert r.write("room1.reset_trip", causes.bit("coil_freeze")) == ""
        run_until(r, lambda p: p["room1.compressor_on"] and r.wiring.commands["reversing"][0], 4000)


@pytest.mark.long
def test_an_iced_coil_thaws_with_the_unit_switched_off_and_heats_at_once():
    with cooled() as r:
        faults.change(r, "filter_clogged", "room1", 0.4)
        run_until(r, lambda p: active(r, "coil_freeze", "room1"), 4 * 3600)
        assert r.plant.units[0].frost_j > 0
        assert r.write("room1.mode", 0) == ""
        r.run(90)
        assert r.wiring.commands["fan"][0] == 1.0 and not r.wiring.commands["compressor_on"][0]
        run_until(r, lambda p: not active(r, "coil_freeze", "room1"), 3600)
        assert r.plant.units[0].frost_j == 0.0
        r.run(3)
        assert r.wiring.commands["fan"][0] == 0.0
        faults.change(r, "filter_clogged", "room1", 0.4)
        assert r.write("room1.mode", 2) == ""
        run_until(r, lambda p: active(r, "coil_freeze", "room1"), 4 * 3600)
        assert r.write("room1.setpoint_mc", 30000) == r.write("room1.mode", 1) == ""
        run_until(r, lambda p: p["room1.compressor_on"], 600)
        assert not r.wiring.commands["reversing"][0]


@pytest.mark.long
def test_a_hot_day_with_a_clean_filter_knows_nothing_of_this():
    with summer(setpoint_mc=24000, condensate_input=1, compressor_protection_input=1) as r:
        r.run(2 * 3600)
        assert not r.points()["room1.trips"] and not r.points()["room2.trips"] and not r.points()["well.trips"]


# -- boards --

ALL = {"motor": {"motor_protection_input": 1}, "strainer": {"strainer_input": 1}}
FITS = {  # board: what it has no place for, and what excludes what
    "rpi_pico": ((), "well_drive_ok"), "rpi_pico_w": (("room1_protection_ok",), "loop_pump"),
    "esp32_generic": (("room1_protection_ok",), "well_pump_speed"), "esp32_s3": ((), "loop_pump"),
}
FITS |= {board.replace("pico", "pico2"): what for board, what in FITS.items() if "pico" in board}  # the same pins


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_takes_the_contacts_it_has_a_place_for_and_refuses_the_others(board):
    room = dict(CONFIG["rooms"][0], condensate_input=1, compressor_protection_input=1)
    well = dict(CONFIG["well"], motor_protection_input=1, strainer_input=1, pump_drive="fixed", return_pulses_per_m3=0)
    cfg, errors = config.validate({**CONFIG, "well": well, "rooms": [room]})
    assert not errors
    wanted, _ = FITS[board]
    assert boardcheck.missing(cfg, board) == [f"board {board} has no terminal {name}" for name in wanted]
    text = (houses.ROOT / "boards" / board / "README.md").read_text()
    assert all(f"| `{name}` | - | no place on this board |" in text for name in wanted)


@pytest.mark.parametrize("board", BOARDS)
def test_two_that_want_the_same_place_are_refused(board):
    other = FITS[board][1]
    data = json.loads(json.dumps(CONFIG))
    data["well"].update(motor_protection_input=1, drive_fault_input=int(other == "well_drive_ok"))
    if other == "loop_pump":
        data["bms"] = {}
    cfg, errors = config.validate(data)
    assert not errors
    lines = boardcheck.missing(cfg, board)
    assert any("one terminal for" in line and "well_motor_ok" in line for line in lines), lines


# -- the plant itself --


def test_no_condensate_is_lost():
    """What the air gave is on the coil, in the pan, over its rim, or down the drain."""
    unit = heatpump.HeatPump(26.0)
    unit.drain_blocked = True
    given = 0.0
    for second in range(4 * 3600):
        unit.step(second < 3 * 3600, 1.0, 0.8, 35.0, 0.75, 17.0, 26.0, reversing=True)
        given -= unit.latent_w / heatpump.VAPOUR_J_KG
    held = unit.film_kg + unit.pan_kg + unit.spilt_kg + unit.frost_j / heatpump.ICE_J_KG
    assert unit.spilt_kg > 0.1 and held == pytest.approx(given, rel=1e-6)
    unit.drain_blocked = False
    for _ in range(120):
        unit.step(False, 0.0, 0.0, 0.0, 0.0, 17.0, 26.0)
    assert unit.pan_kg < 0.01


def test_a_phase_lost_and_a_strainer_do_to_the_motor_what_they_do_in_the_field():
    one = well.Well(well.HOUSE)

    def run(seconds, on=True):
        for _ in range(seconds * 10):
            one.hydraulics(on, 1.0 if on else 0.0, 0.1)
        return one.flow_m3h, one.current_ma(on, 1.0)

    flow, current = run(30)
    one.phase_lost = True
    less, more = run(30)
    assert 0.7 * flow < less < flow and more > 1.4 * current, "it runs on, on two phases"
    run(5, on=False)
    assert run(10)[0] == 0.0 and one.stalled and one.current_ma(True, 1.0) > 3 * current, "but it does not start"
    one.phase_lost = False
    assert run(30)[0] == pytest.approx(flow, rel=0.01) and one.strainer_kpa < 10.0
    one.mesh = 0.1
    assert run(30)[0] < 0.9 * flow and one.strainer_kpa > 40.0
