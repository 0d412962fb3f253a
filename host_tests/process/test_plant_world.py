"""A plant against whatever happens: random faults, orders and power cuts, judged by what the water suffered.

No two machines start within the budget's time, no machine runs without flow, no pump works against valves that were shut
before it started, no boiler heats water that stands or is not there.
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from doubles.toyplant import ToyPlant, plant_config
from wellhearth.app import service

REACTS_S = 12  # a round of the line with a device that is silent, a second of the scan, and the order's way
SHUTS_S = 75  # network_shut, 60 s after the buildings shut all of their valves
FLOW_S = 20  # a flow switch and its delay, or the next pump
WATCHDOG_S = 70  # of a device that nobody reaches


class Plant(RuleBasedStateMachine):
    """Three wells, three machines, a tank, a boiler."""

    @initialize()
    def begin(self):
        data = plant_config(3, 3, tank={"line": "bms", "address": 55},
                            backups=[{"line": "bms", "address": 56, "kind": "boiler", "power_kw": 100, "bivalence_mc": 0}])
        self.plant = ToyPlant(data, need_kw=300, water_c=36)
        self.shut_allowed = self.standing_allowed = self.dry_allowed = 0
        self.plant.run(700)

    def hurt(self, allowance: str, seconds: int) -> None:
        """A fault of the water takes so long to be answered."""
        setattr(self, allowance, getattr(self, allowance) + seconds)

    @rule(seconds=st.integers(5, 400))
    def wait(self, seconds):
        self.plant.run(seconds)

    @rule(block=st.sampled_from(["machine1", "machine2", "machine3", "pump1", "pump2", "pump3", "pump4", "backup1"]),
          on=st.booleans())
    def fault(self, block, on):
        self.plant.device(block).forced.update(fault=int(on))
        self.plant.device(block).says["fault"] = int(on)
        if block.startswith("pump"):
            self.hurt("dry_allowed", FLOW_S)
            self.hurt("standing_allowed", FLOW_S)

    @rule(which=st.sampled_from([(1,), (1, 2, 3)]), on=st.booleans())
    def wells_trip(self, which, on):
        for i in which:
            self.plant.device(f"source{i}").says["trips"] = int(on)
        self.hurt("dry_allowed", REACTS_S)

    @rule(block=st.sampled_from(["source1", "source2", "source3", "machine1", "pump3", "network2", "tank", "backup1",
                                 "weather"]), on=st.booleans())
    def silence(self, block, on):
        self.plant.device(block).silent = on
        if block.startswith(("machine", "pump", "backup")):  # it runs on until its own watchdog stops it
            for allowance in ("dry_allowed", "standing_allowed", "shut_allowed"):
                self.hurt(allowance, WATCHDOG_S)

    @rule(need=st.integers(0, 500), outside=st.integers(-20, 20))
    def weather(self, need, outside):
        self.plant.need_kw, self.plant.outside_c = need, outside

    @rule(mode=st.integers(0, 3))
    def order(self, mode):
        assert self.plant.node.points.write("plant.mode", mode) == ""

    @rule(limit=st.sampled_from([0, 40, 80, 200]))
    def power(self, limit):
        assert self.plant.node.points.write("plant.power_limit_kw", limit) == ""

    @rule(shut=st.booleans())
    def valves(self, shut):
        self.plant.shut = shut
        self.hurt("shut_allowed", SHUTS_S)
        self.hurt("standing_allowed", SHUTS_S)

    @rule(kpa=st.sampled_from([80.0, 150.0, 150.0]))
    def pressure(self, kpa):
        self.plant.pressure_kpa = kpa
        self.hurt("standing_allowed", REACTS_S + 10)

    @rule()
    def power_cut(self):
        """Every device is off with the node, and so is the water."""
        for device in self.plant.by_block.values():
            device.told = dict.fromkeys(device.told, 0)
        self.plant.boot()
        self.plant.last_start = -10 ** 6

    @precondition(lambda self: hasattr(self, "plant"))
    @invariant()
    def nothing_was_harmed(self):
        harm = self.plant.harm
        assert harm["close_starts"] == 0
        assert harm["no_flow"] <= self.dry_allowed, harm
        assert harm["shut"] <= self.shut_allowed, harm
        assert harm["boiler_standing"] <= self.standing_allowed, harm
        assert self.plant.node.p.scan_faults == 0


@pytest.mark.long
def test_whatever_happens_the_water_is_not_harmed():
    examples = max(1, settings.default.max_examples // 7)
    run_state_machine_as_test(Plant, settings=settings(max_examples=examples, stateful_step_count=12))


def test_in_service_mode_everything_is_off_and_heard():
    plant = ToyPlant(plant_config(2, 2, tank={"line": "bms", "address": 55}), need_kw=100, water_c=36)
    plant.until(lambda one: one.told("machine1", "run") or one.told("machine2", "run"), 600)
    assert plant.told("pump3", "run") and plant.told("tank", "circulation")
    plant.boot()
    service.Service(plant.node, 600)
    plant.node.p.service = 1
    plant.run(30)
    assert not any(value for device in plant.by_block.values() for value in device.told.values())
    assert plant.p("machine1.online") and plant.p("source2.online") and not plant.node.p.scan_faults


def test_a_bad_quarter_of_an_hour():
    """A machine that runs fails, its well trips, the buildings' water is lost, the power fails."""
    world = Plant()
    world.begin()
    assert world.plant.device("backup1").says["running"] and world.plant.p("plant.machines_on") >= 2
    world.fault("machine2", True)
    world.wells_trip((1,), True)
    world.wait(60)
    world.nothing_was_harmed()
    world.pressure(80.0)
    world.wait(60)
    world.nothing_was_harmed()
    assert not world.plant.told("backup1", "run") and not world.plant.told("machine1", "run")
    world.pressure(150.0)
    world.power_cut()
    world.wait(500)
    world.nothing_was_harmed()
    assert world.plant.p("plant.machines_on") >= 1


