"""The RP2040's pulse counter, its PIO program step by step: no pulse is lost that the config lets through."""

from __future__ import annotations

import sys
import types

import pytest

from doubles.houses import ROOT
from wellhearth.tables import config_rules


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
