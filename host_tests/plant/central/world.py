"""A central plant as a whole: wells, exchangers, machines, back-up, hot water, networks, buildings, on one clock.

Every heat goes through the lumps once; wells and ground keep accounts of their own. Units as in the parts.
"""

from __future__ import annotations

from ..heatpump import ICE_J_KG
from ..well import WATER_WH_M3K
from . import machine as machines
from . import noise
from .boiler import Boiler
from .buildings import Building
from .case import Case
from .lumps import Lumps
from .machine import Chiller, Machine
from .orders import Orders
from .rings import Secondary, Tertiary
from .source import Exchangers, WellField
from .suffered import Suffered
from .tank import Tank

MACHINE_K = 6.0  # between entering and leaving water at rated heat: sets nominal flows
BOILER_K, CHILLER_K = 15.0, 5.0  # the same of the back-up
BODY_S = 25.0  # water in an exchanger and its pipes, over its nominal flow
TANK_SHARE = 0.6  # of the nominal flow through a machine's hot-water side
STREET_W_MK, GROUND_C = 0.35, 10.0  # insulated pipes in the ground, each way


class Central:
    """One plant. Set `orders`, call `step`; `scan` moves the wells' water alone, where well nodes run them at 10 Hz."""

    def __init__(self, case: Case, weather, seed: int = 1, start_c: float = 20.0, water_c: float | None = None):
        """start_c: of rooms and plant; water_c: of the buildings' network, where it is another."""
        self.case, self.weather = case, weather
        self.t_s = 0.0
        self.dark = False
        self.water_c = start_c if water_c is None else water_c
        self.lumps = Lumps()
        params = case.well_params()
        n, heat_w = case.machines["count"], case.machines["heat_kw"] * 1000.0
        flow = heat_w / (MACHINE_K * WATER_WH_M3K)
        self.field = WellField(params, case.wells["count"], case.wells["spacing_m"], seed)
        self.machines = [Machine(heat_w, flow, recovery=k >= n - case.machines["recovery"]) for k in range(n)]
        boil_w, chill_w = case.boiler.get("kw", 0.0) * 1e3, case.chiller.get("kw", 0.0) * 1e3
        self.boiler = Boiler(boil_w, boil_w / BOILER_K / WATER_WH_M3K) if boil_w else None
        self.chiller = Chiller(chill_w, chill_w / CHILLER_K / WATER_WH_M3K) if chill_w else None
        self.buildings = [Building(data, self.lumps, case.climate["design_c"], start_c) for data in case.buildings]
        self.secondary = Secondary(flow, n, case.secondary["pumps"])
        self.tertiary = Tertiary(
            flow, n, case.tertiary["pumps"], [(b.nominal_m3h, b.data.pipe_m) for b in self.buildings],
            self.boiler.flow_m3h if self.boiler else 0.0, self.chiller.flow_m3h if self.chiller else 0.0)
        self.exchangers = Exchangers(self.field.nominal_m3h, self.secondary.m3h)
        self.orders = Orders(len(self.field.wells), n, len(self.secondary.pumps), len(self.tertiary.pumps))
        self._bodies(params.ground_c, start_c, flow)
        self.lumps.begin()
        self.outside = weather.at(0.0)
        self.noise_db = noise.QUIET_DB
        self.charge = [0.0] * n  # m3/h through each machine's hot-water side
        self.well_starts = 0
        self._turning = [False] * len(self.field.wells)
        self.suffered = Suffered()
        self.scan(0.001)  # flows and pressures at rest
        self._water()
        self.electric_w: dict[str, float] = {}
        self.electric_wh: dict[str, float] = {}
        self.heat_wh = self.cold_wh = self.tap_wh = 0.0

    def _bodies(self, ground_c: float, start_c: float, flow: float) -> None:
        """The bodies of water between the parts."""
        add = self.lumps.water
        water_c = self.water_c
        header = self.field.nominal_m3h / 60.0
        self.well_supply, self.well_return = add("well supply", header, ground_c), add("well return", header, ground_c)
        ring = self.secondary.m3 / 2.0
        self.source_supply, self.source_return = add("source supply", ring, ground_c), add("source return", ring, ground_c)
        ring = self.tertiary.m3 / 2.0
        self.supply, self.back = add("supply", ring, water_c), add("return", ring, water_c)
        size = flow * BODY_S / 3600.0
        self.sides = []
        for k, m in enumerate(self.machines, start=1):
            own = [add(f"machine {k} source", size, ground_c), add(f"machine {k} load", size, water_c)]
            self.sides.append((*own, add(f"machine {k} tank", size, start_c) if m.recovery else None))
        self.boiler_body = add("boiler", self.boiler.flow_m3h / 100.0, start_c) if self.boiler else None
        self.chiller_body = add("chiller", self.chiller.flow_m3h * BODY_S / 3600.0, start_c) if self.chiller else None
        data = self.case.tank
        self.tank = Tank(self.lumps, data["m3"], data["ring_m3h"], 60.0 * data["ring_m3h"]) if data else None
        self.ice_j = {body: 0.0 for pair in self.sides for body in pair[:2]} | {self.well_return: 0.0}
        self.full_j = {body: 0.3 * self.lumps.c_j_k[body] / 4187.0 * ICE_J_KG for body in self.ice_j}

    def c(self, body: int) -> float:
        """Temperature of a body."""
        return float(self.lumps.t[body])

    def scan(self, dt_s: float) -> None:
        """Wells' water of a scan period."""
        o = self.orders
        on = [False] * len(o.well_on) if self.dark else o.well_on
        self.field.water(on, o.well_speed, o.exchanger_bypass, dt_s)

    def step(self, dt_s: float, wells: bool = True) -> None:
        """One step of everything; `wells` False: `scan` has moved their water already."""
        o, powered = self.orders, not self.dark
        self.outside = self.weather.at(self.t_s)
        self._count_wells()
        self._drives(o, dt_s, powered)
        supply_c = self.c(self.supply)
        for b in self.buildings:
            b.control(self.t_s, self.lumps, supply_c, self.outside[0], dt_s)
        if wells:
            self.scan(dt_s)
        self._water()
        self.charge = charge = self._charge(o, powered)
        self._machines(o, charge, dt_s, powered)
        self._backup(o, dt_s, powered)
        self._couple(o, charge, dt_s, powered)
        told = [w.supply_c for w in self.field.wells]
        self.lumps.solve(dt_s)
        self._freeze()
        if self.tank:
            self.tank.settle(self.lumps, dt_s)
        self.field.thermal(told, self.c(self.well_return), dt_s)
        self._count(o, dt_s, powered)
        self.t_s += dt_s
        self.suffered.step(self, dt_s)

    def _count_wells(self) -> None:
        """Starts of the wells' motors."""
        for i, w in enumerate(self.field.wells):
            self.well_starts += w.turns and not self._turning[i]
            self._turning[i] = w.turns

    def _drives(self, o: Orders, dt_s: float, powered: bool) -> None:
        """Pumps and motorised valves follow their orders."""
        for pumps, on, speed in ((self.secondary.pumps, o.secondary_on, o.secondary_speed),
                                 (self.tertiary.pumps, o.tertiary_on, o.tertiary_speed)):
            for pump, wanted, s in zip(pumps, on, speed):
                pump.drive(wanted, s, dt_s, powered)
        for k, opened in enumerate(o.valves):
            # In hot water the load side stays shut, in recovery the source side.
            served = o.prepared[k] if o.prepared[k] else o.mode[k]
            self.secondary.valves[k].drive(float(opened and served != machines.RECOVERY), dt_s, powered)
            self.tertiary.valves[k].drive(float(opened and served != machines.HOT_WATER), dt_s, powered)
        t = self.tertiary
        t.boiler_valve.drive(float(o.boiler_valve), dt_s, powered)
        t.chiller_valve.drive(float(o.chiller_valve), dt_s, powered)
        t.bypass_valve.drive(o.bypass, dt_s, powered)
        self.secondary.keep_pressure(o.secondary_make_up and powered, dt_s)
        t.keep_pressure(o.tertiary_make_up and powered, dt_s)

    def _water(self) -> None:
        """Flows of both loops."""
        s, t = self.secondary, self.tertiary
        s.water([(link, v.opening, True) for link, v in zip(s.machines, s.valves)])
        openings = [(link, v.opening, True) for link, v in zip(t.machines, t.valves)]
        openings += [(link, b.valve, False) for link, b in zip(t.branches, self.buildings)]
        openings.append((t.bypass, t.bypass_valve.opening, False))
        for link, valve in ((t.boiler, t.boiler_valve), (t.chiller, t.chiller_valve)):
            if link is not None:
                openings.append((link, valve.opening, True))
        t.water(openings)

    def _charge(self, o: Orders, powered: bool) -> list[float]:
        """m3/h through each machine's hot-water side."""
        on = o.charge and powered and self.tank is not None
        served = [before or mode for before, mode in zip(o.prepared, o.mode)]
        return [TANK_SHARE * m.flow_m3h if on and m.recovery and opened and mode in (machines.HOT_WATER, machines.RECOVERY)
                else 0.0 for m, mode, opened in zip(self.machines, served, o.valves)]

    def _machines(self, o: Orders, charge: list[float], dt_s: float, powered: bool) -> None:
        """Each machine with its water as it is now."""
        for k, (m, (source, load, tank)) in enumerate(zip(self.machines, self.sides)):
            water = [(self.secondary.flow(self.secondary.machines[k]), self.c(self.source_supply), self.c(source)),
                     (self.tertiary.flow(self.tertiary.machines[k]), self.c(self.back), self.c(load)), None]
            if tank is not None and self.tank is not None:
                water[2] = (charge[k], self.c(self.tank.layers[-1]), self.c(tank))
            m.step(o.mode[k], o.limit[k], o.setpoint_c[k], tuple(water), dt_s, powered)

    def _backup(self, o: Orders, dt_s: float, powered: bool) -> None:
        """Boiler and chiller."""
        t = self.tertiary
        if self.boiler and t.boiler is not None and self.boiler_body is not None:
            self.boiler.step(o.boiler_on, o.boiler_limit, o.boiler_c, t.flow(t.boiler), self.c(self.back),
                             self.c(self.boiler_body), dt_s, powered)
        if self.chiller and t.chiller is not None and self.chiller_body is not None:
            self.chiller.step(o.chiller_on, o.chiller_c, t.flow(t.chiller), self.c(self.back), self.c(self.chiller_body),
                              self.outside[0], dt_s, powered)

    def _couple(self, o: Orders, charge: list[float], dt_s: float, powered: bool) -> None:
        """Everything that moves heat in this step."""
        lumps = self.lumps
        lumps.begin()
        self._couple_source(dt_s)
        self._couple_machines()
        self._couple_load()
        t, supply = self.tertiary, self.supply
        for b, link in zip(self.buildings, t.branches):
            m3h = t.flow(link)
            lumps.move(supply, b.water, m3h)
            lumps.move(b.water, self.back, m3h)
            b.couple(self.t_s, lumps, supply, m3h, self.outside)
        if self.tank:
            sides = [(pair[2], m3h, m.condenser_w) for pair, m3h, m in zip(self.sides, charge, self.machines)
                     if m3h > 0.0 and pair[2] is not None]
            draw = sum(b.use.tap_l_h(self.t_s, b.data.m2) for b in self.buildings) / 1000.0
            heater = self.case.tank["heater_kw"] * 1e3 if o.heater and powered else 0.0
            self.tank.couple(lumps, sides, draw, o.circulation and powered, heater, dt_s)

    def _couple_source(self, dt_s: float) -> None:
        """Wells, exchangers, secondary loop."""
        lumps, field, s = self.lumps, self.field, self.secondary
        hot, cold = field.flow_m3h, s.flow(s.plates)
        for w in field.wells:
            if w.flow_m3h > 0.0:
                lumps.heat(self.well_supply, w.flow_m3h * WATER_WH_M3K * w.supply_c, "wells")
        lumps.move(self.well_supply, self.well_return, hot)
        lumps.take(self.well_return, hot)
        lumps.heat(self.well_supply, field.owed_w(dt_s), "owed")
        lumps.cross(self.well_supply, self.well_return, self.source_return, self.source_supply,
                    self.exchangers.w_k(hot * field.plates_share, cold))
        lumps.move(self.source_return, self.source_supply, cold)
        lumps.heat(self.source_supply, s.water_w, "pumps")
        self._leaks(s, self.source_return)

    def _leaks(self, ring, body: int) -> None:
        """What leaks comes out of the vessel, as warm; what is made up comes cold, and the vessel takes as much."""
        self.lumps.take(body, ring.making_m3h)
        self.lumps.feed(body, ring.making_m3h, 10.0)

    def _couple_machines(self) -> None:
        """Machines between their bodies."""
        lumps, s, t = self.lumps, self.secondary, self.tertiary
        for k, (m, sides) in enumerate(zip(self.machines, self.sides)):
            source, load, _tank = sides
            flow = s.flow(s.machines[k])
            lumps.move(self.source_supply, source, flow)
            lumps.move(source, self.source_return, flow)
            flow = t.flow(t.machines[k])
            lumps.move(self.back, load, flow)
            lumps.move(load, self.supply, flow)
            if m.evaporator_w or m.condenser_w:
                cold, hot = machines.SIDES[m.mode]
                lumps.heat(sides[cold], -m.evaporator_w, "machines")
                lumps.heat(sides[hot], m.condenser_w, "machines")

    def _couple_load(self) -> None:
        """Boiler, chiller, bypass, street."""
        lumps, t = self.lumps, self.tertiary
        for source, body, link, w in ((self.boiler, self.boiler_body, t.boiler, self.boiler.water_w if self.boiler else 0.0),
                                      (self.chiller, self.chiller_body, t.chiller,
                                       -self.chiller.evaporator_w if self.chiller else 0.0)):
            if source is not None and body is not None and link is not None:
                lumps.move(self.back, body, t.flow(link))
                lumps.move(body, self.supply, t.flow(link))
                lumps.heat(body, w, "backup")
        lumps.move(self.supply, self.back, t.flow(t.bypass))
        lumps.heat(self.supply, t.water_w, "pumps")
        metres = sum(b.data.pipe_m for b in self.buildings)
        lumps.lose(self.supply, STREET_W_MK * metres, GROUND_C)
        lumps.lose(self.back, STREET_W_MK * metres, GROUND_C)
        self._leaks(t, self.back)

    def _freeze(self) -> None:
        """Water at 0 degC turns to ice and back, heat kept."""
        for body, ice in self.ice_j.items():
            t = self.c(body)
            if t >= 0.0 and ice <= 0.0:
                continue
            c = self.lumps.c_j_k[body]
            ice -= t * c
            self.ice_j[body] = min(self.full_j[body], max(0.0, ice))
            self.lumps.t[body] = (self.ice_j[body] - ice) / c

    def _count(self, o: Orders, dt_s: float, powered: bool) -> None:
        """Energies, noise, rooms."""
        supply_c, hours = self.c(self.supply), dt_s / 3600.0
        for b, link in zip(self.buildings, self.tertiary.branches):
            b.judge(self.lumps, supply_c, self.tertiary.flow(link))
            self.heat_wh += max(0.0, b.heat_w) * hours
            self.cold_wh += max(0.0, -b.heat_w) * hours
        if self.tank:
            self.tap_wh += self.tank.drawn_m3h * WATER_WH_M3K * (self.tank.tap_c(self.lumps) - 10.0) * hours
        heater = self.case.tank["heater_kw"] * 1e3 if self.tank and o.heater and powered else 0.0
        self.electric_w = {
            "wells": self.field.pump_w([on and powered for on in o.well_on], o.well_speed),
            "secondary": self.secondary.electric_w, "tertiary": self.tertiary.electric_w,
            "machines": sum(m.electric_w for m in self.machines), "heater": heater,
            "backup": (self.boiler.electric_w if self.boiler else 0.0) + (self.chiller.electric_w if self.chiller else 0.0)}
        for name, w in self.electric_w.items():
            self.electric_wh[name] = self.electric_wh.get(name, 0.0) + w * hours
        self.noise_db = noise.level_db(self)

    def coldest_water_c(self) -> float:
        """Of all exchangers that may freeze."""
        return min(self.c(body) for body in self.ice_j)

    def stored_j(self) -> float:
        """Heat in all bodies above 0 degC, ice counted negative."""
        return self.lumps.stored_j() - sum(self.ice_j.values())