def test_a_boilers_heat_is_carried_away_before_the_pumps_rest():
    """The plant is switched off while the boiler runs: it had heated standing water for four seconds."""
    world = Plant()
    world.begin()
    plant = world.plant
    assert plant.device("backup1").says["running"]
    world.order(0)
    plant.until(lambda one: not one.device("backup1").says["running"], 1200)
    for _ in range(100):
        plant.run(1)
        assert plant.told("backup1", "valves") and plant.told("pump3", "run") + plant.told("pump4", "run") > 0
    plant.run(60)
    assert not plant.told("pump3", "run") and not plant.told("pump4", "run") and not plant.told("backup1", "valves")
    world.nothing_was_harmed()


def test_a_machine_that_has_charged_the_tank_does_not_turn_its_valves_to_the_buildings_while_it_stops():
    """Its post-run would take the water of those that run: two of three lost theirs so, tripped and were locked out."""
    plant = ToyPlant(plant_config(3, 3, tank={"line": "bms", "address": 55}), need_kw=150, water_c=36)
    charger = None
    turned = charged = 0
    for _ in range(5400):
        plant.second()
        for name in ("machine1", "machine2", "machine3"):
            if plant.told(name, "run") and plant.told(name, "mode") == 3:
                charger, charged = name, charged + 1
        if charger and not plant.told(charger, "run") and plant.told(charger, "valves"):
            turned += plant.told(charger, "mode") != 3
        elif charger and not plant.told(charger, "valves"):
            break
    assert charged > 60 and not turned


def test_the_buildings_pumps_count_the_boiler_among_those_that_want_water():
    """Its valve opens beside the machines': without its share theirs falls below what their flow switches want."""
    data = plant_config(2, 2, backups=[{"line": "bms", "address": 56, "kind": "boiler", "power_kw": 100, "bivalence_mc": 0}])
    data["plant"]["networks"][1]["minimum_lph"] = 5000
    plant = ToyPlant(data, need_kw=300, water_c=36)
    plant.until(lambda one: one.p("plant.machines_on") == 2 and one.told("backup1", "run"), 1500)
    one = plant.node.source
    assert one.dispatch.path.loads == 3 and one.tertiary.need_lph == 3 * 5000


def cooling(water_c: float, need_kw: float) -> ToyPlant:
    """A hot day with a cold tank; need_kw: what the buildings give."""
    plant = ToyPlant(plant_config(2, 2, mode="cool", tank={"line": "bms", "address": 55}), outside_c=30, need_kw=-need_kw,
                     water_c=water_c)
    plant.tank_c = [44.0, 42.0, 40.0]
    return plant


def modes(plant: ToyPlant, seconds: int) -> set[int]:
    """What machine 1, the one that can charge, did while it ran."""
    found = set()
    for _ in range(seconds):
        plant.run(1)
        if plant.device("machine1").says["running"]:
            found.add(plant.told("machine1", "mode"))
    return found


def test_a_machine_that_recovers_heat_needs_no_water_of_the_wells():
    """It stood for hours before its start, waiting for a well that nobody else wanted; the taps went cold."""
    plant = cooling(water_c=14, need_kw=120)
    for name in ("machine2", "source1", "source2"):
        plant.device(name).silent = True
    assert modes(plant, 700) == {4}
    assert plant.tank_c[0] > 48 and plant.harm["no_flow"] == 0


def test_a_tank_is_charged_from_the_wells_where_nobody_wants_the_cold():
    plant = cooling(water_c=4.5, need_kw=0)
    assert modes(plant, 700) == {3}
    assert plant.tank_c[0] > 50 and plant.harm["no_flow"] == 0


def test_a_machine_changes_over_at_rest():
    """Taken from the buildings for the tank: told while it ran it stopped by itself, and tripped machine_stopped. The other
    machine is broken: the buildings' water goes through its open valves meanwhile."""
    plant = ToyPlant(plant_config(2, 2, tank={"line": "bms", "address": 55}), need_kw=140, water_c=36)
    plant.tank_c = [60.0, 60.0, 60.0]
    plant.device("machine2").forced.update(fault=1)
    plant.device("machine2").says["fault"] = 1
    plant.until(lambda one: one.device("machine1").says["running"], 900)
    plant.run(300)
    plant.tank_c = [44.0, 42.0, 40.0]
    device = plant.device("machine1")
    told = [device.told["mode"]]
    for _ in range(3600):
        plant.run(1)
        if device.told["mode"] != told[-1]:
            assert not device.says["running"], "while it ran"
            told.append(device.told["mode"])
    assert [mode for mode in told if mode][:3] == [1, 3, 1], "for the tank, and back to the buildings"
    assert plant.tank_c[0] > 52 and not plant.p("machine1.trips") and plant.harm["shut"] == plant.harm["no_flow"] == 0
