"""A heating season of many houses, in days instead of seconds: what their nodes' daily rows show, and what was true.

Made of the parameters of the house that is stepped by the second: losses (building.RoomParams), the unit's steady state
with and without its charge (heatpump.HeatPump), pump and ground resistances (well.WellParams, the same curves; compared in
host_tests/unit/plant/test_fleet.py). Houses differ in size, build, habits, wells and sensors; places differ in weather.
Illnesses (fleet_ill.py) act on the water, the walls, the charge, the pump and the sensors, never on a row.

Arrays are [house, day] or [house, room, day]; a value that nobody has is nan.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np

from . import fleet_ill, heatpump
from .building import RoomParams, leaky
from .fleet_water import Wells, wells_of
from .well import HOUSE, WATER_WH_M3K

DAYS, ROOMS, PLACES = 150, 7, 10
DAY_S = 86400.0
M3H_KW = 0.134  # source water for each kW of heating, T/BAEE019-2023
START_S = 25.0  # of full power that a start costs: half of heatpump.TAU_START_S
ENTERING_C, LOSSES = np.array([4.0, 8.0, 12.0, 16.0, 20.0]), np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


@dataclass
class Season:
    """rows: what the nodes tell. sick: {house: illness}. truth: what no detector may read."""

    place: np.ndarray
    rows: dict[str, np.ndarray]
    sick: dict[int, str]
    truth: dict[str, np.ndarray] = field(default_factory=dict)


@functools.lru_cache(maxsize=1)
def unit_map() -> tuple[np.ndarray, np.ndarray, float]:
    """(heat W, electricity W) of a rated unit that never stops for ENTERING_C x LOSSES of its charge, and the share of its
    heat that a filter of 80 % takes."""
    heat, power = np.zeros((2, len(ENTERING_C), len(LOSSES)))

    def settled(entering_c: float, loss: float, clean: float) -> heatpump.HeatPump:
        unit = heatpump.HeatPump(20.0, freeze_c=-40.0, water_c=entering_c)
        unit.loss, unit.filter = loss, clean
        for _ in range(1200):
            unit.step(True, 1.0, 0.84, heatpump.CIRCULATION_W, heatpump.RATED_M3H, entering_c, 20.0)
        return unit
    for i, entering_c in enumerate(ENTERING_C):
        for k, loss in enumerate(LOSSES):
            unit = settled(float(entering_c), float(loss), 1.0)
            heat[i, k], power[i, k] = unit.heat_w, unit.electric_w
    return heat, power, 1.0 - settled(12.0, 0.0, 0.8).heat_w / heat[2, 0]


def of_map(table: np.ndarray, entering_c: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """A table of `unit_map` between its points."""
    x = np.clip((entering_c - ENTERING_C[0]) / (ENTERING_C[1] - ENTERING_C[0]), 0.0, len(ENTERING_C) - 1.001)
    y = np.clip(loss / LOSSES[1], 0.0, len(LOSSES) - 1.001)
    i, k = x.astype(int), y.astype(int)
    fx, fy = x - i, y - k
    return ((1 - fx) * ((1 - fy) * table[i, k] + fy * table[i, k + 1])
            + fx * ((1 - fy) * table[i + 1, k] + fy * table[i + 1, k + 1]))


def weather(rng: np.random.Generator, days: int) -> tuple[np.ndarray, np.ndarray]:
    """(outside degC, mean W/m2 on a south window) [place, day] of neighbouring places: one region's winter from 1 November
    with its waves of four days, each place a little higher, colder, foggier; at Beijing's level (weather.DesignDay)."""
    t = np.arange(days)
    region = np.zeros(days)
    cloud = np.zeros(days)
    for d in range(1, days):
        region[d] = 0.75 * region[d - 1] + rng.normal(0.0, 2.0)
        cloud[d] = 0.5 * cloud[d - 1] + rng.normal(0.0, 0.3)
    mean = 1.5 - 9.0 * np.cos(2 * np.pi * (t - 80 + DAYS) / 300.0 + np.pi)
    outside = mean + region + rng.normal(0.0, 1.5, (PLACES, 1)) + rng.normal(0.0, 0.5, (PLACES, days))
    sun = np.clip(70.0 * (1.0 + cloud + rng.normal(0.0, 0.12, (PLACES, days))), 5.0, 150.0)
    return outside, sun


