"""The well: pump, hydraulics, and the way of the water back to where it came from.

Flows in m3/h, heads in m of water, pressures in kPa gauge (negative: vacuum), temperatures in degC, heats in J. The
ground is a network fitted to an offline reference model: see REFERENCE.md.
"""

from __future__ import annotations

import math
import random

from .ground import networks
from .ground.bore import WATER_WH_M3K, Bore
from .ground.params import CHENGDE, FIRST_WELL, HOUSE, PARTICLE, SECTION, WellParams, scaled

__all__ = ["CHENGDE", "FIRST_WELL", "HOUSE", "M_TO_KPA", "PARTICLE", "SECTION", "WATER_WH_M3K", "Well", "WellParams",
           "scaled"]

M_TO_KPA = 9.81
VAPOUR_KPA = -95.0  # the column breaks: less than this no wellhead can have
AIR_KPA = -55.0  # from here on down air comes out of solution
DRIVE_W = 40.0  # the drive's own, in its cabinet
MESH_M = 0.02  # what of the pipes' loss is the clean strainer's, m of water per (m3/h)^2
TWO_PHASES = 0.95  # speed that is left to a motor that runs on two phases
TWO_PHASES_CURRENT = 1.73  # and what it draws: its power comes through two windings instead of three
LOCKED = 5.0  # a motor that does not turn, against its best point
MAX_REGIONAL_M_D = 0.5


