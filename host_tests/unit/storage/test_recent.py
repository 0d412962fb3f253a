"""Rows of ten minutes: 48 hours of them, at the clock's ten minutes, power cuts and jumps of the clock shown as such."""

from __future__ import annotations

import datetime

import pytest

from doubles.houses import app_of, make_inside, make_rig
from wellhearth.storage import history
from whtools.papers import recent

ROW = history.TEN_BODY + 4
VALUES = [5, 0, 600, 1, 0, 1402, 1098, 12, 345, 12, 340, 0, 456789, 0, 0, 0, *[2000] * 8]


def stored(rig):
    return recent.rows_of((rig.folder / history.TEN_PATH).read_bytes())


def to_next(rig, more_s=3):
    """On to the next ten minutes of the clock, and a moment more."""
    wall = app_of(rig).node.wall
    rig.run((600_000 - wall.ms % 600_000) / 1000 + more_s)


def test_forty_eight_hours_are_always_there_and_numbers_go_round_without_a_nought(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for i in range(700):
        history.append([VALUES[0], 60 * i, *VALUES[2:]], history.TEN)
    rows = [row for _data, row in history.rows(history.TEN)]
    assert 288 <= len(rows) < 577
    assert [number for _version, _quality, number, *_ in rows] == list(range(701 - len(rows), 701))
    (tmp_path / "recent.bin.old").unlink()
    whole = (tmp_path / "recent.bin").read_bytes()[-ROW:]
    body = bytearray(whole[:-4])
    body[2:4] = b"\xff\xff"
    import struct
    from binascii import crc32
    (tmp_path / "recent.bin").write_bytes(bytes(body) + struct.pack("<I", crc32(body)))
    history.append(VALUES, history.TEN)
    rows = recent.rows_of((tmp_path / "recent.bin").read_bytes())
    assert [row.number for row in rows] == [65535, 1] and recent.break_of(rows[1], rows[0])[0] != "lost"


def test_a_cut_within_a_row_loses_that_row_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / history.TEN_PATH
    for i in (1, 2):
        history.append([VALUES[0], 60 * i, *VALUES[2:]], history.TEN)
    whole = path.read_bytes()
    for cut in range(ROW, len(whole)):
        path.write_bytes(whole[:cut])
        history.append([VALUES[0], 180, *VALUES[2:]], history.TEN)
        assert [row.until.minute for row in recent.rows_of(path.read_bytes())] == [10, 30]


def test_rows_are_made_at_the_clocks_ten_minutes_with_the_water_that_was_counted():
    with make_inside(2) as rig:
        rig.run(5)
        to_next(rig)
        first, = stored(rig)
        assert first.fresh and first.run_s < 610 and first.until.minute % 10 == 0 and first.quality == "host"
        for _ in range(2):
            to_next(rig)
        rows = stored(rig)
        assert [row.fresh for row in rows] == [True, False, False]
        assert all(598 <= row.run_s <= 602 for row in rows[1:])
        assert not any(recent.break_of(row, before)[0] for before, row in zip(rows, rows[1:]))
        meter = app_of(rig).node.wells[0].lifted
        now = 1000 * meter.water.high + meter.water.low
        assert rows[-1].lifted_l > 0 and 0 <= now - rows[-1].lifted_l <= 5
        assert 0 <= rig.wiring.lift.count // 50 - rows[-1].lifted_l <= 5
        assert 1500 < (rows[-1].rooms_cc[0] or 0) < 2500 and rows[-1].rooms_cc[2:] == (None,) * 6
        assert rig.points()["node.scan_faults"] == 0


def test_a_power_cut_is_a_gap_of_its_length():
    with make_inside(1) as rig:
        rig.run(5)
        to_next(rig)
        to_next(rig, 200)
        rig.wiring.jump_s += 3600
        rig.restart()
        rig.run(5)
        to_next(rig)
        entries = list(recent.entries(stored(rig)))
        gap, = [one for one in entries if one["state"] != "row"]
        assert gap["state"] == "off" and 3600 + 180 <= gap["seconds"] <= 3600 + 260
        assert [one["state"] for one in entries] == ["row", "row", "off", "row"]


@pytest.mark.parametrize(("jump_s", "words"), [(7200, 7200), (-1800, -1800)])
def test_a_jump_of_the_clock_is_one_and_no_power_cut(jump_s, words):
    with make_inside(1) as rig:
        rig.run(5)
        to_next(rig)
        to_next(rig, 200)
        rig.wiring.jump_s += jump_s
        rig.run(5)
        to_next(rig)
        rows = stored(rig)
        jumps = [one for one in recent.entries(rows) if one["state"] != "row"]
        assert [one["state"] for one in jumps] == ["clock"] and abs(jumps[0]["seconds"] - words) <= 30
        assert sum(row.run_s for row in rows) == pytest.approx(rig.t_s - 5, abs=8), "no second is counted twice or lost"


def test_without_a_clock_rows_come_by_their_length_and_have_no_time():
    with make_inside(1) as rig:
        rig.wiring.clock_set = False
        rig.run(2)
        app_of(rig).recent.day = -1
        rig.run(1300)
        rows = stored(rig)
        assert len(rows) == 2 and rows[0].until is None and rows[1].run_s in range(599, 603)
        assert [one["state"] for one in recent.entries(rows)] == ["row", "row"]


@pytest.mark.both
def test_micropython_writes_the_same_rows():
    with make_rig(1) as rig:
        rig.run(605)
        row, = stored(rig)
        assert row.fresh and 595 <= row.run_s <= 603 and row.until.minute == 10
        assert rig.points()["node.scan_faults"] == 0
        since = row.until - datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        assert since.total_seconds() > 0


def test_a_full_flash_is_said_and_the_control_goes_on(monkeypatch):
    with make_inside(1) as rig:
        rig.run(5)
        app = app_of(rig)
        tenrow = __import__("inprocess_firmware.app.tenrow", fromlist=["history"])

        def full(*_args):
            raise OSError(28, "ENOSPC")
        monkeypatch.setattr(tenrow.history, "append", full)
        to_next(rig)
        assert any("free space on the board" in text for text in rig.texts) and not app.recent.due
        assert rig.points()["node.scan_faults"] == 0
