"""Faults on the real firmware: power, stored files, the service button, all of them one after the other, and a village."""

from __future__ import annotations

import json

import pytest

from doubles.houses import make_rig, make_village, run_until
from harness import faults, outages, scenarios
from wellhearth.storage import events


def test_every_fault_begins_and_ends():
    data = scenarios.house_config(1, "multi_aquifer", "III")
    data["well"].update(current_range_ma=5000, level_range_kpa=200)
    with make_rig(data=data) as rig:
        rig.run(1)
        for name, fault in faults.FAULTS.items():
            if name.startswith("line_"):  # only a village has a line: test_village.py
                with pytest.raises(faults.FaultError, match="no bus"):
                    faults.change(rig, name)
                continue
            for target in fault.targets(rig) or [""]:
                faults.change(rig, name, target)
                rig.run(0.2)
                faults.change(rig, name, target, mend=True)
        assert not any(s.fault or s.swapped for s in rig.wiring.sensors.values()) and not rig.wiring.open_switches
        assert not rig.wiring.cables.faults and not rig.wiring.analog_faults and not rig.dark and not rig.brown_out
        assert not any(c.fault for c in rig.wiring.contacts.values()) and not rig.wiring.lift.fault
        rig.run(3)
        assert rig.points()["node.scan_faults"] == 0
        for bad in (("nothing", ""), ("sensor_open", "room9"), ("dry_well", "room1")):
            with pytest.raises(faults.FaultError):
                faults.change(rig, *bad)


# -- power --


def heating(rig):
    """A house whose compressors run; returns the time."""
    run_until(rig, lambda p: p["room1.compressor_on"], 900)
    rig.run(30)
    return rig.t_s


def test_a_blackout_of_ten_minutes(tmp_path):
    with make_rig() as rig:
        begin = heating(rig)
        room, resets = rig.plant.truth["room_c_1"], rig.resets
        faults.change(rig, "blackout")
        rig.run(600)
        c = rig.wiring.commands
        assert rig.dark and rig.t_s == pytest.approx(begin + 600, abs=0.2) and rig.resets == resets
        assert not (c["pump_on"] or c["master_on"] or any(c["compressor_on"]) or any(c["fan"]) or any(c["pump_room_on"]))
        assert rig.plant.truth["room_c_1"] < room - 0.3, "the house goes on, and cools"
        assert rig.plant.truth["pump_w"] == 0.0 and rig.plant.sensed["lift_lph"] == 0.0
        assert rig.firmware.closed and rig.write("room1.setpoint_mc", 20000) == "the controller has no power"
        rig.restart()  # a power cut in the dark changes nothing
        faults.change(rig, "blackout")
        rig.run(1)
        assert rig.firmware.closed
        faults.change(rig, "blackout", mend=True)
        rig.run(20)
        assert rig.resets == resets + 1 and rig.points()["node.reset_cause"] == 0, "power came back"
        assert not any(c["compressor_on"]), "nobody starts at once"
        back = heating(rig) - begin
        assert 600 < back < 600 + 900
        assert rig.points()["node.scan_faults"] == 0 and rig.points()["room1.room_ok"] == 1


def test_a_welded_contact_stands_still_in_the_dark_and_turns_when_the_power_is_back():
    with make_rig() as rig:
        rig.run(5)
        faults.change(rig, "relay_welded", "well_pump")
        rig.run(1)
        assert rig.wiring.commands["pump_on"]
        faults.change(rig, "blackout")
        rig.run(2)
        assert not rig.wiring.commands["pump_on"]
        faults.change(rig, "blackout", mend=True)
        rig.run(1)
        assert rig.wiring.commands["pump_on"]


def pump_starts(rig):
    return [e[0] for e in rig.events if e[1] == events.PUMP_START]


def test_a_brown_out_restarts_the_controller_once_for_each_start_of_a_motor():
    with make_rig() as rig:
        rig.run(5)
        faults.change(rig, "brown_out")
        while rig.resets < 2:
            assert rig.t_s < 1200
            rig.run(1)
            assert not rig.wiring.commands["pump_on"], "the contactor fell when the supply did"
        assert len(pump_starts(rig)) <= 2, "one reset for one start"
        between = rig.t_s
        while rig.resets < 3:
            rig.run(1)
        assert rig.t_s - between > 20.0, "not again and again by itself"
        faults.change(rig, "brown_out", mend=True)
        heating(rig)
        assert rig.resets == 3 and rig.wiring.commands["pump_on"]


