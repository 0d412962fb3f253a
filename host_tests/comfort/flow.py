"""What the source's flow costs and earns: pump and compressors together, at constant flows per kW and with a fixed pump.

Whether there is anything to be had from looking for a better flow than T/BAEE019-2023's 0.134 m3/(h kW), and how much. The
whole firmware on the house's plant, 24 hours after six that do not count; the same weather, the same seed.
"""

from __future__ import annotations

import multiprocessing

from . import play, rooms

STANDARD = 134  # L/(h kW)
FLOWS = (90, 110, STANDARD, 160, 200, 260)
FULL = "full"  # a relay and full speed: all the water there is, all the time a unit runs
HOURS, ROOMS = 30.0, 3
SKIES = ("design", "mild")


def one(job) -> tuple[tuple, dict]:
    """A worker's turn: (sky, compressor, flow) and its figures."""
    sky, compressor, lph_per_kw = job
    well = {"pump_drive": "fixed"} if lph_per_kw == FULL else {"flow_lph_per_kw": lph_per_kw}
    return job, play.play(play.Cell("light", sky, compressor, "wellhearth", rooms=ROOMS), HOURS, well)


def table(processes: int | None = None) -> str:
    """In Markdown."""
    jobs = [(sky, compressor, flow) for sky in SKIES for compressor in rooms.COMPRESSORS for flow in (*FLOWS, FULL)]
    with multiprocessing.Pool(processes) as pool:
        found = dict(pool.imap_unordered(one, jobs))
    lines = ["| weather | compressor | flow, L/(h kW) | pump kWh/d | in all kWh/d | against 134 | K h/d outside |",
             "|---|---|---|---|---|---|---|"]
    for sky, compressor, flow in jobs:
        f, standard = found[sky, compressor, flow], found[sky, compressor, STANDARD]
        # Energy for the heat that was given: a room that happened to end warmer has not saved anything.
        ratio = f["kwh_day"] / f["heat_kwh_day"] * standard["heat_kwh_day"] / standard["kwh_day"]
        lines.append(f"| {sky} | {compressor} | {flow} | {f['pump_kwh_day']:.2f} | {f['kwh_day']:.2f} | {ratio - 1:+.1%} |"
                     f" {f['outside_kh_day']:.2f} |")
    return "\n".join(lines) + "\n"
