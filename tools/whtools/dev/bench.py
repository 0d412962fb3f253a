"""`wellhearth bench`: speed, scan cost, allocation and control quality, in one run on this machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path

from harness import process, runner

from .. import ROOT
from . import flash_life, plant_cost

RECORDED_S = 2000  # two rooms' worth of starts and stops for the replay


class Stopwatch:
    """Wraps a method of an object and sums the real time spent in it."""

    def __init__(self, owner, name: str):
        self.total_s = 0.0
        plain = getattr(owner, name)

        def timed(*args):
            begin = time.perf_counter()
            result = plain(*args)
            self.total_s += time.perf_counter() - begin
            return result

        setattr(owner, name, timed)


def speed(hours: float) -> dict:
    """Simulated over wall time of the default scenario, then again with stopwatches for the shares."""
    result = {}
    for timed in (False, True):
        job = runner.Run(runner.Options(hours=hours), None)
        try:
            rig = job.rig
            job.advance()  # the process has booted
            rig.scan_us = []
            rig.firmware.wait_s = 0.0
            watches = {}
            if timed:
                watches = {"plant": Stopwatch(rig.plant, "step"), "wiring": Stopwatch(rig.wiring, "frame"),
                           "relays": Stopwatch(rig.wiring, "drive")}
            begin, first = time.perf_counter(), job.seconds
            while job.seconds < job.total_s:
                job.advance()
            wall = time.perf_counter() - begin
            simulated = job.seconds - first
            if timed:
                result["shares"] = shares(wall, rig, watches)
            else:
                result["simulated_over_wall"] = round(simulated / wall, 1)
                result["wall_s"] = round(wall, 2)
                result["us_per_scan_wall"] = round(wall / len(rig.scan_us) * 1e6, 1)
                summary = job.summary()
                result["quality"] = quality(summary)
                result["heap_free_b"] = summary["scan"]["heap_free_b"]
        finally:
            job.close()
    return result


def shares(wall: float, rig, watches: dict) -> dict:
    """Where the wall time goes. The two processes overlap, so the busy shares may pass 100 % together."""
    plant = watches["plant"].total_s
    wiring = watches["wiring"].total_s + watches["relays"].total_s
    scan = sum(rig.scan_us) / 1e6
    waiting = rig.firmware.wait_s
    return {
        "firmware_scan_busy": round(scan / wall, 3),
        "plant_busy": round(plant / wall, 3),
        "wiring_busy": round(wiring / wall, 3),
        "host_waits_for_firmware": round(waiting / wall, 3),
        "host_transport_and_metrics": round((wall - plant - wiring - waiting) / wall, 3),
    }


def quality(summary: dict) -> list[dict]:
    """The promises as seen in the speed run."""
    return [{"name": bar["name"], "want": bar["want"], "seen": bar["seen"], "ok": bar["ok"]} for bar in summary["bars"]]


def record(folder: Path) -> int:
    """Record the frames of a house's first half hour; returns how many."""
    job = runner.Run(runner.Options(hours=RECORDED_S / 3600), None)
    frames: list[bytes] = []
    try:
        send = job.rig.firmware.send
        job.rig.firmware.send = lambda frame: (frames.append(frame), send(frame))[1]
        for _ in range(RECORDED_S):
            job.advance()
        job.rig.firmware.send = send
        (folder / "config.json").write_text(json.dumps(job.config), encoding="utf-8")
    finally:
        job.close()
    (folder / "frames").write_bytes(b"".join(frames))
    return len(frames)


def scan_cost() -> dict:
    """Replay recorded frames into the firmware inside MicroPython, beside simple-pid."""
    with tempfile.TemporaryDirectory(prefix="wellhearth-") as name:
        folder = Path(name)
        n = record(folder)
        with (folder / "frames").open("rb") as frames, open(os.devnull, "wb") as nowhere:
            env = dict(os.environ, WELLHEARTH_IN=str(frames.fileno()), WELLHEARTH_OUT=str(nowhere.fileno()),
                       WELLHEARTH_SEED="1", MICROPYPATH=f"{ROOT / 'firmware'}:{ROOT / 'boards' / 'sitl'}")
            script = Path(__file__).with_name("scan_cost.py")
            done = subprocess.run(
                [process.micropython(), "-X", "heapsize=4M", str(script), str(n),
                 sysconfig.get_path("purelib")],
                env=env, cwd=folder, pass_fds=(frames.fileno(), nowhere.fileno()), capture_output=True, text=True)
        try:
            return json.loads(done.stdout.strip().splitlines()[-1])
        except (IndexError, ValueError):
            raise process.FirmwareError(f"the scan benchmark ended with: {done.stdout} {done.stderr}") from None


