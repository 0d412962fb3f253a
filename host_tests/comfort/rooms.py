"""The table of single rooms: every plant, weather and compressor, each control beside the others.

A room of its own, water held at 11.5 degC (quick.py): what is judged is the room control alone. Only hours count in which
the bound (baselines.Bound) keeps the band.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

from harness import scenarios
from wellhearth.tables import config

from . import baselines, plants, quick, skies

COMPRESSORS = ("on_off", "variable")
CONTROLS = ("wellhearth", "hysteresis", "slow_pwm", "before")
HOURS = 30.0


@dataclass(frozen=True)
class Cell:
    """One row of the table."""

    plant: str
    sky: str
    compressor: str

    @property
    def name(self) -> str:
        """One word."""
        return f"{self.plant}/{self.sky}/{self.compressor}"


def cells(house: bool = False) -> list[Cell]:
    """All of them; of the whole house also those that differ in their well."""
    kinds = [name for name, kind in plants.KINDS.items() if house or not kind.well]
    return [Cell(*one) for one in itertools.product(kinds, skies.SKIES, COMPRESSORS)]


@functools.lru_cache
def section(compressor: str, mode: str):
    """A room's config."""
    data = scenarios.house_config(1)
    data["rooms"][0].update(compressor=compressor, mode=mode)
    cfg, errors = config.validate(data)
    assert not errors, errors
    return cfg.rooms[0]


def thermostat(control: str):
    """What takes the thermostat's place; None: nothing does."""
    kinds = {"hysteresis": baselines.Hysteresis, "slow_pwm": baselines.SlowPwm, "before": baselines.Before,
             "bound": baselines.Bound}
    if control == "wellhearth":
        return None
    return lambda cfg: kinds[control](cfg.room_kp_pm_k, cfg.room_ti_s, cfg.half_band_s)


def world(cell: Cell, control: str, seed: int) -> quick.Quick:
    """The room with a control."""
    mode = "cool" if skies.SKIES[cell.sky].cool else "heat"
    return quick.Quick(section(cell.compressor, mode), cell.plant, cell.sky, thermostat(control), seed)


def play(cell: Cell, seed: int = 1, hours: float = HOURS, controls=CONTROLS) -> dict[str, dict]:
    """Figures by control."""
    free = world(cell, "bound", seed)
    free.control.thermostat.free(free)
    counted = free.holds(hours)
    return {control: world(cell, control, seed).play(hours, counted=counted) for control in controls}
