"""Figures from the emulated clock: scan, lateness, 1-Wire, heap, flash. Five minutes with pump and compressor running.

WELLHEARTH_MINUTES=60 runs an hour; rp2040py as it is on PyPI takes three hours for it and more.
"""

from __future__ import annotations

import os

import pytest

from harness.sitl import ROOT
from whtools.device import build

pytestmark = pytest.mark.timeout(20000)

PERIOD_US = 100_000

# posts: the first intent of each motor, ticks_us behind the scan that posted it. at[1]: deadline behind the first scan.
# Lateness in tens of us, or an erase of 400 ms would not fit.
RECORD = b"""\x05
import array, time
took=[array.array('H',bytes(200)) for i in range(32)];late=[array.array('H',bytes(200)) for i in range(32)];at=[0,0];posts={}
def record(t, cb=app.current.board.timer.callback, p=n.p, m=n.motors):
 cb(t)
 i=at[0]
 if i==0:
  at[1]=app.current.scan.deadline_us
 if i<3200:
  took[i//100][i%100]=min(p.scan_last_us,65535);late[i//100][i%100]=min(p.late_last_us//10,65535);at[0]=i+1
 for w in m:
  if m[w][0].posted and w not in posts:
   posts[w]=time.ticks_us()

app.current.board.timer.callback=record
\x04"""


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def fetch(pico, name: str, n: int) -> list[int]:
    """An array of the guest, in slices that fit its heap."""
    values = []
    for i in range(0, n, 100):
        values += [int(x) for x in pico.ask(f"print(*{name}[{i // 100}][:{min(100, n - i)}])", 20).split()]
    return values


def delayed(rig, deadline_us: int, late: list[int]) -> list[int]:
    """Lateness of the scans that a flash operation was under way at, or since, the deadline of."""
    epoch_us = rig.pico.mcu.timer._epoch_nanos / 1000
    busy = [(1e6 * at - epoch_us, 1e6 * at - epoch_us + 1000 * ms) for at, _kind, _address, ms in rig.flash.ops]
    found = []
    for i, us in enumerate(late):
        due = deadline_us + PERIOD_US * (i - 1)
        if any(begin <= due + us and end >= due for begin, end in busy):
            found.append(us)
    return found


def starts(rig) -> list[tuple[str, float, list[str]]]:
    """(relay, ms from its intent to its edge, flash operations between) of the first start of each motor."""
    pico, epoch_s = rig.pico, rig.pico.mcu.timer._epoch_nanos / 1e9
    found = []
    for word in pico.ask("print(*['%d=%d=%s' % (w, posts[w], n.motors[w][2]) for w in posts])").split():
        _where, us, name = word.split("=")
        relay = name.replace(".", "_")
        posted_s = int(us) / 1e6 + epoch_s
        edge_s = next(at for at, what, high in rig.probe.changes if what == relay and high and at > posted_s)
        found.append((name, 1000 * (edge_s - posted_s), rig.flash.between(posted_s, edge_s)))
    return found


def test_figures(image, built):
    from .rig import Rig
    rig = Rig(image)
    pico = rig.pico
    minutes = float(os.environ.get("WELLHEARTH_MINUTES", "5"))
    pico.until(lambda: b"running" in pico.text, 10)
    pico.prompt()
    pico.ask("from wellhearth import app; import gc; n=app.current.node; gc.collect()")
    first = int(pico.ask("print(gc.mem_free())"))
    pico.send(RECORD)
    pico.run(1)
    assert int(pico.ask("print(at[0])")) > 0, pico.tail(1000)

    # Back in its main loop: at the prompt the timer does the main thread's work, and no scan cuts in while it writes.
    pico.send(b"app.current.board.serve(app.current)\r")
    rig.follow_the_pump()
    pico.run(max(1.0, 60 * minutes - pico.now_s))
    pico.prompt()
    n = int(pico.ask("print(at[0])"))
    took, late = fetch(pico, "took", n), [10 * us for us in fetch(pico, "late", n)]
    deadline_us = int(pico.ask("print(at[1])"))
    begun = starts(rig)
    pico.ask("app.current.board.timer.callback=app.current.scan.tick; del took, late; gc.collect()", 20)
    free = int(pico.ask("gc.collect(); print(gc.mem_free())", 20))
    state = pico.ask("print(n.well.p.state, n.rooms[0].p.state, n.p.scan_faults, n.p.overruns, n.well.p.starts)")
    used = int(pico.ask("import os; s=os.statvfs('/'); print(s[0]*(s[2]-s[3]))"))
    print(f"\n{n} scans in {minutes:g} min (states well, room, failed, overruns, pump starts: {state})")
    print(f"scan: p50 {percentile(took, 0.5)} us, p99 {percentile(took, 0.99)} us, max {max(took)} us")
    print(f"lateness: p50 {percentile(late, 0.5)} us, p99 {percentile(late, 0.99)} us, max {max(late)} us")
    slow = [f"{us} us at {(deadline_us + PERIOD_US * (i - 1)) / 1e6:.1f} s" for i, us in enumerate(took) if us > 10_000]
    erases = sorted({f"{at:.0f}" for at, kind, _address, _ms in rig.flash.ops if kind == "erase"}, key=int)
    print(f"scans over 10 ms: {', '.join(slow) or 'none'} (erases at s: {', '.join(erases)})")
    with_flash = delayed(rig, deadline_us, late)
    kinds = [kind for _at, kind, _address, _ms in rig.flash.ops]
    met = f"p50 {percentile(with_flash, 0.5)} us, max {max(with_flash)} us" if with_flash else "-"  # a minute may meet none
    print(f"flash: {kinds.count('erase')} erases of {rig.flash.erase_ms:g} ms, {kinds.count('program')} pages of "
          f"{rig.flash.program_ms:g} ms; lateness of the {len(with_flash)} scans that met one: {met}")
    for name, ms, ops in begun:
        print(f"start of {name}: relay {ms:.1f} ms behind its intent, flash between them: {', '.join(ops)}")
    print(f"DS18B20: {len(rig.bus.reads_ms)} reads, {max(rig.bus.reads_ms):.2f} ms each, none of it in the scan")
    print(f"heap free: {first} B after the start, {free} B at the end; flash used {used} B "
          f"({built['bytes']} B of it compiled firmware)")
    assert (ROOT / "build" / "rpi_pico" / "manifest.json").exists() and built["loaded"] <= build.BUDGET
    # The pump rests its minimum first: a shorter run has not seen it yet.
    assert rig.probe.now["well_pump"] or minutes < 4
    assert {name for name, _ms, _ops in begun} >= {"well.pump"} or minutes < 4
    for name, ms, ops in begun:  # the page may still be under way when this period ends
        assert ops == ["program"] and ms < 2 * PERIOD_US / 1000, name
    assert percentile(took, 0.99) <= 10_000
    assert free > first - 6000, "the scan leaks"
