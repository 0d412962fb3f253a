"""The service button and its cable."""

from __future__ import annotations

import pytest

from doubles.houses import make_rig, run_until
from harness import faults


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
