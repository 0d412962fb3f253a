"""The field of wells: each well's own pump between the two headers, and the exchangers that part its water from the plant's.

A well gets back what it lifts (its return valve is set to its own lift), so that in the network it is one branch: pump,
riser, lift and injection in series. What the headers and exchangers take is a head outside of the well, shared by all.
Flows in m3/h, pressures in kPa, temperatures in degC.
"""

from __future__ import annotations

import math

from ..well import M_TO_KPA, WATER_WH_M3K, Fault, Well
from .network import Network, zeta_of

GROUP = 6  # wells on one limb of the header
SPEED_M_S = 1.6  # water in headers at nominal flow
PLATES_KPA = 40.0  # over clean exchangers at nominal flow
NTU = 4.0  # of clean exchangers at nominal flows, both sides alike
STRONGER = 0.8  # power of the flow in a film's coefficient
SUMP_M3 = 0.06  # water in a header for each m3/h of nominal flow


class HeaderWell(Well):
    """A well that pumps into a network: `external_m` is the head (m of water) which that takes."""

    external_m = Fault()

    def __init__(self, params, seed: int | str = 1):
        self.external_m = 0.0
        super().__init__(params, seed)

    def _flow(self, speed: float, lost: float, burst: float) -> float:
        """As alone, with less head from the pump."""
        whole = self._shutoff_m
        self._shutoff_m = whole - self.external_m / (speed * speed)
        try:
            return super()._flow(speed, lost, burst)
        finally:
            self._shutoff_m = whole

    def law(self, speed: float) -> tuple[float, float, float]:
        """(lift kPa, kPa per m3/h, kPa per (m3/h)^2) of this branch at a speed; no lift: it gives nothing."""
        if self._stale:
            self._tune()
        if speed <= 0.0 or self.dry or self.drive_dead or self.stalled or self.level_m <= 0.0 or self.throttle >= 1.0:
            return 0.0, 0.0, M_TO_KPA * self._square
        head, slope = self._shutoff_m * speed * speed - self._lift_m, self.params.drawdown
        if self._rise_m * self.flow_m3h * (1.0 - self._share) > self._lift_m:  # the column is full: see Well._flow
            head += self._lift_m
            slope += self._rise_m * (1.0 - self._share)
        return M_TO_KPA * max(0.0, head), M_TO_KPA * slope, M_TO_KPA * self._square


def diameter_for(m3h: float, speed_m_s: float = SPEED_M_S) -> float:
    """Pipe for a flow, m."""
    return max(0.025, math.sqrt(4.0 * m3h / 3600.0 / math.pi / speed_m_s))


class Exchangers:
    """All plate exchangers as one, counter-flow, by effectiveness and NTU. `fouling`: share of resistance more."""

    def __init__(self, hot_m3h: float, cold_m3h: float):
        self.nominal = hot_m3h, cold_m3h
        self.ua_w_k = NTU * min(hot_m3h, cold_m3h) * WATER_WH_M3K
        self.fouling = 0.0

    def w_k(self, hot_m3h: float, cold_m3h: float) -> float:
        """Heat for each kelvin between the two inflows, W/K."""
        if hot_m3h < 0.01 or cold_m3h < 0.01:
            return 0.0
        films = [2.0 * self.ua_w_k * min(1.5, flow / most) ** STRONGER
                 for flow, most in zip((hot_m3h, cold_m3h), self.nominal)]
        ua = 1.0 / (1.0 / films[0] + 1.0 / films[1] + self.fouling / self.ua_w_k)
        small, large = sorted((hot_m3h * WATER_WH_M3K, cold_m3h * WATER_WH_M3K))
        ntu, ratio = ua / small, small / large
        if ratio > 0.999:
            return small * ntu / (1.0 + ntu)
        fade = math.exp(-ntu * (1.0 - ratio))
        return small * (1.0 - fade) / (1.0 - ratio * fade)


