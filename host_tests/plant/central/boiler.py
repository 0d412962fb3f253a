"""A gas boiler: burner, heat exchanger with its own water, and its own limiter. Powers in W, temperatures in degC."""

from __future__ import annotations

from ..well import WATER_WH_M3K

GAS_WH_M3 = 9_500.0  # lower heating value of natural gas, some 34 MJ/m3
LEAST_LOAD = 0.2
PURGE_S = 40.0  # fan and ignition before the flame
LIMIT_C, LIMIT_OFF_C = 95.0, 85.0  # the safety limiter, and where it may be reset
STANDING_SHARE = 0.05  # of the nominal flow: an empty network
FAN_W, STANDBY_W = 4e-3, 40.0  # electricity: of the heat, and at rest


def efficiency(return_c: float) -> float:
    """Of the lower heating value. A condensing boiler: 1.06 at 30 degC return, 0.97 from 57 degC (the dew point) on."""
    return min(1.06, max(0.97, 1.06 - 0.09 * (return_c - 30.0) / 27.0))


class Boiler:
    """Faults: `failed` (no flame). `empty_s`: seconds with its flame on water that stands."""

    def __init__(self, heat_w: float, flow_m3h: float):
        self.heat_w, self.flow_m3h = heat_w, flow_m3h
        self.load = self.water_w = self.electric_w = 0.0
        self.gas_m3 = 0.0
        self.failed = self.limited = False
        self.starts = 0
        self.empty_s = 0.0
        self._purged_s = 0.0

    def step(self, on: bool, most: float, setpoint_c: float, m3h: float, entering_c: float, leaving_c: float, dt_s: float,
             powered: bool = True) -> None:
        """`most`: load it may have, 0 to 1. It has no flow switch: on an empty network it boils until it is limited."""
        if leaving_c > LIMIT_C:
            self.limited = True
        elif leaving_c < LIMIT_OFF_C and not on:
            self.limited = False
        self.electric_w = STANDBY_W if powered else 0.0
        wanted = min(most, m3h * WATER_WH_M3K * (setpoint_c - entering_c) / self.heat_w)
        if m3h < STANDING_SHARE * self.flow_m3h:
            wanted = most if leaving_c < setpoint_c + 5.0 else 0.0
        if not on or not powered or self.failed or self.limited or wanted < 0.5 * LEAST_LOAD:
            self.load = self.water_w = self._purged_s = 0.0
            return
        self._purged_s += dt_s
        if self._purged_s < PURGE_S:
            return
        if not self.load:
            self.starts += 1
        self.load = min(1.0, max(LEAST_LOAD, wanted))
        self.water_w = self.heat_w * self.load
        self.gas_m3 += self.water_w * dt_s / 3600.0 / efficiency(entering_c) / GAS_WH_M3
        self.electric_w += FAN_W * self.water_w
        if m3h < STANDING_SHARE * self.flow_m3h:
            self.empty_s += dt_s
