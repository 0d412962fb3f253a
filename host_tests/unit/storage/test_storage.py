"""Stored files damaged in every way one bit or one cut can: the node starts, takes nothing wrong, forgives nothing.

Every bit and every cut is read; a boot of its own (harness.inprocess, 3 ms) has each EVERY-th of them (in `make test` each
QUICKLY-th), and with WELLHEARTH_EVERY=1 all.
"""

from __future__ import annotations

import json
import os

import pytest

from doubles import houses
from doubles.houses import app_of
from doubles.houses import make_inside as make
from doubles.selection import some
from doubles.stored import boot, spoilt
from harness import scenarios
from wellhearth.app import button
from wellhearth.storage import boot_record, record, startlog
from wellhearth.tables import causes, config

EVERY = int(os.environ.get("WELLHEARTH_EVERY", "16"))
QUICKLY = min(48, EVERY * 3) if EVERY > 1 else 1
LOCKED = {"well": ("no_flow", "leak"), "room1": ("high_pressure",)}


def small():
    """One room, nothing optional."""
    return houses.house_config(1, return_pulses_per_m3=0)


def large():
    """Two sections, a secondary loop and two units of type III."""
    data = scenarios.house_config(2, unit_type="III", well_type="multi_aquifer")
    return data


def stored(data):
    """A rig whose files are all there: lockouts, starts, meters, settings that are not the config's."""
    rig = make(data=data)
    rig.run(20)
    app = app_of(rig)
    node = app.node
    for name, keys in LOCKED.items():
        ts = node.trip_sets[name]
        for key in keys:
            ts.trips[causes.bit(key)].trip(0)
            ts.restore_lock(causes.bit(key), 0)
    for _ in range(4):
        node.wells[0].controller.limiter_day.note(3)
        node.rooms[0].controller.limiter.note(3)
    node.wells[0].run.high = 77
    assert rig.write("room1.setpoint_mc", 22500) == ""
    assert rig.write("room1.mode", 2) == ""
    rig.run(70)
    app.records.save_ledger(node.p.uptime_s)
    app.records.log.add(2)
    return rig


def state(app):
    """What must not be lost or forgiven."""
    node = app.node
    now = node.p.uptime_s
    return {"locked": {f"{name}.{trip.key}" for name, ts in node.trip_sets.items() for trip in ts.trips if trip.locked},
            "starts": {name: limiter.count(now) for _gate, limiter, name in node.motors.values()},
            "run_h": node.wells[0].run.high,
            "settings": {f"{block.name}.{row.name}": getattr(block, row.name) for block in node.points.blocks
                         for row in block.rows if row.saved}}


def holds(app, was, what):
    """No lockout and no start is forgiven: each is there, or its motor is held with all starts used up."""
    now = state(app)
    for key in was["locked"] - now["locked"]:
        name = key.partition(".")[0]
        ts = app.node.trip_sets[name]
        assert ts.block.lockouts & ts.yields, f"{what}: {key} forgiven"
        assert ts.bits & ts.compressor_off
    for name, n in was["starts"].items():
        assert now["starts"][name] >= n, f"{what}: starts of {name} forgiven"
    assert now["run_h"] in (was["run_h"], 0), what
    return now


def none_of(path):
    """No bit and no cut of a record without a copy is read as one."""
    reader = record.Record(str(path))
    for what, new in spoilt(path.read_bytes(), 1):
        path.write_bytes(new)
        reader.damage = ""
        assert reader.read() is None and path.name in reader.damage, what


CONFIGS = pytest.mark.parametrize(("data", "every"), some([(small(), QUICKLY), (small(), EVERY), (large(), EVERY)]),
                                  ids=["small_quickly", "small", "large"])


@CONFIGS
@pytest.mark.parametrize("name", ["ledger.json", "ledger.json.2", "settings.json", "settings.json.2"])
def test_every_bit_and_cut_of_one_copy_is_told_and_changes_nothing(data, every, name):
    with stored(data) as rig:
        path = rig.folder / name
        old = path.read_bytes()
        was = state(boot(rig))
        assert {f"{block}.{key}" for block, keys in LOCKED.items() for key in keys} <= was["locked"]
        assert was["run_h"] == 77 and was["settings"]["room1.mode"] == 2
        bit = boot_record.LEDGER if "ledger" in name else boot_record.SETTINGS
        reader = record.Record(str(path).removesuffix(".2"))
        content = reader.read()
        for what, new in spoilt(old, 1):
            path.write_bytes(new)
            reader.damage = ""
            assert reader.read() == content and "damaged" in reader.damage, what
        for what, new in spoilt(old, every):
            path.write_bytes(new)
            app = boot(rig)
            assert state(app) == was, what
            assert app.node.p.damaged == bit, what
            assert any(name.removesuffix(".2") in line for line in app.journal.lines), what


@CONFIGS
def test_every_bit_and_cut_of_a_ledger_without_a_copy_is_the_safe_case(data, every):
    with stored(data) as rig:
        path = rig.folder / "ledger.json"
        (rig.folder / "ledger.json.2").unlink()
        old = path.read_bytes()
        was = state(boot(rig))
        none_of(path)
        for what, new in spoilt(old, every):
            path.write_bytes(new)
            app = boot(rig)
            now = holds(app, was, what)
            assert now["settings"] == was["settings"]
            assert app.node.p.damaged == boot_record.LEDGER, what
            node = app.node
            assert all(limiter.wait_s(0) > 0 for _gate, limiter, _name in node.motors.values()), what
            for ts in node.trip_sets.values():
                if ts.yields:
                    assert ts.block.lockouts & ts.yields and ts.bits & ts.compressor_off, what