class WellField:
    """Wells, headers, exchangers' primary side and their bypass. `water` each scan, `heat` with the plant's step."""

    def __init__(self, params, count: int, spacing_m: float, seed: int | str):
        self.wells = [HeaderWell(params, f"{seed}-{i}") for i in range(count)]
        self.nominal_m3h = params.nominal_m3h * count
        self.net = net = Network()
        net.keep("back 0", 0.0)  # free fall into the annuli
        self.branches: list[int] = []
        groups = (count + GROUP - 1) // GROUP
        for g in range(groups):
            through = diameter_for(params.nominal_m3h * min(count, GROUP) * (groups - g))
            net.duct(f"header {g}", f"out {g}", "plant" if g == 0 else f"out {g - 1}", through, spacing_m * GROUP)
            if g:
                net.duct(f"return {g}", f"back {g - 1}", f"back {g}", through, spacing_m * GROUP)
        pump = M_TO_KPA * params.shutoff_m, M_TO_KPA * (params.curve + params.pipe), M_TO_KPA * params.drawdown
        for i in range(count):
            self.branches.append(net.pump(f"well {i + 1}", f"back {i // GROUP}", f"out {i // GROUP}", *pump))
        wide = diameter_for(self.nominal_m3h)
        self.plates = net.duct("plates", "plant", "back 0", wide, 20.0, zeta_of(PLATES_KPA, self.nominal_m3h, wide))
        self.bypass = net.duct("plates bypass", "plant", "back 0", wide, 5.0, zeta_of(PLATES_KPA, self.nominal_m3h, wide))
        self.blocked = 0.0  # share of the plates' ways that is clogged
        self._key: tuple | None = None
        self._owed_j = 0.0
        self.bypass_open = 0.0

    def water(self, on: list[bool], speed: list[float], bypass: float, dt_s: float) -> None:
        """One scan of all wells. The network is solved anew when something that it knows has changed."""
        wells = self.wells
        speeds = [s if o else 0.0 for o, s in zip(on, speed)]
        laws = [w.law(s) for w, s in zip(wells, speeds)]
        key = (tuple(laws), bypass, self.blocked)
        if key != self._key:
            self._key = key
            self._solve(laws, bypass)
        for w, o, s in zip(wells, on, speeds):
            w.hydraulics(o, s, dt_s)

    def _solve(self, laws: list, bypass: float) -> None:
        net = self.net
        net.open(self.bypass, bypass)
        net.open(self.plates, 1.0 - 0.9 * min(1.0, self.blocked) ** 2)
        for i, (lift, slope, square) in zip(self.branches, laws):
            net.lift[i], net.r1[i], net.r2[i] = lift, slope, square
        net.solve()
        for k, w in enumerate(self.wells):
            g = k // GROUP
            outside = (net.kpa(f"out {g}") - net.kpa(f"back {g}")) / M_TO_KPA if laws[k][0] > 0.0 else 0.0
            if abs(outside - w.external_m) > 1e-3:
                w.external_m = outside

    @property
    def flow_m3h(self) -> float:
        """What all wells lift."""
        return sum(w.flow_m3h for w in self.wells)

    @property
    def plates_share(self) -> float:
        """Of the flow that goes through the plates and not past them."""
        through, past = float(self.net.q[self.plates]), float(self.net.q[self.bypass])
        return through / (through + past) if through + past > 0.0 else 1.0

    def supply_c(self) -> float:
        """Water as it comes from the wells that run, mixed; of the first well where none does."""
        flow = self.flow_m3h
        return sum(w.flow_m3h * w.supply_c for w in self.wells) / flow if flow > 0.0 else self.wells[0].supply_c

    def owed_w(self, dt_s: float) -> float:
        """Heat that wells and their motors gave beyond what the header was told in the step before, as a power now."""
        owed, self._owed_j = self._owed_j, 0.0
        return owed / dt_s

    def thermal(self, told: list[float], back_c: float, dt_s: float) -> None:
        """Every well gets its water back. told: degC of each well's water as the header had it in this step."""
        for w, told_c in zip(self.wells, told):
            before = w.taken_j
            moved = w.flow_m3h * WATER_WH_M3K * dt_s
            w.thermal(back_c, dt_s)
            self._owed_j += w.taken_j - before - moved * (told_c - back_c) + w.pump_heat_w * dt_s

    def pump_w(self, on: list[bool], speed: list[float]) -> float:
        """Electric power of all well pumps."""
        return sum(w.pump_w(o, s if o else 0.0) for w, o, s in zip(self.wells, on, speed))
