"""What MicroPython's port does with an ESP32, in the fake one; each test finds a mistake that was made, or could be."""

from __future__ import annotations

import sys

import pytest

from doubles import esp32_port
from doubles.esp32_boards import ESP32
from doubles.fake_esp32 import Loaded, World
from doubles.houses import ROOT
from harness.pinout import pins
from wellhearth.drivers import transmitter


def loaded(board: str, **options):
    """(world, what imports the board's modules against it)."""
    world = World(ESP32[board], **options)
    return world, Loaded(world, ROOT / "boards" / board, ROOT / "boards" / "common")


@pytest.mark.parametrize("board", sorted(ESP32))
def test_a_receiver_opened_without_tx_takes_the_line_from_the_bus(board):
    """It was so: UART 2 took GPIO 17, the data line of RS-485, and the bus fell mute."""
    _world, context = loaded(board)
    with context as module:
        opened = module.open_board()
        opened.serial("bus", 19200, "even")
        machine = sys.modules["machine"]
        with pytest.raises(AssertionError, match="GPIO 17: 2 takes it from 1"):
            machine.UART(2, baudrate=11000, rx=machine.Pin(opened.number("ir", "ir")), rxbuf=256, timeout=0)
    assert pins(board)["rs485_tx"][0] == 17


def test_the_first_uart_without_its_pins_stops_an_esp32_or_takes_others_with_psram():
    for spiram in (False, True):
        world, context = loaded("esp32_generic", spiram=spiram)
        with context:
            machine = sys.modules["machine"]
            if spiram:
                assert machine.UART(1, baudrate=9600, timeout=0, rxbuf=256).heard == 4 and world.routed == {5: 1}
            else:
                with pytest.raises(AssertionError, match="GPIO 10 is the flash's"):
                    machine.UART(1, baudrate=9600, timeout=0, rxbuf=256)


@pytest.mark.parametrize(("board", "kind", "unit", "taken"), [
    ("esp32_generic", "I2C", 0, {18, 19}), ("esp32_generic", "I2C", 1, {25, 26}), ("esp32_generic", "SPI", 2, {18, 23}),
    ("esp32_s3", "I2C", 0, {8, 9}), ("esp32_s3", "SPI", 1, {11, 12})])
def test_other_interfaces_without_their_pins_take_what_the_board_uses(board, kind, unit, taken):
    world, context = loaded(board)
    with context:
        getattr(sys.modules["machine"], kind)(unit)
    assert set(world.routed) == taken
    assert taken & {number for number, _kind in pins(board).values()}, "so no board opens one without its pins"


def test_buffers_that_the_driver_refuses_are_refused():
    _world, context = loaded("esp32_s3")
    with context:
        machine = sys.modules["machine"]
        for sizes in ({"rxbuf": 128}, {"rxbuf": 256, "txbuf": 64}):
            with pytest.raises(AssertionError, match="refuses"):
                machine.UART(1, baudrate=9600, tx=machine.Pin(17), rx=machine.Pin(18), timeout=0, **sizes)


# -- the ADC --

@pytest.mark.parametrize(("attenuation", "mv"), list(enumerate((75, 78, 107, 142))))
@pytest.mark.parametrize("vref_mv", [1000, 1100, 1200])
def test_an_esp32_reads_its_offset_where_there_is_nothing(attenuation, mv, vref_mv):
    _world, context = loaded("esp32_generic", vref_mv=vref_mv)
    with context:
        machine = sys.modules["machine"]
        adc = machine.ADC(machine.Pin(pins("esp32_generic")["reinjection"][0]), atten=attenuation)
        assert adc.read() == 0 and adc.read_uv() == 1000 * mv


@pytest.mark.parametrize("attenuation", range(4))
@pytest.mark.parametrize("vref_mv", [1000, 1057, 1100, 1200])
def test_the_curve_gives_a_voltage_back_within_a_count(attenuation, vref_mv):
    curve = esp32_port.curve("esp32", attenuation, vref_mv)
    steps = [b - a for a, b in zip(curve, curve[1:], strict=False)]
    assert min(steps) >= -1 and max(steps) <= 2
    for mv in range(curve[0], max(curve)):
        assert 0 <= curve[esp32_port.raw_of("esp32", mv, attenuation, vref_mv)] - mv <= 1