class Houses:
    """What is built, who lives there, and what is sick: drawn once from the seed. `ill`: fleet_ill's courses."""

    def __init__(self, rng: np.random.Generator, n: int, days: int, ill: fleet_ill.Ill):
        self.n, self.days, self.ill = n, days, ill
        self.place = rng.integers(0, PLACES, n)
        shape = (n, ROOMS)
        self.there = np.arange(ROOMS) < rng.integers(2, ROOMS + 1, (n, 1))
        self.area = rng.uniform(15.0, 45.0, shape)
        build = rng.uniform(1.0, leaky().loss_w_k() / RoomParams().loss_w_k() * 0.8, (n, 1))
        self.loss_w_k = RoomParams().loss_w_k() * self.area / 40.0 * build * rng.lognormal(0.0, 0.12, shape)
        self.hours = rng.uniform(35.0, 70.0, (n, 1))  # time constant
        self.window_m2 = RoomParams().window_m2 * self.area / 40.0 * rng.uniform(0.2, 1.2, shape)
        self.gains_w = self.area * rng.uniform(2.5, 6.0, (n, 1))
        design_w = self.loss_w_k * 34.0
        self.rated_w = np.maximum(2500.0, design_w * rng.uniform(1.1, 1.6, shape))
        self.unit_good = rng.normal(1.0, 0.03, shape)
        self.unit_m3h = self.rated_w / 1000.0 * M3H_KW * rng.uniform(0.95, 1.1, shape)
        self.hurry = rng.uniform(0.5, 1.0, (n, 1))
        self._habits(rng)

    def _habits(self, rng: np.random.Generator) -> None:
        """Setpoints with their changes, holidays, airing, filters, gains by day."""
        n, days = self.n, self.days
        base = rng.uniform(18.0, 22.0, (n, 1)) + rng.normal(0.0, 0.7, (n, ROOMS))
        steps = np.where(rng.random((n, ROOMS, days)) < 0.008, rng.normal(0.0, 1.2, (n, ROOMS, days)), 0.0)
        self.setpoint_c = np.clip(base[..., None] + np.cumsum(steps, axis=2), 15.0, 25.0)
        unused = rng.random((n, ROOMS)) < 0.08
        self.setpoint_c[unused] = 14.0
        for h in np.flatnonzero(rng.random(n) < 0.3):
            begin, length = rng.integers(10, days - 5), rng.integers(4, 21)
            self.setpoint_c[h, :, begin:begin + length] = rng.uniform(8.0, 12.0)
        self.setpoint_c = np.round(self.setpoint_c * 2.0) / 2.0
        airing = rng.lognormal(0.0, 0.06, (n, days))
        for h in np.flatnonzero(rng.random(n) < 0.15):  # some weeks with the windows open: a smoker's guest, painting
            begin, length = rng.integers(0, days), rng.integers(3, 12)
            airing[h, begin:begin + length] *= rng.uniform(1.1, 1.4)
        self.airing = airing
        self.gains = np.clip(rng.normal(1.0, 0.2, (n, days)) + rng.normal(0.0, 0.1, (n, 1)), 0.2, 2.0)
        since = (np.arange(days) + rng.integers(0, 90, (n, ROOMS, 1))) % rng.integers(40, 120, (n, ROOMS, 1))
        self.dust = np.clip(since / 600.0, 0.0, 0.15)


def heating(built: Houses, outside: np.ndarray, sun: np.ndarray, wells: Wells) -> dict[str, np.ndarray]:
    """The season, day by day: rooms, units, the ground's temperature. [house, room, day] and [house, day]."""
    heat_t, power_t, filter_share = unit_map()
    n, days = built.n, built.days
    out: dict[str, np.ndarray] = {
        key: np.zeros((n, ROOMS, days)) for key in ("room_c", "source_kwh", "electric_kwh", "run_h", "starts")}
    out["supply_c"] = np.zeros((n, days))
    room_c = built.setpoint_c[..., 0].copy()
    size = built.rated_w / heatpump.RATED_W * built.unit_good
    for d in range(days):
        to, light = outside[built.place, d][:, None], sun[built.place, d][:, None]
        supply = wells.supply_c()
        out["supply_c"][:, d] = supply
        ua = built.loss_w_k * built.airing[:, d, None] * built.ill.walls[:, d, None]
        loss = built.ill.charge[..., d]
        entering = np.broadcast_to(supply[:, None], room_c.shape)
        dusty = 1.0 - filter_share * built.dust[..., d] / 0.2
        full_w = size * of_map(heat_t, entering, loss) * dusty
        draw_w = size * of_map(power_t, entering, loss)
        inner = built.gains_w * built.gains[:, d, None] + built.window_m2 * light
        across = RoomParams().neighbour_w_k * built.area / 40.0
        others = np.sum(room_c * built.there, axis=1, keepdims=True) / built.there.sum(axis=1, keepdims=True)
        mass = built.loss_w_k * built.hours * 3600.0 / DAY_S
        rest = mass * room_c + ua * to + inner + across * others
        heat_w = np.clip((mass + ua + across) * built.setpoint_c[..., d] - rest, 0.0, full_w) * built.there
        room_c = (rest + heat_w) / (mass + ua + across)
        duty = heat_w / full_w
        starts = np.round(24.0 * 6.0 * built.hurry * np.minimum(1.0, 4.0 * duty * (1.0 - duty)))
        run_h = np.minimum(24.0, 24.0 * duty + starts * START_S / 3600.0)
        electric = (run_h * draw_w + 24.0 * heatpump.STANDBY_W) / 1000.0 * built.there
        source = np.maximum(0.0, 24.0 * heat_w / 1000.0 - electric)
        for key, value in (("room_c", room_c), ("source_kwh", source), ("electric_kwh", electric), ("run_h", run_h),
                           ("starts", starts)):
            out[key][..., d] = value
        wells.cool(source.sum(axis=1))
    return out


