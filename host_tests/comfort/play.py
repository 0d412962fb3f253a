"""One cell of the table: a plant, a weather, a compressor and a controller; what its rooms and its motors saw."""

from __future__ import annotations

import time
from dataclasses import dataclass

from harness import inprocess, scenarios
from harness.metrics import COMFORT_K, SUPPLY_AIR_C, WARM_UP_S

from . import baselines, plants, skies

PERIOD_MS = 200
SETTLE_S = 6 * 3600


@dataclass(frozen=True)
class Cell:
    """What is played. compressor: on_off or variable. control: see CONTROLS."""

    plant: str
    sky: str
    compressor: str
    control: str
    seed: int = 1
    rooms: int = 6

    @property
    def name(self) -> str:
        """One word."""
        return f"{self.plant}/{self.sky}/{self.compressor}/{self.control}"


CONTROLS = {"wellhearth": None, "hysteresis": baselines.Hysteresis, "slow_pwm": baselines.SlowPwm,
            "before": baselines.Before}


def config_of(cell: Cell) -> dict:
    """The firmware's config.json."""
    sky = skies.SKIES[cell.sky]
    config = scenarios.SCENARIOS["winter_day"].house(cell.rooms)
    config.setdefault("node", {})["period_ms"] = PERIOD_MS
    if cell.control != "wellhearth":
        config["well"]["pump_starts_goal"] = 100
    for room in config["rooms"]:
        room["compressor"] = cell.compressor
        if sky.cool:
            room.update(mode="cool", setpoint_mc=25000)
    return config


class Counter:
    """Sums of one room's counted seconds."""

    def __init__(self):
        self.starts = self.seconds = self.in_s = self.air_s = self.warm_s = self.on_s = 0
        self.outside_ks = self.error_ks = self.square = 0.0
        self.was_on = False

    def sample(self, counted: bool, error_k: float, on: bool, air_c: float, cool: bool, judged: bool = True) -> None:
        """One second. judged: its temperature counts too."""
        self.on_s = self.on_s + 1 if on else 0
        if counted and judged:
            self.seconds += 1
            away = abs(error_k)
            self.in_s += away <= COMFORT_K
            self.outside_ks += max(0.0, away - COMFORT_K)
            self.error_ks += error_k
            self.square += error_k * error_k
        if counted:
            self.starts += on and not self.was_on
            if not cool and self.on_s > WARM_UP_S:
                self.air_s += 1
                self.warm_s += air_c >= SUPPLY_AIR_C
        self.was_on = on


def patch(rig, control) -> None:
    """Give every room the baseline's thermostat, and nobody waits for another."""
    rig.firmware.board.app.node.together.turns.n = 0
    for unit in rig.firmware.board.app.node.rooms:
        cfg = unit.cfg
        unit.controller.thermostat = control(cfg.room_kp_pm_k, cfg.room_ti_s, cfg.half_band_s)


def play(cell: Cell, hours: float | None = None, well: dict | None = None) -> dict:
    """Its figures, of all rooms together. well: keys of the config's section `well` that are not the default's."""
    begun = time.process_time()
    kind, sky = plants.KINDS[cell.plant], skies.SKIES[cell.sky]
    config = config_of(cell)
    config["well"].update(well or {})
    world = {"seed": cell.seed, "weather": sky.weather(cell.seed),
             "scenario": {"start_c": 24.5 if sky.cool else 19.5}}
    house = plants.House(kind, config, world)
    rig = inprocess.Rig(config, house, cell.seed)
    try:
        for i in range(cell.rooms):
            sensor = rig.wiring.sensors[f"room{i + 1}"]
            sensor.offset_k = 0.0  # the part's own error is the same for every control
            if kind.lag_s:
                sensor.mount.tau_s = kind.lag_s
        total = round((hours or sky.hours) * 3600)
        return run(cell, rig, total) | {"cpu_s": round(time.process_time() - begun, 1)}
    finally:
        rig.close()


def run(cell: Cell, rig, total: int) -> dict:
    """Play it."""
    rooms = [Counter() for _ in range(cell.rooms)]
    cool = skies.SKIES[cell.sky].cool
    target = 25.0 if cool else 20.0
    per_second = 1000 // PERIOD_MS
    control, truth = CONTROLS[cell.control], rig.plant.truth
    pump_starts, pump_was, electric, pump, heat = 0, False, 0.0, 0.0, 0.0
    peak = 0.0
    names = [(f"room_c_{i}", f"supply_air_c_{i}", f"electric_w_{i}", f"heat_w_{i}") for i in range(1, cell.rooms + 1)]
    patched = control is None
    for second in range(1, total + 1):
        for _ in range(per_second):
            rig.step()
        if not patched:
            patch(rig, control)
            patched = True
        counted = second > SETTLE_S
        commands = rig.wiring.commands
        ons = commands["compressor_on"]
        power = 0.0
        for i, (room_c, air_c, electric_w, heat_w) in enumerate(names):
            rooms[i].sample(counted, truth[room_c] - target, ons[i], truth[air_c], cool)
            power += truth[electric_w]
            if counted:
                heat += truth[heat_w]
        on = commands["pump_on"]
        if counted:
            pump_starts += on and not pump_was
            electric += power
            pump += truth["pump_w"]
            peak = max(peak, power + truth["pump_w"])
        pump_was = on
    n, days = sum(r.seconds for r in rooms), (total - SETTLE_S) / 86400
    return {
        "outside_kh_day": round(sum(r.outside_ks for r in rooms) / 3600 / cell.rooms / days, 3),
        "in_band": round(sum(r.in_s for r in rooms) / n, 4),
        "rms_k": round((sum(r.square for r in rooms) / n) ** 0.5, 3),
        "mean_k": round(sum(r.error_ks for r in rooms) / n, 3),
        "starts_day": round(sum(r.starts for r in rooms) / cell.rooms / days, 1),
        "pump_starts_day": round(pump_starts / days, 1),
        "kwh_day": round((electric + pump) / 3.6e6 / days, 2),
        "pump_kwh_day": round(pump / 3.6e6 / days, 2),
        "heat_kwh_day": round(heat / 3.6e6 / days, 2),
        "peak_w": round(peak),
        "warm_air": round(sum(r.warm_s for r in rooms) / max(1, sum(r.air_s for r in rooms)), 4),
    }
