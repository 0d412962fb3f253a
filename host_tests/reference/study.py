"""`python -m reference.study`: how the house's answer depends on grid, time step, and on what is assumed of the ground."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from plant import well

from . import ground, tables

DAY = 86400.0
TIMES_S = [t for t in tables.TIMES_S if t <= 365 * DAY] + [3650 * DAY]
SHOWN_D = (30, 120, 365, 3650)


def _row(label: str, drops: list[float]) -> str:
    picked = (drops[TIMES_S.index(d * DAY)] for d in SHOWN_D)
    return f"{label:44s}" + "".join(f"{1000.0 * d:10.2f}" for d in picked)


def main(say: Callable[[str], None] = print) -> None:
    """Print mK per kW at nominal flow after 30, 120, 365 and 3650 days."""
    p, flow = well.HOUSE, well.HOUSE.nominal_m3h / 3600.0
    say(f"{'mK per kW after days':44s}" + "".join(f"{d:10d}" for d in SHOWN_D))
    for fine in (0.5, 1.0, 2.0, 4.0):
        say(_row(f"axisymmetric, fine {fine}", ground.response(ground.Model(p, flow, 0.0, fine), TIMES_S)[0]))
    for steps in (2, 4, 8, 16):
        say(_row(f"axisymmetric, fine 2, {steps} steps an interval", ground.response(
            ground.Model(p, flow, 0.0, 2.0), TIMES_S, steps=steps)[0]))
    for regional in (0.02, 0.1):
        for fine, sectors in ((1.0, 4), (1.0, 8), (1.0, 16), (1.5, 8), (2.0, 8)):
            say(_row(f"{regional} m/d, fine {fine}, {sectors} sectors", ground.response(
                ground.Model(p, flow, regional, fine, sectors), TIMES_S, steps=4)[0]))
    for name, value in (("dispersivity_m", 0.0), ("dispersivity_m", 2.0), ("anisotropy", 2.0), ("anisotropy", 10.0),
                        ("ground_w_mk", 1.6), ("riser_w_mk", 0.0)):
        say(_row(f"axisymmetric, fine 2, {name} {value}", ground.response(
            ground.Model(dataclasses.replace(p, **{name: value}), flow, 0.0, 2.0), TIMES_S)[0]))


if __name__ == "__main__":
    main()
