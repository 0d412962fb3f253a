"""What the wiring must hold, reckoned from the drawing: each finding says where, what was seen, and what is wanted."""

from __future__ import annotations

from collections import Counter

from harness.pinout import module_of

from . import analog, budget, interlocks, switched
from .data import Wiring, WiringError
from .netlist import Drawn, all_drawn


def nets(wiring: Wiring) -> list[str]:
    """Pads and functions against board.py, both ways."""
    module, found = module_of(wiring.board), []
    for section, rows in (("pads", [row[:2] for row in module.PINS]), ("instead", [row[:2] for row in module.INSTEAD])):
        drawn, wanted = wiring.own[section], dict(rows)
        found += [
            f"{name}: on GPIO {wanted[name]} in board.py, not in wiring.toml [{section}]"
            for name in wanted
            if name not in drawn
        ]
        for name, pad in drawn.items():
            gpio = wiring.module["gpio"].get(pad)
            if name not in wanted:
                found.append(f"{name}: in wiring.toml [{section}], not in board.py")
            elif gpio != wanted[name]:
                found.append(f"{name}: pad {pad} is GPIO {gpio}, board.py says {wanted[name]}")
    found += [f"pad {pad} has {n} functions" for pad, n in Counter(wiring.own["pads"].values()).items() if n > 1]
    for name, _gpio, _kind, other in module.INSTEAD:
        if name in wiring.own["instead"] and wiring.own["instead"][name] != wiring.own["pads"].get(other):
            found.append(f"{name}: takes the place of {other} in board.py, but has another pad")
    return found


def kinds(wiring: Wiring) -> list[str]:
    """Each function's circuit suits the kind that board.py gives it: driven where it is driven, read where it is read."""
    suits = {
        "relay": ("relay",),
        "contact": ("contact",),
        "pulse": ("pulse", "s0"),
        "adc": ("adc",),
        "pwm": ("pwm",),
        "onewire": ("onewire",),
        "ir": ("ir",),
        "led": ("led", "led_onboard"),
        "tx": ("rs485", "line2"),
        "rx": ("rs485", "line2"),
        "drive": ("rs485",),
        "i2c": ("clock_chip",),
    }
    module = module_of(wiring.board)
    return [
        f"{name}: board.py says {kind}, the circuit is {wiring.circuit_of(name)}"
        for name, _gpio, kind, *_other in module.PINS + module.INSTEAD
        if wiring.circuit_of(name) not in suits[kind]
    ]


# What each supply terminal of a circuit is joined to: who swaps two of them kills a sensor.
SUPPLIES = {
    "contact": {2: "24VF"},
    "pulse": {1: "24VT", 3: "0V"},
    "s0": {3: "0V"},
    "adc": {1: "24VT", 2: "5VT", 4: "GND"},
    "pwm": {2: "GND"},
    "onewire": {3: "GND"},
    "ir": {3: "GND"},
    "led": {2: "GND"},
    "rs485": {4: "PE"},
    "clock_chip": {1: "3V3", 4: "GND"},
}


def supplied(drawn: list[Drawn]) -> list[str]:
    """Terminals that carry another supply than their circuit's."""
    return [
        f"{one.channel.name}: terminal {number} carries {one.term(number)}, wanted {rail}"
        for one in drawn
        for number, rail in SUPPLIES.get(one.channel.circuit, {}).items()
        if one.term(number) != rail
    ]


def boot(wiring: Wiring) -> list[str]:
    """No relay and no transmitter on a pad that moves while the chip boots."""
    active = wiring.chip["boot_active"]
    return [
        f"{name}: GPIO {gpio} moves while the chip boots ({wiring.chip['source']})"
        for name, gpio, kind in module_of(wiring.board).PINS
        if gpio in active and kind in ("relay", "drive")
    ]


def check(wiring: Wiring) -> list[str]:
    """Every finding; an empty list is a board that may be wired so."""
    try:
        drawn = all_drawn(wiring)
    except WiringError as e:
        return [str(e)]
    found = nets(wiring) + kinds(wiring) + boot(wiring) + supplied(drawn)
    done: set[str] = set()  # channels of one circuit are the same lines: the first one stands for all
    for one in drawn:
        for of_circuit, rule in RULES:
            if one.channel.circuit in of_circuit and one.channel.circuit not in done:
                found += [f"{one.channel.name}: {text}" for text in rule(wiring, one)]
        done.add(one.channel.circuit)
    return found + budget.check(wiring, drawn) + interlocks.check(drawn)


RULES = (
    (("relay",), switched.relay),
    (("contact",), switched.contact),
    (("pulse", "s0"), switched.pulse),
    (("adc",), analog.adc),
    (("pwm",), analog.pwm),
    (("onewire",), analog.onewire),
    (("rs485",), analog.rs485),
    (("line2",), analog.line2),
    (("led",), switched.led),
)
