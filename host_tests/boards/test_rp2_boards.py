"""What of the RP2040 boards needs no emulator: timers that live, a soft reset told from a slow boot."""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import types
import weakref

import pytest

from doubles.houses import ROOT
from doubles.selection import some

NAMES = ("machine", "rp2", "rp2pio", "micropython", "uctypes", "time", "hw", "hwboard", "startarea", "rp2hw")


class Alarms:
    """The port's timers: a Timer that is collected cancels its alarm (ports/rp2/machine_timer.c, __del__ = deinit)."""

    def __init__(self):
        alarms = self
        self.live: dict[int, tuple] = {}
        self.made = 0

        class Timer:
            ONE_SHOT, PERIODIC = 0, 1

            def __init__(self, number=-1, **settings):
                assert number == -1
                alarms.made += 1
                key = self.key = id(self)
                self.end = weakref.finalize(self, alarms.live.pop, key, None)
                if settings:
                    self.init(**settings)

            def init(self, *, mode, period, callback, hard=False):
                alarms.live[self.key] = (period, callback, hard)

        self.Timer = Timer

    def fire(self):
        """Every one-shot that is still there."""
        gc.collect()
        due, self.live = list(self.live.values()), {}
        for _period, callback, _hard in due:
            callback(None)
        return due


@pytest.fixture
def chip():
    """(rp2hw, Alarms, state): the module on a fake machine."""
    alarms = Alarms()
    state = types.SimpleNamespace(ms=0, level={}, cause=1)

    class Pin:
        IN, OUT, PULL_UP = 0, 1, 2

        def __init__(self, number, *_a, value=None, **_k):
            self.number = number
            if value is not None:
                state.level[number] = value

        def value(self, new=None):
            if new is not None:
                state.level[self.number] = new
            return state.level.get(self.number, 0)

        __call__ = value

    machine = types.ModuleType("machine")
    machine.Pin, machine.Timer, machine.mem32 = Pin, alarms.Timer, {0x4005800C + 4 * i: 0 for i in range(4)}
    machine.PWRON_RESET = 1
    machine.reset_cause = lambda: state.cause
    for name in ("ADC", "PWM", "RTC", "UART", "reset"):
        setattr(machine, name, type(name, (), {"datetime": lambda self: (2000, 1, 1, 5, 0, 0, 0, 0)}))
    clock = types.ModuleType("time")
    clock.ticks_ms = lambda: state.ms & 0x3FFFFFFF
    clock.ticks_us = lambda: state.ms * 1000 & 0x3FFFFFFF
    clock.ticks_diff = lambda a, b: ((a - b + 0x20000000) & 0x3FFFFFFF) - 0x20000000
    clock.ticks_add = lambda a, d: (a + d) & 0x3FFFFFFF
    micropython = types.ModuleType("micropython")
    micropython.heap_lock = micropython.heap_unlock = micropython.alloc_emergency_exception_buf = lambda *a: None
    rp2pio = types.ModuleType("rp2pio")
    rp2pio.pulse_counter = rp2pio.onewire_master = None
    saved = {name: sys.modules.pop(name, None) for name in NAMES}
    sys.modules.update({"machine": machine, "time": clock, "micropython": micropython, "rp2": types.ModuleType("rp2"),
                        "rp2pio": rp2pio, "uctypes": types.ModuleType("uctypes")})
    sys.path.insert(0, str(ROOT / "boards" / "common"))
    try:
        import rp2hw
        yield rp2hw, alarms, state
    finally:
        sys.path.remove(str(ROOT / "boards" / "common"))
        for name, module in saved.items():
            sys.modules.pop(name, None)
            with contextlib.suppress(KeyError):
                if module is not None:
                    sys.modules[name] = module


@pytest.mark.parametrize("frames", some([10, 50]))
def test_the_line_is_let_go_of_although_memory_was_collected_meanwhile(chip, frames):
    rp2hw, alarms, state = chip
    pin = rp2hw.machine.Pin(2)
    release = rp2hw.Release(pin)
    for _ in range(frames):
        pin(1)
        release.arm(1400)
        due = alarms.fire()
        assert [(period, hard) for period, _callback, hard in due] == [(2, True)], "the timer was collected"
        assert state.level[2] == 0
    assert alarms.made == 1, "one timer is enough"


def test_a_second_frame_moves_the_release_and_does_not_add_one(chip):
    rp2hw, alarms, _state = chip
    release = rp2hw.Release(rp2hw.machine.Pin(2))
    release.arm(1000)
    release.arm(5000)
    assert [period for period, *_ in alarms.fire()] == [5], "the first would cut the second frame in two"


@pytest.mark.parametrize(("boot_ms", "ran_until_ms", "power", "soft"), [
    (1900, 0, True, False),  # power came
    (9000, 0, True, False),  # and a slow flash
    (1900, 3_600_000, False, False),  # a watchdog after an hour
    (9000, 3_600_000, False, False),
    (9000, 9_700, False, False),  # a boot that died at once, slowly
    (1900, 2_300, False, False),
    (3_602_500, 3_600_000, False, True),  # the chip ran on
    (12_500, 10_000, False, True),
])
def test_a_soft_reset_is_told_from_a_boot_that_is_slow(chip, boot_ms, ran_until_ms, power, soft):
    from wellhearth.storage import boot_record
    rp2hw, _alarms, state = chip
    board = rp2hw.Board("pico", ())
    if not power:
        board.kept.set(boot_record.SEEN, ran_until_ms)
    state.ms = boot_ms
    state.cause = 1 if power else 3
    assert board.soft_reset() == soft


@pytest.mark.parametrize(("machine", "address"), [
    ("Raspberry Pi Pico with RP2040", 0x4005800C), ("Raspberry Pi Pico 2 W with RP2350", 0x400D800C),
    ("Raspberry Pi Pico2 with RP2350-RISCV", 0x400D800C)])
def test_what_outlives_a_reset_is_where_this_chip_has_it(chip, monkeypatch, machine, address):
    rp2hw, _alarms, _state = chip
    monkeypatch.setattr(sys.implementation, "_machine", machine, raising=False)
    importlib.reload(rp2hw)
    rp2hw.machine.mem32.clear()
    kept = rp2hw.Kept()
    for i in range(4):
        kept.set(i, 7 + i)
    assert rp2hw.machine.mem32 == {address + 4 * i: 7 + i for i in range(4)}
