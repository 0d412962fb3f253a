"""Faults on the real firmware: power, stored files, the service button, all of them one after the other, and a village."""

from __future__ import annotations

import pytest

from doubles.houses import make_rig, run_until
from harness import faults, scenarios
from wellhearth.storage import events


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
def test_one_edge_of_a_welded_contact_is_one_brown_out():
    with make_rig() as rig:
        rig.run(5)
        faults.change(rig, "brown_out")
        faults.change(rig, "relay_welded", "well_pump")
        rig.run(20)
        assert rig.wiring.commands["pump_on"] and rig.resets == 1