def village_bus(rooms: int = 16, seconds: int = 180) -> dict:
    """A village's bus at 19.2 kbaud: time of a round, how busy the line is, and what seventeen processes cost."""
    job = runner.Run(runner.Options(scenario="village", rooms=rooms), None)
    try:
        rounds = []
        begin = time.perf_counter()
        for _ in range(seconds):
            job.advance()
            rounds.append(job.points.get("bus.round_ms", 0))
        wall = time.perf_counter() - begin
        line = job.rig.line
        return {"rooms": rooms, "round_max_ms": max(rounds), "round_ms": rounds[-1],
                "line_busy": round(line.busy_us / 1e6 / seconds, 3), "timeouts": job.points["bus.timeouts"],
                "errors": job.points["bus.errors"], "simulated_over_wall": round(seconds / wall, 1)}
    finally:
        job.close()


def flash(args) -> int:
    """Only how long a Pico's flash lasts; status 1 when that is too short."""
    print(f"flash: a design winter day of six rooms, its writes {args.flash} times on littlefs ...", flush=True)
    found = flash_life.life(*flash_life.day(), args.flash)
    args.out.write_text(json.dumps({"flash": found}, indent=2) + "\n", encoding="utf-8")
    print(flash_life.told(found))
    return 0 if found["years_of_worst_block"] >= flash_life.WANTED_YEARS else 1


def plant(args) -> int:
    """Only the node of a central plant; status 1 when a scan of it failed."""
    print(f"plant: {args.plant} min of nineteen nodes, after two ...", flush=True)
    found = plant_cost.measure(args.plant, args.micropython, args.modules and args.modules.resolve())
    args.out.write_text(json.dumps({"plant": found}, indent=2) + "\n", encoding="utf-8")
    print(plant_cost.words(found))
    return 0 if not found["faults"] else 1


def run(args) -> int:
    """Measure, print, and write the result file."""
    if args.flash:
        return flash(args)
    if args.plant:
        return plant(args)
    print(f"speed: {args.hours:g} simulated hours of the default scenario, twice ...", flush=True)
    result: dict = {"machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"}
    result["speed"] = speed(args.hours)
    print(f"scan cost: {RECORDED_S} s of recorded frames replayed inside MicroPython ...", flush=True)
    result["cost"] = scan_cost()
    print("village: three minutes of sixteen rooms on one bus ...", flush=True)
    result["village"] = village_bus()
    args.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    s, c = result["speed"], result["cost"]
    print(f"\nsimulated / wall time   x{s['simulated_over_wall']:.0f} ({s['us_per_scan_wall']} us a scan; wanted x500)")
    for name, value in s["shares"].items():
        print(f"  {name.replace('_', ' '):28} {value * 100:5.1f} % of wall time")
    scan = c["scan"]
    print(f"scan                    p50 {scan['p50_us']} us, p99 {scan['p99_us']} us, max {scan['max_us']} us, "
          f"{scan['bytes_per_scan']:g} B allocated, {scan['faults']} faults, {scan['scans']} scans")
    for name in ("wellhearth_pi", "simple_pid", "empty_call"):
        step = c[name]
        print(f"{name:23} {step['ns_per_step']} ns and {step['bytes_per_step']:g} B a step")
    print(f"free heap of {process.HEAP}      {s['heap_free_b'] / 1000:.0f} kB")
    v = result["village"]
    print(f"bus, {v['rooms']} rooms, 19.2 kbaud  a round {v['round_ms']} ms, longest {v['round_max_ms']} ms (wanted 2000); "
          f"line busy {v['line_busy'] * 100:.0f} %, {v['timeouts']} time-outs, {v['errors']} bad frames; "
          f"x{v['simulated_over_wall']:.0f}")
    for bar in s["quality"]:
        print(f"  {bar['name']:58} {bar['want']:>8}  seen {bar['seen']}")
    print(f"written to {args.out}")
    return 0
