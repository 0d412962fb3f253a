"""The wells of a fleet, by the day: well.Well's steady state for many wells at once, and how their ground cools."""

from __future__ import annotations

import numpy as np

from .well import DRIVE_W, M_TO_KPA, WellParams

LEAST_SPEED = 0.6  # 30 Hz
LIMIT_KPA = 300.0
VISCOSITY_K = 0.027  # water at 10 degC thins by so much for each kelvin (IAPWS R12-08: 1.306 mPa s at 10, 1.138 at 15 degC)
MEMORY_D = np.array([6.0, 60.0])  # the ground's answer, as two time constants: the bore's surroundings, the field around
DEPTH_K = np.array([1.2, 1.6])  # kelvins below the undisturbed ground at nominal extraction, once settled


class Wells:
    """Wells side by side; every field [house]. Heads in m, flows in m3/h, as in ground/params.py."""

    def __init__(self, params: WellParams, share: np.ndarray, static_m: np.ndarray, rise_kpa: np.ndarray, pump: np.ndarray,
                 ground_c: np.ndarray, depth: np.ndarray):
        """share: of `params`' size, as well.scaled does it. pump: how much stronger each one's pump is."""
        self.shutoff = params.shutoff_m * pump
        self.curve, self.pipe = params.curve / share**2, params.pipe / share**2
        self.drawdown, self.rise = params.drawdown / share, rise_kpa / share
        self.static, self.ground_c, self.depth = static_m, ground_c, depth
        self.efficiency = params.efficiency
        self.nominal_kwh = 24.0 * params.nominal_m3h * share / 0.134 * 0.75
        self.state = np.full((len(share), 2), 0.3)

    def supply_c(self) -> np.ndarray:
        """Water lifted today."""
        return self.ground_c - self.depth * (self.state @ DEPTH_K)

    def cool(self, source_kwh: np.ndarray) -> None:
        """A day of extraction."""
        self.state += (source_kwh / self.nominal_kwh)[:, None] / MEMORY_D - self.state / MEMORY_D

    def head(self, flow: np.ndarray, rise: np.ndarray) -> np.ndarray:
        """Head that a flow needs of the pump, its own curve included: the column in the return stands or falls freely."""
        lift = np.maximum(self.static[:, None], rise / M_TO_KPA * flow)
        return (self.curve + self.pipe)[:, None] * flow**2 + self.drawdown[:, None] * flow + lift

    def flow_at(self, speed: np.ndarray, wear: np.ndarray, rise: np.ndarray) -> np.ndarray:
        """Flow at a speed, by halving; 0 where the head does not reach the lift."""
        there = self.shutoff[:, None] * (1.0 - wear) * speed**2
        low, high = np.zeros_like(there), np.sqrt(there / (self.curve + self.pipe)[:, None])
        for _ in range(40):
            middle = 0.5 * (low + high)
            enough = self.head(middle, rise) <= there
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
        return low

    def pumped(self, asked: np.ndarray, clog: np.ndarray, wear: np.ndarray, supply_c: np.ndarray) -> dict[str, np.ndarray]:
        """[house, day]: flow, speed, pressure, the pump's power, capacity in % of commissioning, for a flow asked."""
        cold = 1.0 + VISCOSITY_K * (supply_c[:, :1] - supply_c)
        rise = self.rise[:, None] * (1.0 + clog) * cold
        flow = np.minimum(asked, LIMIT_KPA / rise)
        shutoff = self.shutoff[:, None] * (1.0 - wear)
        speed = np.clip(np.sqrt(self.head(flow, rise) / shutoff), LEAST_SPEED, 1.0)
        at_limit = self.flow_at(speed, wear, rise)
        flow = np.where((speed <= LEAST_SPEED) | (speed >= 1.0), at_limit, flow)
        return {"flow_m3h": flow, "speed": speed, "pressure_kpa": rise * flow, "capacity": 100.0 / ((1.0 + clog) * cold),
                "pump_w": self.power(flow, speed)}

    def power(self, flow: np.ndarray, speed: np.ndarray) -> np.ndarray:
        """Electric power, as well.Well.pump_w: a worn pump's shaft still turns all the water that it was made for."""
        top, curve = self.shutoff[:, None], self.curve[:, None]
        best = np.sqrt(top / (3.0 * curve))
        churn = 0.5 * 9.81 * top * 2.0 / 3.0 * best / 3.6 / self.efficiency
        head = np.maximum(0.0, top * speed**2 - curve * flow**2)
        slack = np.maximum(0.0, 1.0 - flow / (best * speed))
        return DRIVE_W + 9.81 * head * flow / 3.6 / self.efficiency + 60.0 * speed**3 + churn * speed**3 * slack**2


def wells_of(rng: np.random.Generator, params: WellParams, flow_m3h: np.ndarray) -> Wells:
    """A well for each house's nominal flow, as drillers make them: deeper or shallower, better or worse."""
    n = len(flow_m3h)
    share = flow_m3h / params.nominal_m3h * rng.uniform(0.95, 1.4, n)
    static = params.static_m * rng.uniform(0.7, 1.15, n)
    return Wells(params, share, static, params.injection_kpa * rng.uniform(0.7, 2.5, n), rng.uniform(1.0, 1.15, n),
                 params.ground_c + rng.normal(-1.0, 0.8, n), rng.uniform(0.6, 1.4, n))
