"""`python -m reference.tables`: runs the reference model and writes plant/ground/tables.json (half an hour)."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from plant import well

from . import ground

PLACE = Path(__file__).parents[1] / "plant" / "ground" / "tables.json"
WELLS = {p.ground: p for p in (well.HOUSE, well.PARTICLE, well.SECTION, well.CHENGDE, well.FIRST_WELL)}
HOUR, DAY, YEAR = 3600.0, 86400.0, 365 * 86400.0
TIMES_S = [HOUR, 3 * HOUR, 8 * HOUR, *(d * DAY for d in (1, 2, 4, 7, 15, 30, 60, 120, 240)),
           *(y * YEAR for y in (1, 2, 5, 10))]
FLOWS = (0.3, 0.6, 1.0, 1.3)  # of nominal
REGIONAL_M_D = (0.0, 0.02, 0.1, 0.5)
WINTER_D, YEARS = 150, 10
PULSE_H, PULSE_DAYS = 8, 30


def grid(p: well.WellParams, regional_m_d: float) -> tuple[float, int]:
    """(fine, sectors): axisymmetric without regional flow, else a half circle of eight; see the grid study."""
    if not regional_m_d:
        return 2.0, 1
    return (1.5 if p.ground == "house" else 1.0), 8


def _model(p: well.WellParams, share: float, regional: float) -> ground.Model:
    """A well at a share of its nominal flow."""
    fine, sectors = grid(p, regional)
    return ground.Model(p, share * p.nominal_m3h / 3600.0, regional, fine, sectors)


def winters(p: well.WellParams, regional: float) -> list[float]:
    """Supply drop, K per kW, at the end of each of ten winters: 150 days of constant load at nominal flow, then the well
    stands until the next."""
    on, off = _model(p, 1.0, regional), _model(p, 0.0, regional)
    heating, resting = on.stepper(2 * DAY), off.stepper(5 * DAY)
    t, drops = np.zeros(on.n), []
    for _ in range(YEARS):
        for _ in range(WINTER_D // 2):
            t, _ = heating(t, 1000.0)
        drops.append(-on.supply(t, 1000.0))
        for _ in range((365 - WINTER_D) // 5):
            t, _ = resting(t, 0.0)
    return drops


def pulses(p: well.WellParams) -> list[float]:
    """Supply drop, K per kW of the load while it is on, after each day's eight hours of running; no regional flow."""
    on, off = _model(p, 1.0, 0.0), _model(p, 0.0, 0.0)
    heating, resting = on.stepper(HOUR), off.stepper(HOUR)
    t, drops = np.zeros(on.n), []
    for _ in range(PULSE_DAYS):
        for _ in range(PULSE_H):
            t, _ = heating(t, 1000.0)
        drops.append(-on.supply(t, 1000.0))
        for _ in range(24 - PULSE_H):
            t, _ = resting(t, 0.0)
    return drops


def rounded(values: list[float]) -> list[float]:
    """Five digits: the tables are read by people too."""
    return [float(f"{v:.5g}") for v in values]


def table(p: well.WellParams, say: Callable[[str], None] = lambda text: None) -> dict:
    """Everything that is committed of one well; K per kW."""
    steps = []
    for regional in REGIONAL_M_D:
        for share in FLOWS:
            model = _model(p, share, regional)
            drops, error = ground.response(model, TIMES_S)
            say(f"{p.ground} {regional} m/d, {share} of nominal flow: {drops[6]:.5f} K/kW at 7 d, {drops[-1]:.5f} at 10 a, "
                f"energy closes to {error:.1e}")
            steps.append({"regional_m_d": regional, "flow_m3h": share * p.nominal_m3h, "drop_k_per_kw": rounded(drops)})
    seasons = [{"regional_m_d": q, "drop_k_per_kw": rounded(winters(p, q))} for q in (0.0, 0.02, 0.1)]
    say(f"{p.ground}: winters done")
    fields = {k: v for k, v in dataclasses.asdict(p).items() if k in PHYSICAL}
    return {"well": fields, "steps": steps, "winters": seasons, "pulses": rounded(pulses(p))}


# What the tables depend on; a test compares them with the wells of today.
PHYSICAL = ("nominal_m3h", "bore_m", "inject_from_m", "inject_to_m", "extract_from_m", "extract_to_m", "bed_m_s",
            "short_circuit", "riser_w_mk", "aquifer_from_m", "aquifer_to_m", "k_m_s", "anisotropy", "ground_w_mk",
            "ground_j_m3k", "dispersivity_m")


def main(names: list[str]) -> None:
    """Write the tables of the named wells (default: all)."""
    found: dict = json.loads(PLACE.read_text()) if PLACE.exists() else {"wells": {}}
    found["times_s"] = TIMES_S
    for name in names or list(WELLS):
        found["wells"][name] = table(WELLS[name], lambda text: print(text, flush=True))
        PLACE.write_text(written(found))


def written(found: dict) -> str:
    """JSON with one row of numbers a line."""
    text = json.dumps(found, indent=1)
    lines, depth = [], 0
    for line in text.split("\n"):
        if depth:
            lines[-1] += " " + line.strip() if not line.strip().startswith("]") else line.strip()
            depth = 0 if line.strip().startswith("]") else 1
        else:
            lines.append(line)
            depth = 1 if line.rstrip().endswith("[") and ("drop" in line or "pulses" in line or "times" in line) else 0
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
