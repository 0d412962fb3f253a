"""One village house: a well, its pipes, and a heat pump in every room. The default plant.

Heat is booked once on both sides of every flux, so that in any state
heat to the rooms + latent heat = heat from the ground + electricity + cellar - what the nodes hold more (`stored_j`).
"""

from __future__ import annotations

import dataclasses
import random

from . import harm, heatpump, heatpump_map, room, secondary, well
from .well import WATER_WH_M3K

PIPE_M3 = 0.004  # water in the supply pipe, and in the return, for each m3/h of nominal flow: 19 L, 40 m of DN 25
CELLAR_C = 10.0  # where the pipes are
WELL_KEYS = ("static_m", "sealed", "sustain_kpa")  # of the well, for scenario files
CELLAR_S = 7200.0  # water that stands in them takes the cellar's temperature


class PlantError(Exception):
    """A plant that cannot be built, or has ended; the message is for a person."""


class House:
    """Implements the plant interface of boards/sitl/PROTOCOL.md, part 1.

    Hydraulics run every scan; heat runs once a second, each room in its own scan of the second
    so that the work is even.

    Faults: `unit_seized[i]` (a unit's circulation pump stands), `unit_open[i]` (its valve, 1 open .. 0 closed).
    `dark`: no power in the house, set by the harness.
    """

    PLANT_INTERFACE = 1

    def __init__(self, config: dict, options: dict):
        seed = options.get("seed", 1)
        scenario = options.get("scenario", {})
        self.weather = options["weather"]
        self.outside = self.weather.at(0.0)
        self.n = len(config["rooms"])
        self._wells(config, scenario, seed)
        self._rooms(config, scenario, seed)
        self.harm = harm.Harm(config["well"].get("reinjection_limit_kpa", 300))
        self.noise = random.Random(f"flow-{seed}")
        self.dark = False
        self.tick = 0
        self.slots = 10
        self.truth: dict[str, float] = {}
        self._wander = 0.0
        self._key: tuple | None = None
        self._steady = (-99.0, 0.0)  # entering water, electricity per heat of a unit that never stops

    def _wells(self, config: dict, scenario: dict, seed: int) -> None:
        """Wells and their pipes."""
        stacked = "well2" in config
        default = {"particle": well.PARTICLE, "multi_aquifer": well.SECTION}.get(config["well"].get("type"), well.HOUSE)
        params = scenario.get("well", default)
        if "share" in config:
            params = well.scaled(params, config["share"])
        changes = {key: scenario[key] for key in ("ground_c", *WELL_KEYS) if key in scenario}
        if changes:
            params = dataclasses.replace(params, **changes)
        self.well = well.Well(params, seed)
        self.well2 = well.Well(scenario.get("well2", params), f"{seed}-2") if stacked else None
        self.wells = [self.well] + ([self.well2] if self.well2 else [])
        self.clog_per_day = scenario.get("clog_per_day", 0.0)
        ground = params.ground_c
        self.pipe_j_k = PIPE_M3 * params.nominal_m3h * 4.187e6
        self.riser_c = [ground] * len(self.wells)
        self.supply_c = self.return_c = ground
        self.total_m3h = 0.0
        self.cellar_j = 0.0  # heat that the cellar gave to standing water

    def make_rooms(self, scenario: dict, seed: int) -> list:
        """The rooms: each has `air_c` and is stepped once a second as room.Room is. Another house may have others."""
        start_c = scenario.get("start_c", 18.0)
        params = scenario.get("room", room.RoomParams())
        if "loss_w_k" in scenario:
            params = room.leaky(params, scenario["loss_w_k"])
        rngs = [random.Random(f"room-{seed}-{i}") for i in range(self.n)]
        sky = getattr(self.weather, "skin", None)
        return [room.Room(params, start_c + rng.uniform(-0.5, 0.5), rng, sky) for rng in rngs]

    def _rooms(self, config: dict, scenario: dict, seed: int) -> None:
        """Rooms, units, secondary loop, and what the sensors will feel."""
        rooms, n, ground = config["rooms"], self.n, self.well.params.ground_c
        self.rooms = self.make_rooms(scenario, seed)
        freeze_c = config["loop"].get("antifreeze_mc", 0) / 1000.0 if "loop" in config else 0.0
        self.units = [heatpump.HeatPump(r.air_c, c.get("rated_w", 5600), freeze_c=freeze_c, water_c=ground)
                      for r, c in zip(self.rooms, rooms)]
        self.unit_m3h = [c.get("unit_flow_lph", 750) / 1000.0 for c in rooms]
        self.loop = secondary.Loop(sum(self.unit_m3h), ground) if "loop" in config else None
        self.through_m3h = [0.0] * n  # what passes each unit now
        self.unit_seized = [False] * n
        self.unit_open = [1.0] * n
        self.neighbours = [[self.rooms[j] for j in (i - 1, i + 1) if 0 <= j < n] for i in range(n)]
        self.leaving_c = [ground] * n
        self.sensed = {
            "outside_c": self.outside[0], "supply_c": ground, "return_c": ground,
            "lift_lph": 0.0, "return_lph": 0.0, "reinjection_kpa": 0.0,
            "room_c": [r.air_c for r in self.rooms], "supply_air_c": [r.air_c for r in self.rooms],
            "leaving_c": self.leaving_c, "high_kpa": [1100.0] * n, "low_kpa": [1100.0] * n, "pan": [0.0] * n,
        }
        if self.well2 is not None:
            self.sensed |= {"lift2_lph": 0.0, "return2_lph": 0.0, "reinjection2_kpa": 0.0, "supply2_c": ground,
                            "return2_c": ground}
        if self.loop:
            self.sensed |= {"loop_supply_c": ground, "loop_return_c": ground, "loop_kpa": 150.0, "loop_flow": False}

    def stored_j(self) -> float:
        """Heat in pipes, units and loop, J above 0 degC (rooms and ground keep their own accounts)."""
        held = (sum(self.riser_c) + self.return_c) * self.pipe_j_k + sum(unit.stored_j() for unit in self.units)
        return held + (self.loop.stored_j() if self.loop else 0.0)

    def step(self, t_s: float, dt_s: float, commands: dict) -> None:
        """One scan period."""
        if self.tick == 0:
            self.slots = max(1, round(1.0 / dt_s))
        slot = self.tick % self.slots
        self.tick += 1
        if self.clog_per_day:
            for one in self.wells:
                one.clog += self.clog_per_day * dt_s / 86400.0
        self.total_m3h = 0.0
        if self.well2 is not None:
            self._section(self.well2, "2", commands, dt_s)
        # Turbulence at the meter: 0.6 % with a memory of a second or so.
        self._wander += 0.1 * (self.noise.gauss(0.0, 0.013) - self._wander) * 4.0
        self._section(self.well, "", commands, dt_s)
        for i in range(slot, self.n, self.slots):
            self._room(i, t_s, commands)
        if slot == self.slots - 1:
            self._water(commands)

    def _section(self, w: well.Well, number: str, commands: dict, dt_s: float) -> None:
        """One scan of one well section; `number` is "2" for the upper one of a stacked well."""
        on, speed = commands[f"pump{number}_on"], commands[f"pump{number}_speed"]
        w.hydraulics(on, speed, dt_s)
        self.total_m3h += w.flow_m3h
        # Through a leaking non-return valve, what falls back turns the meter too.
        stray = w.valve_open and not on
        wander = 1.0 + self._wander
        s = self.sensed
        s[f"lift{number}_lph"] = 300.0 if stray else w.flow_m3h * 1000.0 * wander
        s[f"return{number}_lph"] = 300.0 if stray else w.returning_m3h * 1000.0 * wander
        s[f"reinjection{number}_kpa"] = w.pressure_kpa
        s[f"level{number}_kpa"] = w.level_m * 9.81
        s[f"current{number}_ma"] = w.current_ma(on, speed)
        s[f"strainer{number}_kpa"] = w.strainer_kpa

    def _room(self, i: int, t_s: float, commands: dict) -> None:
        """One second of room `i` and its unit."""
        if i == 0:
            self.outside = self.weather.at(t_s)
            self.sensed["outside_c"] = self.outside[0]
        unit, r = self.units[i], self.rooms[i]
        pump_w = heatpump.CIRCULATION_W if commands["pump_room_on"][i] else 0.0
        m3h = self.through_m3h[i]
        reversing = commands["reversing"][i]
        unit.powered = not self.dark
        unit.step(commands["compressor_on"][i] and commands["master_on"], commands["compressor_speed"][i],
                  commands["fan"][i], pump_w, m3h, self.loop.supply_c if self.loop else self.supply_c, r.air_c, reversing)
        r.step(t_s, unit.heat_w, self.outside[0], self.outside[1], self.neighbours[i])
        self.leaving_c[i] = unit.water_c
        self.harm.unit(i, unit, m3h, self.unit_m3h[i], reversing, r.air_c)
        s = self.sensed
        s["room_c"][i] = r.air_c
        s["supply_air_c"][i] = unit.supply_air_c
        s["high_kpa"][i] = unit.high_kpa
        s["low_kpa"][i] = unit.low_kpa
        s["pan"][i] = unit.pan_kg / unit.pan_full_kg

    def _water(self, commands: dict) -> None:
        """One second of pipes, loop and wells. Every flux uses the temperatures before it."""
        total_w = 0.0
        for unit in self.units:
            total_w += unit.source_w
        s, loop, flow = self.sensed, self.loop, self.total_m3h
        if loop is not None:
            total_w = loop.step(commands["loop_pump_on"], total_w, self.supply_c, flow)
            s["loop_supply_c"], s["loop_return_c"] = loop.supply_c, loop.return_c
            s["loop_kpa"], s["loop_flow"] = loop.kpa, loop.flowing
            self.harm.exchanger(loop)
        self._pipes(total_w, flow)
        s["supply_c"], s["return_c"] = self.riser_c[0], self.return_c
        if self.well2 is not None:
            s["supply2_c"], s["return2_c"] = self.riser_c[1], self.return_c
        self._share(commands["pump_room_on"])
        for number, one in zip(("", "2"), self.wells):
            self.harm.well(one, commands[f"pump{number}_on"], commands[f"pump{number}_speed"])
        self.harm.lost_l = sum(one.lost_l for one in self.wells)
        self.harm.spilt_l = sum(one.spilt_kg for one in self.units)
        self._record(commands, total_w)

    def _pipes(self, total_w: float, flow: float) -> None:
        """Risers, return pipe and wells for a second; `total_w` has been taken from the water between them."""
        risers, back_c, node = self.riser_c, self.return_c, self.pipe_j_k
        mixed = 0.0
        for k, one in enumerate(self.wells):
            through = one.flow_m3h * WATER_WH_M3K
            up_c, riser = one.supply_c, risers[k]
            mixed += through * riser
            gain = through * (up_c - riser) + one.pump_heat_w
            if through <= 0.0:
                gain = self._cellar(riser)
            risers[k] = riser + gain / node
            one.thermal(back_c, 1.0)
        whole = flow * WATER_WH_M3K
        gain = mixed - whole * back_c - total_w if whole > 0.0 else self._cellar(back_c) - total_w
        self.return_c = back_c + gain / node
        self.supply_c = mixed / whole if whole > 1.0 else risers[0]

    def _cellar(self, water_c: float) -> float:
        """Heat in W that a pipe's standing water takes from the cellar."""
        gain = (CELLAR_C - water_c) * self.pipe_j_k / CELLAR_S
        self.cellar_j += gain
        return gain

    def _share(self, running: list[bool]) -> None:
        """Who gets how much water in the next second. Units that draw more than there is share what there is."""
        loop, n = self.loop, self.n
        there = self.total_m3h if loop is None else loop.flow_m3h
        through = self.through_m3h
        wanted = 0.0
        for i in range(n):
            q = 0.0
            if running[i] and not self.unit_seized[i]:
                q = self.unit_m3h[i] * self.unit_open[i] * self.units[i].open_share
            through[i] = q
            wanted += q
        if there < wanted:
            share = there / wanted
            for i in range(n):
                through[i] *= share

    def _record(self, commands: dict, total_w: float) -> None:
        t = self.truth
        w = self.well
        t["outside_c"] = self.outside[0]
        t["sun_w_m2"] = self.outside[1]
        t["lift_lph"] = w.flow_m3h * 1000.0
        t["reinjection_kpa"] = w.pressure_kpa
        t["supply_c"] = self.supply_c
        t["return_c"] = self.return_c
        t["pump_w"] = w.pump_w(commands["pump_on"], commands["pump_speed"])
        t["lifted_l"] = sum(one.lifted_l for one in self.wells)
        t["returned_l"] = sum(one.returned_l for one in self.wells)
        if self.well2 is not None:
            t["lift2_lph"] = self.well2.flow_m3h * 1000.0
            t["pump_w"] += self.well2.pump_w(commands["pump2_on"], commands["pump2_speed"])
        if self.loop is not None:
            t["loop_supply_c"], t["loop_return_c"] = self.loop.supply_c, self.loop.return_c
            t["exchanger_c"] = self.loop.well_side_c
            t["pump_w"] += self.loop.pump_w
        if self.clog_per_day:
            t["clog"] = w.clog
        t["source_w"] = total_w
        heat = 0.0
        if self._key is None:
            self._key = tuple(tuple(f"{name}_{i}" for name in (
                "room_c", "supply_air_c", "leaving_c", "heat_w", "electric_w", "high_kpa", "low_kpa"))
                for i in range(1, self.n + 1))
        for (room_c, air_c, leaving_c, heat_w, electric_w, high, low), unit, r in zip(self._key, self.units, self.rooms):
            t[room_c] = r.air_c
            t[air_c] = unit.supply_air_c
            t[leaving_c] = unit.water_c
            t[heat_w] = unit.heat_w
            t[electric_w] = unit.electric_w
            t[high] = unit.high_kpa
            t[low] = unit.low_kpa
            heat += unit.heat_w
        # What units that never stop would draw for this heat: the rest is what starting, stopping and standby cost.
        entering_c = self.loop.supply_c if self.loop else self.supply_c
        if entering_c != self._steady[0]:
            full = heatpump_map.steady(entering_c)
            self._steady = (entering_c, full[1] / full[0])
        t["steady_w"] = heat * self._steady[1]


def create(config: dict, options: dict) -> House:
    """The plant factory used when `--plant` is not given."""
    return House(config, options)
