"""Daily rows: one a day by the local clock, whole after a cut between any two bytes, sealed by the unit's key alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
from typing import NamedTuple

import pytest

from doubles.houses import ROOT, app_of, make_inside, make_rig
from harness.process import micropython
from wellhearth.app import dayrow
from wellhearth.console import history as board_side
from wellhearth.storage import history, record

VALUES = [3, 9829, 1440, 4, 1, 1402, 1098, 12, 345, 12, 340, 0, 456789, 0, 0, 0]
KEY = "11" * 32


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Day(NamedTuple):
    """A row by its columns (storage/history.py, FORMAT)."""

    version: int
    quality: int
    number: int
    day: int
    minutes: int
    starts: int
    trips: int
    supply: int
    back: int
    lifted_m3: int
    lifted_l: int
    returned_m3: int
    returned_l: int
    taken_mwh: int
    taken_wh: int
    given_mwh: int
    given_wh: int
    electric_wh: int


def stored() -> list[Day]:
    return [Day(*row) for _data, row in history.rows()]


def only_row(rig) -> Day:
    row = history.row_of((rig.folder / history.PATH).read_bytes())
    assert row is not None
    return Day(*row)


def days():
    return [row.day for row in stored()]


def test_rows_are_numbered_and_the_last_four_hundred_are_always_there(folder):
    for i in range(950):
        history.append([3, 9829 + i, *VALUES[2:]])
        assert len(days()) == min(i + 1, history.ROWS + i % history.ROWS + 1)
    rows = stored()
    assert [row.number for row in rows] == list(range(401, 951)) and rows[-1][4:] == tuple(VALUES[2:])
    assert rows[-1].day == 9829 + 949 and sum(p.stat().st_size for p in folder.iterdir()) <= 2 * 400 * history.ROW


def test_a_cut_between_any_two_bytes_loses_at_most_the_row_that_was_being_written(folder):
    path = folder / history.PATH
    for day in (9829, 9830):
        history.append([3, day, *VALUES[2:]])
    whole = path.read_bytes()
    for cut in range(history.ROW, len(whole)):
        path.write_bytes(whole[:cut])
        assert days() == [9829]
        history.append([3, 9831, *VALUES[2:]])
        assert days() == [9829, 9831] and history.last_number(history.PATH) == 2
        history.append([3, 9832, *VALUES[2:]])
        assert days() == [9829, 9831, 9832]


def test_a_flipped_bit_makes_no_row_of_another_content(folder):
    path = folder / history.PATH
    for day in (9829, 9830):
        history.append([3, day, *VALUES[2:]])
    whole = path.read_bytes()
    good = [row for _data, row in history.rows()]
    for i in range(len(whole)):
        for bit in range(8):
            path.write_bytes(whole[:i] + bytes([whole[i] ^ 1 << bit]) + whole[i + 1:])
            assert [row for _data, row in history.rows()] == [good[1] if i < history.ROW else good[0]]


def test_the_node_writes_a_row_when_its_local_day_ends_and_none_twice():
    with make_inside(1) as rig:
        rig.wiring.jump_s = 86400 - 40
        rig.run(20)
        assert not (rig.folder / history.PATH).exists()
        app_of(rig).node.wells[0].lifted.water.high = 77
        rig.run(30)
        data = (rig.folder / history.PATH).read_bytes()
        row = only_row(rig)
        assert row.day == 9830 and (row.quality, row.number) == (3, 1), "2026-11-30, by the host"
        assert row.lifted_m3 == 77 and row.minutes == 0 and row.supply == history.NO_TEMPERATURE
        ledger = json.loads(record.unseal((rig.folder / "ledger.json").read_bytes())[1])
        assert ledger["meters"]["well.circulated"][1] == 77, "the meters are stored before their row"
        rig.run(30)
        assert (rig.folder / history.PATH).read_bytes() == data
        rig.wiring.jump_s = 86400 * 3 - 40
        rig.restart()
        rig.run(5)
        rig.wiring.jump_s += 86400
        rig.run(5)
        data = (rig.folder / history.PATH).read_bytes()
        first, second = (Day(*history.row_of(data[i:i + history.ROW])) for i in (0, history.ROW))
        assert (first.number, second.number) == (1, 2) and second.day > first.day + 1, "days without a row stay without one"


def test_a_row_has_exactly_the_water_of_the_pulses_counted():
    with make_inside(2) as rig:
        rig.run(1500)
        rig.wiring.jump_s = 86400 - 1520
        rig.run(60)
        row = only_row(rig)
        app = app_of(rig)
        assert app.node.wells[0].lifted.water.low > 300
        lifted_l, returned_l = 1000 * row.lifted_m3 + row.lifted_l, 1000 * row.returned_m3 + row.returned_l
        for litres, meter, count in ((lifted_l, app.node.wells[0].lifted, rig.wiring.lift.count),
                                     (returned_l, app.node.wells[0].returned, rig.wiring.back.count)):
            assert 0 <= count * 1000 // 50000 - litres <= 60, "what was pumped in the 40 s since then, and no more"
            now = 1000 * meter.water.high + meter.water.low
            assert now in (count // 50, count // 50 - 1), "the last scan's pulses may be on their way"
        assert row.starts == rig.points()["well.starts"] and row.minutes == 25
        assert 1400 < row.supply < 1600 and row.back < row.supply


@pytest.mark.both
def test_the_day_ends_in_micropython_as_it_does_here():
    with make_rig(1) as rig:
        rig.wiring.jump_s = 86400 - 20
        rig.run(30)
        p = rig.points()
        row = only_row(rig)
        assert row.day == 9830 and row.number == 1 and p["node.scan_faults"] == 0
        lines = (rig.folder / "journal.txt").read_text().splitlines()
        assert lines[0].split(".")[0] == "1" and lines[0].endswith("boot 0 power")
        rig.wiring.jump_s += 86400
        rig.run(10)
        data = (rig.folder / history.PATH).read_bytes()
        assert len(data) == 2 * history.ROW and history.row_of(data[history.ROW:])[2:4] == (2, 9831)


def test_without_a_clock_a_day_has_24_hours_and_is_marked():
    with make_inside(1) as rig:
        rig.wiring.clock_set = False
        rig.run(5)
        app_of(rig).days.seconds = 86400 - 3
        app_of(rig).days.day = -1  # (the simulator's first frame gave one)
        rig.run(10)
        row = only_row(rig)
        assert row.day == -1 and row.quality == 0 and row.minutes == 1440


def test_the_mean_temperatures_are_those_of_the_pumped_water():
    with make_inside(1) as rig:
        rig.run(5)
        app = app_of(rig)
        p = app.node.wells[0].p
        days = app.days
        days.clear()
        for on, supply in ((1, 14000), (0, 30000), (1, 13000)):
            p.pump_on, p.supply_mc, p.return_mc, p.supply_ok, p.return_ok = on, supply, 10500, 1, 1
            days.each_second()
        assert dayrow.values(days, 3)[5:7] == [1350, 1050]


def test_the_seal_is_an_hmac_over_the_chain_of_the_rows_also_in_micropython(folder):
    for day in range(9829, 9839):
        history.append([3, day, *VALUES[2:]])
    text = json.dumps({"id": "abc123", "owner": 1, "unit": KEY, "operator": KEY, "installer": KEY}).encode()
    (folder / "secret.json").write_bytes(record.head(text, 1).encode() + text)

    class Board:
        SECRET_PATH = "secret.json"
    unit, n, chain, sign = board_side.seal(Board, 3, 7)
    digest = bytes(32)
    for data, row in history.rows():
        if 3 <= Day(*row).number <= 7:
            digest = hashlib.sha256(digest + data).digest()
    assert (unit, n, chain) == ("abc123", 5, digest.hex())
    words = f"wellhearth-days 1 abc123 3 7 5 {chain}".encode()
    assert sign == hmac.new(bytes.fromhex(KEY), words, hashlib.sha256).hexdigest()
    code = ("from wellhearth.console import history\nclass Board:\n    SECRET_PATH = 'secret.json'\n"
            "print(history.seal(Board, 3, 7))")
    done = subprocess.run([micropython(), "-c", code], cwd=folder, capture_output=True, text=True,
                          env={"MICROPYPATH": str(ROOT / "firmware")})
    assert done.stdout.strip() == repr((unit, n, chain, sign)), done.stderr + done.stdout
    (folder / "secret.json").unlink()
    assert board_side.seal(Board, 3, 7) == ("", 5, chain, ""), "a unit without keys signs nothing"