def test_the_bent_part_of_the_curve_is_the_tables():
    """By hand: halfway between the two tables at their points, and the straight line below them."""
    for i in (1, 5, 18):
        raw = esp32_port.LUT_FROM + esp32_port.LUT_STEP * i
        wanted = (esp32_port.LUT_1000[i] + esp32_port.LUT_1200[i]) / 2
        assert abs(esp32_port.read_mv("esp32", raw, 3) - wanted) <= 1
    assert esp32_port.read_mv("esp32", 2000, 3) == 1753  # 142 + 2000 * (1100 * 196602 // 4096) / 65536
    assert esp32_port.read_mv("esp32s3", 0, 3) == 0


@pytest.mark.parametrize("vref_mv", [1000, 1100, 1200])
@pytest.mark.parametrize("board", sorted(ESP32))
def test_a_broken_wire_and_a_short_are_told_from_a_measurement_on_each_chip(board, vref_mv):
    """At 11 dB a broken wire reads 142 mV, 284 mV at the terminal: over the 250 mV that other boards take for broken."""
    world, context = loaded(board, vref_mv=vref_mv)
    with context as module:
        analog = module.open_board().analog_in("reinjection")
        limits = transmitter.Transmitter(analog, 1000)
        pin = pins(board)["reinjection"][0]
        for volts, ok in ((0.0, False), (0.2, False), (0.5, True), (2.5, True), (4.5, True), (4.9, False), (5.0, False)):
            world.microvolts[pin] = round(volts * 1e6 / 2)
            assert (limits.low_duv < analog.read_uv() // 100 < limits.high_duv) == ok, f"{volts} V at a chip of {vref_mv} mV"


# -- PWM, timers, counters --

@pytest.mark.parametrize(("board", "channels", "frequencies"), [("esp32_generic", 16, 8), ("esp32_s3", 8, 4)])
def test_there_are_so_many_channels_and_so_many_frequencies(board, channels, frequencies):
    for what, most, hz in (("channels", channels, lambda i: 1000), ("timers", frequencies, lambda i: 1000 + i)):
        world, context = loaded(board)
        with context:
            machine = sys.modules["machine"]
            free = sorted(world.chip["pins"] - world.chip["input_only"])
            for i, number in enumerate(free[:most]):
                machine.PWM(machine.Pin(number, machine.Pin.OUT), freq=hz(i), duty_u16=0)
            with pytest.raises(RuntimeError, match=f"out of PWM {what}:{most}"):
                machine.PWM(machine.Pin(free[most], machine.Pin.OUT), freq=hz(most), duty_u16=0)


@pytest.mark.parametrize(("board", "bits"), [("esp32_generic", 16), ("esp32_s3", 13)])
def test_a_speed_reaches_0_and_100_percent_and_has_steps_of_a_per_mille_or_less(board, bits):
    _world, context = loaded(board)
    with context as module:
        opened = module.open_board()
        out = opened.analog_out("well_pump_speed")
        pwm = out.duty_u16.__self__
        assert pwm.bits == bits
        seen = set()
        for pm in range(1001):
            out.set_pm(pm)
            seen.add(pwm.raw)
        assert len(seen) == 1001, "no two per mille give one duty"
        assert pwm.raw == 1 << bits
        out.set_pm(0)
        assert pwm.raw == 0


@pytest.mark.parametrize("board", sorted(ESP32))
def test_no_board_asks_for_more_counters_and_timers_than_its_chip_has(board):
    world, context = loaded(board)
    with context as module:
        hw = sys.modules["hw"]
        assert len(hw.METERS) <= esp32_port.COUNTERS[ESP32[board]]
        opened = module.open_board()
        opened.timer.start(100, lambda timer: None)
        assert set(world.timers) <= set(range(esp32_port.TIMERS)) and world.timers[0][0] == 100
        machine = sys.modules["machine"]
        with pytest.raises(ValueError, match="counter"):
            machine.Counter(esp32_port.COUNTERS[ESP32[board]], machine.Pin(4), filter_ns=1000)
        assert sys.modules["esp32hw"].FILTER_NS * 80 // 1000 <= esp32_port.FILTER_CYCLES
