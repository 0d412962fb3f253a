"""A large water-to-water heat pump and an air-cooled chiller: what they take from one water and give to the other.

Capacity and power follow from evaporating and condensing temperature (plant/refrigerant.py, R410A and scrolls), so the map
holds for heating, cooling, recovery and hot water alike; `capacity_map` prints it. The water in the exchangers belongs to
the plant's lumps; the machine hands over powers. It has a controller and protections of its own, as every large machine
has: what a plant node asks for is a wish. Powers in W, temperatures in degC, flows in m3/h.
"""

from __future__ import annotations

from ..refrigerant import enthalpy_kj_kg, filling, saturation_kpa, suction_kg_m3, work_kj_kg
from ..well import WATER_WH_M3K

OFF, HEAT, COOL, HOT_WATER, RECOVERY = range(5)
SOURCE, LOAD, TANK = range(3)
# (where the heat is taken, where it is given) of each mode
SIDES = {HEAT: (SOURCE, LOAD), COOL: (LOAD, SOURCE), HOT_WATER: (SOURCE, TANK), RECOVERY: (LOAD, TANK)}
EVAPORATOR_K, CONDENSER_K = 4.0, 3.0  # approach at full load
RATED_EVAPORATOR_C, RATED_CONDENSER_C = 8.0 - EVAPORATOR_K, 45.0 + CONDENSER_K  # water leaves with 8 and with 45 degC
IDLE_SHARE = 0.06  # of the rated power: friction and iron, whatever the load
LEAST_LOAD = 0.25  # smallest step of the compressors
START_S, SLOW = 60.0, 10.0  # ramp to full load; a slow machine's factor
REST_S = 180.0  # between stop and start, the machine's own timer
FREEZE_C, HIGH_C = 2.5, 64.5  # own protections: leaving the evaporator; condensing
LEAST_FLOW = 0.5  # of the nominal flow; the flow switch opens below it
FLOW_S = 10.0
UNLOAD_K = 3.0  # of leaving water: over so many kelvins before its pressure trip it gives less and less
STANDBY_W = 200.0
SENSOR_OFF_C = 22.0  # a sensor that slipped out of its pocket reads the plant room
COIL_K = 12.0  # chiller: condensing over the outside air

OK, FLOW, FROZE, PRESSURE, BROKEN = range(5)  # fault codes
CLEAR_S = {FLOW: 60.0, FROZE: 300.0, PRESSURE: 300.0}  # at rest and not wanted, until the fault clears itself
SELF_CLEARED = 2  # so often a day freezing and high pressure do; the next one waits for a hand


def full_load(displacement: float, evaporating_c: float, condensing_c: float) -> tuple[float, float]:
    """(heat from the evaporator, electric power without idling) in W of a circuit with all compressors."""
    low, high = saturation_kpa(evaporating_c), saturation_kpa(min(66.0, condensing_c))
    mass = displacement * suction_kg_m3(evaporating_c) * filling(low, high)
    cold = mass * enthalpy_kj_kg(evaporating_c, condensing_c) * 1000.0
    return max(0.0, cold), mass * work_kj_kg(evaporating_c, condensing_c) * 1000.0


def displacement_for(heat_w: float) -> float:
    """m3/s of compressors that give `heat_w` at the rated point."""
    cold, power = full_load(1.0, RATED_EVAPORATOR_C, RATED_CONDENSER_C)
    return heat_w / (cold + power * (1.0 + IDLE_SHARE))


