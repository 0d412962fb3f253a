"""Damaged files and a start; the service button; a village's power and files."""

from __future__ import annotations

import json

import pytest

from doubles.houses import make_rig, make_village, run_until
from harness import faults, outages

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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
def test_a_file_that_is_not_there_yet_is_rubbish():
    with make_rig() as rig:
        assert not (rig.folder / "ledger.json").exists()
        faults.change(rig, "files_damaged", "ledger")
        rig.run(2)
        assert any("ledger.json cannot be read" in text for text in rig.texts), rig.texts


@pytest.mark.both(share=12)
def test_damage_is_seeded():
    seen = []
    for value in (3, 3, 4):
        with make_rig() as rig:
            rig.run(1)
            faults.change(rig, "files_damaged", "config", value)
            seen.append((rig.folder / "config.json").read_bytes())
    assert seen[0] == seen[1] != seen[2]


# -- the service button --


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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


@pytest.mark.both(share=12)
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
