"""Play a case: in this process, or on a real MicroPython; what the plant suffered, and whether both agree."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from pathlib import Path

from harness import lockstep, process, runner
from whtools.sim import season_verify

from .cases import Case, toml
from .judge import judge

RESETTING = ("power_cut", "brown_out", "blackout", "files_damaged")  # faults after which a board boots anew
LOOK_S = 10  # how often the limits are looked at, to say when one was passed


def options(case: Case, folder: str, in_process: bool, hours: float | None) -> runner.Options:
    """How `make sim` would be told of it."""
    path = Path(folder) / f"case-{case.number}.toml"
    path.write_text(toml(case), encoding="utf-8")
    return runner.Options(str(path), hours, seed=case.seed, in_process=in_process)


def figures(case: Case, job: runner.Run) -> dict:
    """Harm by the keys of judge.LIMITS."""
    harm = job.plant.harm.summary()
    harm["scan_faults"] = job.points.get("node.scan_faults", 0)
    harm["lost_boards"] = 0 if case.named(*RESETTING) else job.rig.resets
    return harm


def play(case: Case, in_process: bool = True, trace: bool = False, hours: float | None = None) -> dict:
    """One line of results. hours: shorter than a case. trace: a digest of every scan's outputs besides, to compare with
    another Python."""
    begun = time.process_time()
    with tempfile.TemporaryDirectory(prefix="truth-", dir=lockstep.MEMORY) as folder:
        job = runner.Run(options(case, folder, in_process, hours), None)
        if trace:
            digest = hashlib.blake2b(digest_size=8)
            follow(job.rig, digest)
        passed: dict[str, int] = {}
        error = ""
        try:
            for second in range(1, job.total_s + 1):
                job.advance()
                if second % LOOK_S == 0:
                    for one in judge(case, figures(case, job)):
                        passed.setdefault(one.kind, second)
        except process.FirmwareError as e:
            error = str(e)[:400]
        finally:
            job.close()
        harm = figures(case, job)
        if error:
            harm["lost_boards"] += 1
    over = [[one.kind, one.seen, one.most, one.known, passed.get(one.kind, job.seconds)] for one in judge(case, harm)]
    result = {"harm": harm, "over": over, "trips": [[t["time_s"], t["where"], t["cause"]] for t in job.metrics.trips],
              "coldest_c": round(min(one.air_c for one in job.plant.rooms), 2), "resets": job.rig.resets,
              "starts": [sum(room.starts for room in job.metrics.rooms), sum(job.metrics.pumps.values())],
              "error": error, "cpu_s": round(time.process_time() - begun, 2)}
    if trace:
        result["outputs"] = digest.hexdigest()
    return result


def follow(rig, digest) -> None:
    """Feed the outputs of every scan (relays, speeds) to a digest."""
    step = rig.step

    def stepped():
        step()
        digest.update(repr((rig.out[2], season_verify.outputs(rig.out))).encode())

    rig.step = stepped


SAME = ("harm", "trips", "coldest_c", "resets", "starts", "error", "outputs")


def differences(a: dict, b: dict) -> list[str]:
    """What two plays of a case do not agree in. The same: harm, trips with their times, starts, and the relays and speeds
    of every scan; not: duration of scans and free memory, which only the MicroPython has."""
    return [f"{key}: {a[key]} and {b[key]}" for key in SAME if a[key] != b[key]]


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
