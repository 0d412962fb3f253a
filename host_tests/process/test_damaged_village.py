"""Damaged files in a village."""

from __future__ import annotations

import pytest

from doubles.houses import make_village
from harness import faults


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
