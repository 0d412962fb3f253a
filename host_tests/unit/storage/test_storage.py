"""Stored files damaged in every way one bit or one cut can: the node starts, takes nothing wrong, forgives nothing.

Every bit and every cut is read; a boot of its own (harness.inprocess, 3 ms) has each EVERY-th of them (in `make test` each
QUICKLY-th), and with WELLHEARTH_EVERY=1 all.
"""

from __future__ import annotations

import json
import os
import subprocess
import zlib

import pytest

from doubles import houses
from doubles.houses import app_of, cut_at_each_start, run_until
from doubles.houses import make_inside as make
from doubles.selection import some
from harness import process, scenarios
from wellhearth.app import button
from wellhearth.control import starts, well
from wellhearth.storage import boot_record, record, startlog
from wellhearth.tables import causes, config
from whtools.device import build

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


def spoilt(data: bytes, every: int):
    """(what, bytes): each single-bit flip and each cut; every: only each n-th of them."""
    n = 0
    for i in range(len(data)):
        for bit in range(8):
            n += 1
            if n % every == 0:
                yield f"bit {bit} of byte {i}", data[:i] + bytes([data[i] ^ 1 << bit]) + data[i + 1:]
    for i in range(len(data)):
        n += 1
        if n % every == 0:
            yield f"cut to {i} bytes", data[:i]


def said(rig):
    return [body.decode() for kind, body in rig.firmware.board.said if kind == 3]


def boot(rig):
    """Another boot; its App."""
    rig.restart()
    app = app_of(rig)
    assert app is not None, said(rig)
    return app


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


@pytest.mark.parametrize("text", ['{"starts": null}', '{"starts": null, "locked": [], "meters": {}}', "{}", "[]", "", "{",
                                  '{"starts": {}, "locked": 3, "meters": {}}', '{"starts": {"well.pump": 5}, "locked": [],'
                                  ' "meters": {}}', '{"starts": {}, "locked": [], "meters": {"well.run": [9999, 0]}}',
                                  '{"starts": {}, "locked": [], "meters": [], "learned": []}', "\xff\xff", "\0" * 40])
def test_a_ledger_of_another_shape_is_the_safe_case(text):
    with make(1) as rig:
        rig.run(1)
        (rig.folder / "ledger.json").write_bytes(text.encode("latin-1"))
        app = boot(rig)
        assert app.node.p.damaged == boot_record.LEDGER
        assert app.node.well.p.lockouts == 1 << causes.bit("record_lost")
        assert app.node.rooms[0].p.lockouts == 1 << causes.bit("unit_record_lost")


def test_an_error_of_the_file_system_is_no_new_board(monkeypatch):
    with make(1) as rig:
        rig.run(20)
        for name in ("ledger.json", "ledger.json.2"):
            (rig.folder / name).unlink()
            (rig.folder / name).mkdir()  # reads as EISDIR
        app = boot(rig)
        assert app.node.p.damaged == boot_record.LEDGER and app.node.well.p.lockouts
        for name in ("ledger.json", "ledger.json.2"):
            (rig.folder / name).rmdir()
        assert boot(rig).node.p.damaged == 0, "no file and no start in the log: a new board"
        app_of(rig).records.log.add(1)
        assert boot(rig).node.p.damaged == boot_record.LEDGER, "files gone, and a motor has run here"


def test_a_power_cut_between_the_writes_of_a_save_leaves_the_newest_whole(monkeypatch, tmp_path):
    steps = []
    real = record.os.rename
    path = str(tmp_path / "ledger.json")
    for cut in range(2):
        r = record.Record(path)
        r.read()
        r.write(['"v": 0'])
        steps.clear()

        def rename(old, new, cut=cut):
            if len(steps) == cut:
                raise OSError(5)
            steps.append(new)
            real(old, new)
        monkeypatch.setattr(record.os, "rename", rename)
        with pytest.raises(OSError):
            r.write(['"v": 1'])
        monkeypatch.setattr(record.os, "rename", real)
        fresh = record.Record(path)
        assert fresh.read() == {"v": cut} and fresh.damage == ""


def test_a_record_is_readable_at_the_prompt(tmp_path):
    r = record.Record(str(tmp_path / "a.json"))
    r.write(['"room": 1'])
    head, text = (tmp_path / "a.json").read_text().split("\n")
    words = head.split()
    assert words[:4] == ["wellhearth", "1", "1", str(len(text))] and json.loads(text) == {"room": 1}
    assert int(words[4], 16) == zlib.crc32((" ".join(words[:4]) + " " + text).encode())


