"""The well: pump, hydraulics, and the way of the water back to where it came from.

Flows in m3/h, heads in m of water, pressures in kPa gauge, temperatures in degC.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

WATER_WH_M3K = 1163.0  # 4.187 kJ/(kg K) * 1000 kg/m3 / 3600
M_TO_KPA = 9.81


@dataclass(frozen=True)
class WellParams:
    """One well as built. Curves: head = shutoff * s^2 - curve * Q^2 (affinity laws), resistance
    static + (drawdown + injection) * Q + pipe * Q^2."""

    ground_c: float = 15.0  # undisturbed ground
    shutoff_m: float = 42.0
    curve: float = 0.55
    pipe: float = 0.30
    static_m: float = 12.0  # water level to well head
    drawdown: float = 0.51  # m per m3/h
    injection_kpa: float = 12.0  # kPa per m3/h
    efficiency: float = 0.45  # pump and motor
    ground_w_k: float = 9000.0  # heat exchange on the way down
    extraction_j_k: float = 6.0e7  # water and ground matrix of the extraction zone
    reinjection_j_k: float = 2.0e7
    near_j_k: float = 4.0e9  # ground that the well reaches within days
    far_w_k: float = 4000.0  # from there to the undisturbed ground
    short_circuit: float = 0.02  # share short-circuited at nominal flow; grows with flow
    nominal_m3h: float = 4.8
    submergence_m: float = 8.0  # water over the pump at rest


HOUSE = WellParams()
# Heat-exchange particles in the annulus: more surface and less short-circuit, more resistance.
PARTICLE = WellParams(pipe=0.34, injection_kpa=16.0, ground_w_k=13_000.0, short_circuit=0.008)


def scaled(params: WellParams, share: float) -> WellParams:
    """The same well for `share` times the flow: curves and resistances fall, the ground's surface grows."""
    square = share * share
    return replace(
        params, curve=params.curve / square, pipe=params.pipe / square, drawdown=params.drawdown / share,
        injection_kpa=params.injection_kpa / share, nominal_m3h=params.nominal_m3h * share,
        **{name: getattr(params, name) * share for name in ("ground_w_k", "extraction_j_k", "reinjection_j_k", "near_j_k",
                                                             "far_w_k")})


# One of two stacked sections: a smaller pump on its own aquifer.
SECTION = WellParams(shutoff_m=40.0, curve=0.9, drawdown=0.7, injection_kpa=16.0, ground_w_k=6000.0, nominal_m3h=3.0)
# Chengde hospital, one of 18 wells: 30 m3/h, 15.3 degC out, 13.1 degC back (issue 42, June 2025).
CHENGDE = WellParams(
    ground_c=15.62, shutoff_m=60.0, curve=0.012, pipe=0.008, static_m=18.0, drawdown=0.15, injection_kpa=3.0,
    efficiency=0.6, ground_w_k=200_000.0, extraction_j_k=3.0e8, reinjection_j_k=1.0e8, near_j_k=4.0e10,
    far_w_k=180_000.0, short_circuit=0.05, nominal_m3h=30.0,
)
# The first well: 3.2 K between lifted and returned water; a 60 m well, 200 kW in winter at COP 4.
FIRST_WELL = WellParams(
    ground_c=15.5, shutoff_m=55.0, curve=0.006, pipe=0.004, static_m=15.0, drawdown=0.1, injection_kpa=2.0,
    efficiency=0.6, ground_w_k=250_000.0, extraction_j_k=4.0e8, reinjection_j_k=1.2e8, near_j_k=5.0e10,
    far_w_k=220_000.0, short_circuit=0.05, nominal_m3h=40.0,
)