class Machine:
    """`step` once a step of the plant; read `evaporator_w`, `condenser_w`, `electric_w`, `load`, `fault`.

    Faults: `failed` (does not run), `locked` (waits for a reset), `slow` (ramps in ten times its time), `sensor_off` (its
    leaving sensor reads the plant room).
    """

    def __init__(self, heat_w: float, flow_m3h: float, recovery: bool = False, freeze_c: float = 0.0):
        """flow_m3h: nominal, of each exchanger. freeze_c: freezing point of the filling of the source loop."""
        self.heat_w = heat_w
        self.flow_m3h = flow_m3h
        self.recovery = recovery
        self.displacement = displacement_for(heat_w)
        cold, power = full_load(self.displacement, RATED_EVAPORATOR_C, RATED_CONDENSER_C)
        self.idle_w = IDLE_SHARE * power
        self.guard_c = FREEZE_C + freeze_c
        self.mode = OFF  # what it does now
        self.load = 0.0
        self.evaporator_w = self.condenser_w = self.electric_w = 0.0
        self.fault = OK
        self.failed = self.locked = self.slow = self.sensor_off = False
        self.starts = 0
        self.trips = 0  # by its own protections, not counting that it is broken
        self.run_s = 0.0
        self.rested_s = REST_S
        self.dark_s = 0.0
        self._no_flow_s = self._unwanted_s = 0.0
        self._serious_s: list[float] = []  # ages of the day's serious trips

    @property
    def running(self) -> bool:
        """Compressors turn."""
        return self.load > 0.0

    def reset(self) -> None:
        """A person, or the plant's order, clears the fault; a broken machine shows it again."""
        if not self.failed:
            self.fault, self.locked = OK, False
            self._serious_s.clear()

    def trip(self, fault: int) -> None:
        """Its own protection stops it at once; no minimum time holds that up."""
        if self.fault != fault:
            self.trips += fault != BROKEN
            if fault in (FROZE, PRESSURE):
                self._serious_s.append(0.0)
        self.fault = fault
        self.load = 0.0
        self._unwanted_s = 0.0

    def _clear(self, wish: int, dt_s: float) -> None:
        """A fault that goes by itself, once nobody wants the machine."""
        self._serious_s = [age + dt_s for age in self._serious_s if age < 86400.0]
        self._unwanted_s = self._unwanted_s + dt_s if wish == OFF else 0.0
        rested = self.fault in CLEAR_S and not self.locked and self._unwanted_s >= CLEAR_S[self.fault]
        if rested and (self.fault == FLOW or len(self._serious_s) <= SELF_CLEARED):
            self.fault = OK

    def step(self, wish: int, limit: float, setpoint_c: float, water: tuple, dt_s: float, powered: bool = True) -> None:
        """water: ((m3/h, entering, leaving) of source, load, tank side), None for a side it has not."""
        self.evaporator_w = self.condenser_w = 0.0
        self.electric_w = STANDBY_W if powered else 0.0
        self._clear(wish, dt_s)
        if self.failed:
            self.trip(BROKEN)
        if self.locked and self.fault == OK:
            self.trip(PRESSURE)
        if not powered or self.fault or wish not in SIDES or (wish in (HOT_WATER, RECOVERY) and not self.recovery):
            return self._stand(dt_s)
        cold_side, hot_side = SIDES[wish]
        if wish != self.mode and self.running:
            return self._stand(dt_s)  # changes over only at rest
        cold, hot = water[cold_side], water[hot_side]
        if min(cold[0], hot[0]) < LEAST_FLOW * self.flow_m3h:
            return self._without_flow(dt_s)
        self._no_flow_s = 0.0
        self._work(wish, limit, setpoint_c, cold, hot, dt_s)

    def _stand(self, dt_s: float) -> None:
        """At rest, whoever wants it."""
        self.load = 0.0
        self.mode = OFF
        self._no_flow_s = 0.0
        self.rested_s += dt_s

    def _without_flow(self, dt_s: float) -> None:
        """A machine at rest waits for its water; one that runs trips."""
        if self.running:
            self._no_flow_s += dt_s
            if self._no_flow_s >= FLOW_S:
                self.trip(FLOW)
                self._stand(dt_s)
        else:
            self._stand(dt_s)

    def _work(self, wish: int, limit: float, setpoint_c: float, cold: tuple, hot: tuple, dt_s: float) -> None:
        """Compressors by the leaving temperature of the side that is served."""
        share = max(self.load, LEAST_LOAD)
        evaporating, condensing = cold[2] - EVAPORATOR_K * share, hot[2] + CONDENSER_K * share
        full_w, power_w = full_load(self.displacement, evaporating, condensing)
        served = cold if wish in (COOL, RECOVERY) else hot
        gain = -full_w if wish in (COOL, RECOVERY) else full_w + power_w + self.idle_w
        wanted = self._wanted(served, gain, setpoint_c, dt_s)
        load = self._ramped(min(limit, wanted, (HIGH_C - CONDENSER_K - hot[2]) / UNLOAD_K), wish, dt_s)
        if load <= 0.0:
            return
        if cold[2] < self.guard_c:
            return self.trip(FROZE)
        if condensing > HIGH_C:
            return self.trip(PRESSURE)
        self.run_s += dt_s
        self.evaporator_w = full_w * load
        self.electric_w = power_w * load + self.idle_w + STANDBY_W
        self.condenser_w = self.evaporator_w + power_w * load + self.idle_w

    def _wanted(self, served: tuple, gain_w: float, setpoint_c: float, dt_s: float) -> float:
        """Load that brings the leaving water to its setpoint: the inflow's heat, and what the exchanger's body lacks."""
        m3h, entering, leaving = served
        if self.sensor_off:
            entering += SENSOR_OFF_C - leaving
        if gain_w == 0.0:
            return 0.0
        return m3h * WATER_WH_M3K * (setpoint_c - entering) / gain_w

    def _ramped(self, wanted: float, wish: int, dt_s: float) -> float:
        """The load that this step has; a start or a stop by the machine's own thermostat."""
        if not self.running:
            if wanted < LEAST_LOAD or self.rested_s < REST_S:
                self._stand(dt_s)
                return 0.0
            self.starts += 1
            self.mode, self.rested_s = wish, 0.0
            self.load = LEAST_LOAD
        elif wanted < 0.4 * LEAST_LOAD:
            self._stand(dt_s)
            return 0.0
        most = dt_s / START_S / (SLOW if self.slow else 1.0)
        goal = min(1.0, max(LEAST_LOAD, wanted))
        self.load += min(most, max(-4.0 * most, goal - self.load))
        return self.load


