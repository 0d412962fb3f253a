"""Buildings as aggregated loads: zones of air and mass with gains, sun and fresh air, each with its own room control.

A building hangs on the street with one branch. Its zones share the branch's water by their valves. Temperatures in degC,
powers in W, flows in m3/h; the bodies are the plant's lumps, so their heat closes with everything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..well import WATER_WH_M3K
from .lumps import Lumps
from .use import USES

AIR_J_M2K = 40_000.0  # air, furniture, and what of the walls follows within minutes
MASS_J_M2K = 260_000.0  # heavy building, EN ISO 52016-1, table B.14: 260 kJ/(m2 K)
INNER_W_M2K = 10.0  # air to masses, each m2 of floor (2.5 m2 of surface at 4 W/(m2 K))
SUPPLY_C, RETURN_C, ROOM_C = 45.0, 39.0, 20.0  # what radiators and coils are made for, at the design temperature
# Zones: (share of the area, loss against the mean, gains against the mean): middle, corners and roof, sheltered core
ZONES = ((0.6, 1.0, 1.0), (0.2, 1.25, 0.85), (0.2, 0.75, 1.15))
BAND_K = 2.0  # of the rooms' proportional valves
# Change-over of the rooms' valves: by the water; while that says nothing, by the last days' air.
COOL_BELOW_C, HEAT_ABOVE_C, MILD_C, MILD_K = 16.0, 24.0, 17.0, 1.5
LEAST_PRESENCE = 0.2  # of the fresh air, when nobody is in
OUTER_C = 20.0  # held by others in a building that this plant only cools


@dataclass(frozen=True)
class BuildingData:
    """One building as a case describes it. heat_w_m2: loss at the design temperature, without gains; 0: only cooled."""

    name: str
    use: str
    m2: float
    heat_w_m2: float
    loss_w_m2k: float = 0.0  # of a building that is only cooled
    sun_m2_m2: float = 0.03  # solar aperture for each m2 of floor
    cooled: bool = True
    pool_m3: float = 0.0
    pipe_m: float = 100.0  # street from the one before it, and back


class Zone:
    """A part of a building: its lumps, its valve, how cold it has been."""

    def __init__(self, lumps: Lumps, name: str, m2: float, loss: float, gains: float, start_c: float):
        self.m2, self.loss_w_k, self.gains = m2, loss * m2, gains
        self.air = lumps.add(name + " air", AIR_J_M2K * m2, start_c)
        self.mass = lumps.add(name + " mass", MASS_J_M2K * m2, start_c)
        self.valve = 0.0
        self.emitted_w = 0.0


class Building:
    """`control` before the network is solved, `couple` with the flow that came of it, `judge` after the step."""

    def __init__(self, data: BuildingData, lumps: Lumps, design_c: float, seed_c: float = 20.0):
        if data.use not in USES:
            raise ValueError(f"{data.name}: use {data.use!r}; there are {', '.join(USES)}")
        self.data, self.use = data, USES[data.use]
        heated = data.heat_w_m2 > 0.0
        self.loss_w_m2k = data.heat_w_m2 / (ROOM_C - design_c) if heated else data.loss_w_m2k
        self.heated = heated
        self.zones = [Zone(lumps, f"{data.name} {k}", share * data.m2, loss * self.loss_w_m2k, gains, seed_c)
                      for k, (share, loss, gains) in enumerate(ZONES, start=1)]
        peak = (data.heat_w_m2 or 60.0) * data.m2 * 1.25
        self.nominal_m3h = peak / (SUPPLY_C - RETURN_C) / WATER_WH_M3K
        self.water = lumps.water(data.name + " water", max(0.5, self.nominal_m3h / 20.0), seed_c)
        # Conductance of the emitters, so that the design flow leaves with RETURN_C.
        rate = self.nominal_m3h * WATER_WH_M3K
        self.ua_w_k = -math.log(1.0 - (SUPPLY_C - RETURN_C) / (SUPPLY_C - ROOM_C)) * rate
        self.pool = lumps.water(data.name + " pool", data.pool_m3, 27.5) if data.pool_m3 else None
        self.pool_valve = 0.0
        self.valve = 0.0
        self.cooling = False  # what its change-over stands on
        self.air_c: float | None = None  # mean of the last days' air
        self.heat_w = 0.0  # to the rooms, negative when cooled
        self.other_w = 0.0  # heat of others in a building that is only cooled
        self.mean_c = self.coldest_c = self.hottest_c = seed_c

    def control(self, t_s: float, lumps: Lumps, supply_c: float, outside_c: float, dt_s: float) -> None:
        """The rooms' valves: by the rooms' temperature, whatever the water can do for them now."""
        cooling = self._changed_over(supply_c, outside_c, dt_s)
        heat_c, cool_c = self.use.wanted_c(t_s)
        wanted = 0.0
        for zone in self.zones:
            air = float(lumps.t[zone.air])
            goal = 0.0
            if cooling and self.data.cooled:
                goal = 0.5 + (air - cool_c) / BAND_K
            elif not cooling and self.heated:
                goal = 0.5 + (heat_c - air) / BAND_K
            zone.valve += (min(1.0, max(0.0, goal)) - zone.valve) * min(1.0, dt_s / 120.0)
            if goal == 0.0 and zone.valve < 0.01:
                zone.valve = 0.0
            wanted += zone.valve * zone.m2
        self.pool_valve = 0.0
        if self.pool is not None and not cooling and supply_c > 32.0:
            self.pool_valve = min(1.0, max(0.0, 0.5 + 28.0 - float(lumps.t[self.pool])))
        self.valve = min(1.0, wanted / self.data.m2 + 0.15 * self.pool_valve)

    def _changed_over(self, supply_c: float, outside_c: float, dt_s: float) -> bool:
        """Whether the rooms' valves cool."""
        if self.air_c is None:
            self.air_c = outside_c
            self.cooling = outside_c > MILD_C
        self.air_c += (outside_c - self.air_c) * min(1.0, dt_s / (2.0 * 86400.0))
        if supply_c < COOL_BELOW_C or supply_c > HEAT_ABOVE_C:
            self.cooling = supply_c < COOL_BELOW_C
        elif abs(self.air_c - MILD_C) > MILD_K:
            self.cooling = self.air_c > MILD_C
        return self.cooling

    def couple(self, t_s: float, lumps: Lumps, supply: int, m3h: float, weather: tuple[float, float]) -> None:
        """Heat of this step: emitters, walls, fresh air, gains, sun."""
        outside_c, sun = weather
        here = self.use.presence(t_s)
        fresh = self.use.vent_share * max(LEAST_PRESENCE, here)
        shares = [zone.valve * zone.m2 for zone in self.zones]
        whole = sum(shares) + 0.15 * self.pool_valve * self.data.m2
        self.other_w = 0.0
        for zone, share in zip(self.zones, shares):
            through = m3h * share / whole if whole > 0.0 else 0.0
            self._emit(lumps, supply, zone.air, through, self.ua_w_k * zone.m2 / self.data.m2)
            lumps.lose(zone.air, zone.loss_w_k * fresh, outside_c)
            lumps.lose(zone.mass, zone.loss_w_k * (1.0 - self.use.vent_share), outside_c)
            lumps.join(zone.air, zone.mass, INNER_W_M2K * zone.m2)
            inner = self.use.gains_w_m2 * here * zone.gains * zone.m2
            light = self.data.sun_m2_m2 * sun * zone.m2
            lumps.heat(zone.air, 0.5 * inner + 0.2 * light, "gains")
            lumps.heat(zone.mass, 0.5 * inner + 0.8 * light, "gains")
            if not self.heated:
                self._others(lumps, zone)
        if self.pool is not None:
            through = m3h * 0.15 * self.pool_valve * self.data.m2 / whole if whole > 0.0 else 0.0
            self._emit(lumps, supply, self.pool, through, 0.15 * self.ua_w_k)
            # Evaporation and walls of the basin: 10 W/K for each m3 against the hall, some 180 W/m2 of water when in use
            lumps.lose(self.pool, 10.0 * self.data.pool_m3, 24.0 if here >= 0.1 else 26.5)

    def _emit(self, lumps: Lumps, supply: int, body: int, m3h: float, ua_w_k: float) -> None:
        """Heat from the branch's water to a body, by effectiveness."""
        rate = m3h * WATER_WH_M3K
        if rate > 1.0:
            lumps.cross(supply, self.water, body, body, rate * -math.expm1(-ua_w_k / rate))

    def _others(self, lumps: Lumps, zone: Zone) -> None:
        """A building that this plant only cools is heated by others."""
        w = min(80.0, max(0.0, 20.0 * (OUTER_C - float(lumps.t[zone.air])))) * zone.m2
        lumps.heat(zone.air, w, "others")
        self.other_w += w

    def judge(self, lumps: Lumps, supply_c: float, m3h: float) -> None:
        """Room temperatures and the heat that this step brought."""
        airs = [float(lumps.t[zone.air]) for zone in self.zones]
        self.mean_c = sum(a * z.m2 for a, z in zip(airs, self.zones)) / self.data.m2
        self.coldest_c, self.hottest_c = min(airs), max(airs)
        self.heat_w = m3h * WATER_WH_M3K * (supply_c - float(lumps.t[self.water]))
