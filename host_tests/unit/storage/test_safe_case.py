"""What the safe case does to a house; starts and the config over power cuts."""

from __future__ import annotations

import json

import pytest

from doubles import houses
from doubles.houses import app_of, cut_at_each_start, run_until
from doubles.houses import make_inside as make
from doubles.selection import some
from doubles.stored import boot
from wellhearth.control import starts, well
from wellhearth.storage import record
from wellhearth.tables import causes, config

# -- what the safe case does to a house --


def lost(rig):
    for name in ("ledger.json", "ledger.json.2"):
        (rig.folder / name).write_bytes(b"rubbish")
    return boot(rig)


def heating(rig, limit_s=1200):
    run_until(rig, lambda p: p["room1.compressor_on"] and p["well.permissive"], limit_s)


@pytest.mark.long
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


@pytest.mark.long(minutes=0.2)
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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
