"""A house whose air is EnergyPlus'."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyplus import engine

needs_engine = pytest.mark.skipif(engine.binary() is None,
                                  reason="EnergyPlus is not installed (make .venv-energyplus/installed)")
PLANT = "energyplus.house:create"


def golden() -> Path:
    """A year that is always in the wheel."""
    return engine.weather_files()["golden"]
