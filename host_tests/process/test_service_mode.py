"""Service mode on a board."""

from __future__ import annotations

import io
import os
import types

import pytest

from harness.pinout import pins
from wellhearth import app, diag
from wellhearth.app import main_loop
from wellhearth.console import views
from wellhearth.storage import boot_record


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