def test_one_edge_of_a_welded_contact_is_one_brown_out():
    with make_rig() as rig:
        rig.run(5)
        faults.change(rig, "brown_out")
        faults.change(rig, "relay_welded", "well_pump")
        rig.run(20)
        assert rig.wiring.commands["pump_on"] and rig.resets == 1


# -- stored files --


def stored(rig):
    """A house with everything stored that is: a setpoint, starts, a journal."""
    rig.run(3)
    assert rig.write("room1.setpoint_mc", 22500) == ""
    rig.run(70)
    faults.change(rig, "switch_open", "room1_high")
    rig.run(5)
    faults.change(rig, "switch_open", "room1_high", mend=True)
    rig.run(20)
    return rig.folder


@pytest.mark.parametrize("value", [0, 1, -1])
@pytest.mark.parametrize("name", ["settings", "ledger", "journal", "kept"])
def test_a_damaged_file_and_a_boot(name, value):
    with make_rig() as rig:
        folder = stored(rig)
        path = folder / outages.FILES[name]
        old = path.read_bytes() if path.exists() else b"0 6 0 0"
        written = {}
        boot = rig._boot
        rig._boot = lambda: (written.update(now=path.read_bytes()), boot())[1]
        faults.change(rig, "files_damaged", name, value)
        new = written["now"]
        if name == "kept":
            assert new != old and len(new.split()) == 4
        elif value < 0:
            assert old.startswith(new) and len(new) < len(old)
        else:
            assert sum(bin(a ^ b).count("1") for a, b in zip(old, new)) == 1 and len(old) == len(new)
        rig.run(10)
        assert rig.resets == 1 and not rig.firmware.closed
        faults.change(rig, "files_damaged", name, mend=True)
        rig.run(5)
        assert rig.resets == 1, "nobody mends it but the firmware"


def test_a_damaged_config_leaves_its_last_good_copy_running():
    with make_rig() as rig:
        rig.run(5)
        path = rig.folder / "config.json"
        old = path.read_bytes()
        faults.change(rig, "files_damaged", "config", -1)
        rig.run(5)
        assert json.loads(old) == rig.config and path.read_bytes() != old
        assert any("its last good copy" in text for text in rig.texts), rig.texts
        assert rig.points()["node.scans"] > 20 and rig.points()["node.alarm"] == 1
        faults.change(rig, "files_damaged", "config", mend=True)
        rig.run(5)
        assert path.read_bytes() == old and rig.resets == 2 and rig.points()["node.damaged"] == 0


def test_a_file_that_is_not_there_yet_is_rubbish():
    with make_rig() as rig:
        assert not (rig.folder / "ledger.json").exists()
        faults.change(rig, "files_damaged", "ledger")
        rig.run(2)
        assert any("ledger.json cannot be read" in text for text in rig.texts), rig.texts


def test_damage_is_seeded():
    seen = []
    for value in (3, 3, 4):
        with make_rig() as rig:
            rig.run(1)
            faults.change(rig, "files_damaged", "config", value)
            seen.append((rig.folder / "config.json").read_bytes())
    assert seen[0] == seen[1] != seen[2]


# -- the service button --


def test_a_shorted_service_button_is_a_hand_that_holds_it():
    with make_rig() as rig:
        rig.run(10)
        assert rig.points()["node.service"] == 0
        faults.change(rig, "button_short")
        rig.run(3)
        faults.change(rig, "button_short", mend=True)
        rig.run(10)
        assert rig.resets == 0, "let go too early"
        hold(rig, 7)
        run_until(rig, lambda p: rig.resets == 1, 3, 0.1)
        rig.run(3)
        assert rig.points()["node.service"] == 1 and (rig.folder / "service.txt").exists()
        hold(rig, 7)
        run_until(rig, lambda p: rig.resets == 2, 3, 0.1)
        rig.run(3)
        assert rig.points()["node.service"] == 0 and not (rig.folder / "service.txt").exists()