def test_a_record_is_read_and_written_in_small_pieces(tmp_path, monkeypatch):
    """A heap in pieces has no room for 6 kB in one: nobody but json's own parser may ask for more than PIECE bytes."""
    path = str(tmp_path / "a.json")
    made = [list(record.group("starts", ((f"room{i}.motor", [i, 2 * i]) for i in range(200)))),
            list(record.group("none", ()))]
    parts = [*made[0], ", ", *made[1]]
    assert max(len(part) for part in parts) < 60
    written = []
    real = record.write_pieces
    monkeypatch.setattr(record, "write_pieces", lambda path, pieces: (written.append(list(pieces)), real(path, pieces)))
    r = record.Record(path)
    r.write(parts)
    assert len(written) == 2 and max(len(piece) for pieces in written for piece in pieces) < record.PIECE + 60
    fresh = record.Record(path)
    assert fresh.read() == {"starts": {f"room{i}.motor": [i, 2 * i] for i in range(200)}, "none": {}}
    assert (fresh.number, fresh.damage) == (1, "") and record.number_of(path + ".2") == 1
    assert len((tmp_path / "a.json").read_bytes()) > 10 * record.PIECE


# -- what the safe case does to a house --


def lost(rig):
    for name in ("ledger.json", "ledger.json.2"):
        (rig.folder / name).write_bytes(b"rubbish")
    return boot(rig)


def heating(rig, limit_s=1200):
    run_until(rig, lambda p: p["room1.compressor_on"] and p["well.permissive"], limit_s)


def test_a_lost_record_holds_the_motors_until_a_hand_has_reset_it():
    with make() as rig:
        heating(rig)
        lost(rig)
        rig.run(3700)
        assert not rig.wiring.commands["pump_on"] and not any(rig.wiring.commands["compressor_on"])
        assert rig.points()["node.alarm"] == 1
        rig.restart()
        rig.run(10)
        assert rig.points()["well.lockouts"] == 1 << causes.bit("record_lost"), "the next boot knows it too"
        assert rig.write("well.reset_trip", causes.bit("record_lost")) == ""
        for room in (1, 2):
            assert rig.write(f"room{room}.reset_trip", causes.bit("unit_record_lost")) == ""
        heating(rig, 3700)


def test_frost_heating_stays_with_a_lost_record():
    with make(start_c=4.0) as rig:
        for room in (1, 2):
            assert rig.write(f"room{room}.mode", 0) == ""
        rig.run(70)
        lost(rig)
        run_until(rig, lambda p: any(rig.wiring.commands["compressor_on"]), 4500, 5.0)
        assert rig.wiring.commands["pump_on"]
        run_until(rig, lambda p: p["room1.room_mc"] > 7000 and p["room2.room_mc"] > 7000, 12 * 3600, 60.0)
        rig.run(900)
        assert not any(rig.wiring.commands["compressor_on"]), "frost is over: held again"
        assert rig.plant.harm.summary()["cold_water_s"] == 0


def test_frost_heating_ends_at_the_first_trip_of_a_fault_that_is_present_now():
    with make(start_c=4.0) as rig:
        rig.run(20)
        lost(rig)
        conftest_dry(rig)
        run_until(rig, lambda p: p["well.lockouts"] & 1 << causes.bit("no_flow"), 6000, 5.0)
        dry_s = rig.plant.harm.summary()["dry_pump_s"]
        rig.run(1200)
        assert rig.plant.harm.summary()["dry_pump_s"] == dry_s <= 30


def conftest_dry(rig):
    from harness import faults
    faults.change(rig, "dry_well")


# -- heat and frost come before the day's count --


def test_the_days_pump_starts_used_up_by_power_cuts_leave_no_house_cold():
    with make(1, houses.house_config(1, pump_starts_per_day=4)) as rig:
        for _ in range(5):
            run_until(rig, lambda p: rig.wiring.commands["pump_on"], 900)
            rig.run(7)
            rig.restart()
        heating(rig, 900)
        rig.run(310)
        assert any("count_passed" in line for line in app_of(rig).journal.read(40))
        assert any("starts of this day are used up" in text for text in rig.texts)


def test_cooling_does_not_pass_the_days_count():
    loop = well.WellController(houses.valid(houses.house_config(1, pump_starts_per_day=4)).well, 100)
    loop.limiter_day.restore([0] * 4, 0)
    for urgent in (False, True):
        loop.urgent = urgent
        for _ in range(700):
            houses.scan_well(loop, 2000, 0, 0, False, False, False, 100, 10)
        assert loop.pump_on is urgent and loop.passed == urgent


# -- starts survive a power cut at the very start --


@pytest.mark.parametrize("hours", some([1.5, 3.0]))
def test_a_power_cut_at_each_start_of_a_compressor_forgives_none(hours):
    with make(1) as rig:
        cut_at_each_start(rig, hours)


def test_the_relay_closes_one_scan_after_the_intent_and_nothing_is_erased_between():
    with make(1) as rig:
        rig.run(5)
        log = app_of(rig).records.log
        erases = []
        log.area.erase = lambda: erases.append(rig.t_s)
        gate = app_of(rig).node.rooms[0].gate
        posted = 0
        while not rig.wiring.commands["compressor_on"][0]:
            rig.step()
            if gate.posted and not posted:
                posted = rig.tick
        assert rig.tick - posted <= 3 and not erases
        assert rig.points()["node.unstored"] == 0


