"""What the table says: ratios to the plain relay, cell by cell, and which wishes do not hold."""

from __future__ import annotations

WORSE = 1.01  # worse than hysteresis by more than this
HALF = 0.5
SMALL_KH = 0.05  # kelvin-hours a day nobody can tell from none
WARM_AIR = 0.95


def ratio(own: float, other: float, small: float = 0.0) -> float:
    """own / other; nothing against nothing is 1."""
    return (own + small) / (other + small) if other + small > 0 else 1.0


def row(figures: dict[str, dict], control: str = "wellhearth", other: str = "hysteresis") -> dict[str, float]:
    """Ratios of a cell."""
    own, plain = figures[control], figures[other]
    return {"discomfort": ratio(own["outside_kh_day"], plain["outside_kh_day"], SMALL_KH),
            "starts": ratio(own["starts_day"], plain["starts_day"]),
            "energy": ratio(own["kwh_day"], plain["kwh_day"])}


def short(name: str, figures: dict[str, dict]) -> list[str]:
    """Wishes that this cell does not fulfil, with their figures."""
    own, plain = figures["wellhearth"], figures["hysteresis"]
    units = {"discomfort": ("outside_kh_day", "K h/d"), "starts": ("starts_day", "starts/d"), "energy": ("kwh_day", "kWh/d")}
    # A start more or less of a day is no difference that a day can show.
    slack = {"discomfort": SMALL_KH, "starts": 1.0, "energy": 0.0}
    found = [f"{name}: {key} {own[at]:g} against {plain[at]:g} {unit}" for key, (at, unit) in units.items()
             if own[at] > plain[at] * WORSE + slack[key]]
    if own["warm_air"] < WARM_AIR and "cooling" not in name:
        found.append(f"{name}: supply air at 38 degC for {own['warm_air']:.1%} of the time")
    return found


def judged(results: dict[str, dict[str, dict]]) -> dict[str, dict[str, dict]]:
    """Cells in which the bound leaves anything to count."""
    return {name: one for name, one in results.items() if one["wellhearth"].get("judged_h", 1)}


def sums(results: dict[str, dict[str, dict]], compressor: str) -> dict[str, dict[str, float]]:
    """Means over all cells of a kind of compressor, by control."""
    mine = [one for name, one in judged(results).items() if name.endswith(compressor)]
    if not mine:
        return {}
    keys = ("outside_kh_day", "starts_day", "kwh_day", "in_band", "warm_air")
    return {control: {key: sum(one[control][key] for one in mine) / len(mine) for key in keys} for control in mine[0]}


def halves(results: dict[str, dict[str, dict]], compressor: str = "") -> tuple[int, int]:
    """(cells with at most half of hysteresis' discomfort at no more energy, all cells)."""
    mine = [one for name, one in judged(results).items() if name.endswith(compressor)]
    good = [one for one in mine if row(one)["discomfort"] <= HALF and row(one)["energy"] <= WORSE]
    return len(good), len(mine)
