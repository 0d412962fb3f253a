"""Runs inside MicroPython, for `wellhearth bench`: what a scan costs, beside simple-pid.

Frames recorded from a simulated day are replayed into the firmware's own scan, without a
simulator on the other end, so that nothing but the firmware is measured. Prints one JSON line.
"""

import array
import gc
import json
import sys
import time

import board

from wellhearth.app import main_loop
from wellhearth.control import pi
from wellhearth.tables import config

STEPS = 20000


def scans(skip: int) -> dict:
    """Replay every recorded frame; the first `skip` scans warm up."""
    b = board.open_board()
    cfg, errors = config.load(b.CONFIG_PATH)
    assert not errors, errors
    node_app = main_loop.App(b, cfg)
    node_app.start()
    n = int(sys.argv[1])
    times = array.array("i", bytes(4 * n))
    fire = b.timer.fire
    allocated = 0
    alloc = gc.mem_alloc
    gc.collect()
    for i in range(n):
        assert b.fin.readinto(board._in) == board.IN_WORDS * 4
        before = alloc()
        t = time.ticks_us()
        fire()
        times[i] = time.ticks_diff(time.ticks_us(), t)
        grown = alloc() - before
        if grown > 0 and i >= skip:
            allocated += grown
        node_app.poll()
    ordered = sorted(times[skip:])
    n -= skip
    return {
        "scans": n, "p50_us": ordered[n // 2], "p99_us": ordered[n * 99 // 100], "max_us": ordered[-1],
        "bytes_per_scan": allocated / n, "faults": node_app.node.p.scan_faults,
    }


def steps(step) -> dict:
    """Time and allocation of a controller's step."""
    gc.collect()
    gc.disable()
    n = 500  # what fits the heap without a collection
    before = gc.mem_alloc()
    for i in range(n):
        step(i & 7)
    grown = gc.mem_alloc() - before
    gc.enable()
    t = time.ticks_us()
    for i in range(STEPS):
        step(i & 7)
    took = time.ticks_diff(time.ticks_us(), t)
    return {"ns_per_step": took * 1000 // STEPS, "bytes_per_step": grown / n}


result = {"scan": scans(2000)}
controller = pi.PI(400, 20, 0, 1000)
result["wellhearth_pi"] = steps(lambda x: controller.update(x - 3))
sys.path.append(sys.argv[2])
from simple_pid import PID  # noqa: E402

pid = PID(0.4, 0.02, 0.0, setpoint=3, sample_time=None, output_limits=(0, 1000))
result["simple_pid"] = steps(lambda x: pid(x, dt=0.1))
result["empty_call"] = steps(lambda x: x)
print(json.dumps(result))
