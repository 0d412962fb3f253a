"""The service button, and diag at the prompt of a board."""

from __future__ import annotations

import json
import os
import sys
import types

import pytest

from doubles.houses import make_rig
from harness.pinout import pins
from wellhearth import app, diag
from wellhearth.console import views
from wellhearth.control import calendar, wall
from wellhearth.storage import boot_record


def test_the_service_button_held_five_seconds_begins_service_mode_and_the_led_beats(node_app):
    world, board, start, scans = node_app
    a = start(0)
    board.timer.app = a
    button = world.pins[pins("esp32_s3")["button"][0]]
    scans(40)
    button.level = 0
    scans(30)
    button.level = 1  # let go too early
    scans(30)
    assert world.resets == 0
    beats, told = [], []
    board.timer.led = beats.append
    board.answer = told.append
    button.level = 0
    scans(60)
    assert world.resets == 0 and told == [True], "the LED says: let go now"
    button.level = 1
    scans(10)
    assert world.resets == 1 and app.service_s(board)[0] == 14400
    assert beats[:40].count(True) == 20, "one second on, one second off"


@pytest.mark.long
def test_a_button_whose_cable_is_shorted_is_not_pressed_on_a_board_either(node_app):
    world, board, start, scans = node_app
    button = world.pins[pins("esp32_s3")["button"][0]]
    button.level = 0
    start(0)
    scans(400)
    button.level = 1
    scans(20)
    button.level = 0
    scans(400)
    button.level = 1
    scans(20)
    assert world.resets == 0 and not os.path.exists("service.txt")


def test_every_view_fits_80_columns_has_units_and_is_json(node_app, capsys):
    _world, _board, start, scans = node_app
    start(0)
    scans(30)
    onewire = types.ModuleType("onewire")
    onewire.OneWire = lambda pin: types.SimpleNamespace(scan=lambda: [bytes.fromhex("28ff641d8fdf18c1")])
    sys.modules["onewire"] = onewire
    try:
        for call in (diag.help, diag.status, diag.points, diag.io, diag.trips, diag.scan, diag.onewire, diag.journal):
            call()
            text = capsys.readouterr().out
            assert text.strip() and all(len(line) < 80 for line in text.splitlines()), text
        for view in views.VIEWS:
            diag.send(view)
            answer = json.loads(capsys.readouterr().out)
            assert all(len(row) == len(answer["headings"]) for row in answer["rows"])
    finally:
        del sys.modules["onewire"]
    diag.points("room1.setpoint")
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["room1.setpoint_mc", "20.000", "degC"]


def test_points_are_set_and_trips_reset_through_the_table(node_app, capsys):
    _world, _board, start, scans = node_app
    a = start(0)
    capsys.readouterr()
    diag.set("room1.setpoint_mc", 21500)
    diag.set("room1.setpoint_mc", 99999)
    diag.set("room1.room_mc", 1)
    said = capsys.readouterr().out
    assert said.startswith("ok\nrefused") and "read only" in said and a.node.rooms[0].p.setpoint_mc == 21500
    scans(1)
    trip_set = a.node.trip_sets["well"]
    trip_set.restore_lock(1, 0)
    scans(1)
    diag.trips()
    assert 'reset_trip("well", "no_flow")' in capsys.readouterr().out
    diag.reset_trip("well", "no_flow")
    diag.reset_trip("well", "no_flow")
    diag.reset_trip("cellar", 1)
    said = capsys.readouterr().out
    assert "ok" in said and "not locked out" in said and "no block is named cellar" in said
    assert a.node.well.p.lockouts == 0


def test_the_clock_is_set_and_goes_on(node_app, capsys):
    _world, board, start, scans = node_app
    start(0)
    capsys.readouterr()
    diag.clock()
    diag.clock("2026-12-06 23:59")  # a Sunday
    diag.clock("2026-02-30 12:00")
    diag.clock("mo 07:30")
    diag.clock("2019-01-01 00:00")
    said = capsys.readouterr().out.splitlines()
    assert "not set: nobody has set it" in said[0] and "node.rtc = none" in said[0] and said[1] == "ok"
    assert "2026-02-30 is no date" in said[2] and "write date and time" in said[3] and "from 2026-11-28" in said[4]
    scans(650)
    p = app.current.node.p
    assert (p.week_min, p.clock_quality, p.utc_day) == (0, wall.HOST, calendar.day_of(2026, 12, 6))
    assert 16 * 3600 + 3 <= p.utc_s <= 16 * 3600 + 6 and 62 <= p.clock_age_s <= 66, "Beijing is eight hours ahead"
    assert board.kept.get(boot_record.TIME) == (p.utc_day - 9497) * 86400 + p.utc_s
    diag.clock()
    assert "2026-12-07 00:00:0" in (said := capsys.readouterr().out) and "(UTC+8:00), from host 6" in said


def test_diag_without_a_running_control_says_why(capsys, monkeypatch):
    monkeypatch.setattr(app, "current", None)
    monkeypatch.setattr(app, "stopped", "config refused")
    diag.status()
    diag.send("status")
    out = capsys.readouterr().out
    assert "does not run: config refused" in out and '"stopped": "config refused"' in out


def test_a_board_without_a_config_still_shows_its_terminals_and_sensors(node_app, capsys, monkeypatch):
    world, board, _start, _scans = node_app
    monkeypatch.setattr(app, "current", None)
    monkeypatch.setattr(app, "hardware", board)

    def ticks():
        world.ms += 10
        return world.ms
    monkeypatch.setattr(board.clock, "ticks_ms", ticks)
    onewire = types.ModuleType("onewire")
    onewire.OneWire = lambda pin: types.SimpleNamespace(scan=lambda: [bytes.fromhex("28ff641d8fdf18c1")])
    monkeypatch.setitem(sys.modules, "onewire", onewire)
    diag.onewire()
    diag.io()
    out = capsys.readouterr().out
    assert "28ff641d8fdf18c1" in out and "well_pump_speed" in out
    diag.send("onewire")
    assert json.loads(capsys.readouterr().out)["rows"][0][0] == "28ff641d8fdf18c1"


# -- through the real process --


def test_a_firmware_that_fails_three_times_rests_in_recovery_mode():
    with make_rig() as rig:
        rig.run(5)
        for _ in range(3):
            before = rig.resets
            rig.write("sitl.adc_fails", 3)
            rig.run(3)
            assert rig.resets == before + 1
        rig.run(5)
        assert any("recovery mode" in text and "three scans in a row failed" in text for text in rig.texts), rig.texts
        assert rig.out[2] == 0


def test_service_mode_through_the_real_process_holds_every_output_off_and_allocates_nothing():
    with make_rig() as rig:
        rig.run(3)
        (rig.folder / "service.txt").write_text("100")
        rig.restart()
        rig.run(60)
        p = rig.points()
        assert p["node.service"] == 1 and p["node.scan_faults"] == 0 and rig.out[2] == 0
        rig.run(60)
        assert rig.points()["node.service"] == 0, "it ended by itself"