def season(seed: int, n: int = 300, sick: int = 5, days: int = DAYS) -> Season:
    """`n` houses over `days` from 1 November, `sick` of them ill, each by another illness as far as there are."""
    rng = np.random.default_rng(seed)
    ill = fleet_ill.draw(np.random.default_rng(seed + 1_000_003), n, ROOMS, days, sick)
    outside, sun = weather(rng, days)
    built = Houses(rng, n, days, ill)
    ill.fit(built.there)
    flow_m3h = np.sum(built.unit_m3h * built.there, axis=1)
    wells = wells_of(rng, HOUSE, flow_m3h)
    true = heating(built, outside, sun, wells)
    share = np.clip(true["run_h"] / 24.0, 0.0, 1.0) * built.there[..., None]
    run_h = 24.0 * (1.0 - np.prod(1.0 - share, axis=1))
    asked = 24.0 * np.sum(share * built.unit_m3h[..., None], axis=1) / np.maximum(run_h, 0.1)
    water = wells.pumped(np.maximum(asked, 0.25 * flow_m3h[:, None]), ill.clog, ill.wear, true["supply_c"])
    true |= water | {"pump_h": run_h, "lifted_m3": water["flow_m3h"] * run_h}
    true["outside_c"] = outside[built.place]
    return Season(built.place, read(rng, built, true, ill), ill.sick, true)


def read(rng: np.random.Generator, built: Houses, true: dict[str, np.ndarray], ill: fleet_ill.Ill) -> dict[str, np.ndarray]:
    """The rows: each sensor with its own error that stays, its noise of a day and its drift; days that are missing."""
    n, days, there = built.n, built.days, built.there[..., None]

    def stays(sigma: float, *shape: int) -> np.ndarray:
        return rng.normal(0.0, sigma, shape or (n, 1))
    source = true["source_kwh"].sum(axis=1)
    lifted = np.maximum(true["lifted_m3"], 1e-3)
    split = 1000.0 * source / lifted / WATER_WH_M3K
    supply = true["supply_c"] + stays(0.1) + ill.supply_k + rng.normal(0.0, 0.03, (n, days))
    back = true["supply_c"] - split + stays(0.1) + ill.return_k + rng.normal(0.0, 0.03, (n, days))
    zero_k = stays(0.05)  # what zeroing leaves of a pair's difference
    measured = (split + zero_k + ill.supply_k - ill.return_k) * lifted * (1.0 + stays(0.015)) * WATER_WH_M3K / 1000.0
    through = np.maximum(true["run_h"] * built.unit_m3h[..., None] * WATER_WH_M3K / 1000.0, 1e-3)
    room_k = true["source_kwh"] / through + stays(0.05, n, ROOMS, 1) + ill.supply_k[:, None]
    room_heat = np.maximum(0.0, room_k * through * (1.0 + stays(0.03, n, ROOMS, 1)))
    power = true["electric_kwh"].sum(axis=1) + true["pump_w"] * true["pump_h"] / 1000.0
    power[rng.random(n) < 0.15] = np.nan  # no meter
    seen = true["outside_c"] + stays(0.4) + rng.normal(0.0, 0.3, (n, days))
    seen[rng.random(n) < 0.4] = np.nan
    rows: dict[str, np.ndarray] = {
        "outside_c": seen, "heat_kwh": np.maximum(0.0, measured), "electricity_kwh": power, "lifted_m3": lifted,
            "returned_m3": lifted * (1.0 + stays(0.01)), "supply_c": supply, "return_c": back, "run_h": true["pump_h"],
            "speed_pm": 1000.0 * true["speed"] * (1.0 + rng.normal(0.0, 0.003, (n, days))),
            "capacity_percent": np.round(true["capacity"] * (1.0 + rng.normal(0.0, 0.02, (n, days)))),
            "room_c": true["room_c"] + stays(0.2, n, ROOMS, 1), "setpoint_c": built.setpoint_c,
            "room_heat_kwh": room_heat, "room_run_h": true["run_h"], "room_starts": true["starts"]}
    gone = rng.random((n, days)) < 0.02
    for h in np.flatnonzero(rng.random(n) < 0.2):
        begin = rng.integers(0, days)
        gone[h, begin:begin + rng.integers(4, 22)] = True
    for key, value in rows.items():
        rows[key] = np.where(gone if value.ndim == 2 else gone[:, None], np.nan,
                             value if value.ndim == 2 else np.where(there, value, np.nan))
    return rows
