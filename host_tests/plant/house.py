"""One village house: a well, its pipes, and a heat pump in every room. The default plant."""

from __future__ import annotations

import math
import random

from . import heatpump, room, well
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
        self.well = well.Well(scenario.get("well", well.HOUSE))
        start_c = scenario.get("start_c", 18.0)
        params = scenario.get("room", room.RoomParams())
        rngs = [random.Random(f"room-{seed}-{i}") for i in range(n)]
        self.rooms = [room.Room(params, start_c + rng.uniform(-0.5, 0.5), rng) for rng in rngs]
        self.units = [heatpump.HeatPump(r.air_c, c.get("rated_w", 5600)) for r, c in zip(self.rooms, rooms)]
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
        self.truth: dict[str, float] = {}
        self._wander = 0.0

    def step(self, t_s: float, dt_s: float, commands: dict) -> None:
        """One scan period."""
        if self.tick == 0:
            self.slots = max(1, round(1.0 / dt_s))
        slot = self.tick % self.slots
        self.tick += 1
        w = self.well
        on = commands["pump_on"]
        w.hydraulics(on, commands["pump_speed"], dt_s)
        s = self.sensed
        # Turbulence at the meter: 0.6 % with a memory of a second or so.
        self._wander += 0.1 * (self.noise.gauss(0.0, 0.013) - self._wander) * 4.0
        lph = w.flow_m3h * 1000.0 * (1.0 + self._wander)
        if w.valve_open and not on:
            lph = 300.0  # what falls back turns the meter too
        s["lift_lph"] = lph
        s["return_lph"] = lph * (1.0 - w.lost_share)
        s["reinjection_kpa"] = w.pressure_kpa
        for i in range(slot, self.n, self.slots):
            self._room(i, t_s, commands)
        if slot == self.slots - 1:
            self._water(commands)

    def _room(self, i: int, t_s: float, commands: dict) -> None:
        """One second of room `i` and its unit."""
        if i == 0:
            self.outside = self.weather.at(t_s)
        unit, r = self.units[i], self.rooms[i]
        compressor = commands["compressor_on"][i] and commands["master_on"]
        water = self.well.flow_m3h > 0.05 and commands["pump_room_on"][i]
        unit.step(compressor, commands["compressor_speed"][i], commands["fan"][i], water, self.well.supply_c, r.air_c)
        r.step(t_s, unit.heat_w, self.outside[0], self.outside[1], self.neighbours[i])
        s = self.sensed
        s["room_c"][i] = r.air_c
        s["supply_air_c"][i] = unit.supply_air_c
        s["high_kpa"][i] = unit.high_kpa
        s["low_kpa"][i] = unit.low_kpa

    def _water(self, commands: dict) -> None:
        """One second of pipes and well."""
        w = self.well
        flow = w.flow_m3h
        s = self.sensed
        running = commands["pump_room_on"]
        wanted = sum(q for q, on in zip(self.unit_m3h, running) if on)
        share = min(1.0, flow / wanted) if wanted > 0 else 0.0
        total_w = 0.0
        k = 1.0 - math.exp(-1.0 / PIPE_TAU_S)
        for i, unit in enumerate(self.units):
            total_w += unit.source_w
            through = self.unit_m3h[i] * share * WATER_WH_M3K if running[i] else 0.0
            if through > 1.0:
                target = w.supply_c - unit.source_w / through
            elif unit.source_w > 0 or (unit.load > 0.05):
                target = self.leaving_c[i] - 2.0  # the water in the heat exchanger stands and cools fast
            else:
                target = s["room_c"][i]  # stands in the unit and takes the room's temperature, slowly
                self.leaving_c[i] += (target - self.leaving_c[i]) / 3600.0
                s["leaving_c"][i] = self.leaving_c[i]
                continue
            self.leaving_c[i] = max(-5.0, self.leaving_c[i] + k * 4 * (target - self.leaving_c[i]))
            s["leaving_c"][i] = self.leaving_c[i]
        if flow > 0.05:
            target = w.supply_c - total_w / (flow * WATER_WH_M3K)
            self.return_c += k * (target - self.return_c)
        w.thermal(self.return_c, 1.0)
        s["supply_c"] = w.supply_c
        s["return_c"] = self.return_c
        self._record(commands, total_w)

    def _record(self, commands: dict, total_w: float) -> None:
        t = self.truth
        w = self.well
        t["outside_c"] = self.outside[0]
        t["sun_w_m2"] = self.outside[1]
        t["lift_lph"] = w.flow_m3h * 1000.0
        t["reinjection_kpa"] = w.pressure_kpa
        t["supply_c"] = w.supply_c
        t["return_c"] = self.return_c
        t["pump_w"] = w.pump_w(commands["pump_on"], commands["pump_speed"])
        t["lifted_l"] = w.lifted_l
        t["returned_l"] = w.returned_l
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