class Chiller:
    """An air-cooled chiller: takes heat from the load water, gives it to the outside air. Fault: `failed`."""

    def __init__(self, cool_w: float, flow_m3h: float):
        cold, power = full_load(1.0, 7.0 - EVAPORATOR_K, 35.0 + COIL_K)
        self.displacement = cool_w / cold
        self.idle_w = IDLE_SHARE * power * self.displacement
        self.cool_w, self.flow_m3h = cool_w, flow_m3h
        self.load = self.evaporator_w = self.electric_w = 0.0
        self.failed = False
        self.starts = 0
        self.rested_s = REST_S

    def step(self, on: bool, setpoint_c: float, m3h: float, entering_c: float, leaving_c: float, outside_c: float,
             dt_s: float, powered: bool = True) -> None:
        """One step; fans' power is in the coil's approach."""
        self.evaporator_w = self.electric_w = 0.0
        share = max(self.load, LEAST_LOAD)
        full_w, power_w = full_load(self.displacement, leaving_c - EVAPORATOR_K * share, outside_c + COIL_K * share)
        wanted = m3h * WATER_WH_M3K * (entering_c - setpoint_c) / max(1.0, full_w)
        ready = on and powered and not self.failed and m3h >= LEAST_FLOW * self.flow_m3h and leaving_c > FREEZE_C
        if not ready or wanted < (0.4 if self.load else 1.0) * LEAST_LOAD or (not self.load and self.rested_s < REST_S):
            self.load = 0.0
            self.rested_s += dt_s
            return
        if not self.load:
            self.starts += 1
            self.rested_s = 0.0
        goal = min(1.0, max(LEAST_LOAD, wanted))
        self.load += min(dt_s / START_S, goal - self.load)
        self.evaporator_w = full_w * self.load
        self.electric_w = power_w * self.load + self.idle_w + STANDBY_W


def capacity_map(heat_w: float) -> list[tuple[float, float, float, float, float]]:
    """(water leaving the evaporator, leaving the condenser, heat kW, electricity kW, COP) of a machine at full load."""
    d = displacement_for(heat_w)
    idle = IDLE_SHARE * full_load(d, RATED_EVAPORATOR_C, RATED_CONDENSER_C)[1]
    rows = []
    for cold_c in (4.0, 8.0, 12.0, 16.0):
        for hot_c in (30.0, 35.0, 45.0, 55.0):
            cold, power = full_load(d, cold_c - EVAPORATOR_K, hot_c + CONDENSER_K)
            heat, electric = cold + power + idle, power + idle
            rows.append((cold_c, hot_c, heat / 1e3, electric / 1e3, heat / electric))
    return rows

