"""Recovery, service mode, journal and diag.py: on the fake ESP32 under CPython, and through the real process."""

from __future__ import annotations

import io
import json
import os
import sys
import types

import pytest

from doubles.fake_esp32 import Loaded, World
from doubles.houses import ROOT, make_rig
from harness.pinout import CONFIG, pins
from wellhearth import app, diag
from wellhearth.app import main_loop
from wellhearth.console import views
from wellhearth.control import calendar, wall
from wellhearth.storage import boot_record, events, journal
from wellhearth.tables import config


class Kept:
    def __init__(self):
        self.values = [0, 0, 0, 0]

    def get(self, i):
        return self.values[i]

    def set(self, i, value):
        self.values[i] = value


# -- recovery --


def test_three_short_boots_start_recovery_and_it_gives_one_more_chance_at_a_time():
    kept = Kept()
    assert boot_record.begin(kept, False, False) == (boot_record.COMMAND, 0, 0), "the reset after the first flash"
    kept = Kept()
    assert boot_record.begin(kept, True, False) == (boot_record.POWER, 0, 0)
    for boots in (1, 2):
        kept.set(boot_record.PHASE, 3)
        assert boot_record.begin(kept, False, False) == (boot_record.WATCHDOG, 3, boots)
        assert boot_record.reason(boot_record.WATCHDOG, 3, boots) == ""
    boot_record.will(kept, boot_record.SCAN_FAULTS)
    kept.set(boot_record.PHASE, 1)
    cause, phase, boots = boot_record.begin(kept, False, False)
    text = boot_record.reason(cause, phase, boots)
    assert boots == 3 and "three scans in a row failed" in text and "phase read" in text
    boot_record.will(kept, boot_record.RECOVERY)
    assert boot_record.reason(*boot_record.begin(kept, False, False)) == "", "recovery mode tries again by itself"
    assert boot_record.reason(*boot_record.begin(kept, False, False)) != "", "and rests when that fails too"


def test_a_boot_that_lived_a_minute_a_power_cut_and_a_wanted_reset_clear_the_count():
    kept = Kept()
    for _ in range(20):
        assert boot_record.reason(*boot_record.begin(kept, False, False)) == ""
        boot_record.lived(kept)
    for _ in range(20):  # a village whose power flickers is not left cold
        kept.values = [0, 0, 0, 0]
        assert boot_record.begin(kept, True, False)[2] == 0
    kept = Kept()
    for why in (boot_record.SERVICE, boot_record.COMMAND) * 4:
        boot_record.will(kept, why)
        assert boot_record.begin(kept, False, False)[0] == why
        assert kept.get(boot_record.WHY) == 1 << 4, "one boot, no reason"
    assert boot_record.begin(kept, False, True)[0] == boot_record.SOFT


def test_rubbish_in_the_kept_memory_is_taken_for_nothing():
    kept = Kept()
    kept.values = [0x2AAAAAAA, 0x3FFFFFFF, 0x1234567, 0]
    cause, phase, boots = boot_record.begin(kept, False, False)
    assert (cause, phase, boots) == (boot_record.WATCHDOG, 0, 0)


# -- journal --


def test_the_journal_writes_urgent_lines_at_once_others_together_and_turns_over(tmp_path):
    j = journal.Journal(str(tmp_path / "journal.txt"))
    j.add((5, events.PUMP_START, 1, 0), 0)
    assert j.flush(6) == "" and not (tmp_path / "journal.txt").exists()
    j.add((7, events.TRIP, 1, 4), "over_pressure")
    assert j.flush(7) == ""
    assert (tmp_path / "journal.txt").read_text() == "1.5 pump_start 1 0\n2.7 trip 1 over_pressure\n"
    for i in range(800):
        j.add((10 + i, events.TRIP, 2, 1), 1)
        j.flush(10 + i)
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) < 2 * journal.SIZE_MAX + 100
    assert j.read(3) == ["800.807 trip 2 1", "801.808 trip 2 1", "802.809 trip 2 1"]
    assert len(j.read(700)) == 700, "the file before is read too"


def test_a_journal_that_cannot_be_written_keeps_its_lines_and_counts_what_is_too_much(tmp_path):
    j = journal.Journal(str(tmp_path / "gone" / "journal.txt"))
    for i in range(journal.LINES_MAX + 7):
        j.add((i, events.TRIP, 1, 0), 0)
    assert "cannot be written" in j.flush(1)
    assert len(j.lines) == journal.LINES_MAX and j.dropped == 7
    (tmp_path / "gone").mkdir()
    assert j.flush(2) == "" and not list((tmp_path / "gone").iterdir()), "not again at once: flash wears"
    assert j.flush(2, True) == "" and (tmp_path / "gone" / "journal.txt").read_text().endswith("72.2 lost 0 7\n")
    assert journal.Journal(str(tmp_path / "gone" / "journal.txt")).number == 72, "numbers go on over a start"