def test_a_start_that_nobody_stores_is_made_all_the_same_and_told():
    with make(1) as rig:
        rig.run(5)
        app_of(rig).records.log.area.program = refuse
        heating(rig)
        assert rig.points()["node.unstored"] >= 1
        rig.run(310)
        assert any("unstored" in line for line in app_of(rig).journal.read(40))


def refuse(*_args):
    raise OSError(5)


def test_the_log_is_erased_when_it_is_full_behind_a_save_only():
    with make(1) as rig:
        rig.run(20)
        app = app_of(rig)
        while not app.records.log.full():
            app.records.log.add(2)
        assert app.records.log.add(2), "there is room left"
        app.records.save_ledger(app.node.p.uptime_s)
        assert app.records.log.next == 0 and app.records.ledger.serial == app.records.log.serial
        serial = app.records.log.serial
        app.records.log.add(2)
        again = boot(rig)
        assert again.records.log.serial == serial + 1 and again.node.rooms[0].controller.limiter.count(0) == 1


def test_a_gate_lets_stops_pass_and_forgets_a_start_given_up():
    gate = starts.StartGate()
    assert gate.passes(True), "nobody stores"
    gate.used = True
    assert not gate.passes(True) and gate.posted
    assert gate.passes(False) and not gate.posted
    assert not gate.passes(True)
    gate.stored = True
    assert gate.passes(True) and not gate.posted
    assert [gate.passes(True) for _ in range(starts.PATIENCE + 1)] == [False] * starts.PATIENCE + [True]
    assert gate.unstored == 1


# -- the config is the installer's --


def test_a_mistake_of_the_installer_is_refused_not_replaced():
    with make(1) as rig:
        rig.run(3)
        data = json.loads((rig.folder / "config.json").read_text())
        data["well"]["min_flow_lph"] = 1
        (rig.folder / "config.json").write_text(json.dumps(data))
        rig.restart()
        rig.run(5)
        assert any("config refused" in text for text in rig.texts)


def test_a_new_config_runs_and_becomes_the_good_one():
    with make(1) as rig:
        rig.run(3)
        data = json.loads((rig.folder / "config.json").read_text())
        data["rooms"][0]["setpoint_mc"] = 23500
        (rig.folder / "config.json").write_text(json.dumps(data))
        assert boot(rig).node.cfg.rooms[0].setpoint_mc == 23500
        (rig.folder / "config.json").write_text("")
        assert boot(rig).node.cfg.rooms[0].setpoint_mc == 23500


def test_one_bit_changed_by_the_prompt_is_no_damage(tmp_path):
    path = str(tmp_path / "config.json")
    data = houses.house_config(1)
    text = json.dumps(data).encode()
    record.write_file(path, text)
    record.write_file(path + record.GOOD, text, record.head(text, 0))
    data["rooms"][0]["mode"] = "heat"
    data["well"]["postrun_s"] = 61
    assert config.save(path, data) == []
    assert config.choose(path)[2] == "" and config.choose(path)[3] != b""


# -- the firmware's own files --


def start(folder):
    """What main.py says in a real MicroPython, with stand-ins for board and app."""
    done = subprocess.run([process.micropython(), "-c", "import main"], cwd=folder, capture_output=True, text=True,
                          timeout=20, env=dict(os.environ, MICROPYPATH=f"{folder}:.frozen"))
    return done.stdout + done.stderr


def test_a_damaged_file_of_the_firmware_is_named_before_its_import_hangs(tmp_path):
    (tmp_path / "wellhearth").mkdir()
    (tmp_path / "board.py").write_text("def open_board(): return 'a board'\n")
    app = tmp_path / "wellhearth" / "app.py"
    app.write_text("def run(board): print('runs on', board)\n")
    (tmp_path / "wellhearth" / "__init__.py").write_text("")
    (tmp_path / "main.py").write_text((houses.ROOT / "firmware" / "main.py").read_text())
    assert "runs on a board" in start(tmp_path), "without a list nothing is checked"
    build.checks(tmp_path, ["board.py", "wellhearth/app.py", "main.py"])
    crc = tmp_path / "firmware.crc"
    whole, old = crc.read_bytes(), app.read_bytes()
    assert "runs on a board" in start(tmp_path)
    for what, new in spoilt(old, 29):
        app.write_bytes(new)
        said = start(tmp_path)
        assert "damaged firmware" in said and "wellhearth/app.py" in said and "runs" not in said, what
    app.write_bytes(old)
    for what, new in spoilt(whole, 41):
        crc.write_bytes(new)
        assert "runs on a board" in start(tmp_path), what
    crc.write_bytes(whole)
    app.unlink()
    assert "damaged firmware" in start(tmp_path)
