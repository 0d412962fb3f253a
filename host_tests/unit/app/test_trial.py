"""The moment of the switch, the trial of a new firmware, and the way back with everything that belongs to it."""

from __future__ import annotations

import json
import types

import pytest

from doubles.houses import house_config
from doubles.update_unit import Reset, Unit, pieces, release
from wellhearth.app import switch, trial, update
from wellhearth.storage import slots
from wellhearth.tables import config
from whtools.update import pack


@pytest.fixture
def unit(tmp_path, monkeypatch):
    return Unit(tmp_path, monkeypatch)


def waiting(unit, new):
    unit.begin(unit.order(new))
    unit.send(pieces(new.data))
    assert unit.work.phase == slots.WAITING
    return unit.work


def seconds(unit, n):
    for _ in range(n):
        unit.p.uptime_s += 1
        unit.work.turn()


def room(**on):
    return types.SimpleNamespace(p=types.SimpleNamespace(compressor_on=0, pump_on=0, online=1, **on) if not on else
                                 types.SimpleNamespace(**{"compressor_on": 0, "pump_on": 0, "online": 1, **on}),
                                 gate=types.SimpleNamespace(posted=False))


@pytest.mark.parametrize(("where", "block"), [("rooms", {"compressor_on": 1}), ("far", {"compressor_on": 1}),
                                              ("wells", {"pump_on": 1})])
def test_it_switches_only_when_compressors_and_pump_rest(unit, where, block):
    waiting(unit, release())
    setattr(unit, where, [room(**block)])
    seconds(unit, 3600)
    assert unit.work.phase == slots.WAITING
    for name in block:
        setattr(getattr(unit, where)[0].p, name, 0)
    with pytest.raises(Reset):
        seconds(unit, 2)
    assert slots.text(slots.TRIAL_FILE) == "b2" and slots.text(slots.PROVEN) == "a"
    assert slots.State().phase == slots.TRIAL


def test_after_hours_without_a_calm_moment_it_asks_for_one_and_stops_a_pump_that_runs_on(unit):
    asked = []
    unit.write = lambda path, value, who: asked.append((path, value)) or ""
    waiting(unit, release())
    unit.rooms, unit.wells = [room(compressor_on=1)], [room(pump_on=1)]
    seconds(unit, switch.PATIENT_S + 3700)
    assert ("node.zero_run_min", switch.PAUSE_MIN) in asked and len(asked) == 2
    unit.rooms[0].p.compressor_on = 0
    with pytest.raises(Reset):
        seconds(unit, 2)


def on_trial(unit, monkeypatch, answers=(0,), damaged=0):
    """The new firmware's first boot."""
    unit.lines = [types.SimpleNamespace(p=types.SimpleNamespace(answers=n)) for n in answers]
    unit.p.damaged = damaged
    waiting(unit, release())
    for line in unit.lines:
        line.p.answers += 3
    with pytest.raises(Reset):
        seconds(unit, 70)
    slots.remove(slots.TRIAL_FILE)
    with open(slots.TRIAL_FILE, "w") as f:
        f.write("b1")
    unit.slot = "b"
    unit.p.uptime_s = 0
    unit.p.damaged = 0
    for line in unit.lines:
        line.p.answers = 0
    assert slots.told(unit.p)
    unit.work = trial.resume(unit)
    assert unit.work.later is not None and unit.p.update == slots.TRIAL


def test_ten_healthy_minutes_prove_it_and_its_floor_holds(unit, monkeypatch):
    on_trial(unit, monkeypatch)
    for _ in range(599):
        unit.lines[0].p.answers += 1
        seconds(unit, 1)
    assert unit.p.update == slots.TRIAL and unit.p.update_percent == 99
    unit.lines[0].p.answers += 1
    seconds(unit, 1)
    assert unit.p.update == slots.NONE and slots.text(slots.PROVEN) == "b" and not slots.text(slots.TRIAL_FILE)
    assert slots.State().floor == pack.number("0.1.0") and unit.work.leave()
    unit.slot, unit.work = "b", update.Update(unit)
    assert unit.begin(unit.order(release("0.0.9", "0.0.1"))) == slots.FLOOR


@pytest.mark.parametrize(("harm", "why"), [("scan", slots.SCANS), ("record", slots.RECORDS), ("link", slots.LINKS),
                                           ("late link", slots.LINKS), ("hand", slots.BY_HAND)])