@CONFIGS
def test_every_bit_and_cut_of_settings_without_a_copy_starts_from_the_config(data, every):
    with stored(data) as rig:
        path = rig.folder / "settings.json"
        (rig.folder / "settings.json.2").unlink()
        old = path.read_bytes()
        was = state(boot(rig))
        path.unlink()
        fresh = state(boot(rig))
        path.write_bytes(old)
        none_of(path)
        for what, new in spoilt(old, every):
            path.write_bytes(new)
            app = boot(rig)
            assert state(app) == fresh != was, what
            assert app.node.p.damaged == boot_record.SETTINGS, what
            app.records.save_settings()
            assert app.records.settings.record.number >= 1 and state(boot(rig)) == fresh
            path.with_name("settings.json.2").unlink()


@CONFIGS
def test_every_bit_and_cut_of_the_log_of_starts_forgives_none(data, every):
    with stored(data) as rig:
        path = rig.folder / "starts.log"
        old = path.read_bytes()
        was = state(boot(rig))
        used = len(old.rstrip(b"\xff"))
        assert used % startlog.LINE == 0 < used
        for what, new in spoilt(old[:used + 16], 1):
            path.write_bytes(new + old[used + 16:] if len(new) == used + 16 else new)
            app = boot(rig)
            holds(app, was, what)
            if "bit" in what or len(new) % startlog.LINE:
                assert app.node.p.damaged == boot_record.STARTS, what


@CONFIGS
def test_every_bit_and_cut_of_the_config_runs_its_last_good_copy(data, every):
    with make(data=data) as rig:
        rig.run(3)
        path = rig.folder / "config.json"
        good = path.with_name("config.json.good")
        old, kept = path.read_bytes(), good.read_bytes()
        cfg = vars(app_of(rig).node.cfg.well)
        for what, new in spoilt(old, 1):
            path.write_bytes(new)
            chosen, errors, damage, text = config.choose(str(path))
            assert not errors and not text and "last good copy" in damage and vars(chosen.well) == cfg, what
        for what, new in spoilt(old, every):
            path.write_bytes(new)
            app = boot(rig)
            assert vars(app.node.cfg.well) == cfg, what
            assert [vars(r)["room_rom"] for r in app.node.cfg.rooms] == [r["room_rom"] for r in data["rooms"]], what
            assert app.node.p.damaged == boot_record.CONFIG, what
        assert path.read_bytes() == new, "the file is the installer's"
        path.write_bytes(old)
        for what, new in spoilt(kept, every):
            good.write_bytes(new)
            app = boot(rig)
            assert app.node.p.damaged == 0 and good.read_bytes() == kept, what


def test_every_bit_and_cut_of_the_service_flag_ends_in_service_for_a_bounded_time():
    with make(1) as rig:
        rig.run(3)
        path = rig.folder / "service.txt"
        text = b"14400"
        whole = record.head(text, 0).encode() + text
        path.write_bytes(whole)
        assert boot(rig).service.max_s == 14400
        for what, new in spoilt(whole, 1):
            path.write_bytes(new)
            app = boot(rig)
            assert app.service.max_s == button.FLASH_MAX_S and app.node.p.damaged == boot_record.FLAG, what
            assert any("service.txt" in line for line in app.journal.lines)
        path.write_bytes(b"600")
        assert boot(rig).service.max_s == 600, "a flag of the firmware before"
        rig.run(602)
        assert app_of(rig).service is None and not path.exists()


@pytest.mark.parametrize("every", some([QUICKLY, EVERY]))
def test_every_bit_and_cut_of_files_of_the_firmware_before_starts(every):
    with stored(small()) as rig:
        app_of(rig).records.save_ledger(100)
        plain = {}
        for name in ("ledger.json", "settings.json"):
            data = record.Record(str(rig.folder / name)).read()
            data.pop("serial", None)
            (rig.folder / f"{name}.2").unlink()
            plain[name] = json.dumps(data).encode()
            (rig.folder / name).write_bytes(plain[name])
        (rig.folder / "starts.log").unlink()
        was = state(boot(rig))
        assert "well.leak" in was["locked"] and was["run_h"] == 77 and was["settings"]["room1.setpoint_mc"] == 22500
        assert app_of(rig).node.p.damaged == 0
        app_of(rig).records.save_ledger(0)
        app_of(rig).records.settings.save()
        assert (rig.folder / "ledger.json").read_bytes().startswith(b"wellhearth 1 ")
        assert state(boot(rig)) == was, "read once, then in the new form"
        for name, old in plain.items():
            sealed = (rig.folder / name).read_bytes()
            (rig.folder / f"{name}.2").unlink()
            for _what, new in spoilt(old, every):
                (rig.folder / name).write_bytes(new)
                boot(rig)  # without a CRC nobody knows; but it starts
            (rig.folder / name).write_bytes(sealed)
