"""What of each house can be compared with its neighbours and its own past: one figure a day for each, free of the weather.

A frame's arrays are [house, day] or [house, room, day]; nan is unknown. Every feature is a logarithm (or, for the supply
temperature, kelvins), less the neighbours' median of the day: sun, cold, holidays and what all share go out with it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

RUN_LEAST_H, HEAT_LEAST_KWH, WARM_LEAST_K = 1.5, 3.0, 3.0  # below them a day says little
NEIGHBOURS = 8  # fewer in a place: then all houses are its neighbours
SMOOTH_D = 3  # a house's walls remember two or three days


@dataclass
class Frame:
    """Days of a fleet. houses: site keys. place: a number each. days: the last one is `last`, a day's number since 1970."""

    houses: list[str]
    place: np.ndarray
    rows: dict[str, np.ndarray]
    last: int = 0


def median(values: np.ndarray, axis: int) -> np.ndarray:
    """Of what is known; nan where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an all-nan slice is an answer here
        return np.nanmedian(values, axis=axis)


def groups(place: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """(houses of a place, its neighbours)."""
    everybody = np.arange(len(place))
    found = []
    for one in np.unique(place):
        here = np.flatnonzero(place == one)
        found.append((here, here if len(here) >= NEIGHBOURS else everybody))
    return found


def against(place: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Less the house's own median and the neighbours' median of the day."""
    own = values - median(values, 1)[:, None]
    found = np.empty_like(own)
    for here, neighbours in groups(place):
        found[here] = own[here] - median(own[neighbours], 0)
    return found


def log_of(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Logarithm where `known`, else nan."""
    return np.log(np.where(known & (values > 0), values, np.nan))


def share(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """values / of; nan where `of` is nothing."""
    return values / np.where(of > 0, of, np.nan)


def outside(frame: Frame) -> np.ndarray:
    """Air outside at each house: the median of all sensors of its place, for one hangs in the sun and ten do not."""
    seen = frame.rows["outside_c"]
    found = np.empty_like(seen)
    for here, neighbours in groups(frame.place):
        found[here] = median(seen[neighbours], 0)
    return found


def smooth(values: np.ndarray) -> np.ndarray:
    """Mean of the last days, nan where one of them is missing."""
    found = values.copy()
    for back in range(1, SMOOTH_D):
        found[:, back:] += values[:, :-back]
    found[:, :SMOOTH_D - 1] = np.nan
    return found / SMOOTH_D


def total(values: np.ndarray) -> np.ndarray:
    """Sum over the rooms that a house has, nan on a day that is missing."""
    return np.where(np.isnan(values).all(axis=1), np.nan, np.nansum(values, axis=1))


def losses(frame: Frame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(heat given to the house, its degree days, what the neighbours' heat says of sun and wind), means of three days.

    Heat as a multiple of the house's own median, by the rooms' meters, which a return sensor does not touch; with
    electricity where it is metered. Degree days: of the rooms over outside, in K.
    """
    rows = frame.rows
    heat, used = total(rows["room_heat_kwh"]), rows["electricity_kwh"]
    heat = heat + np.where(np.isnan(used).all(axis=1, keepdims=True), 0.0, used)
    rooms = np.maximum(1, np.isfinite(rows["room_c"]).sum(axis=1))
    warm = total(rows["room_c"]) / rooms - outside(frame)
    heat, warm = smooth(heat), smooth(np.where(warm > WARM_LEAST_K, warm, np.nan))
    own = heat / median(heat, 1)[:, None]
    rest = own - warm / median(warm, 1)[:, None]
    common = np.empty_like(rest)
    for here, neighbours in groups(frame.place):
        common[here] = median(rest[neighbours], 0)
    return own, warm, common


def power(frame: Frame) -> np.ndarray:
    """[house, room, day]: logarithm of a unit's heat for each hour that its compressor ran, less what its starts and the
    neighbours explain."""
    rows = frame.rows
    run = rows["room_run_h"]
    heat = log_of(rows["room_heat_kwh"] / np.where(run > RUN_LEAST_H, run, np.nan), run > RUN_LEAST_H)
    rate = share(rows["room_starts"], run)
    flat, starts = heat.reshape(-1, heat.shape[-1]), rate.reshape(-1, heat.shape[-1])
    place = np.repeat(frame.place, heat.shape[1])
    left = against(place, flat)
    more = against(place, starts)
    slope = -0.5 * 50.0 / 3600.0  # a start costs half of the fifty seconds that a circuit needs to come up
    return (left - slope * more).reshape(heat.shape)


def cop(frame: Frame) -> np.ndarray:
    """Logarithm of the COP, by the rooms' meters."""
    used = frame.rows["electricity_kwh"]
    heat = total(frame.rows["room_heat_kwh"])
    return against(frame.place, log_of(share(heat + used, used), (heat > HEAT_LEAST_KWH) & (used > 1.0)))


def balance(frame: Frame) -> np.ndarray:
    """Logarithm of the well's heat over the rooms': both see the same water by different sensors."""
    well, rooms = frame.rows["heat_kwh"], total(frame.rows["room_heat_kwh"])
    return against(frame.place, log_of(share(well, rooms), (well > HEAT_LEAST_KWH) & (rooms > HEAT_LEAST_KWH)))


def capacity(frame: Frame) -> np.ndarray:
    """Logarithm of the reinjection capacity."""
    value = frame.rows["capacity_percent"]
    return against(frame.place, log_of(value, value > 0))


def supply(frame: Frame) -> np.ndarray:
    """Water lifted, K."""
    return against(frame.place, frame.rows["supply_c"])


def pump(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """(speed squared, flow in m3/h): a pump's head goes with the one, what it has to press against with the other."""
    rows = frame.rows
    run = rows["run_h"]
    flow = rows["lifted_m3"] / np.where(run > RUN_LEAST_H, run, np.nan)
    return np.square(rows["speed_pm"] / 1000.0), flow