class Well:
    """`hydraulics` every scan, `thermal` once a second."""

    TAU_FLOW_S = 0.7  # inertia of the water column and the rotor

    def __init__(self, params: WellParams):
        self.params = params
        self.flow_m3h = 0.0
        self.head_m = 0.0
        self.pressure_kpa = 0.0
        self.clog = 0.0  # added share of injection resistance
        self.supply_c = params.ground_c
        self.reinjection_c = params.ground_c
        self.near_c = params.ground_c
        self.lost_share = 0.0  # water lost outside, share of the flow lifted
        self.dry = False
        self.wear = 0.0  # share of the pump's head lost
        self.drive_dead = False  # the drive tripped: its relay is on, the motor stands
        self.level_drop_m = 0.0  # the water table has fallen
        self.level_m = params.submergence_m
        self.valve_open = False  # the non-return valve leaks
        self.forced_c = 0.0  # temperature of the water lifted while a fault forces it; 0 = none
        self.was_forced = False
        self.lifted_l = 0.0
        self.returned_l = 0.0
        self._key: tuple[float, ...] = (-1.0,)
        self._target = 0.0

    def steady_m3h(self, speed: float) -> float:
        """Flow where pump curve and resistance meet; 0 below the static head (non-return valve)."""
        p = self.params
        if self.dry or self.drive_dead or speed <= 0 or self.level_m <= 0:
            return 0.0
        head = p.shutoff_m * (1.0 - self.wear) * speed * speed - p.static_m - self.level_drop_m
        if head <= 0:
            return 0.0
        a = p.curve + p.pipe
        b = p.drawdown + p.injection_kpa * (1.0 + self.clog) / M_TO_KPA
        return (math.sqrt(b * b + 4 * a * head) - b) / (2 * a)

    def hydraulics(self, on: bool, speed: float, dt_s: float) -> None:
        """One scan: flow and pressure."""
        key = (speed if on else 0.0, self.clog, self.dry, self.wear, self.drive_dead, self.level_drop_m, self.level_m <= 0)
        if key != self._key:
            self._key = key
            self._target = self.steady_m3h(key[0])
        flow = self.flow_m3h
        flow += (self._target - flow) * (1.0 - math.exp(-dt_s / self.TAU_FLOW_S))
        if flow < 0.001:
            flow = 0.0
        self.flow_m3h = flow
        self.pressure_kpa = self.params.injection_kpa * (1.0 + self.clog) * flow
        litres = flow * dt_s / 3.6
        level = self.params.submergence_m - self.level_drop_m - self.params.drawdown * flow
        self.level_m += (level - self.level_m) * dt_s / 30.0
        self.lifted_l += litres
        self.returned_l += litres * (1.0 - self.lost_share)

    def pump_w(self, on: bool, speed: float) -> float:
        """Electric power of the pump: hydraulic power over efficiency, and the drive's own 40 W."""
        if not on:
            return 0.0
        if self.drive_dead:
            return 20.0
        p = self.params
        head = p.shutoff_m * speed * speed - p.curve * self.flow_m3h**2
        return 40.0 + 9.81 * max(0.0, head) * self.flow_m3h / 3.6 / p.efficiency + 60.0 * speed**3

    def current_ma(self, on: bool, speed: float) -> float:
        """Motor current: three phases of 400 V at a power factor of 0.8."""
        return self.pump_w(on, speed) / (400.0 * 1.732 * 0.8) * 1000.0

    def thermal(self, return_c: float, dt_s: float) -> None:
        """One second: return water into the reinjection zone, down through the ground, and up again."""
        p = self.params
        if self.forced_c:
            self.supply_c += 0.05 * (self.forced_c - self.supply_c)
        elif self.was_forced:
            self.supply_c = self.near_c
        self.was_forced = bool(self.forced_c)
        flow = self.flow_m3h
        capacity = WATER_WH_M3K * flow  # W/K
        self.reinjection_c += capacity * (return_c - self.reinjection_c) * dt_s / p.reinjection_j_k
        if flow > 0:
            passed = math.exp(-p.ground_w_k / capacity)
            bottom_c = self.near_c + (self.reinjection_c - self.near_c) * passed
            share = min(0.5, p.short_circuit * flow / p.nominal_m3h)
            arriving_c = (1 - share) * bottom_c + share * self.reinjection_c
            exchanged_w = (1 - share) * capacity * (bottom_c - self.reinjection_c)
            self.supply_c += capacity * (arriving_c - self.supply_c) * dt_s / p.extraction_j_k
        else:
            exchanged_w = 0.0
        # At rest both zones drift back to the ground around them.
        drift = 0.02 * p.ground_w_k
        e_w = drift * (self.near_c - self.supply_c)
        i_w = drift * (self.near_c - self.reinjection_c)
        self.supply_c += e_w * dt_s / p.extraction_j_k
        self.reinjection_c += i_w * dt_s / p.reinjection_j_k
        far_w = p.far_w_k * (p.ground_c - self.near_c)
        self.near_c += (far_w - exchanged_w - e_w - i_w) * dt_s / p.near_j_k
