"""`wellhearth climate`: from a city, or a design temperature, to ground, type of the units, antifreeze and flow.

It helps before anybody has measured. What the well gives once it is pumped counts more, and what the units' maker says.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .link import LinkError

TABLE = Path(__file__).with_name("climate.csv")
LPH_PER_KW = 134  # T/BAEE019-2023: 0.134 m3/(h kW) of heating
# Ground below the yearly swing, from the annual mean of the air: the line through two measured places, 8.0 degC in Harbin
# (air 4.2) and 17.4 degC in Hefei (air 15.8); China Geothermal Energy, no. 42, June 2025. At 10 degC of air it is 2.7 K
# above it; the China Geological Survey found some 2.5 K in the provincial capitals (zhangyue.com/readbook/12840045, 2.2).
# That the mean of the air rules shallow ground, in 61 boreholes at 3.5 to 17 degC: Yang Youzhao et al., Journal of Hebei
# University of Technology, 2022 (2).
GROUND_0_C, GROUND_PER_K = 4.60, 0.8103
ERROR_K = 1.5  # of such a rule
SEASON_K = 1.5  # by which pumped water falls below undisturbed ground in a winter; an assumption, to be measured
TAKEN_K = 4.85  # a unit takes 4.82 K from its water at that flow (three quarters of 1 kW out of 134 L/h), rounding besides
FREEZE_C = 4.0  # lowest leaving water of plain water (freeze_limit_mc)
APPROACH_K = 3.0  # between well water and the secondary loop in the heat exchanger
EXCHANGER_C = 2.5  # lowest well water behind it (exchanger_limit_mc)
LOWEST_C = {"I": 6.0, "II": 0.0, "III": -5.0}  # lowest entering water of the types
# Propylene glycol by volume and its freezing point: Airedale DeltaChill manual, glycol design data.
GLYCOL = {"II": (30, -12.7), "III": (35, -16.4)}


@dataclass(frozen=True)
class City:
    """air_c: annual mean; design_c: outdoor temperature for heating (GB 50736-2012)."""

    zh: str
    en: str
    air_c: float
    design_c: float


@dataclass(frozen=True)
class Advice:
    """What follows for a place. well_c: the coldest water that its well is expected to give in a winter."""

    name: str
    air_c: float
    design_c: float
    ground_c: float
    well_c: float
    unit_type: str
    antifreeze_c: float | None
    glycol_percent: int
    warning: str


@lru_cache(maxsize=1)
def cities() -> tuple[City, ...]:
    """All of the table."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(City(row["zh"], row["en"], float(row["air"]), float(row["design"])) for row in csv.DictReader(lines))


def plain(name: str) -> str:
    """A name as it is compared."""
    return "".join(c for c in name.lower() if c.isalnum())


def find(name: str) -> City:
    """A city by its Chinese or English name. LinkError lists what there is."""
    wanted = plain(name).removesuffix("市")
    for city in cities():
        if wanted and wanted in (plain(city.zh), plain(city.en)):
            return city
    raise LinkError(f"no city of the table is named {name}; give --design-temperature, or one of "
                    + ", ".join(f"{city.en} {city.zh}" for city in cities()))


def mean_of(design_c: float) -> float:
    """Annual mean of the air where only the design temperature is known: least squares over the table's cities."""
    rows = cities()
    x = sum(city.design_c for city in rows) / len(rows)
    y = sum(city.air_c for city in rows) / len(rows)
    slope = sum((c.design_c - x) * (c.air_c - y) for c in rows) / sum((c.design_c - x) ** 2 for c in rows)
    return round(y + slope * (design_c - x), 1)


def ground_of(air_c: float) -> float:
    """Undisturbed ground, degC, from the annual mean of the air; +-1.5 K."""
    return round(GROUND_0_C + GROUND_PER_K * air_c, 1)


