"""No intermediate result of the scan's arithmetic leaves 31 bits, over the whole allowed input range."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import houses
from doubles.int31 import LIMIT, Int31, Overflow31
from doubles.toyhouse import World
from harness import scenarios
from wellhearth.control import (
    capacity,
    fan,
    flowproof,
    motor,
    pi,
    plan,
    ramp,
    room,
    stack,
    starts,
    thermostat,
    trips,
    verify,
    well,
)
from wellhearth.drivers import ds18b20, flow, transmitter
from wellhearth.metering import meters, water
from wellhearth.node import node
from wellhearth.tables import causes, config, config_rows, points

i31 = lambda lo, hi: st.integers(lo, hi).map(Int31)  # noqa: E731


def checked(obj):
    """Every int attribute of an object, and of what it owns, becomes an Int31."""
    for name, value in list(vars(obj).items()):
        if isinstance(value, bool):
            continue
        if isinstance(value, int):
            setattr(obj, name, Int31(value))
        elif isinstance(value, list) and value and isinstance(value[0], int):
            setattr(obj, name, [Int31(v) for v in value])
        elif isinstance(value, (pi.PI, ramp.Ramp, starts.StartLimiter, thermostat.Thermostat, fan.SupplyAirFan,
                                meters.TwoWord, config.Section)):
            checked(value)
    return obj


def any_section(draw, rows, base):
    """A section with every int key anywhere inside its own limits, contradictions avoided."""
    data = dict(base)
    for row in rows:
        if row.kind == config_rows.INT and row.key not in data:
            data[row.key] = draw(st.sampled_from([row.default, row.lo, row.hi]) | st.integers(row.lo, row.hi))
    return data


@st.composite
def any_config(draw):
    """A valid Config with values from the whole allowed range, edges preferred."""
    data = houses.house_config(1)
    del data["well"]["return_pulses_per_m3"], data["well"]["pulses_per_m3"]
    data["well"] = any_section(draw, config_rows.WELL, data["well"])
    data["rooms"][0] = any_section(draw, config_rows.ROOM, data["rooms"][0])
    w = data["well"]
    w["min_flow_lph"], w["max_flow_lph"] = sorted((w["min_flow_lph"], w["max_flow_lph"]))
    w["max_flow_lph"] = min(w["max_flow_lph"], 200 * w["min_flow_lph"])
    least, most = -(-3 * 3_600_000 // w["min_flow_lph"]), 800 * 3_600_000 // w["max_flow_lph"]
    for key in ("pulses_per_m3", "return_pulses_per_m3"):
        w[key] = max(1000, min(max(least, w[key]), most)) if w[key] else 0
    w["reinjection_limit_kpa"] = min(w["reinjection_limit_kpa"], w["pressure_range_kpa"] * 9 // 10)
    if 0 < w["return_pulses_per_m3"] < 1000:
        w["return_pulses_per_m3"] = 0
    w["motor_cooling_lph"] = min(w["motor_cooling_lph"], w["min_flow_lph"] * 4 // 5)
    w["vacuum_limit_kpa"] = max(w["vacuum_limit_kpa"], w["pressure_zero_kpa"])
    r = data["rooms"][0]
    if 0 < w["current_range_ma"] < 500:
        w["current_range_ma"] = 0
    w["level_range_kpa"] = 2000
    w["quiet_pump_pm"] = max(w["quiet_pump_pm"], w["pump_floor_pm"])
    r["freeze_limit_mc"] = max(3000, r["freeze_limit_mc"])
    r["quiet_fan_pm"] = 1000
    r["fan_min_pm"], r["fan_max_pm"] = sorted((r["fan_min_pm"], r["fan_max_pm"]))
    r["setpoint_min_mc"], r["setpoint_max_mc"] = 5000, 30000
    data["well"]["lowest_supply_mc"] = 25000
    r["unit_flow_lph"] = max(r["unit_flow_lph"], r["rated_w"] * 645 // (25000 - r["freeze_limit_mc"]) + 1)
    return houses.valid(data)


TEMPS = i31(-55000, 125000)


def test_the_checker_itself_catches_an_overflow():
    with pytest.raises(Overflow31):
        _ = Int31(40000) * 40000
    with pytest.raises(Overflow31):
        _ = 40000 * Int31(40000)
    with pytest.raises(Overflow31):
        _ = Int31(LIMIT) + 1
    assert isinstance(3 - Int31(1), Int31)


@given(any_config(), st.sampled_from([50, 100, 200]), st.lists(
    st.tuples(i31(0, 500_000), i31(0, 100_000), i31(-100, 10_000), st.booleans(), TEMPS, TEMPS, i31(0, 1000)),
    min_size=5, max_size=40), i31(0, LIMIT - 90_000))
def test_well_loop(cfg, step_ms, inputs, now):
    loop = checked(well.WellController(cfg.well, step_ms))
    loop.hold_ms = Int31(0)
    for demand, flow_lph, kpa, bar, supply, back, dt in inputs:
        for _ in range(8):
            loop.level_kpa = kpa
            houses.scan_well(loop, demand, flow_lph, kpa, bar, demand > 0, False, dt, now)
            loop.each_second(supply, back, True, True)
            now = now + 1
        assert 0 <= loop.pump_speed_pm <= 1000


@given(any_config(), st.lists(st.tuples(
    i31(5000, 30000), TEMPS, TEMPS, st.booleans(), st.booleans(), st.booleans(), i31(0, 1000), i31(0, 1000)),
    min_size=5, max_size=40), i31(0, LIMIT - 90_000))
def test_room_loop(cfg, inputs, now):
    loop = checked(room.RoomController(cfg.rooms[0], 0))
    loop.hold_ms = Int31(0)
    for setpoint, air, supply, ok, permissive, bar, fixed, dt in inputs:
        for _ in range(8):
            houses.room_second(loop, plan.COOL if bar else plan.HEAT, setpoint, air, ok, supply, ok, 1000)
            houses.scan_room(loop, fixed, permissive, True, bar, not ok, dt, now)
            now = now + 1
        assert 0 <= loop.fan_pm <= 1000 and 0 <= loop.compressor_pm <= 1000


@given(i31(1, 1_000_000), i31(1, 2000), st.lists(i31(-LIMIT, LIMIT), max_size=50), i31(0, 1000))
def test_pi(kp, ti, errors, actual):
    c = checked(pi.PI(kp, ti, Int31(0), Int31(1000)))
    for err in errors:
        c.update(err)
        c.track(actual)
        c.update(err)


@pytest.mark.parametrize("direction", [1, 2])
def test_32_far_rooms_that_all_ask_for_everything(direction):
    """What comes over the bus is inside the ranges of the points, and no more is known of it."""
    data = scenarios.village_config(32)["well_node"]
    data["well"].update(flow_lph_per_kw=500, flow_lph_per_kw_cool=500)
    world = World("")
    world.cfg = houses.valid(data)
    n = node.Node(world.cfg, world)
    n.cfg.well.flow_lph_per_kw = n.cfg.well.flow_lph_per_kw_cool = Int31(500)
    for i, far in enumerate(n.far):
        far.p.demand_w, far.p.compressor_on, far.p.direction = Int31(100000), 1, direction if i else 3 - direction
    n.tick.dt_ms = 100
    for _ in range(30):
        n.control()
    top = {row.name: row.hi for row in points.NODE + points.WELL}
    assert 0 < n.p.demand_lph <= top["demand_lph"] and n.well.p.demand_w <= top["demand_w"]


@given(st.sampled_from(causes.CAUSES), st.lists(st.tuples(st.booleans(), st.booleans(), i31(0, 1000)), max_size=60),
       i31(0, LIMIT - 90_000))
def test_trip(row, inputs, now):
    trip = checked(trips.Trip(row))
    if trip.limiter:
        checked(trip.limiter)
    for cause, clear, dt in inputs:
        trip.update(cause, clear, dt, now)
        now = now + 100


@given(st.lists(st.tuples(i31(0, 100_000), i31(-50_000, 50_000), i31(-20_000, 90_000), i31(-20_000, 90_000)), max_size=30),
       st.integers(0, 3600 * meters.PART - 1))
def test_heat(seconds, rest):
    taken, given_ = checked(meters.HeatMeter()), checked(meters.HeatMeter())
    taken.energy.rest = Int31(rest)
    for flow_lph, difference, meter_mc, mean_mc in seconds:
        carries = water.carries(meter_mc, mean_mc)
        watt = meters.heat(taken, given_, flow_lph, difference, carries)
        assert abs(watt - flow_lph * 1.0 * difference * carries / 1e8) < 3


@given(i31(1000, 1_000_000), st.lists(i31(0, 500_000), max_size=50))
def test_meters(pulses_per_m3, pulses):
    meter = meters.WaterMeter(pulses_per_m3)
    checked(meter)
    for n in pulses:
        meter.add(n)
    total = sum(int(p) for p in pulses) * 1000 // pulses_per_m3
    assert meter.water.high * 1000 + meter.water.low == total


class Pulses:
    """A pulse input driven by a test."""

    def __init__(self):
        self.n = Int31(0)
        self.t = Int31(0)

    def count(self):
        return self.n

    def edge_us(self):
        return self.t


@given(st.integers(1000, 1_000_000), st.sampled_from([50, 100, 200]), st.integers(0, 2**32), st.integers(0, 100_000))
def test_flow_meter(pulses_per_m3, step_ms, seed, top):
    rng = random.Random(seed)
    source = Pulses()
    meter = checked(flow.FlowMeter(source, pulses_per_m3, step_ms))
    now = 0
    for _ in range(100):
        now = (now + step_ms * 1000) & flow.TICKS_MASK
        n = rng.randrange(0, top * step_ms * pulses_per_m3 // 3_600_000_000 + 2)
        if n:
            source.n = Int31((source.n + n) & flow.COUNT_MASK)
            source.t = Int31((now - rng.randrange(0, step_ms * 1000 - 1)) & flow.TICKS_MASK)
        assert 0 <= meter.scan(Int31(now)) <= 100_000


class Volts:
    """An analog input driven by a test."""

    def __init__(self, uv):
        self.uv = uv

    def read_uv(self):
        return self.uv


@given(i31(0, 5_000_000), i31(10, 25_000), st.sampled_from([0, 1]), i31(50, 250), i31(-100, 0))
def test_pressure(uv, range_kpa, signal, shunt, bottom):
    p = checked(transmitter.Transmitter(Volts(uv), range_kpa, signal, shunt, bottom))
    for _ in range(20):
        p.scan()


@given(st.binary(min_size=9, max_size=9))
def test_temperature(data):
    buf = [Int31(b) for b in data]
    assert -(1 << 15) * 125 // 2 <= ds18b20.decode_mc(buf) <= (1 << 15) * 125 // 2


@given(any_config(), st.lists(st.tuples(i31(0, 100_000), i31(0, 100_000), i31(-100, 10_000), st.booleans(), i31(0, 1000)),
                              max_size=40))
def test_flow_proof_and_capacity(cfg, inputs):
    w = cfg.well
    proof = checked(flowproof.FlowProof(w.min_flow_lph, w.return_pulses_per_m3 > 0, w.flow_ff_pm_m3h))
    cap = checked(capacity.Capacity())
    ref = Int31(0)
    for lift, back, kpa, ok, speed in inputs:
        for _ in range(25):
            assert 0 <= houses.scan_flow(proof, lift, back, kpa, ok, True, speed) <= LIMIT
            houses.flow_second(proof, lift, kpa, ok, True, 0, speed, False)
        proof.safe_lph(w.reinjection_limit_kpa)
        proof.weak(lift, speed)
        proof.strong(lift, speed)
        for _ in range(610):
            ref = cap.each_second(lift, kpa, ref)
        cap.low(ref)
        cap.good(ref)
        cap.percent(ref)


@given(st.lists(st.tuples(i31(-6000, 32_000), i31(0, 1000), st.booleans()), max_size=60))
def test_motor_current(inputs):
    m = checked(motor.MotorCurrent(90))
    for current, speed, ok in inputs:
        for _ in range(12):
            m.each_second(current, speed, ok)
        m.dry(current, speed)


@given(i31(0, 500_000), i31(100, 60_000), i31(100, 60_000))
def test_stack(demand, a, b):
    s = checked(stack.Stack(a, b, 3600))
    s.scan(demand, True, True)
    s.scan(demand, False, True)


@given(any_config(), st.lists(st.tuples(st.sampled_from([0, 1, 2, 3]), i31(5000, 30000), TEMPS, st.booleans()), max_size=40))
def test_plan(cfg, inputs):
    p = checked(plan.RoomPlan(cfg.rooms[0]))
    answer = verify.Answer()
    for mode, setpoint, air, ok in inputs:
        p.each_minute(Int31(60))
        p.until_min = Int31(100)
        for _ in range(8):
            p.each_second(mode, setpoint, ok, air, ok, not ok)
            answer.failing(True, ok, air)
        p.warming_s = p.warming_s * 0 + 650 if p.warming_s else p.warming_s
