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
from wellhearth.tables import config_rules

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


class Instruction:
    """One PIO instruction with its delay, as rp2's assembler takes it."""

    def __init__(self, program, kind, *arguments):
        self.kind, self.arguments, self.delay = kind, arguments, 0
        program.append(self)

    def __getitem__(self, delay):
        self.delay = delay
        return self


def assembled(monkeypatch):
    """(instructions, {label: place}, place of the wrap's target) of the pulse counter."""
    program, labels = [], {}
    rp2 = types.ModuleType("rp2")
    rp2.PIO = types.SimpleNamespace(SHIFT_LEFT=0, SHIFT_RIGHT=1, IN_LOW=0)
    rp2.asm_pio = lambda **_kwargs: lambda function: function
    monkeypatch.setitem(sys.modules, "rp2", rp2)
    source = (ROOT / "boards" / "common" / "rp2pio.py").read_text()
    names = {"label": lambda name: labels.update({name: len(program)}), "wrap": lambda: None,
             "wrap_target": lambda: labels.update({"wrap": len(program)}),
             "jmp": lambda *a: Instruction(program, "jmp", *a), "nop": lambda: Instruction(program, "nop"),
             "mov": lambda *a: Instruction(program, "mov"), "invert": lambda x: x, "null": 0,
             **{name: name for name in ("pin", "x_dec", "y_dec", "x", "y")}}
    exec(compile(source, "rp2pio", "exec"), names)
    names["pulse_counter"]()
    return program, labels


def counted(program, labels, hz, duty, phase, seconds=2.0, bounce_s=0.0):
    """(pulses given, pulses counted); X counts down at each `jmp(x_dec)`. bounce_s: after each edge the level is the old one
    again for so long."""
    step_s, at, place, count = 1 / 16000, 0.0, 0, 0

    def level(t):
        cycle = (t * hz + phase) % 1.0
        since = cycle / hz if cycle < duty else (cycle - duty) / hz
        return (cycle < duty) != (bounce_s / 3 < since < bounce_s)
    while at < seconds:
        one = program[place]
        place += 1
        if one.kind == "jmp":
            condition = one.arguments[0] if len(one.arguments) == 2 else True
            count += condition == "x_dec"
            if condition is True or condition != "pin" or level(at):
                place = labels[one.arguments[-1]]
        at += step_s * (1 + one.delay)
        if place == len(program):
            place = labels["wrap"]
    return int(seconds * hz), count


@pytest.mark.parametrize(("hz", "duty", "bounce_s"), [
    (900, 0.5, 0), (800, 0.4, 0), (800, 0.6, 0), (16.7, 0.5, 0), (3, 0.02, 0), (300, 0.5, 0.0002)])
def test_the_counter_loses_no_pulse_that_the_config_lets_through(monkeypatch, hz, duty, bounce_s):
    program, labels = assembled(monkeypatch)
    for phase in (0.0, 0.13, 0.37, 0.61, 0.89):
        given, got = counted(program, labels, hz, duty, phase, 2.0, bounce_s)
        assert abs(given - got) <= 1


def test_the_counters_limit_is_the_one_that_is_told(monkeypatch):
    program, labels = assembled(monkeypatch)
    given, got = counted(program, labels, 1000, 0.5, 0.1)
    assert got < 0.9 * given, "of 1000 a second at half duty a third is lost: config_rules.PULSES_HZ stays well below"
    assert config_rules.PULSES_HZ <= 800


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