class Fault:
    """An attribute whose change asks for a new steady state; so a scan need not compare them all."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.place = "fault_" + name

    def __get__(self, well, owner: type):
        return well.__dict__[self.place]

    def __set__(self, well, value) -> None:
        well.__dict__[self.place] = value
        well._stale = True


class Well(Bore):
    """`hydraulics` every scan, `thermal` once a second (steps of up to an hour are stable).

    Faults and states are attributes; `lifted_l - returned_l` is `lost_l`.
    """

    TAU_FLOW_S = 0.7  # inertia of the water column and the rotor
    TAU_LEVEL_S = 30.0
    TAU_CONE_S = 4 * 3600.0  # a cone of depression grows and fills in hours (Theis' logarithm, as one time constant)
    OPEN_VALVE = 0.05  # an open main valve's share of the pipes' loss

    clog = Fault()  # added share of injection resistance
    lost_share = Fault()  # water lost outside, share of the flow lifted
    burst_m3h = Fault()  # water lost through a burst pipe at the usual pressure
    leak_cycle_s = Fault()  # 0: always; else the leak (both kinds) is there in the first half of each period
    throttle = Fault()  # main valve of the return line: 0 open, 1 closed
    dry = Fault()
    wear = Fault()  # share of the pump's head lost
    drive_dead = Fault()  # the drive tripped: its relay is on, the motor stands
    level_drop_m = Fault()  # the water table has fallen
    phase_lost = Fault()  # a phase of the motor is gone: it runs on badly, and does not start
    mesh = Fault()  # share of the strainer's mesh that is open, 1 clean

    def __init__(self, params: WellParams, seed: int | str = 1):
        if not 0.0 <= params.regional_m_d <= MAX_REGIONAL_M_D:
            raise ValueError(f"regional_m_d {params.regional_m_d} is outside 0 to {MAX_REGIONAL_M_D} m/d, the tables' range")
        if params.ground not in networks():
            raise ValueError(f"no ground is named {params.ground!r}; there are: {', '.join(networks())}")
        self.params = params
        self.flow_m3h = 0.0
        self.returning_m3h = 0.0  # what reaches the reinjection zone now
        self.head_m = 0.0
        self.pressure_kpa = 0.0
        self.clog = self.lost_share = self.burst_m3h = self.leak_cycle_s = 0.0
        self.throttle = self.wear = self.level_drop_m = 0.0
        self.dry = self.drive_dead = self.phase_lost = False
        self.mesh = 1.0
        self.turns = False  # the motor, whatever its water does
        self.stalled = False  # switched on with a phase missing: it stands and hums
        self.sunk_m = 0.0  # the level's fall by water that was lost outside; recovers after mending
        self.level_m = params.submergence_m
        self.valve_open = False  # the non-return valve leaks
        self.forced_c = 0.0  # temperature of the water lifted while a fault forces it; 0 = none
        self.was_forced = False
        self.dead_headed = False  # the motor turns in water that has no way out
        self.dead_s = 0.0  # how long it has been (plant/central/suffered.py)
        self.air = 0.0  # 0 to 1: air out of solution in the falling column
        self.lifted_l = 0.0
        self.returned_l = 0.0
        self.lost_l = 0.0
        self._target = 0.0
        self._lost_share = 0.0
        self._leaking = self._empty = False
        self._dt_s = self._gain = self._level_gain = 0.0
        self._speed = 0.0
        self._clock_s = 0.0
        self._unsteady = 0.0
        self._noise = random.Random(f"air-{seed}")
        # Fall of the level per m3/h not given back: Theis after ten days, storage coefficient 0.1.
        t = params.k_m_s * (params.aquifer_to_m - params.aquifer_from_m) * params.share
        self._cone_m = math.log(2.25 * t * 864e3 / (0.1 * params.bore_m**2)) / (4.0 * math.pi * t * 3600.0)
        # Best point of head * flow on head = shutoff - curve * Q^2: two thirds of the shut-off head.
        self._best_m3h = math.sqrt(params.shutoff_m / (3.0 * params.curve))
        self._churn_w = 0.5 * 9.81 * params.shutoff_m * 2.0 / 3.0 * self._best_m3h / 3.6 / params.efficiency
        self._tune()
        self._usual_kpa = 1.0
        self._usual_kpa = max(5.0, self._line_kpa(self._solve(1.0, 0.0)[0]))  # full speed, nothing broken
        self._begin_heat()

    # Water

    def _tune(self) -> None:
        """Constants of the steady state, from parameters and faults."""
        p = self.params
        throttle = min(max(self.throttle, 0.0), 0.999)
        self._stale = False
        self._shutoff_m = p.shutoff_m * (1.0 - self.wear)
        self._lift_m = p.static_m + self.level_drop_m + self.sunk_m
        self._mesh_m = MESH_M / max(0.01, self.mesh) ** 2
        self._square = (p.curve + p.pipe * (1.0 + self.OPEN_VALVE * (1.0 / (1.0 - throttle) ** 2 - 1.0))
                        + self._mesh_m - MESH_M)
        self._rise_kpa = p.injection_kpa * (1.0 + self.clog)
        self._rise_m = self._rise_kpa / M_TO_KPA
        # Least head at the return's top: free discharge when open, the valve's setting or the vacuum's end when sealed.
        self._floor_m = 0.0
        if p.sealed:
            self._floor_m = (VAPOUR_KPA if p.sustain_kpa is None else p.sustain_kpa) / M_TO_KPA
        self._away = self.leak_cycle_s > 0 and self._clock_s % self.leak_cycle_s >= 0.5 * self.leak_cycle_s
        self._leaking = bool(self.lost_share or self.burst_m3h)
        self._share = 0.0 if self._away else min(1.0, max(0.0, self.lost_share))

    def _flow(self, speed: float, lost: float, burst: float) -> float:
        """Steady flow with a share and an amount (m3/h) that get lost before the return."""
        head, a, b = self._shutoff_m * speed * speed, self._square, self.params.drawdown
        spare = head - self._lift_m - self._floor_m
        flow = (math.sqrt(b * b + 4.0 * a * spare) - b) / (2.0 * a) if spare > 0.0 else 0.0
        rise = self._rise_m
        if rise * (flow * (1.0 - lost) - burst) > self._lift_m + self._floor_m:
            # The column reaches up to the top: the pump presses, and what it lifts it gets back.
            b += rise * (1.0 - lost)
            flow = (math.sqrt(b * b + 4.0 * a * (head + rise * burst)) - b) / (2.0 * a)
        return flow

    def _solve(self, speed: float, lost: float) -> tuple[float, float]:
        """(flow, flow lost) in the steady state; an orifice's flow is found by turns."""
        if self.throttle >= 1.0:
            return 0.0, 0.0
        if not self.burst_m3h or self._away:
            flow = self._flow(speed, lost, 0.0)
            return flow, flow * lost
        burst = flow = 0.0
        for _ in range(12):
            flow = self._flow(speed, lost, burst)
            most = flow * (1.0 - lost)
            line = self._line_kpa(flow, max(0.0, most - burst))
            burst += 0.5 * (min(most, self.burst_m3h * math.sqrt(max(0.0, line) / self._usual_kpa)) - burst)
        return flow, flow * lost + min(burst, flow * (1.0 - lost))

    def _line_kpa(self, flow: float, back: float | None = None) -> float:
        """Pressure in the pipes in the house: what the return's top has, and half of the pipes' loss."""
        head = self._rise_m * (flow if back is None else back) - self._lift_m
        return M_TO_KPA * (max(head, self._floor_m) + 0.5 * self.params.pipe * flow * flow)

    def steady_m3h(self, speed: float) -> float:
        """Flow where pump curve and resistance meet; 0 below the static head (non-return valve)."""
        if self._stale:
            self._tune()
        if self.dry or self.drive_dead or self.stalled or speed <= 0 or self.level_m <= 0:
            return 0.0
        return self._solve(speed, self._share)[0]

    def _settle(self, speed: float) -> None:
        """A new steady state: flow and losses to go to."""
        if self._stale:
            self._tune()
        self._speed = speed
        self._empty = empty = self.level_m <= 0.0
        self.stalled = self.phase_lost and speed > 0 and not self.turns
        self.turns = speed > 0 and not (self.stalled or self.drive_dead)
        if self.phase_lost:
            speed *= TWO_PHASES
        if self.turns and not (empty or self.dry):
            flow, lost = self._solve(speed, self._share)
            self._lost_share = lost / flow if flow > 0 else 0.0
            self.dead_headed = flow <= 0
            self._target = flow
        else:
            self._target = 0.0
            self.dead_headed = False

    def hydraulics(self, on: bool, speed: float, dt_s: float) -> None:
        """One scan: flow, pressure, level and what is lost."""
        if not on:
            speed = 0.0
        if speed != self._speed or self._stale or (self.level_m <= 0.0) is not self._empty:
            self._settle(speed)
        if dt_s != self._dt_s:
            self._dt_s, self._gain = dt_s, 1.0 - math.exp(-dt_s / self.TAU_FLOW_S)
            self._level_gain = 1.0 - math.exp(-dt_s / self.TAU_LEVEL_S)
        target = self._target
        if self.air:
            target *= self._foaming(dt_s)
        flow = self.flow_m3h
        flow += (target - flow) * self._gain
        if flow < 0.001:
            flow = 0.0
        self.flow_m3h = back = flow
        litres = flow * dt_s / 3.6
        self.lifted_l += litres
        p = self.params
        lowered = self.level_drop_m
        if self._leaking or self.sunk_m:
            back -= self._losing(flow, dt_s)
            lowered += self.sunk_m
            litres = back * dt_s / 3.6
        self.returned_l += litres
        self.returning_m3h = back
        rise = self._rise_kpa * back
        if p.sealed:
            self._sealed(rise)
        else:
            # The transmitter sits at the resting level; a column that stands below leaves it dry.
            rise -= M_TO_KPA * lowered
            self.pressure_kpa = rise if rise > 0.0 else 0.0
        self.level_m += (p.submergence_m - lowered - p.drawdown * flow - self.level_m) * self._level_gain

    def _losing(self, flow: float, dt_s: float) -> float:
        """m3/h lost outside now; the level follows what the aquifer does not get back."""
        self._clock_s += dt_s
        if self.leak_cycle_s and self._away is not (self._clock_s % self.leak_cycle_s >= 0.5 * self.leak_cycle_s):
            self._stale = True
        lost = flow * self._lost_share
        self.lost_l += lost * dt_s / 3.6
        before = self.sunk_m
        self.sunk_m += (lost * self._cone_m - before) * min(1.0, dt_s / self.TAU_CONE_S)
        if self.sunk_m < 1e-4 and not lost:
            self.sunk_m = 0.0
        if int(50.0 * before) != int(50.0 * self.sunk_m):
            self._stale = True
        return lost

    def _sealed(self, rise_kpa: float) -> None:
        """Pressure at the top of a sealed return, and the air that a vacuum draws out."""
        kpa = rise_kpa - M_TO_KPA * self._lift_m
        floor = M_TO_KPA * self._floor_m
        self.pressure_kpa = kpa = kpa if kpa > floor else floor
        air = (AIR_KPA - kpa) / (AIR_KPA - VAPOUR_KPA)
        self.air = air if air > 0.0 and self.flow_m3h else 0.0

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
        if self.stalled:
            return LOCKED * self._churn_w
        p = self.params
        flow, cube = self.flow_m3h, speed**3
        head = p.shutoff_m * speed * speed - p.curve * flow * flow
        watts = DRIVE_W + 9.81 * max(0.0, head) * flow / 3.6 / p.efficiency + 60.0 * cube
        if self.dry or self.level_m <= 0 or speed <= 0:
            return watts
        slack = 1.0 - flow / (self._best_m3h * speed)
        if slack > 0.0:
            watts += self._churn_w * cube * slack * slack
        return watts

    @property
    def pump_heat_w(self) -> float:
        """What of `pump_w` warms the water lifted: all of the motor's power, also what lifts, for it ends as friction. The
        drive's 40 W stay in its cabinet. Water that stands is warmed in the bore by `thermal`, so 0 here."""
        return self._motor_w() if self.flow_m3h > 0 else 0.0

    def _motor_w(self) -> float:
        return max(0.0, self.pump_w(self._speed > 0, self._speed) - DRIVE_W)

    def current_ma(self, on: bool, speed: float) -> float:
        """Motor current: three phases of 400 V at a power factor of 0.8; of a phase lost, in the two that are left."""
        ma = self.pump_w(on, speed) / (400.0 * 1.732 * 0.8) * 1000.0
        return ma * TWO_PHASES_CURRENT if self.phase_lost else ma

    @property
    def strainer_kpa(self) -> float:
        """Pressure drop over the strainer."""
        return M_TO_KPA * self._mesh_m * self.flow_m3h * self.flow_m3h
