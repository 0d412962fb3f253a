"""The repeat each autumn, ten minutes a well section: the steps in which nothing heats, compared with the first record."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from ..device.link import LinkError
from . import steps, wellsteps
from .bench import Bench, Check

SHARE = (0.7, 1.3)  # below 70 % of its first capacity the node itself says that the ground clogs
FLOW = (0.85, 1.15)  # a pump that has worn, a meter that has aged
RATIO_MOVES = 0.03
DRIFT_K = 0.5  # of one sensor against its neighbour; both together stay within 1 K
ZERO_SHARE = 0.02  # of the transmitter's span


def first_of(path: Path, unit: str) -> dict:
    """What the first commissioning measured. LinkError when there is none of this unit, or it never passed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        data, steps_, of = found["data"], found["steps"], found["unit"]
    except OSError:
        raise LinkError(f"{path}: no record of the first commissioning; name it with --first") from None
    except (ValueError, KeyError, TypeError):
        raise LinkError(f"{path} is damaged: no record to compare with") from None
    if of != unit:
        raise LinkError(f"{path} is of unit {of}, this is {unit}: name its own with --first")
    if "curve" not in data or not steps_.get("capacity", {}).get("ok"):
        raise LinkError(f"{path}: that commissioning never measured the well; finish it first: wellhearth commission")
    return data


def plan(bench: Bench, first: dict, second) -> dict:
    """The steps by name. second: makes a step of the well's one of its second section."""
    found = {"contacts": steps.contacts, "sensors": steps.sensors}
    for name in ("pump", "meters", "capacity"):
        found[name] = getattr(wellsteps, name)
    if "well2" in bench.blocks:
        found |= {f"{name} well2": second(getattr(wellsteps, name)) for name in ("pump", "meters", "capacity")}
    return found | {"compared": functools.partial(compared, first=first)}


def moved(name: str, now: float | None, then: float | None, unit: str, low: float, high: float, hint: str) -> Check:
    """A share of what it was, or how far it moved, with both values in its name."""
    both = f"{name}: {'-' if then is None else f'{then:g}'} then, {'-' if now is None else f'{now:g}'} now"
    value = None
    if now is not None and then is not None:
        value = round(now - then, 3) if unit else round(now / then, 3) if then else None
    return Check(both, value, unit, low, high, hint)


def full_flow(data: dict) -> float | None:
    """Lifted at full speed, L/h."""
    return round(data["curve"][-1]["lift_lph"]) if data.get("curve") else None


def compared(bench: Bench, data: dict, first: dict) -> list[Check]:
    """Each figure against the first one."""
    found = []
    for name, now, then in (("well", data, first), ("well2", data.get("well2", {}), first.get("well2", {}))):
        if name not in bench.blocks:
            continue
        span = bench.config[name].get("pressure_range_kpa", 1000)
        key = "capacity_lph_bar"
        found += [
            moved(f"{name} reinjection capacity, L/h per 100 kPa", now.get(key), then.get(key), "", *SHARE,
                  "the ground clogs (or the transmitter has moved): regenerate the well, then the whole commissioning"),
            moved(f"{name} flow at full speed, L/h", full_flow(now), full_flow(then), "", *FLOW,
                  "the pump has worn, its screen is blocked, or the lift meter has aged: see the step `meters`"),
            moved(f"{name} returned over lifted", now.get("ratio"), then.get("ratio"), "of 1", -RATIO_MOVES, RATIO_MOVES,
                  "water is lost, or one meter has aged"),
            moved(f"{name} pressure at rest, kPa", now.get("rest_kpa"), then.get("rest_kpa"), "kPa", -ZERO_SHARE * span,
                  ZERO_SHARE * span, "the transmitter's zero has moved, or the water level has")]
    for pair, apart in data.get("apart_k", {}).items():
        if pair in first.get("apart_k", {}):
            found.append(moved(f"{pair}, apart", apart, first["apart_k"][pair], "K", -DRIFT_K, DRIFT_K,
                               "one of them drifts or is coming off its place: wellhearth commission --again zero"))
    return found
