"""Steps of the bring-up on the real rp2 build of MicroPython: what the guest's texts do on a chip's own pins."""

from __future__ import annotations

import pytest

from harness.pinout import ROMS, pins
from whtools.bringup import run, steps, wires
from whtools.device import filesystems
from whtools.device.link import Link

from .devices import Voltage
from .onewire import OneWireBus, Sensor

pytestmark = pytest.mark.timeout(3500)


class Jumper:
    """A wire from an output into an input: a driven level arrives, else the input is pulled up."""

    def __init__(self, outputs: dict[str, int]):
        self.outputs, self.wire = outputs, (-1, -1)

    def attach(self, pico) -> None:
        self.pico = pico
        for number in self.outputs.values():
            pico.mcu.gpio[number].add_listener(lambda *_, number=number: self.follow(number))

    def follow(self, number: int) -> None:
        if number == self.wire[0]:
            self.pico.mcu.gpio[self.wire[1]].set_input_value(self.pico.level(number))


class Person:
    """Lays the wires that are asked for."""

    def __init__(self, jumper: Jumper, reinjection: Voltage):
        self.jumper, self.reinjection = jumper, reinjection
        self.gpio = {name: number for name, (number, _kind) in pins().items()}

    def sees(self, _question: str, what: str) -> bool:
        words = what.split()
        if words[0] == "jumper":
            self.jumper.wire = (self.gpio[words[1]], self.gpio[words[2]])
        elif words[0] == "adc":
            self.reinjection.set(0.0 if words[2] == "ground" else 6.6)  # this device stands before a divider by two
        return True


@pytest.fixture(scope="module")
def table(image):
    """(bare board, person) of an emulated Pico with MicroPython alone."""
    from .bridge import Bridge
    from .pico import Pico

    at = {name: number for name, (number, _kind) in pins().items()}
    jumper, reinjection = Jumper({name: at[name] for name in ("master", "room1_fan")}), Voltage(0, 0.0)
    bus = OneWireBus(at["onewire"], [Sensor(ROMS["well.supply"], 21.5)])
    pico = Pico(image, filesystems.littlefs({}), [jumper, reinjection, bus])
    pico.run(1)
    pico.prompt()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WELLHEARTH_PATIENCE", "8")
        with Bridge(pico) as bridge:
            person = Person(jumper, reinjection)
            yield run.bare_of(Link(bridge.url), person, "rpi_pico")


def good(checks) -> None:
    """All of them hold."""
    assert checks and all(check.ok for check in checks), [check.shown() for check in checks]


def test_chip_and_flash(table, monkeypatch):
    monkeypatch.setattr(steps, "FLASH_SIZE", 8192)
    data: dict = {}
    good(steps.chip(table, data))
    good(steps.flash(table, data))
    assert data["identity"]["machine"] == "Raspberry Pi Pico with RP2040"


def test_pads_follow_their_pulls_but_the_one_with_a_pull_up_wired_and_none_hangs_on_another(table):
    assert [check.value for check in steps.levels(table, {})] == [f"{table.pad('onewire')} high"]
    good(steps.shorts(table, {}))


def test_an_output_through_a_jumper(table):
    good(wires.jumper(table, {}, "master", "button"))
    good(wires.jumper(table, {}, "room1_fan", "button"))


def test_a_jumper_on_the_wrong_pad_is_seen(table):
    table.person.gpio = dict(table.person.gpio, button=table.gpio("lift"))
    checks = wires.jumper(table, {}, "master", "button")
    table.person.gpio["button"] = table.gpio("button")
    assert not checks[0].ok and "other pads" in checks[0].hint


def test_analog_input_and_one_sensor(table):
    good(wires.adc(table, {}, "reinjection"))
    data: dict = {}
    good(wires.onewire(table, data))
    assert data["onewire"] == [[ROMS["well.supply"], 21.5]]


def test_every_pad_is_an_input_when_the_run_is_over(table):
    table.rest()
    enabled = "import json\nfrom machine import mem32\nprint(json.dumps(mem32[0xd0000020] & 0x1fffffff))"
    assert table.ask(enabled) == 0  # SIO: GPIO_OE (RP2040 data sheet, 2.3.1.7)
