"""`wellhearth bench --plant MINUTES`: what a plant's node costs its board, with 18 wells and 8 machines on its two lines.

Every node of the scenario `chengde` is a MicroPython process, as in `wellhearth sim`; after the first minutes (wells prove
their flow, machines start) each scan of the plant's node is timed by the node itself, and one of a well's node beside it in
the same run: machines differ, the ratio does not. The heap is locked in every scan, so that one that allocates is a fault.
A 32-bit MicroPython with compiled modules (--micropython, --modules) has the words of a board.
"""

from __future__ import annotations

import statistics
from pathlib import Path

from harness.central import nodes, play, rig, scenarios
from harness.process import Firmware
from harness.sitl import frames

CASE = "chengde"
WARM_S = 120
HEAP_S = 30  # between two looks at the free heap, which the node measures every ten seconds


def percentile(values: list[int], share: float) -> int:
    """The value that so great a share does not pass."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def told(values: list[int]) -> dict[str, int]:
    """A distribution of durations, in us."""
    return {"p50_us": round(statistics.median(values)), "p90_us": percentile(values, 0.9),
            "p99_us": percentile(values, 0.99), "max_us": max(values)}


def measure(minutes: int, program: str = "", modules: Path | None = None) -> dict:
    """Minutes of simulated time, after WARM_S. program: another MicroPython; modules: a folder of compiled ones."""
    kept = Firmware.program, Firmware.modules
    Firmware.program, Firmware.modules = program, modules
    job = None
    try:
        job = play.Play(scenarios.find(CASE), seed=1, real=True, hours=1.0)
        station = job.station
        assert isinstance(station, rig.Station)  # the real one
        station.run(WARM_S)
        found: dict[str, list[int]] = {"plant": [], "well": []}
        free: list[int] = []
        for second in range(minutes * 60):
            for _ in range(station.per_second):
                station.step()
                for name, board in (("plant", station.plant), ("well", station.wells[0])):
                    found[name].append(board.out[frames.OUT_SCAN_US])
            if second % HEAP_S == HEAP_S - 1:
                free.append(station.points()["node.heap_free_b"])
                print(f"  {(second + 1) / 60:4.1f} of {minutes} min, {free[-1] / 1000:.0f} kB of its heap free", flush=True)
        points = station.points()
        scans = {name: told(values) for name, values in found.items()}
        return {"minutes": minutes, "wells": len(station.wells), "machines": job.world.case.machines["count"],
                "scan": scans, "scans": len(found["plant"]), "faults": points["node.scan_faults"],
                "overruns": points["node.overruns"], "resets": station.resets,
                "ratio_p50": round(scans["plant"]["p50_us"] / max(1, scans["well"]["p50_us"]), 2),
                "ratio_p90": round(scans["plant"]["p90_us"] / max(1, scans["well"]["p90_us"]), 2),
                "heap": nodes.PlantFirmware.heap, "heap_free_b": min(free)}
    finally:
        Firmware.program, Firmware.modules = kept
        if job is not None:
            job.close()


def line(name: str, took: dict[str, int]) -> str:
    """A distribution for a person."""
    return f"{name}: p50 {took['p50_us']}, p90 {took['p90_us']}, p99 {took['p99_us']} us, longest {took['max_us']} us"


def words(found: dict) -> str:
    """For a person."""
    scan, faults = found["scan"], found["faults"]
    return "\n".join((
        f"{found['wells']} wells, {found['machines']} machines, {found['scans']} scans of each node",
        line("the plant's node", scan["plant"]),
        line("a well's node beside it", scan["well"]),
        f"the plant's takes {found['ratio_p50']} (p50) and {found['ratio_p90']} (p90) times as long",
        f"allocated in a scan: {'SOMETHING' if faults else 'nothing'} (its heap is locked; {faults} faults)",
        f"free of its heap of {found['heap']}: {found['heap_free_b'] / 1000:.0f} kB at the least"))