# -- service mode and diag, on a board --


@pytest.fixture
def node_app(tmp_path, monkeypatch):
    world = World("esp32s3")
    with Loaded(world, ROOT / "boards" / "esp32_s3", ROOT / "boards" / "common") as board_module:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(views.gc, "mem_free", lambda: 90000, raising=False)
        (tmp_path / "config.json").write_text(json.dumps(dict(CONFIG, node={**CONFIG["node"], "aux_contacts": 0})))
        board_module.safe()
        board = board_module.open_board()
        cfg, errors = config.load("config.json")
        assert not errors and not board.configure(cfg)
        for name in ("room1_high_ok", "room1_low_ok"):
            world.pins[pins("esp32_s3")[name][0]].level = 0
        made = []

        def start(service_s=0):
            monkeypatch.setattr(app, "current", main_loop.App(board, cfg, service_s))
            app.current.start()
            made.append(app.current)
            return app.current

        def scans(n):
            for _ in range(n):
                world.ms += 100
                world.timer[1](None)
                app.current.poll()
        yield world, board, start, scans


def level(world, name):
    return world.pins[pins("esp32_s3")[name][0]].level


def test_in_service_mode_one_output_at_a_time_and_it_falls_back(node_app, capsys):
    world, board, start, scans = node_app
    a = start(14400)
    world.microvolts[1] = 410_000
    scans(20)
    assert a.node.p.service == 1 and a.node.p.scan_faults == 0 and world.fed == 0, "no watchdog in service mode"
    assert level(world, "master") == 0, "the master contactor is open: no compressor can start"
    diag.force("room1_compressor", 1)
    diag.force("room1_fan", 500)
    said = capsys.readouterr().out
    assert "ok" in said and "room1_compressor is under test; end it first" in said
    scans(5)
    assert level(world, "room1_compressor") == 1 and level(world, "master") == 0
    scans(600)
    assert level(world, "room1_compressor") == 0, "60 s are over"
    diag.force("room1_fan", 500)
    assert board.speeds["room1_fan"].pm == 500
    diag.force("room1_fan", 0)
    assert board.speeds["room1_fan"].pm == 0
    diag.force("master", 1)
    scans(2)
    assert level(world, "master") == 1 and level(world, "room1_compressor") == 0
    diag.force("master", 0)
    scans(2)
    assert level(world, "master") == 0
    capsys.readouterr()
    for name, value, reason in (("boiler", 1, "no output is named boiler"), ("room1_fan", 1001, "0 to 1000"),
                                ("master", 2, "0 to 1"), ("room1_fan", True, "whole number")):
        diag.force(name, value)
        assert reason in capsys.readouterr().out


@pytest.mark.long
def test_power_cuts_do_not_make_service_mode_any_longer(node_app):
    world, board, start, scans = node_app
    with open("service.txt", "w") as f:
        f.write("14400")
    boots, lasted_s = 0, 0
    while app.service_s(board)[0]:
        boots += 1
        start(app.service_s(board)[0])
        scans(200)  # and the power fails again
        lasted_s += 20
        world.counters.clear()
        assert boots < 100, "service mode begins anew with every power cut"
    assert boots == 14400 // 300 and lasted_s <= 14400


@pytest.mark.long
def test_service_mode_lasts_as_long_as_it_may_and_a_cut_in_between_costs_five_minutes(node_app):
    world, board, start, scans = node_app
    with open("service.txt", "w") as f:
        f.write("1000")
    start(app.service_s(board)[0])
    scans(4500)
    assert app.service_s(board)[0] == 1000 - 600
    world.counters.clear()
    start(app.service_s(board)[0])
    scans(3980)
    assert not world.resets
    scans(40)
    assert world.resets and not os.path.exists("service.txt")


def test_an_output_under_test_is_guarded_by_the_watchdog(node_app):
    world, _board, start, scans = node_app
    start(14400)
    scans(20)
    assert world.fed == 0
    diag.force("room1_fan", 500)
    scans(5)
    assert world.fed == 5, "a scan that hangs must not leave it on"
    diag.force("room1_fan", 0)
    diag.force("room1_fan", 400)
    scans(5)
    assert world.fed == 10