def hold(rig, seconds):
    faults.change(rig, "button_short")
    rig.run(seconds)
    faults.change(rig, "button_short", mend=True)


@pytest.mark.parametrize("when", ["before the boot", "in service mode", "while it runs"])
def test_a_shorted_button_cable_is_no_press_and_the_house_keeps_its_heat(when):
    with make_rig() as rig:
        if when == "before the boot":
            faults.change(rig, "button_short")
            rig.restart()
            rig.run(120)
            assert rig.resets == 1 and rig.points()["node.service"] == 0
        elif when == "while it runs":
            rig.run(60)
            faults.change(rig, "button_short")
            rig.run(120)
            assert rig.resets == 0 and rig.points()["node.service"] == 0
            rig.restart()
            rig.run(60)
            faults.change(rig, "button_short", mend=True)  # the electrician has found it: that is no press either
            rig.run(10)
            assert rig.resets == 1 and rig.points()["node.service"] == 0
        else:
            rig.run(10)
            hold(rig, 7)
            rig.run(3)
            assert rig.resets == 1 and rig.points()["node.service"] == 1
            faults.change(rig, "button_short")
            rig.run(60)
            assert rig.resets == 1 and rig.points()["node.service"] == 1, "it stays what the person made it"
        faults.change(rig, "button_short", mend=True)
        rig.run(2)
        resets = rig.resets
        hold(rig, 6)
        run_until(rig, lambda p: rig.resets == resets + 1, 3, 0.1)


# -- a village --


def test_targets_of_a_village_reach_the_board_they_name():
    with make_village(2) as v:
        v.run(2)
        one, two = (board.wiring for board in v.rooms)
        faults.change(v, "sensor_slipped", "leaving2")
        assert two.sensors["leaving1"].fault == "slipped" and one.sensors["leaving1"].fault == ""
        for name, target in (("switch_open", "room2_high"), ("switch_short", "room1_low"),
                             ("feedback_open", "room2_compressor"), ("contact_chatter", "room1_pump"),
                             ("feedback_short", "well_pump"), ("button_short", "")):
            faults.change(v, name, target)
        assert two.open_switches == {"room1_high"} and one.open_switches == set()
        assert one.cables.faults == {"room1_low": "short", "room1_pump": ("chatter", 0.3)}
        assert two.cables.faults == {"room1_compressor": "open"}
        assert v.well.wiring.cables.faults == {"well_pump": "short", "button": "short"}
        faults.change(v, "sensor_swapped", "room1+leaving1")
        assert one.sensors["room1"].swapped is one.sensors["leaving1"]
        with pytest.raises(faults.FaultError, match="no target"):
            faults.change(v, "sensor_swapped", "leaving1+leaving2")  # they hang on two buses
        faults.change(v, "clock_lost")
        assert not any(board.wiring.clock_set for board in v.boards)
        faults.change(v, "refrigerant_leak", "room2", 0.5)
        assert [unit.loss for unit in v.plant.units] == [0.0, 0.5]
        faults.change(v, "transmitter_open", "pressure")
        faults.change(v, "meter_scale", "return", 0.8)
        assert v.well.wiring.analog_faults == {"pressure": "open"} and v.well.wiring.back.share == 0.8


def test_power_and_files_of_a_village():
    with make_village(2) as v:
        v.run(3)
        faults.change(v, "power_cut")
        assert v.resets == 3
        v.run(2)
        faults.change(v, "files_damaged", "room2/settings")
        assert [board.resets for board in v.boards] == [1, 1, 2]
        faults.change(v, "brown_out")
        assert all(board.brown_out for board in v.boards)
        faults.change(v, "brown_out", mend=True)
        faults.change(v, "blackout")
        v.run(30)
        assert v.t_s == pytest.approx(35.0) and all(board.firmware.closed for board in v.boards)
        assert v.commands["fan"] == [0.0, 0.0] and v.write("room1.setpoint_mc", 20000)
        faults.change(v, "blackout", mend=True)
        v.run(10)
        p = v.points()
        assert v.resets == 7 and p["bus.rooms"] == 2 and p["node.scan_faults"] == 0
        assert p["room1.room_ok"] == p["room2.room_ok"] == 1