def test_a_sick_trial_goes_back_and_the_old_one_says_why(unit, monkeypatch, harm, why):
    on_trial(unit, monkeypatch)
    with pytest.raises(Reset):
        for second in range(700):
            if harm != "link" and not (harm == "late link" and second > 310):
                unit.lines[0].p.answers += 1
            if second == 400:
                unit.p.scan_faults = 1 if harm == "scan" else 0
                unit.p.damaged = 4 if harm == "record" else 0
                if harm == "hand":
                    trial.back(unit.work, slots.BY_HAND)
            seconds(unit, 1)
    assert slots.text(slots.TRIAL_FILE) == "b0"
    unit.slot = "a"
    assert slots.told(unit.p) and trial.resume(unit) is None
    assert unit.p.update_why == why and unit.p.update == slots.NONE and "went back" in unit.notes[-1]
    assert not slots.text(slots.TRIAL_FILE) and not slots.told(unit.p)


def test_a_config_of_the_trial_goes_with_it_and_the_old_firmware_has_its_own(unit, monkeypatch, tmp_path):
    """Cut between the two renames as well: a firmware whose config is gone or none for it takes the one before."""
    path = str(tmp_path / "config.json")
    old = house_config(1)
    (tmp_path / "config.json").write_text(json.dumps(old))
    on_trial(unit, monkeypatch)
    newer = {**old, "version": 2, "rooms": [{**old["rooms"][0], "setpoint_mc": 23000}]}
    (tmp_path / "config.json").write_text(json.dumps(newer))
    monkeypatch.setattr(config, "STEPS", (lambda data: data,))
    assert config.choose(path)[1] == [] and config.choose(path)[0].rooms[0].setpoint_mc == 23000, "the new one reads both"
    (tmp_path / "config.before.json").rename(tmp_path / "kept")
    (tmp_path / "config.json").write_text(json.dumps(old))
    assert config.choose(path)[1] == [], "forth: an older one is read, and not written anew"
    (tmp_path / "kept").rename(tmp_path / "config.before.json")
    (tmp_path / "config.json").write_text(json.dumps(newer))
    monkeypatch.setattr(config, "STEPS", ())
    cfg, errors, damage, keep = config.choose(path)
    assert errors == [] and "from before the update" in damage and cfg.rooms[0].setpoint_mc != 23000 and keep == b""
    (tmp_path / "trial.txt").write_text("b0")
    unit.slot = "a"
    assert trial.resume(unit) is None and any("config.after.json" in note for note in unit.notes)
    assert json.loads((tmp_path / "config.json").read_text()) == old and not (tmp_path / "config.before.json").exists()
    assert json.loads((tmp_path / "config.after.json").read_text()) == newer
    assert config.choose(path)[1:3] == ([], "")


def test_a_trial_that_boot_py_could_not_begin_is_over_and_in_service_mode_it_waits(unit, monkeypatch):
    waiting(unit, release())
    with pytest.raises(Reset):
        seconds(unit, 70)
    unit.service = object()
    assert slots.told(unit.p) and trial.resume(unit) is not None and unit.p.update == slots.TRIAL
    unit.service = None
    assert slots.told(unit.p) and trial.resume(unit) is None
    assert unit.p.update_why == slots.FLASH and unit.p.update == slots.NONE and not slots.told(unit.p)


@pytest.mark.parametrize("phase", ["waiting", "trial"])
def test_a_unit_that_was_flashed_meanwhile_has_no_update_under_way_any_more(unit, monkeypatch, tmp_path, phase):
    """`wellhearth flash` writes the slot that does not run, names it in slot.txt and removes trial.txt."""
    waiting(unit, release())
    if phase == "trial":
        with pytest.raises(Reset):
            seconds(unit, 70)
    for slot in "ba":
        slots.remove(slots.TRIAL_FILE)
        (tmp_path / "slot.txt").write_text(slot)
        unit.slot = slot
        if slots.told(unit.p):
            unit.work = trial.resume(unit)
        if slot == "b":
            assert unit.p.update == slots.NONE and slots.State().phase == slots.NONE
    assert not slots.told(unit.p)


def test_a_line_that_was_dead_before_and_a_record_that_was_damaged_before_are_no_reason(unit, monkeypatch):
    on_trial(unit, monkeypatch, answers=(), damaged=4)
    unit.lines = [types.SimpleNamespace(p=types.SimpleNamespace(answers=0))]
    unit.p.damaged = 4
    seconds(unit, 600)
    assert slots.text(slots.PROVEN) == "b"