@pytest.mark.parametrize("typed", [b"", b"x", b"\x03ATZ"])
def test_recovery_mode_tries_again_whatever_anybody_types(node_app, monkeypatch, typed):
    world, board, _start, _scans = node_app
    keys = io.TextIOWrapper(io.BytesIO(typed))

    class Poll:
        def register(self, *_a):
            pass

        def poll(self, _ms):
            return bool(typed)
    monkeypatch.setitem(board.serve.__globals__, "select", types.SimpleNamespace(poll=Poll, POLLIN=1))
    monkeypatch.setitem(board.serve.__globals__, "sys", types.SimpleNamespace(stdin=keys))
    if not typed:
        monkeypatch.setattr(Poll, "poll", lambda self, ms: world.timer[1](None) or world.resets)
    app.rest(board, "recovery mode: a test", 900)
    assert world.timer[0] == 900_000
    world.timer[1](None)
    assert world.resets >= 1 and board.kept.get(boot_record.WHY) == boot_record.RECOVERY


def test_the_flash_is_written_right_behind_a_scan_and_waits_two_seconds_for_it_at_most(node_app, monkeypatch):
    world, _board, start, scans = node_app
    a = start()
    scans(12)
    done = []
    monkeypatch.setattr(a, "chores", done.append)
    a.chores_ms = world.ms
    world.ms += 60
    a.poll()
    assert not done, "an erase of 50 ms would run into the next scan"
    scans(1)
    assert len(done) == 1 and a.chores_ms < 0
    monkeypatch.setattr(a.links, "calm", lambda now_ms: False)
    a.chores_ms = world.ms
    scans(20)
    assert len(done) == 1, "a line waits for its answer"
    scans(1)
    assert len(done) == 2


def test_a_scan_unlocks_the_heap_however_it_ends_and_one_that_needs_memory_gets_it_from_then_on(node_app, monkeypatch):
    _world, board, start, scans = node_app
    depth, seen = [0], []
    monkeypatch.setattr(board, "HEAP", (lambda: depth.append(depth.pop() + 1), lambda: depth.append(depth.pop() - 1)))
    monkeypatch.setattr(main_loop, "traceback_of", repr)
    a = start()
    protect = a.node.protect

    def raising(error):
        def protect():
            seen.append(depth[0])
            raise error
        return protect
    for error, faults in ((ValueError("oh"), 1), (KeyboardInterrupt(), 1), (MemoryError("memory allocation failed"), 2)):
        monkeypatch.setattr(a.node, "protect", raising(error))
        scans(1)
        monkeypatch.setattr(a.node, "protect", protect)
        scans(3)
        assert depth == [0] and a.node.p.scan_faults == faults
    assert seen == [1, 1, 1]
    monkeypatch.setattr(a.node, "protect", lambda: seen.append(depth[0]) or protect())
    scans(2)
    assert seen[3:] == [0, 0] and a.node.p.scan_faults == 2, "unlocked now, and whole"


def test_the_pump_under_test_runs_by_its_own_sequence_and_a_protection_stops_it(node_app, capsys):
    world, _board, start, scans = node_app
    a = start(14400)
    world.microvolts[1] = 410_000
    scans(700)  # its minimum rest
    diag.force("well_pump", 1)
    scans(20)
    assert level(world, "well_pump") == 1 and a.node.well.p.pump_on == 1
    scans(160)  # no water comes
    assert level(world, "well_pump") == 0, "a dry pump is not left running for a test"
    assert "no_flow" in views.shown(a.node.well.p.row("trips")[1], a.node.well.p.trips)[0]
    assert a.service.forced == ""
    capsys.readouterr()
    diag.force("well_pump", 1)
    assert "held off by a protection of well" in capsys.readouterr().out


def test_a_forgotten_service_mode_ends_by_itself_and_force_needs_it(node_app, capsys):
    world, board, start, scans = node_app
    with open("service.txt", "w") as f:
        f.write("30")
    assert app.service_s(board)[0] == 30
    start(30)
    scans(320)
    assert world.resets >= 1 and not os.path.exists("service.txt")
    resets = world.resets
    world.counters.clear()  # the chip was reset
    start(0)
    diag.force("room1_fan", 500)
    assert "only tried in service mode" in capsys.readouterr().out
    diag.service(True)
    assert world.resets == resets + 1 and app.service_s(board)[0] == 14400
    assert level(world, "master") == 0 and board.kept.get(boot_record.WHY) == boot_record.SERVICE


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
