"""The well: pump, hydraulics, and the way of the water back to where it came from.

Flows in m3/h, heads in m of water, pressures in kPa gauge (negative: vacuum), temperatures in degC, heats in J. The
ground is a network fitted to an offline reference model: see REFERENCE.md.
"""

from __future__ import annotations

import math
import random

from .ground import Network, networks
from .ground.params import CHENGDE, FIRST_WELL, HOUSE, PARTICLE, SECTION, WellParams, scaled

__all__ = ["CHENGDE", "FIRST_WELL", "HOUSE", "M_TO_KPA", "PARTICLE", "SECTION", "WATER_WH_M3K", "Well", "WellParams", "scaled"]

WATER_WH_M3K = 1163.0  # 4.187 kJ/(kg K) * 1000 kg/m3 / 3600
WATER_J_M3K = 3600.0 * WATER_WH_M3K
M_TO_KPA = 9.81
VAPOUR_KPA = -95.0  # the column breaks: less than this no wellhead can have
AIR_KPA = -55.0  # from here on down air comes out of solution
DRIVE_W = 40.0  # the drive's own, in its cabinet
MAX_REGIONAL_M_D = 0.5


class Well:
    """`hydraulics` every scan, `thermal` once a second (steps of up to an hour are stable).

    Faults and states are attributes. Heat is accounted: over any time, the change of `stored_j()` is
    far_j + forced_j + motor_j - taken_j - lost_j, to rounding.
    """

    TAU_FLOW_S = 0.7  # inertia of the water column and the rotor
    TAU_CONE_S = 4 * 3600.0  # a cone of depression grows and fills in hours (Theis' logarithm, as one time constant)
    BLOCK_S = 300.0  # the ground is stepped this often; its fastest cell needs hours
    BED_VALVE = 0.05  # an open main valve's share of the pipes' loss

    def __init__(self, params: WellParams, seed: int | str = 1):
        if not 0.0 <= params.regional_m_d <= MAX_REGIONAL_M_D:
            raise ValueError(f"regional_m_d {params.regional_m_d} is outside 0 to {MAX_REGIONAL_M_D} m/d, what the tables hold")
        if params.ground not in networks():
            raise ValueError(f"no ground is named {params.ground!r}; there are: {', '.join(networks())}")
        self.params = params
        self.flow_m3h = 0.0
        self.returning_m3h = 0.0  # what reaches the reinjection zone now
        self.head_m = 0.0
        self.pressure_kpa = 0.0
        self.clog = 0.0  # added share of injection resistance
        self.lost_share = 0.0  # water lost outside, share of the flow lifted
        self.burst_m3h = 0.0  # water lost through a burst pipe at the usual pressure
        self.leak_cycle_s = 0.0  # 0: always; else the leak (both kinds) is there in the first half of each period
        self.throttle = 0.0  # main valve of the return line: 0 open, 1 closed
        self.dry = False
        self.wear = 0.0  # share of the pump's head lost
        self.drive_dead = False  # the drive tripped: its relay is on, the motor stands
        self.level_drop_m = 0.0  # the water table has fallen
        self.sunk_m = 0.0  # the level's fall by water that was lost outside; recovers after mending
        self.level_m = params.submergence_m
        self.valve_open = False  # the non-return valve leaks
        self.forced_c = 0.0  # temperature of the water lifted while a fault forces it; 0 = none
        self.was_forced = False
        self.dead_headed = False  # the motor turns in water that has no way out
        self.air = 0.0  # 0 to 1: air out of solution in the falling column
        self.lifted_l = 0.0
        self.returned_l = 0.0
        self.lost_l = 0.0
        self._key: tuple = (-1.0,)
        self._target = 0.0
        self._lost_share = 0.0
        self._speed = 0.0
        self._clock_s = 0.0
        self._unsteady = 0.0
        self._noise = random.Random(f"air-{seed}")
        # Specific fall of the level per m3/h not given back: Theis after ten days, storage coefficient 0.1.
        t = params.k_m_s * (params.aquifer_to_m - params.aquifer_from_m) * params.share
        self._cone_m = math.log(2.25 * t * 864e3 / (0.1 * params.bore_m**2)) / (4.0 * math.pi * t * 3600.0)
        self._usual_kpa = 1.0
        self._usual_kpa = max(5.0, self._line_kpa(self._solve(1.0, 0.0)[0]))
        self._begin_heat()

    # Water

    def _solve(self, speed: float, lost: float) -> tuple[float, float]:
        """(flow, lost flow) in the steady state; `lost` is the share of the flow that is lost in proportion."""
        p = self.params
        head = p.shutoff_m * (1.0 - self.wear) * speed * speed
        lift = p.static_m + self.level_drop_m + self.sunk_m
        throttle = min(self.throttle, 1.0)
        if throttle >= 1.0:
            return 0.0, 0.0
        a = p.curve + p.pipe * (1.0 + self.BED_VALVE * (1.0 / (1.0 - throttle) ** 2 - 1.0))
        injection = p.injection_kpa * (1.0 + self.clog) / M_TO_KPA
        floor = self._floor_m()
        burst = flow = 0.0
        for _ in range(8 if self.burst_m3h and not self._away() else 1):
            # Discharge held at its least pressure; then, where the column reaches up to the wellhead, pressed.
            spare, b = head - lift - floor, p.drawdown
            flow = (math.sqrt(b * b + 4 * a * spare) - b) / (2 * a) if spare > 0 else 0.0
            if injection * (flow * (1.0 - lost) - burst) - lift > floor:
                spare, b = head + injection * burst, p.drawdown + injection * (1.0 - lost)
                flow = (math.sqrt(b * b + 4 * a * spare) - b) / (2 * a) if spare > 0 else 0.0
            if not self.burst_m3h:
                return flow, flow * lost
            line = self._line_kpa(flow, injection * max(0.0, flow * (1.0 - lost) - burst) - lift)
            wanted = self.burst_m3h * math.sqrt(max(0.0, line) / self._usual_kpa) if not self._away() else 0.0
            burst += 0.5 * (min(wanted, flow * (1.0 - lost)) - burst)
        return flow, flow * lost + min(burst, flow * (1.0 - lost))

    def _floor_m(self) -> float:
        """Least head at the return's top: free discharge when open, the valve's setting or the vacuum's end when sealed."""
        p = self.params
        if not p.sealed:
            return 0.0
        return (VAPOUR_KPA if p.sustain_kpa is None else p.sustain_kpa) / M_TO_KPA

    def _line_kpa(self, flow: float, head_m: float = -1e9) -> float:
        """Pressure in the pipes in the house: what the return's top has, and half of the pipes' loss."""
        p = self.params
        if head_m < -1e8:
            head_m = p.injection_kpa * flow / M_TO_KPA - p.static_m
        return M_TO_KPA * (max(head_m, self._floor_m()) + 0.5 * p.pipe * flow * flow)

    def _away(self) -> bool:
        """A leak that comes and goes is away."""
        return self.leak_cycle_s > 0 and self._clock_s % self.leak_cycle_s >= 0.5 * self.leak_cycle_s

    def steady_m3h(self, speed: float) -> float:
        """Flow where pump curve and resistance meet; 0 below the static head (non-return valve)."""
        if self.dry or self.drive_dead or speed <= 0 or self.level_m <= 0:
            return 0.0
        return self._solve(speed, self._lost_share)[0]

    def _settle(self, speed: float) -> None:
        """A new steady state: flow and losses to go to."""
        share = 0.0 if self._away() else min(1.0, self.lost_share)
        self._lost_share = share
        flow = self.steady_m3h(speed)
        if flow > 0 and self.burst_m3h:
            flow, lost = self._solve(speed, share)
            self._lost_share = lost / flow if flow > 0 else 0.0
        self._target = flow
        self.dead_headed = flow <= 0 and speed > 0 and not (self.dry or self.drive_dead or self.level_m <= 0)

    def hydraulics(self, on: bool, speed: float, dt_s: float) -> None:
        """One scan: flow, pressure, level and what is lost."""
        key = (speed if on else 0.0, self.clog, self.dry, self.wear, self.drive_dead, self.level_drop_m, self.level_m <= 0,
               self.throttle, self.lost_share, self.burst_m3h)
        if self.leak_cycle_s or self.sunk_m:
            key += (self._away(), int(50.0 * self.sunk_m))
        if key != self._key:
            self._key = key
            self._speed = key[0]
            self._settle(key[0])
        flow = self.flow_m3h
        target = self._target
        if self.air:
            target *= self._foaming(dt_s)
        flow += (target - flow) * (1.0 - math.exp(-dt_s / self.TAU_FLOW_S))
        if flow < 0.001:
            flow = 0.0
        self.flow_m3h = flow
        p = self.params
        self._clock_s += dt_s
        litres = flow * dt_s / 3.6
        back = flow
        if self._lost_share or self.sunk_m:
            back -= self._losing(flow, dt_s)
        self.returning_m3h = back
        rise = p.injection_kpa * (1.0 + self.clog) * back
        if p.sealed:
            self._sealed(rise)
        else:
            # At the resting level; a column below it leaves the transmitter dry.
            rise -= M_TO_KPA * (self.level_drop_m + self.sunk_m)
            self.pressure_kpa = rise if rise > 0.0 else 0.0
        self.level_m += (p.submergence_m - self.level_drop_m - self.sunk_m - p.drawdown * flow - self.level_m) * dt_s / 30.0
        self.lifted_l += litres
        self.returned_l += litres if back == flow else back * dt_s / 3.6

    def _losing(self, flow: float, dt_s: float) -> float:
        """m3/h lost outside now; the level follows what the aquifer does not get back."""
        lost = flow * self._lost_share
        self.lost_l += lost * dt_s / 3.6
        self.sunk_m += (lost * self._cone_m - self.sunk_m) * dt_s / self.TAU_CONE_S
        if self.sunk_m < 1e-4 and not lost:
            self.sunk_m = 0.0
        return lost

    def _sealed(self, rise_kpa: float) -> None:
        """Pressure at the top of a sealed return, and the air that a vacuum draws out."""
        p = self.params
        kpa = rise_kpa - M_TO_KPA * (p.static_m + self.level_drop_m + self.sunk_m)
        floor = M_TO_KPA * self._floor_m()
        self.pressure_kpa = kpa = kpa if kpa > floor else floor
        air = (AIR_KPA - kpa) / (AIR_KPA - VAPOUR_KPA)
        self.air = 0.0 if air < 0.0 or not self.flow_m3h else air

    def _foaming(self, dt_s: float) -> float:
        """Share of the flow that a column full of air lets through: less, and unsteady (seeded)."""
        self._unsteady += (self._noise.gauss(0.0, 1.0) - self._unsteady) * min(1.0, dt_s)
        return max(0.2, 1.0 - self.air * (0.3 + 0.3 * self._unsteady))

    def pump_w(self, on: bool, speed: float) -> float:
        """Electric power of the pump: hydraulic power over efficiency, churning at small flow, the drive's own 40 W.

        Against a closed valve it draws half of its best point's power (radial pumps: 40 to 60 %); dry, bearings only.
        """
        if not on:
            return 0.0
        if self.drive_dead:
            return 20.0
        p = self.params
        flow, cube = self.flow_m3h, speed**3
        head = p.shutoff_m * speed * speed - p.curve * flow * flow
        watts = DRIVE_W + 9.81 * max(0.0, head) * flow / 3.6 / p.efficiency + 60.0 * cube
        if self.dry or self.level_m <= 0 or speed <= 0:
            return watts
        best = math.sqrt(p.shutoff_m / (3.0 * p.curve))
        slack = 1.0 - flow / (best * speed)
        if slack > 0.0:
            watts += 0.5 * 9.81 * p.shutoff_m * best / 5.4 / p.efficiency * cube * slack * slack
        return watts

    @property
    def pump_heat_w(self) -> float:
        """What of `pump_w` warms the water lifted: all of the motor's power, also what lifts, for it ends as friction. The
        drive's 40 W stay in its cabinet. Water that stands is warmed in the bore by `thermal`, so 0 here."""
        return self._motor_w() if self.flow_m3h > 0 else 0.0

    def _motor_w(self) -> float:
        return max(0.0, self.pump_w(self._speed > 0, self._speed) - DRIVE_W)

    def current_ma(self, on: bool, speed: float) -> float:
        """Motor current: three phases of 400 V at a power factor of 0.8."""
        return self.pump_w(on, speed) / (400.0 * 1.732 * 0.8) * 1000.0

    # Heat

    def _begin_heat(self) -> None:
        p = self.params
        area = math.pi * p.bore_m**2 * p.share
        self.network = Network(networks()[p.ground], p.regional_m_d, p.share, p.ground_c, 2.0 * WATER_WH_M3K * p.nominal_m3h)
        self._block_s = min(self.BLOCK_S, self.network.limit_s)
        self._out_c = self.supply_c = self.reinjection_c = p.ground_c
        riser = 0.1 * p.nominal_m3h  # water in riser and pipes: 0.1 m3 per m3/h
        self._lower_j_k = WATER_J_M3K * (area * (p.extract_to_m - p.extract_from_m) + riser)
        self._upper_j_k = WATER_J_M3K * (area * (p.inject_to_m - p.inject_from_m) + riser)
        self._cross_w_k = p.short_circuit / (1.0 - p.short_circuit) * WATER_WH_M3K * p.nominal_m3h
        # Standing water to the ground around a screen: conduction over half a metre beyond the bore.
        rest = 2.0 * math.pi * p.ground_w_mk / math.log(1.0 + 0.5 / p.bore_m) * p.share
        self._lower_w_k = rest * (p.extract_to_m - p.extract_from_m)
        self._upper_w_k = rest * (p.inject_to_m - p.inject_from_m)
        self._short_s = 0.25 * min(self._lower_j_k, self._upper_j_k) / (2.0 * WATER_WH_M3K * p.nominal_m3h)
        self._pend_s = self._pend_j_k = self._pend_j = self._rest_upper_j = self._rest_lower_j = 0.0
        self.taken_j = 0.0  # heat given to the house with the water
        self.forced_j = 0.0  # heat that the fault `cold_source` brought
        self.lost_j = 0.0  # heat (over the ground's) that left with water lost outside
        self.motor_j = 0.0  # the motor's heat into standing water

    @property
    def near_c(self) -> float:
        """The ground at the extraction screen."""
        return self.network.ends_c()[1]

    @property
    def far_j(self) -> float:
        """Heat that came from the undisturbed ground."""
        return self.network.far_j

    def stored_j(self) -> float:
        """Heat in bore and ground over the undisturbed ground's."""
        g = self.params.ground_c
        water = self._lower_j_k * (self.supply_c - g) + self._upper_j_k * (self.reinjection_c - g)
        pending = self._pend_j - self._pend_j_k * (self._out_c - g) + self._rest_upper_j + self._rest_lower_j
        return water + pending + self.network.stored_j()

    def thermal(self, return_c: float, dt_s: float) -> None:
        """Return water into the reinjection zone, down through the ground, and up again."""
        if dt_s > self._short_s:
            n = int(dt_s / self._short_s) + 1
            block = min(1800.0, self.network.limit_s)
            for _ in range(n):
                self._second(return_c, dt_s / n, block)
        else:
            self._second(return_c, dt_s, self._block_s)

    def _second(self, return_c: float, dt_s: float, block_s: float) -> None:
        supply, upper = self.supply_c, self.reinjection_c
        flow = self.flow_m3h
        if flow > 0.0:
            ground_c = self.params.ground_c
            moved = WATER_WH_M3K * flow * dt_s  # J/K
            back = moved if self.returning_m3h >= flow else WATER_WH_M3K * self.returning_m3h * dt_s
            cross = self._cross_w_k * (supply - return_c) * dt_s
            self.taken_j += moved * (supply - return_c)
            self.supply_c = supply + (moved * (self._out_c - supply) - cross) / self._lower_j_k
            self.reinjection_c = upper + (back * (return_c - upper) + cross) / self._upper_j_k
            self._pend_j_k += moved
            self._pend_j += back * (upper - ground_c)
            if back < moved:
                self.lost_j += (moved - back) * (return_c - ground_c)
        else:
            self._stand(supply, upper, dt_s)
        if self.forced_c or self.was_forced:
            self._force(dt_s)
        self._pend_s += dt_s
        if self._pend_s >= block_s:
            self._step_ground()

    def _stand(self, supply: float, upper: float, dt_s: float) -> None:
        """Standing water drifts to the ground around it; a motor that turns in it warms it."""
        first, last = self.network.ends_c()
        down = self._lower_w_k * (supply - last) * dt_s
        up = self._upper_w_k * (upper - first) * dt_s
        heat = self._motor_w() * dt_s if self._speed > 0 else 0.0
        self.supply_c = supply + (heat - down) / self._lower_j_k
        self.reinjection_c = upper - up / self._upper_j_k
        self._rest_lower_j += down
        self._rest_upper_j += up
        self.motor_j += heat

    def _force(self, dt_s: float) -> None:
        """The fault `cold_source`: an outside source drives the lifted water; its heat is accounted."""
        was = self.supply_c
        if self.forced_c:
            self.supply_c = was + (1.0 - 0.95**dt_s) * (self.forced_c - was)
        else:
            self.supply_c = self._out_c
        self.was_forced = bool(self.forced_c)
        self.forced_j += self._lower_j_k * (self.supply_c - was)

    def _step_ground(self) -> None:
        """Hand what has come together to the ground."""
        network, moved = self.network, self._pend_j_k
        ground_c = self.params.ground_c
        network.step(moved, ground_c + self._pend_j / moved if moved else ground_c, self._pend_s)
        network.give(self._rest_upper_j, self._rest_lower_j)
        self._pend_s = self._pend_j_k = self._pend_j = self._rest_upper_j = self._rest_lower_j = 0.0
        self._out_c = network.out_c()
