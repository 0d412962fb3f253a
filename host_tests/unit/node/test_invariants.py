"""Random commands, faults and resets against the composed node, with the invariants that must never break.

The node is the firmware's own, on a toy board with instant physics, one scan a second. A Hypothesis state
machine drives it; of 2,000 sequences a twentieth runs in `make test`, the rest in `make test-long`. More on demand:
WELLHEARTH_SEQUENCES=20000 make test ARGS="-m '' --timeout 3600 host_tests/unit/node/test_invariants.py"
"""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from doubles.invariants import warm_copy
from doubles.selection import some
from doubles.toyhouse import FAULTS, ROOMS

SEQUENCES = int(os.environ.get("WELLHEARTH_SEQUENCES", "2000"))
PARTS = 20  # the first in `make test`
FIRST_SEED = int(os.environ.get("WELLHEARTH_FIRST_SEED", "0"))
STEPS = 8


ROOM = st.sampled_from([1, 2])
SETPOINTS = st.sampled_from([5000, 15000, 20000, 30000])


class Sequence(RuleBasedStateMachine):
    """Faults, commands and resets in any order, each followed by some time."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.world, self.watch = warm_copy(self.folder.name)

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def wait(self, seconds):
        for _ in range(seconds):
            self.world.second()
            self.watch.look()

    @rule(fault=st.sampled_from(FAULTS), seconds=st.sampled_from([1, 4, 20, 60]))
    def breaks(self, fault, seconds):
        self.world.begin(fault)
        self.wait(seconds)

    @rule(fault=st.sampled_from(FAULTS), seconds=st.sampled_from([1, 60]))
    def is_mended(self, fault, seconds):
        self.world.mend(fault)
        self.wait(seconds)

    @rule(seconds=st.sampled_from([1, 30, 200]))
    def power_cut(self, seconds):
        self.world.reset()
        self.wait(seconds)

    @rule(room=ROOM, mode=st.sampled_from([0, 1, 2, 3]), seconds=st.sampled_from([1, 60]))
    def mode(self, room, mode, seconds):
        self.world.write(f"room{room}.mode", mode)
        self.wait(seconds)

    @rule(room=ROOM, setpoint=SETPOINTS, seconds=st.sampled_from([1, 60]))
    def setpoint(self, room, setpoint, seconds):
        self.world.write(f"room{room}.setpoint_mc", setpoint)
        self.wait(seconds)

    @rule(seconds=st.sampled_from([60, 300]))
    def time_passes(self, seconds):
        self.wait(seconds)


@pytest.mark.parametrize("part", some(range(PARTS)))
def test_no_sequence_breaks_an_invariant(part):
    machine = seed(FIRST_SEED + part)(type(f"Sequence{part}", (Sequence,), {}))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=-(-SEQUENCES // PARTS), stateful_step_count=STEPS, deadline=None,
        suppress_health_check=list(HealthCheck)))


ACTIONS = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(FAULTS)), st.tuples(st.just("mend"), st.sampled_from(FAULTS)),
    st.tuples(st.just("reset"), st.none()))


@pytest.mark.parametrize("part", some(range(PARTS)))
def test_after_two_hours_without_faults_every_unlocked_room_heats_again(part):
    @seed(FIRST_SEED + part)
    @settings(max_examples=max(10, SEQUENCES // 40 // PARTS), suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(ACTIONS, st.sampled_from([5, 200, 700])), min_size=1, max_size=8))
    def heats_again_after(plan):
        two_hours_after(plan)

    heats_again_after()


def two_hours_after(plan):
    with tempfile.TemporaryDirectory() as folder:
        world, _watch = warm_copy(folder)
        for (what, arg), seconds in plan:
            world.reset() if what == "reset" else getattr(world, what)(arg)
            for _ in range(seconds):
                world.second()
        for fault in FAULTS:
            world.mend(fault)
        for room in (1, 2):
            world.write(f"room{room}.mode", 1)
            world.write(f"room{room}.setpoint_mc", 30000)
        ran = [False] * ROOMS
        for _ in range(7200):
            world.second()
            ran = [r or world.on(i) for i, r in enumerate(ran)]
            if all(ran):
                break
        ts = world.node.well.trips
        well_locked = world.node.well.p.lockouts & (ts.pump_off | ts.start_refused)
        master = any(r.p.lockouts & r.trips.master_off for r in world.node.rooms)
        for i, room in enumerate(world.node.rooms):
            if not (well_locked or master or room.p.lockouts):
                assert ran[i], f"room {i + 1} is cold, nothing holds it: {room.p.trips}, well {world.node.well.p.trips}"


def test_one_units_lockout_leaves_the_other_running():
    with tempfile.TemporaryDirectory() as folder:
        world, watch = warm_copy(folder)
        for room in (1, 2):
            world.write(f"room{room}.setpoint_mc", 30000)
        for n in range(3):
            world.begin("room1_high_ok")
            for _ in range(400):
                world.second()
                watch.look()
                assert world.on(1)
            world.mend("room1_high_ok")
            for _ in range(700):
                world.second()
                watch.look()
            assert world.on(0) == (n < 2), "locked out at the third trip"
        assert world.node.rooms[0].p.lockouts and world.on(1)


def test_the_invariants_notice_what_they_watch():
    with tempfile.TemporaryDirectory() as folder:
        world, watch = warm_copy(folder)
        world.flow = 0
        world.t += 10
        with pytest.raises(AssertionError, match="without proven flow"):
            watch.look()
        world, watch = warm_copy(folder)
        world.faults["room1_high_ok"] = ""
        with pytest.raises(AssertionError, match="high pressure switch"):
            watch.look()
