"""One village house: a well, its pipes, and a heat pump in every room. The default plant."""

from __future__ import annotations

import dataclasses
import math
import random

from . import heatpump, room, secondary, well
from .well import WATER_WH_M3K

PIPE_TAU_S = 20.0


class House:
    """Implements the plant interface of boards/sitl/PROTOCOL.md, part 1.

    Hydraulics run every scan; heat runs once a second, each room in its own scan of the second
    so that the work is even.
    """

    PLANT_INTERFACE = 1

    def __init__(self, config: dict, options: dict):
        seed = options.get("seed", 1)
        scenario = options.get("scenario", {})
        self.weather = options["weather"]
        rooms = config["rooms"]
        n = len(rooms)
        self.n = n
        stacked = "well2" in config
        default = {"particle": well.PARTICLE, "multi_aquifer": well.SECTION}.get(config["well"].get("type"), well.HOUSE)
        params = scenario.get("well", default)
        if "share" in config:
            params = well.scaled(params, config["share"])
        if "ground_c" in scenario:
            params = dataclasses.replace(params, ground_c=scenario["ground_c"])
        self.well = well.Well(params)
        self.well2 = well.Well(scenario.get("well2", params)) if stacked else None
        self.wells = [self.well] + ([self.well2] if self.well2 else [])
        self.clog_per_day = scenario.get("clog_per_day", 0.0)
        self.supply_c = self.well.supply_c
        self.total_m3h = 0.0
        start_c = scenario.get("start_c", 18.0)
        params = scenario.get("room", room.RoomParams())
        rngs = [random.Random(f"room-{seed}-{i}") for i in range(n)]
        self.rooms = [room.Room(params, start_c + rng.uniform(-0.5, 0.5), rng) for rng in rngs]
        self.units = [heatpump.HeatPump(r.air_c, c.get("rated_w", 5600)) for r, c in zip(self.rooms, rooms)]
        self.loop = secondary.Loop(sum(c.get("unit_flow_lph", 750) for c in rooms) / 1000.0, self.well.params.ground_c) \
            if "loop" in config else None
        self.unit_m3h = [c.get("unit_flow_lph", 750) / 1000.0 for c in rooms]
        self.neighbours = [[self.rooms[j] for j in (i - 1, i + 1) if 0 <= j < n] for i in range(n)]
        ground = self.well.params.ground_c
        self.return_c = ground
        self.leaving_c = [ground] * n
        self.noise = random.Random(f"flow-{seed}")
        self.tick = 0
        self.slots = 10
        self.outside = self.weather.at(0.0)
        self.sensed = {
            "lift_lph": 0.0, "return_lph": 0.0, "reinjection_kpa": 0.0, "supply_c": ground, "return_c": ground,
            "room_c": [r.air_c for r in self.rooms], "supply_air_c": [r.air_c for r in self.rooms],
            "leaving_c": [ground] * n, "high_kpa": [1100.0] * n, "low_kpa": [1100.0] * n,
        }
        if stacked:
            self.sensed |= {"lift2_lph": 0.0, "return2_lph": 0.0, "reinjection2_kpa": 0.0, "supply2_c": ground,
                            "return2_c": ground}
        if self.loop:
            self.sensed |= {"loop_supply_c": ground, "loop_return_c": ground, "loop_kpa": 150.0, "loop_flow": False}
        self.truth: dict[str, float] = {}
        self._wander = 0.0

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
        lph = 300.0 if w.valve_open and not on else w.flow_m3h * 1000.0 * (1.0 + self._wander)
        s = self.sensed
        s[f"lift{number}_lph"] = lph
        s[f"return{number}_lph"] = lph * (1.0 - w.lost_share)
        s[f"reinjection{number}_kpa"] = w.pressure_kpa
        s[f"level{number}_kpa"] = w.level_m * 9.81
        s[f"current{number}_ma"] = w.current_ma(on, speed)

    def _room(self, i: int, t_s: float, commands: dict) -> None:
        """One second of room `i` and its unit."""
        if i == 0:
            self.outside = self.weather.at(t_s)
        unit, r = self.units[i], self.rooms[i]
        compressor = commands["compressor_on"][i] and commands["master_on"]
        flowing = self.loop.flowing if self.loop else self.total_m3h > 0.05
        entering = self.loop.supply_c if self.loop else self.supply_c
        unit.step(compressor, commands["compressor_speed"][i], commands["fan"][i],
                  flowing and commands["pump_room_on"][i], entering, r.air_c, commands["reversing"][i])
        r.step(t_s, unit.heat_w, self.outside[0], self.outside[1], self.neighbours[i])
        s = self.sensed
        s["room_c"][i] = r.air_c
        s["supply_air_c"][i] = unit.supply_air_c
        s["high_kpa"][i] = unit.high_kpa
        s["low_kpa"][i] = unit.low_kpa

    def _water(self, commands: dict) -> None:
        """One second of pipes and well."""
        flow = self.total_m3h
        self.supply_c = sum(w.supply_c * w.flow_m3h for w in self.wells) / flow if flow > 0.01 else self.well.supply_c
        loop = self.loop
        s = self.sensed
        running = commands["pump_room_on"]
        wanted = sum(q for q, on in zip(self.unit_m3h, running) if on)
        available = flow if loop is None else (loop.m3h if loop.flowing else 0.0)
        share = min(1.0, available / wanted) if wanted > 0 else 0.0
        entering = self.supply_c if loop is None else loop.supply_c
        total_w = 0.0
        k = 1.0 - math.exp(-1.0 / PIPE_TAU_S)
        for i, unit in enumerate(self.units):
            total_w += unit.source_w
            through = self.unit_m3h[i] * share * WATER_WH_M3K if running[i] else 0.0
            if through > 1.0:
                target = entering - unit.source_w / through
            elif unit.source_w != 0 or unit.load > 0.05:
                # The water in the heat exchanger stands and cools (or warms) fast.
                target = self.leaving_c[i] + (2.0 if unit.cooling else -2.0)
            else:
                target = s["room_c"][i]  # stands in the unit and takes the room's temperature, slowly
                self.leaving_c[i] += (target - self.leaving_c[i]) / 3600.0
                s["leaving_c"][i] = self.leaving_c[i]
                continue
            self.leaving_c[i] = max(-15.0 if loop else -5.0, self.leaving_c[i] + k * 4 * (target - self.leaving_c[i]))
            s["leaving_c"][i] = self.leaving_c[i]
        if loop is not None:
            total_w = loop.step(commands["loop_pump_on"], total_w, self.supply_c, flow)
            s["loop_supply_c"], s["loop_return_c"] = loop.supply_c, loop.return_c
            s["loop_kpa"], s["loop_flow"] = loop.kpa, loop.flowing
        if flow > 0.05:
            target = self.supply_c - total_w / (flow * WATER_WH_M3K)
            self.return_c += k * (target - self.return_c)
        for one in self.wells:
            one.thermal(self.return_c, 1.0)
        s["supply_c"] = self.well.supply_c
        s["return_c"] = self.return_c
        if self.well2 is not None:
            s["supply2_c"], s["return2_c"] = self.well2.supply_c, self.return_c
        self._record(commands, total_w)

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
            t["pump_w"] += 60.0 if commands["loop_pump_on"] else 0.0
        if self.clog_per_day:
            t["clog"] = w.clog
        t["source_w"] = total_w
        for i, (unit, r) in enumerate(zip(self.units, self.rooms), start=1):
            t[f"room_c_{i}"] = r.air_c
            t[f"supply_air_c_{i}"] = unit.supply_air_c
            t[f"leaving_c_{i}"] = self.leaving_c[i - 1]
            t[f"heat_w_{i}"] = unit.heat_w
            t[f"electric_w_{i}"] = unit.electric_w + (35.0 if commands["pump_room_on"][i - 1] else 0.0)
            t[f"high_kpa_{i}"] = unit.high_kpa
            t[f"low_kpa_{i}"] = unit.low_kpa


def create(config: dict, options: dict) -> House:
    """The plant factory used when `--plant` is not given."""
    return House(config, options)
