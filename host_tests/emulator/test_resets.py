"""A hang, an exception, a soft reset, Ctrl-C: outputs and restart as promised, with the measured times."""

from __future__ import annotations

import random

import pytest

pytestmark = pytest.mark.timeout(3000)


@pytest.fixture
def rig(image, built):
    from .rig import Rig
    rig = Rig(image)
    rig.pico.until(lambda: b"running" in rig.pico.text, 10)
    rig.pico.until(lambda: rig.probe.now["master"], 2)
    rig.pico.prompt()
    rig.pico.ask("from wellhearth import app; n=app.current.node")
    return rig


def comes_back(rig, cause: str, phase: str | None = None) -> float:
    """Wait for the node after a reset; returns the emulated seconds, and checks what it tells of the reset."""
    pico = rig.pico
    took = pico.until(lambda: rig.probe.now["master"], 15)
    pico.run(0.5)
    pico.prompt(10)
    pico.ask("from wellhearth import app; from wellhearth.storage import boot_record; n=app.current.node")
    got = pico.ask("print(boot_record.CAUSES[n.p.reset_cause], boot_record.PHASES[n.p.last_phase], n.p.short_boots)").split()
    assert got[0] == cause, pico.tail(600)
    assert phase is None or got[1] == phase
    return took


def test_a_hang_in_the_scan_ends_in_a_reset_with_outputs_off(rig):
    pico = rig.pico
    pico.send(b"\x05def hang():\n while True: pass\n\nn.meter=hang\n\x04")
    begin = pico.now_s
    off = pico.until(lambda: not rig.probe.now["master"], 8, 0.005)
    assert 4.5 < off < 5.6  # the watchdog's 5 s
    back = comes_back(rig, "watchdog", "meter")
    print(f"hang: outputs off after {off:.2f} s, scanning again {back:.2f} s later; began at {begin:.1f} s")


def test_a_scan_that_needs_memory_is_told_with_its_place_and_the_next_ones_get_it(rig):
    """A scan runs with the heap locked; what it says of its failure needs none of it."""
    pico = rig.pico
    pico.ask("good=n.meter")
    for line, words in (("raise ValueError('a word')", "ValueError: a word"), ("bytearray(100)", "heap is locked")):
        pico.send(b"\x05def bad():\n n.meter=good\n " + line.encode() + b"\n\nn.meter=bad\n\x04")
        pico.until(lambda words=words: words in pico.tail(300), 3)
        assert ", in bad" in pico.tail(300) and "scan.py" in pico.tail(300)
    pico.ask("n.meter=lambda: (bytearray(100), good())[1]")
    pico.run(2)
    assert pico.ask("print(n.p.scan_faults)") == "2"
    assert rig.probe.now["master"]


def test_three_failed_scans_end_in_a_reset(rig):
    pico = rig.pico
    pico.send(b"\x05def bad():\n raise ValueError('test')\n\nn.meter=bad\n\x04")
    off = pico.until(lambda: not rig.probe.now["master"], 3, 0.005)
    pico.until(lambda: pico.resets, 3)
    back = comes_back(rig, "scan_faults")
    print(f"failing scan: outputs off after {off:.3f} s, scanning again {back:.2f} s after the reset")


def test_a_soft_reset_switches_off_before_anything_else_and_runs_again(rig):
    pico = rig.pico
    pico.run(4)  # the first seconds after a reset look like the reset
    pico.send(b"\x04")
    off = pico.until(lambda: not rig.probe.now["master"], 3, 0.002)
    assert off < 1.0
    back = comes_back(rig, "soft_reset")
    assert not pico.resets  # the watchdog was fed in time
    print(f"soft reset: outputs off after {off * 1000:.0f} ms, scanning again after {off + back:.2f} s")


def test_a_soft_reset_into_the_raw_prompt_leaves_outputs_off_until_the_watchdog(rig):
    """What mpremote does without `resume`: main.py does not run."""
    pico = rig.pico
    pico.send(b"\x01")
    pico.run(0.2)
    pico.send(b"\x04")
    off = pico.until(lambda: not rig.probe.now["master"], 3, 0.002)
    reset = pico.until(lambda: pico.resets, 7)
    assert off < 1.0 and not rig.probe.on()
    back = comes_back(rig, "watchdog")
    print(f"mpremote without resume: outputs off after {off * 1000:.0f} ms, reset by the watchdog {reset:.2f} s later, "
          f"scanning again {back:.2f} s after that")


def test_200_ctrl_c_at_random_moments_stop_neither_scan_nor_outputs(rig):
    pico = rig.pico
    chance = random.Random(1)
    pico.ask("s0=n.p.scans; n.p.late_max_us=0; n.p.overruns=0")
    begin = pico.now_s
    for i in range(200):
        if i % 4 == 0:
            pico.send(b"for i in range(100000): i*i\r")  # something that runs
            pico.run(0.02)
        pico.send(b"\x03")
        pico.run(chance.uniform(0.001, 0.06))
    pico.send(b"\x03")
    pico.run(0.5)
    pico.prompt()
    elapsed = pico.now_s - begin
    scans, late, overruns, faults, cut = map(int, pico.ask(
        "print(n.p.scans-s0, n.p.late_max_us, n.p.overruns, n.p.scan_faults, n.p.interrupted)").split())
    print(f"200 Ctrl-C in {elapsed:.1f} s: {scans} scans, latest {late} us, {overruns} overruns, {cut} cut short, "
          f"{faults} failed")
    assert abs(scans - elapsed * 10) <= 3 and faults == 0 and overruns <= 3
    assert rig.probe.now["master"] and not pico.resets
    assert [c for c in rig.probe.changes if c[1] == "master"] == [rig.probe.changes[0]]


def test_a_console_that_nobody_reads_does_not_delay_the_scan(rig):
    pico = rig.pico
    pico.ask("s0=n.p.scans; n.p.late_max_us=0")
    alarm = pico.mcu.usb_ctrl.endpoint_write_alarms[pico.cdc._in_endpoint]
    inner = alarm.schedule
    alarm.schedule = lambda buffer, delay: None  # the host stops reading
    pico.send(b"for i in range(300): print('x'*60)\r")
    begin = pico.now_s
    pico.run(9)  # longer than the watchdog: only a whole scan feeds it
    alarm.schedule = inner
    scans = pico.now_s - begin
    assert rig.probe.now["master"] and not pico.resets, pico.tail()
    assert pico.mcu.watchdog.timer.enable
    print(f"{scans:.1f} s of a console that nobody reads: no reset, master stays on")


def test_three_short_boots_start_recovery_mode_with_its_reason(rig):
    pico = rig.pico
    for _ in range(3):
        resets = len(pico.resets)
        pico.send(b"\x05def bad():\n raise ValueError('test')\n\nn.meter=bad\n\x04")
        pico.until(lambda resets=resets: len(pico.resets) > resets, 5)
        begin = len(pico.text)
        pico.until(lambda begin=begin: rig.probe.now["master"] or b"recovery" in pico.text[begin:], 10)
        pico.run(0.5)
        if b"recovery" in pico.text[begin:]:
            break
        pico.prompt(10)
        pico.ask("from wellhearth import app; n=app.current.node")
    pico.run(1)
    assert not rig.probe.on()
    pico.prompt(10)
    answer = pico.ask("from wellhearth import diag; diag.status()", 20)
    assert "3 starts in a row did not live a minute" in answer and "three scans in a row failed" in answer, answer
