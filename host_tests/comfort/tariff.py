"""What a comfort band earns: a room with `flex_mk` through two design days under a tariff, beside one without.

Prices of a northern provincial tariff by hours (cheap 22:00 to 06:00 at 0.30 yuan/kWh, dear 08:00 to 11:00 and 18:00 to
21:00 at 0.85, else 0.55; round figures: they differ from place to place).
"""

from __future__ import annotations

from wellhearth.control import grid, plan

from . import quick, rooms

CHEAP, DEAR = "daily 22:00-06:00", "daily 08:00-11:00,18:00-21:00"
PRICES = {-1: 0.85, 0: 0.55, 1: 0.30}  # yuan/kWh
DAYS = 2


def price(cheap, dear, minute: int) -> float:
    """Yuan for a kWh in that minute of the week."""
    if dear.until_comfort_min(minute) == 0:
        return PRICES[-1]
    return PRICES[1] if cheap.until_comfort_min(minute) == 0 else PRICES[0]


def play(kind: str, compressor: str, flex_mk: int) -> dict[str, float]:
    """Two days after one that does not count."""
    cfg = rooms.section(compressor, "heat")
    own = dict(vars(cfg), flex_mk=flex_mk)
    cfg = object.__new__(type(cfg))
    vars(cfg).update(own)
    world, wish, want = quick.Quick(cfg, kind, "design"), grid.Grid(CHEAP, DEAR), plan.RoomPlan(cfg)
    cost = kwh = below_ks = mean_ks = 0.0
    for second in range((1 + DAYS) * 86400):
        minute = second // 60 % 10080
        if second % 60 == 0:
            wish.each_minute(minute)
        want.grid = wish.each_second(grid.NORMAL)
        want.each_second(plan.MODE_HEAT, 20000, False, world.control.room_mc or 19500, True, False)
        world.target_mc = want.target_mc
        before = world.electric_j
        world.step()
        if second >= 86400:
            used = (world.electric_j - before) / 3.6e6
            kwh += used
            cost += used * price(wish.cheap, wish.dear, minute)
            below_ks += max(0.0, 19.5 - world.room.air_c)
            mean_ks += world.room.air_c
    return {"yuan_day": cost / DAYS, "kwh_day": kwh / DAYS, "below_kh_day": below_ks / 3600 / DAYS,
            "mean_c": mean_ks / DAYS / 86400}


def table() -> str:
    """In Markdown."""
    lines = ["| room | compressor | flex | yuan/d | kWh/d | K h/d below 19.5 degC | mean degC |",
             "|---|---|---|---|---|---|---|"]
    for kind in ("light", "soft", "heavy"):
        for compressor in rooms.COMPRESSORS:
            for flex_mk in (0, 500, 1000, 2000):
                f = play(kind, compressor, flex_mk)
                lines.append(f"| {kind} | {compressor} | {flex_mk / 1000:g} K | {f['yuan_day']:.2f} | {f['kwh_day']:.2f} |"
                             f" {f['below_kh_day']:.2f} | {f['mean_c']:.2f} |")
    return "\n".join(lines) + "\n"
