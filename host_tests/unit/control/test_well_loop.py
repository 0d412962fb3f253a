"""The well loop against a pump and a well of a few lines: times, limits and overrides to the number.

The pump gives 2 L/h for each per mille of speed above 300 pm; the ground takes 100 L/h for each kPa.
"""

from __future__ import annotations

import types

import pytest

from doubles import houses
from wellhearth.control import overrides, well
from wellhearth.tables import config_rows

DT = 100
DEFAULTS = {row.key: row.default for row in config_rows.WELL}


class Plant:
    """A well loop and its water, stepped together."""

    def __init__(self, lph_per_kpa: float = 100.0, gain: float = 4.0, **cfg):
        self.cfg = types.SimpleNamespace(**{**DEFAULTS, **cfg})
        self.loop = well.WellController(self.cfg, DT)
        self.lph_per_kpa, self.gain = lph_per_kpa, gain
        self.flow = 0.0
        self.ms = 0
        self.demand = 0
        self.heat_pumps = False
        self.move = self.bar = False
        self.trace: list[tuple[int, int]] = []

    def step(self) -> None:
        loop = self.loop
        aim = max(0.0, (loop.pump_speed_pm - 300) * self.gain) if loop.pump_on else 0.0
        self.flow += (aim - self.flow) * 0.1  # a second of water column
        self.ms += DT
        houses.scan_well(loop, self.demand, round(self.flow), round(self.flow / self.lph_per_kpa), self.bar,
                           self.heat_pumps, self.move, DT, self.ms // 1000)
        self.trace.append((self.ms, loop.pump_speed_pm))

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.step()

    def until(self, condition, limit_s: float = 600) -> float:
        begin = self.ms
        while not condition(self.loop):
            self.step()
            assert self.ms - begin < limit_s * 1000
        return (self.ms - begin) / 1000


def running(demand: int = 2400, seconds: float = 120, **cfg) -> Plant:
    plant = Plant(**cfg)
    plant.demand = demand
    plant.until(lambda loop: loop.state == well.RUN)
    plant.run(seconds)
    return plant


def test_a_boot_begins_with_a_full_rest_and_a_start_goes_straight_to_30_hz():
    plant = Plant(pump_min_off_s=60)
    plant.demand = 1200
    assert plant.until(lambda loop: loop.pump_on) == pytest.approx(60, abs=0.1)
    assert plant.loop.pump_speed_pm == 600 and plant.loop.starts_total == 1 and not plant.loop.permissive
    proven = plant.until(lambda loop: loop.permissive)
    assert proven == pytest.approx(1.4 + well.PROVE_MS / 1000, abs=0.5)


@pytest.mark.parametrize("wish", ["demand", "heat_pumps", "move"])
def test_each_wish_alone_starts_the_pump(wish):
    plant = Plant(pump_min_off_s=10)
    plant.run(20)
    assert not plant.loop.pump_on
    setattr(plant, wish, 1 if wish == "demand" else True)
    plant.step()
    assert plant.loop.pump_on


def test_the_flow_setpoint_is_ramped_and_held():
    plant = running(1200, 60, flow_ramp_lph_s=100)
    assert plant.loop.flow_setpoint_lph == 1200
    plant.demand = 2400
    plant.run(6)
    assert plant.loop.flow_setpoint_lph == pytest.approx(1800, abs=20)
    plant.run(60)
    assert plant.loop.flow_setpoint_lph == 2400 and abs(plant.flow - 2400) <= 25
    plant.demand = 99999
    plant.run(120)
    assert plant.loop.flow_setpoint_lph == plant.cfg.max_flow_lph


def test_the_flow_covers_a_demand_from_nine_tenths_on_and_not_before():
    plant = running(2400, 60)
    assert plant.loop.enough
    loop = plant.loop
    for flow, enough in ((2159, False), (2160, True), (2600, True)):
        plant.flow = flow
        houses.scan_well(loop, 2400, flow, 20, False, True, False, DT, plant.ms // 1000)
        assert loop.enough is enough, flow


def test_the_feed_forward_moves_the_speed_with_the_setpoint():
    with_ff = running(1200, 60, flow_ff_pm_m3h=250)
    without = running(1200, 60, flow_ff_pm_m3h=0)
    for plant in (with_ff, without):
        plant.demand = 2000
        plant.run(5)
    assert with_ff.flow > without.flow + 100, "4 L/h a per mille: 250 pm for each m3/h is the pump's own curve"
    with_ff.run(40)
    assert abs(with_ff.flow - 2000) <= 25


def test_the_stop_waits_for_post_run_and_minimum_run_then_ramps_to_30_hz_and_off():
    plant = running(2400, 60, postrun_s=30, pump_min_on_s=60)
    plant.demand = 0
    plant.step()
    assert plant.loop.state == well.POST_RUN and plant.loop.permissive
    assert plant.until(lambda loop: loop.state != well.POST_RUN) == pytest.approx(30, abs=0.2)
    assert plant.loop.state == well.RAMP_DOWN and not plant.loop.permissive
    before = plant.loop.pump_speed_pm
    took = plant.until(lambda loop: not loop.pump_on)
    assert took == pytest.approx(max(0.1, (before - 600) / plant.cfg.pump_ramp_pm_s), abs=0.3)
    assert [pm for _ms, pm in plant.trace if 0 < pm < 600] == [], "never below 30 Hz"
    assert plant.loop.pump_speed_pm == 0 and plant.loop.flow_setpoint_lph == 0 and not plant.loop.proven
    short = Plant(postrun_s=10, pump_min_on_s=90, pump_min_off_s=10)
    short.demand = 1200
    short.until(lambda loop: loop.state == well.RUN)
    short.demand = 0
    short.until(lambda loop: not loop.pump_on)
    assert short.loop.on_ms >= 90_000 and short.loop.on_ms < 92_000


def test_a_new_wish_ends_the_post_run_and_a_protection_ends_everything_at_once():
    plant = running(2400, 60, postrun_s=30)
    plant.demand = 0
    plant.run(10)
    plant.demand = 1500
    plant.step()
    assert plant.loop.state == well.RUN and plant.loop.starts_total == 1
    plant.bar = True
    plant.step()
    assert not plant.loop.pump_on and plant.loop.pump_speed_pm == 0 and not plant.loop.permissive
    plant.bar = False
    assert plant.until(lambda loop: loop.pump_on) == pytest.approx(plant.cfg.pump_min_off_s, abs=0.2)
    assert plant.loop.starts_total == 2


def test_proof_is_lost_below_half_of_the_minimum_only_and_after_its_time():
    plant = running(1200, 30)
    loop = plant.loop
    for flow, after_s, proven in ((601, 20, True), (599, 2.3, True), (599, 0.4, False)):
        for _ in range(round(after_s * 10)):
            plant.ms += DT
            houses.scan_well(loop, 1200, flow, 10, False, True, False, DT, plant.ms // 1000)
        assert loop.proven is proven, (flow, after_s)


def test_the_pressure_override_holds_92_percent_of_the_limit():
    plant = running(4800, 300, lph_per_kpa=15.0, gain=12.0, reinjection_limit_kpa=300)
    assert plant.loop.limiter == overrides.LIMIT_PRESSURE
    pressure = plant.flow / plant.lph_per_kpa
    assert 0.90 * 300 < pressure < 0.94 * 300
    free = running(2400, 120, lph_per_kpa=100.0)
    assert free.loop.limiter == overrides.LIMIT_NONE


def test_quiet_hours_cap_the_speed_and_a_flow_cap_the_flow():
    plant = running(2400, 60)
    plant.loop.speed_cap_pm = 700
    plant.run(30)
    assert plant.loop.pump_speed_pm == 700 and plant.loop.limiter == overrides.LIMIT_QUIET
    plant.loop.speed_cap_pm = 1000
    plant.loop.flow_cap_lph = 1500
    plant.run(60)
    assert plant.loop.flow_setpoint_lph == 1500 and abs(plant.flow - 1500) <= 25


def test_the_drawdown_override_keeps_water_over_the_pump():
    plant = Plant(level_min_kpa=30)
    plant.demand = 4800
    plant.loop.level_kpa = 100
    plant.until(lambda loop: loop.state == well.RUN)
    for _ in range(3000):
        plant.loop.level_kpa = max(0, round(100 - plant.flow / 40))  # 25 mm of water for each 10 L/h
        plant.step()
    assert plant.loop.limiter == overrides.LIMIT_DRAWDOWN
    assert 34 <= plant.loop.level_kpa <= 38  # 6/5 of the least level


@pytest.mark.parametrize("sign", [1, -1])
def test_the_return_temperature_override_slows_the_pump_for_heating_and_for_cooling(sign):
    """Too small a difference between the pipes is water lifted for nothing."""
    plant = Plant(min_difference_mk=3000)
    plant.demand = 3600
    plant.heat_pumps = True
    plant.until(lambda loop: loop.state == well.RUN)
    for second in range(2400):
        plant.run(1)
        difference = sign * round(7_000_000 / max(plant.flow, 1))
        plant.loop.each_second(12000, 12000 - difference, True, True)
        if second == well.SETTLE_S - 20:
            assert plant.loop.limiter == overrides.LIMIT_NONE, "heat pumps need their time to show it"
    assert plant.loop.limiter == overrides.LIMIT_RETURN
    assert abs(7_000_000 / plant.flow - 3000) < 200