def advise(name: str, air_c: float, design_c: float, ground_c: float | None = None) -> Advice:
    """What follows. ground_c: where somebody has measured it."""
    ground = ground_of(air_c) if ground_c is None else ground_c
    well = round(ground - SEASON_K, 1)
    warning = ""
    if well >= FREEZE_C + TAKEN_K:
        return Advice(name, air_c, design_c, ground, well, "I", None, 0, "")
    kind = "II" if well - APPROACH_K >= LOWEST_C["II"] else "III"
    if well - EXCHANGER_C < 1.0:
        warning = "the well gives no heat before its own water freezes: a deeper well, or another source"
    elif well < EXCHANGER_C + TAKEN_K:
        warning = (f"the exchanger may take {well - EXCHANGER_C:.1f} K from the well water, not {TAKEN_K} K: "
                   f"{flow_for(1, well - EXCHANGER_C)} L/h for each kW instead of {LPH_PER_KW} (well.flow_lph_per_kw)")
    percent, freezing = GLYCOL[kind]
    return Advice(name, air_c, design_c, ground, well, kind, freezing, percent, warning)


def of_city(name: str) -> Advice:
    """Of a city of the table."""
    city = find(name)
    return advise(f"{city.en} {city.zh}", city.air_c, city.design_c)


def flow_for(kw: float, taken_k: float = TAKEN_K) -> int:
    """Water for so much heating, L/h; more of it where less may be taken from each litre."""
    return round(LPH_PER_KW * kw * max(1.0, TAKEN_K / max(taken_k, 0.1)))


def lines(found: Advice, kw: float) -> list[str]:
    """In English and Chinese."""
    percent = found.glycol_percent
    filling = (f"propylene glycol {percent} % by volume, freezes at {found.antifreeze_c} degC; measure it, and set"
               f" loop.antifreeze_mc 丙二醇 {percent} %" if found.antifreeze_c is not None else "none 不需要")
    kinds = {"I": "well water through the units 井水直供", "II": "closed loop with antifreeze 闭式防冻循环",
             "III": "closed loop with antifreeze 闭式防冻循环"}
    rows = [("place 地点", found.name), ("annual mean of the air 年平均气温", f"{found.air_c:.1f} degC"),
            ("heating design temperature 供暖室外计算温度", f"{found.design_c:.1f} degC"),
            ("undisturbed ground 地温", f"{found.ground_c:.1f} degC (+-{ERROR_K} K)"),
            ("coldest well water of a winter 冬季最低井水温度",
             f"{found.well_c:.1f} degC (estimate: pump and measure 估算)"),
            ("type of the units 机组类型", f"{found.unit_type}: {kinds[found.unit_type]}"), ("antifreeze 防冻液", filling),
            (f"flow for {kw:g} kW of heating 流量", f"{flow_for(kw)} L/h (0.134 m3/(h kW), T/BAEE019-2023)")]
    if found.warning:
        rows.append(("mind 注意", found.warning))
    return [f"{name}: {value}" for name, value in rows]


def run(args) -> int:
    """The subcommand."""
    if args.city and args.design_temperature is None:
        found = of_city(args.city)
        found = advise(found.name, found.air_c, found.design_c, args.ground)
    elif args.design_temperature is not None and not args.city:
        if not -45 <= args.design_temperature <= 10:
            raise LinkError(f"--design-temperature {args.design_temperature:g}: wanted -45 to 10 degC")
        air = mean_of(args.design_temperature) if args.air is None else args.air
        found = advise("(by its design temperature)", air, args.design_temperature, args.ground)
    else:
        raise LinkError("a CITY, or --design-temperature: one of both")
    if args.ground is not None and not 0 <= args.ground <= 30:
        raise LinkError(f"--ground {args.ground:g}: wanted 0 to 30 degC")
    if not 0 < args.kw <= 500:
        raise LinkError(f"--kw {args.kw:g}: wanted more than 0, at most 500 (what one well gives)")
    print("\n".join(lines(found, args.kw)))
    return 0
