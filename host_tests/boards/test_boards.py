"""The board files: every pin can do its job, nothing is shared, and the ESP32 boards run a node on a fake chip."""

from __future__ import annotations

import pytest

from doubles.esp32_boards import ESP32
from doubles.fake_esp32 import CHIPS
from doubles.houses import ROOT
from harness.pinout import module_of, pins
from whtools.device.build import BOARDS

OUTPUTS = ("relay", "pwm", "drive", "led", "tx")
KINDS = {*OUTPUTS, "rx", "onewire", "pulse", "ir", "contact", "adc", "i2c"}


# RP2040 data sheet, 1.4.3: GPIO functions; on the Pico 23, 24, 29 serve the board itself, on the Pico W 25 as well.
# RP2350 data sheet, 9.4: the same functions on the same GPIOs of its small package (A), and a PWM slice as there.
RP2 = {"rpi_pico": {*range(0, 23), 25, 26, 27, 28}, "rpi_pico_w": {*range(0, 23), 26, 27, 28}}
RP2 |= {name.replace("pico", "pico2"): free for name, free in RP2.items()}
RP2_ADC = {26, 27, 28}
RP2_UART = {"tx": {0, 4, 8, 12, 16, 20, 24, 28}, "rx": {1, 5, 9, 13, 17, 21, 25, 29}}
NEEDED = {"rs485_tx", "rs485_rx", "rs485_de", "onewire", "lift", "return", "reinjection", "ir", "button", "master",
          "well_pump", "well_pump_speed", "room1_compressor", "room1_pump", "room1_reversing", "room1_fan",
          "room1_high_ok", "room1_low_ok"}


@pytest.mark.parametrize("board", BOARDS)
def test_every_function_has_a_pin_of_its_own(board):
    table = pins(board)
    numbers = [number for number, _kind in table.values()]
    assert len(set(numbers)) == len(numbers), "two functions share a GPIO"
    assert NEEDED <= set(table)
    assert {kind for _n, kind in table.values()} <= KINDS
    text = (ROOT / "boards" / board / "board.py").read_text()
    instead = module_of(board).INSTEAD
    assert text.count('("') - len(instead) == len(table), "a function is listed twice"
    for name, number, kind, other in instead:
        assert name not in table and table[other][0] == number and kind in KINDS, "it takes the place of another function"


@pytest.mark.parametrize("board", sorted(RP2))
def test_rp2040_pins_can_do_their_job(board):
    slices = set()
    instead = {name: (number, kind) for name, number, kind, _other in module_of(board).INSTEAD}
    for name, (number, kind) in {**pins(board), **instead}.items():
        assert number in RP2[board], f"{name}: GPIO {number} is not free on this board"
        assert kind != "adc" or number in RP2_ADC, name
        assert kind not in RP2_UART or number in RP2_UART[kind], name
        if kind == "pwm":
            channel = ((number // 2) % 8, number % 2)
            assert channel not in slices, f"{name} shares a PWM channel"
            slices.add(channel)


@pytest.mark.parametrize("board", ["rpi_pico", "rpi_pico_w"])
def test_what_usb_enumeration_disturbs_switches_nothing(board):
    """Erratum RP2040-E5: pico-sdk, rp2040_usb_device_enumeration.c drives GPIO 15 and 16."""
    kinds = {name: kind for name, (number, kind) in pins(board).items() if number in (15, 16)}
    assert set(kinds.values()) <= {"pwm"}, kinds
    text = (ROOT / "boards" / board / "README.md").read_text()
    assert "GPIO 15 and 16" in text and "RP2040-E5" in text


@pytest.mark.parametrize("board", ["rpi_pico2", "rpi_pico2_w"])
def test_no_input_relies_on_a_pull_down(board):
    """Erratum RP2350-E9: pull-downs do not pull down."""
    sources = [ROOT / "boards" / "common" / name for name in ("hw.py", "hwboard.py", "rp2hw.py", "rp2pio.py")]
    assert not any("PULL_DOWN" in path.read_text() for path in [*sources, ROOT / "boards" / board / "board.py"])
    assert "RP2350-E9" in (ROOT / "boards" / board / "README.md").read_text()
    pico = module_of(board.replace("2", ""))
    assert module_of(board).PINS == pico.PINS, "the Pico's pin map"
    assert module_of(board).INSTEAD == pico.INSTEAD, "and what may take whose place"


@pytest.mark.parametrize("board", sorted(ESP32))
def test_esp32_pins_can_do_their_job(board):
    chip = CHIPS[ESP32[board]]
    for name, (number, kind) in pins(board).items():
        assert number in chip["pins"], f"{name}: GPIO {number} does not exist"
        assert number not in chip["strapping"], f"{name}: GPIO {number} is a strapping pin"
        assert number not in chip["console"], f"{name}: GPIO {number} is the console"
        if kind in OUTPUTS:
            assert number not in chip["input_only"], f"{name}: GPIO {number} cannot drive"
            assert number not in chip["high_at_reset"], f"{name}: GPIO {number} is high for a moment at reset"
        if kind == "adc":
            assert number in chip["adc1"], f"{name}: ADC2 belongs to the radio"
        if kind == "onewire":
            assert number not in chip["input_only"], name
