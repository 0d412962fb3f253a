"""One room, its unit and its controller alone: no well, no board. A day in a second, for choosing and testing methods.

Entering water is held, flow is the unit's own; the room's sensor has its lag and its sixteenths of a degree. Figures of
the table come from play.py, the whole firmware on the whole house.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from plant import heatpump
from plant import room as plant_room
from wellhearth.control import plan
from wellhearth.control import room as control_room
from wellhearth.control.tick import Tick

from . import plants, skies
from .play import Counter

ENTERING_C = 11.5
LAG_S = 125.0
PUMP_W = 35.0


def section(**changes):
    """A room section of the config with its defaults."""
    data = {"well": {"supply_rom": "28aa000000000001", "return_rom": "28aa000000000002"}, "rooms": [changes]}
    return data


class Quick:
    """A cell's room. thermostat: makes what takes the thermostat's place (cfg -> object), None: the firmware's."""

    def __init__(self, cfg, kind: str, sky: str, thermostat: Callable | None = None, seed: int = 1):
        k = plants.KINDS[kind]
        self.sky = skies.SKIES[sky]
        self.cool = self.sky.cool
        self.cfg = cfg
        params = k.world.get("room", plant_room.RoomParams())
        self.weather = self.sky.weather(seed)
        self.room = plant_room.Room(params, 24.5 if self.cool else 19.5, random.Random(f"room-{seed}-0"),
                                    getattr(self.weather, "skin", None))
        self.unit = heatpump.HeatPump(self.room.air_c, cfg.rated_w * k.unit, water_c=ENTERING_C)
        self.control = control_room.RoomController(cfg, 30 + seed * 7)
        if thermostat:
            self.control.thermostat = thermostat(cfg)
        self.lag_s = k.lag_s or LAG_S
        self.rng = random.Random(seed)
        self.sensor_c = self.room.air_c
        self.air_c = self.room.air_c
        self.target_mc = 25000 if self.cool else 20000
        self.tick = Tick(1000)
        self.tick.is_second = True
        self.second = 0
        self.electric_j = self.heat_j = 0.0

    def step(self) -> None:
        """A second."""
        s, u, r = self.control, self.unit, self.room
        t = float(self.second)
        self.second += 1
        outside = self.weather.at(t)
        u.step(s.compressor_on, s.compressor_pm / 1000.0, s.fan_pm / 1000.0, PUMP_W if s.pump_on else 0.0,
               self.cfg.unit_flow_lph / 1000.0 if s.pump_on else 0.0, ENTERING_C, r.air_c, s.reversing)
        r.step(t, u.heat_w, outside[0], outside[1], [])
        self.sensor_c += (r.air_c - self.sensor_c) / self.lag_s
        self.air_c += (u.supply_air_c - self.air_c) / 30.0
        s.direction = plan.COOL if self.cool else plan.HEAT
        s.target_mc = self.target_mc
        s.room_mc = round((self.sensor_c + self.rng.gauss(0.0, 0.02)) * 16) * 1000 // 16
        s.room_ok = s.supply_ok = True
        s.supply_air_mc = round(self.air_c * 1000)
        s.permissive = s.enough = s.pump_on
        self.tick.now_s = self.second
        s.scan(self.tick)
        s.each_second()
        self.electric_j += u.electric_w
        self.heat_j += u.heat_w

    def holds(self, hours: float) -> list[bool]:
        """Hours in which the room never left the band (a bound's: those that count)."""
        found = []
        for _ in range(round(hours)):
            away = 0.0
            for _ in range(3600):
                self.step()
                away = max(away, abs(self.room.air_c - self.target_mc / 1000))
            found.append(away <= 0.5)
        return found

    def play(self, hours: float, settle_s: int = 6 * 3600, counted: list[bool] | None = None) -> dict:
        """Figures as of play.run. counted: the hours whose temperatures count; all motors and meters always do."""
        c = Counter()
        target = self.target_mc / 1000
        begun = None
        for second in range(1, round(hours * 3600) + 1):
            self.step()
            if second == settle_s:
                begun = self.electric_j, self.heat_j
            c.sample(second > settle_s, self.room.air_c - target, self.control.compressor_on, self.unit.supply_air_c,
                     self.cool, counted is None or counted[(second - 1) // 3600])
        days, judged_s = (hours * 3600 - settle_s) / 86400, max(1, c.seconds)
        return {"judged_h": c.seconds // 3600, "outside_kh_day": round(c.outside_ks / 3600 / judged_s * 86400, 3),
                "in_band": round(c.in_s / judged_s, 4),
                "rms_k": round((c.square / judged_s) ** 0.5, 3), "mean_k": round(c.error_ks / judged_s, 3),
                "starts_day": round(c.starts / days, 1), "kwh_day": round((self.electric_j - begun[0]) / 3.6e6 / days, 2),
                "heat_kwh_day": round((self.heat_j - begun[1]) / 3.6e6 / days, 2),
                "warm_air": round(c.warm_s / max(1, c.air_s), 3)}
