"""Controllers that know the plant's truth: what a firmware is compared with.

`AllOn`: every well and machine enabled, pumps at full speed, each machine by its own thermostat. `Rotation`: as many wells
and machines as the outside temperature asks for by a fixed table, changed over each week whatever their state. `Ideal`:
machines by the heat that is wanted now, pumps by the rooms' valves, wells by what the machines draw; no sensor lies to it.
"""

from __future__ import annotations

import math

from .machine import COOL, HEAT, HOT_WATER, LEAST_LOAD, OFF, RECOVERY
from .world import Central

HEAT_BELOW_C, COOL_ABOVE_C = 15.0, 19.0  # mean outside temperature of some days
SEASON_S = 3 * 86400.0
STAGE_S = 900.0  # from one stage to the next
FLOW_M3H_KW = 0.134  # T/BAEE019-2023
MILD_C = 30.0  # supply at HEAT_BELOW_C + 3 K
TANK_ON_C, TANK_OFF_C, TANK_C = 53.0, 55.0, 58.0
LEAST_SHARE = 0.62  # of the nominal flow through each machine that runs: its flow switch opens at a half
WEEK_S = 7 * 86400.0
LEAST_WELL = 0.6  # 30 Hz of 50: a submersible motor's least speed


class Policy:
    """Sets a plant's orders each step. A machine that shows a fault is reset every ten minutes, as a janitor would."""

    name = ""

    def __init__(self, world: Central):
        self.world = world
        self.mean_c = world.weather.at(0.0)[0]
        self.season = OFF
        self.charging = False
        self._staged_s = -STAGE_S
        self._reset_s = 0.0
        self.count = 0

    def season_now(self, dt_s: float) -> int:
        """Heating, cooling or neither, by the outside temperature of the last days."""
        self.mean_c += (self.world.outside[0] - self.mean_c) * min(1.0, dt_s / SEASON_S)
        low, high = HEAT_BELOW_C, COOL_ABOVE_C
        if self.season == HEAT:
            low += 1.0
        elif self.season == COOL:
            high -= 1.0
        self.season = HEAT if self.mean_c < low else COOL if self.mean_c > high else OFF
        return self.season

    def setpoint_c(self) -> float:
        """Supply temperature: a heating curve, or the case's cold water."""
        t = self.world.case.tertiary
        if self.season == COOL:
            return t["summer_c"]
        share = (HEAT_BELOW_C + 3.0 - self.world.outside[0]) / (HEAT_BELOW_C + 3.0 - self.world.case.climate["design_c"])
        return MILD_C + (t["winter_c"] - MILD_C) * min(1.0, max(0.0, share))

    def step(self, dt_s: float) -> None:
        """Orders for the next step of the world."""
        w, o = self.world, self.world.orders
        season = self.season_now(dt_s)
        self._resets(dt_s)
        o.secondary_make_up = w.secondary.pressure_kpa < 120.0
        o.tertiary_make_up = w.tertiary.pressure_kpa < 120.0
        tank = self._tank()
        able = [k for k, m in enumerate(w.machines) if not m.fault and k != tank]
        self.count = self.wanted(season, len(able)) if season else 0
        chosen = set(self.order(able)[: self.count])
        for k in range(len(w.machines)):
            if k == tank:
                o.mode[k] = self._tank_mode(season, o.mode[k])
                o.setpoint_c[k] = 7.0 if o.mode[k] == RECOVERY else TANK_C
            else:
                o.mode[k] = season if k in chosen else OFF
                o.setpoint_c[k] = self.setpoint_c()
            o.valves[k] = o.mode[k] != OFF
        self._backup(season, len(able))
        self.pumps(season, tank)
        self.wells(season, dt_s)

    def _resets(self, dt_s: float) -> None:
        self._reset_s += dt_s
        if self._reset_s >= 600.0:
            self._reset_s = 0.0
            for m in self.world.machines:
                m.reset()

    def _tank(self) -> int | None:
        """The machine that heats the tank now."""
        w, o = self.world, self.world.orders
        if w.tank is None:
            return None
        sensors = w.tank.sensors(w.lumps)
        self.charging = sensors[1] < TANK_ON_C or (self.charging and sensors[3] < TANK_OFF_C)
        o.circulation = True
        able = [k for k, m in enumerate(w.machines) if m.recovery and not m.fault]
        o.charge = self.charging and bool(able)
        o.heater = sensors[0] < 51.0
        return able[-1] if o.charge else None

    def _tank_mode(self, season: int, now: int) -> int:
        """Recovery where there is cold to be used; what a charge begins with it keeps."""
        if now in (HOT_WATER, RECOVERY):
            return now
        w = self.world
        load_w = sum(-b.heat_w for b in w.buildings)
        return RECOVERY if season == COOL and load_w > 0.5 * w.machines[0].heat_w else HOT_WATER

    def _backup(self, season: int, able: int) -> None:
        """Boiler and chiller help when all machines that can are at work and it is not enough."""
        w, o = self.world, self.world.orders
        short = self.count >= able
        cold = season == HEAT and short and w.c(w.supply) < self.setpoint_c() - 3.0
        warm = season == COOL and short and w.c(w.supply) > self.setpoint_c() + 3.0
        if w.boiler:
            o.boiler_on = cold or (o.boiler_on and season == HEAT and w.c(w.supply) < self.setpoint_c() + 1.0)
            o.boiler_valve, o.boiler_c = o.boiler_on, self.setpoint_c() + 2.0
            o.boiler_on = o.boiler_on and w.tertiary.boiler_valve.opening > 0.5
        if w.chiller:
            o.chiller_valve = warm or (o.chiller_valve and season == COOL and w.c(w.supply) > self.setpoint_c() - 1.0)
            o.chiller_on, o.chiller_c = o.chiller_valve, self.setpoint_c()

    def order(self, able: list[int]) -> list[int]:
        """Machines in the order in which they come."""
        return able

    def wanted(self, season: int, able: int) -> int:
        """How many machines shall run."""
        raise NotImplementedError

    def pumps(self, season: int, tank: int | None) -> None:
        """Pumps of both loops and the bypass."""
        raise NotImplementedError

    def wells(self, season: int, dt_s: float) -> None:
        """Wells' pumps."""
        raise NotImplementedError

    def _run_pumps(self, secondary: float, tertiary: float) -> None:
        """All pumps of each loop at one speed; 0 off, and off as long as no valve is open."""
        w, o = self.world, self.world.orders
        way = [k for k, opened in enumerate(o.valves) if opened]
        source_open = any(w.secondary.valves[k].opening > 0.3 for k in way if o.mode[k] != RECOVERY)
        load_open = any(w.tertiary.valves[k].opening > 0.3 for k in way if o.mode[k] != HOT_WATER)
        load_open = load_open or (o.boiler_valve and w.tertiary.boiler_valve.opening > 0.3)
        load_open = load_open or (o.chiller_valve and w.tertiary.chiller_valve.opening > 0.3)
        o.secondary_on = [secondary > 0.0 and source_open] * len(o.secondary_on)
        o.secondary_speed = [secondary] * len(o.secondary_on)
        o.tertiary_on = [tertiary > 0.0 and load_open] * len(o.tertiary_on)
        o.tertiary_speed = [tertiary] * len(o.tertiary_on)

    def _run_wells(self, chosen: list[int], speed: float) -> None:
        o = self.world.orders
        o.well_on = [i in chosen for i in range(len(o.well_on))]
        o.well_speed = [speed] * len(o.well_on)


class AllOn(Policy):
    """Everything that is there runs, all year: the plant of one who wants no trouble."""

    name = "all on"

    def wanted(self, season: int, able: int) -> int:
        return able

    def pumps(self, season: int, tank: int | None) -> None:
        self.world.orders.bypass = 1.0
        self._run_pumps(1.0 if season or tank is not None else 0.0, 1.0 if season else 0.0)

    def wells(self, season: int, dt_s: float) -> None:
        busy = bool(season) or self.charging
        self._run_wells(list(range(len(self.world.field.wells))) if busy else [], 1.0)


class Rotation(Policy):
    """A table by outside temperature, and the next in turn each week."""

    name = "fixed rotation"

    def order(self, able: list[int]) -> list[int]:
        n = len(self.world.machines)
        turn = int(self.world.t_s // WEEK_S) % n
        return sorted(able, key=lambda k: (k - turn) % n)

    def _share(self, season: int) -> float:
        """Share of the plant that the table wants."""
        outside = self.world.outside[0]
        if season == HEAT:
            design = self.world.case.climate["design_c"]
            return min(1.0, max(0.25, (18.0 - outside) / (18.0 - design)))
        return min(1.0, max(0.4, (outside - 16.0) / 16.0)) if season == COOL else 0.0

    def wanted(self, season: int, able: int) -> int:
        return min(able, math.ceil(self._share(season) * len(self.world.machines)))

    def pumps(self, season: int, tank: int | None) -> None:
        self.world.orders.bypass = 1.0
        self._run_pumps(0.9 if season or tank is not None else 0.0, 0.9 if season else 0.0)

    def wells(self, season: int, dt_s: float) -> None:
        n = len(self.world.field.wells)
        share = max(self._share(season), 2.0 / len(self.world.machines) if self.charging else 0.0)
        turn = int(self.world.t_s // WEEK_S) % n
        self._run_wells([(turn + i) % n for i in range(math.ceil(share * n))], 0.85)


class Ideal(Policy):
    """What is needed, no more: staging by load, speeds by valves, wells by the heat drawn."""

    name = "ideal"

    def __init__(self, world: Central):
        super().__init__(world)
        self.speed = 0.6
        self.open = 0.0
        self.running = 0
        self.running_wells = 0
        self._wells_s = 0.0

    def order(self, able: list[int]) -> list[int]:
        machines = self.world.machines
        return sorted(able, key=lambda k: (not machines[k].running, machines[k].run_s // 3600.0, k))

    def wanted(self, season: int, able: int) -> int:
        w = self.world
        runs = [m for m in w.machines if m.running and m.mode == season]
        now = sum(m.load for m in runs)
        error = self.setpoint_c() - w.c(w.supply) if season == HEAT else w.c(w.supply) - self.setpoint_c()
        need = any(b.valve > 0.05 for b in w.buildings)
        goal = self.running
        if not need:
            goal = 0
        elif not self.running or (now > 0.92 * self.running and error > 1.0):
            goal = self.running + 1
        elif self.running > 1 and now < 0.75 * (self.running - 1) and error < 1.0:
            goal = self.running - 1
        if goal != self.running and (w.t_s - self._staged_s >= STAGE_S or goal == 0):
            self.running, self._staged_s = goal, w.t_s
        self.running = min(able, self.running)
        return self.running

    def pumps(self, season: int, tank: int | None) -> None:
        """Tertiary: until the most open valve is nine tenths open; the bypass keeps the machines' least flow."""
        w, o = self.world, self.world.orders
        widest = max(b.valve for b in w.buildings)
        self.speed = min(1.0, max(0.35, self.speed + 0.05 * (widest - 0.85)))
        flows = [w.tertiary.flow(link) for link, valve in zip(w.tertiary.machines, w.tertiary.valves) if valve.opening > 0.9]
        least = LEAST_SHARE * w.machines[0].flow_m3h
        if flows and min(flows) < least:
            self.open = min(1.0, self.open + 0.1)
            if self.open > 0.9:
                self.speed = min(1.0, self.speed + 0.05)
        else:
            self.open = max(0.0, self.open - 0.02)
        o.bypass = self.open
        machines = self.running + (tank is not None)
        share = machines / len(w.machines)
        running = math.ceil(share * len(o.secondary_on))
        self._run_pumps(max(0.55, 0.9 * min(1.0, share * len(o.secondary_on) / max(1, running))), self.speed)
        for k in range(running, len(o.secondary_on)):
            o.secondary_on[k] = False
        flow = w.tertiary.pumps
        wanted = sum(b.valve * b.nominal_m3h for b in w.buildings) / self.speed
        for k in range(max(1, math.ceil(1.3 * wanted / flow[0].m3h)), len(flow)):
            o.tertiary_on[k] = False

    def wells(self, season: int, dt_s: float) -> None:
        """By the heat that the machines draw or give, at the standard's flow, spread over the wells."""
        w = self.world
        kw = sum(m.condenser_w for m in w.machines) / 1000.0
        share = (self.running + self.charging) * LEAST_LOAD * w.case.machines["heat_kw"]
        flow = FLOW_M3H_KW * max(kw, share)
        n = len(w.field.wells)
        per_well = 0.8 * w.case.wells["nominal_m3h"]
        goal = min(n, math.ceil(flow / per_well)) if self.running or self.charging else 0
        late = w.t_s - self._wells_s >= STAGE_S
        if goal == 0 or goal > self.running_wells or (late and goal < self.running_wells - 1):
            self.running_wells, self._wells_s = goal, w.t_s
        able = sorted((i for i, one in enumerate(w.field.wells) if not (one.drive_dead or one.dry or one.forced_c)),
                      key=lambda i: (not w.field.wells[i].turns, w.field.wells[i].lifted_l // 1e6, i))
        chosen = able[: self.running_wells]
        lifted = w.field.flow_m3h
        speed = w.orders.well_speed[0] if w.orders.well_speed[0] else 0.8
        if lifted > 0.0 and flow > 0.0:
            speed += 0.1 * max(-0.5, min(0.5, flow / lifted - 1.0))
        self._run_wells(chosen, min(1.0, max(LEAST_WELL + 0.05, speed)))


POLICIES = {"all_on": AllOn, "rotation": Rotation, "ideal": Ideal}

