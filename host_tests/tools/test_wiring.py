"""The wiring of each board: its data holds all rules, and each planted mistake in the data is found."""

import pytest

from harness.pinout import module_of
from whtools.device.build import BOARDS
from whtools.wiring import budget, interlocks, rules
from whtools.wiring.data import Wiring, texts
from whtools.wiring.netlist import all_drawn

CIRCUITS = texts()["circuits"]


def section(name: str, old: str, new: str) -> dict[str, str]:
    """The circuits with one line of one circuit changed."""
    head, mark, rest = CIRCUITS.partition(f"[{name}]\n")
    body, end, tail = rest.partition("\n[")
    assert body.count(old) == 1, (name, old, body.count(old))
    return {"circuits": head + mark + body.replace(old, new) + end + tail}


def other(file: str, old: str, new: str) -> dict[str, str]:
    """A shared file changed."""
    text = texts()[file]
    assert text.count(old) == 1, (file, old, text.count(old))
    return {file: text.replace(old, new)}


def own(board: str, old: str, new: str) -> dict[str, str]:
    """The board's own file changed."""
    text = Wiring(board).files["board"]
    assert text.count(old) >= 1, (board, old)
    return {"board": text.replace(old, new, 1)}


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_holds_all_rules(board):
    assert rules.check(Wiring(board)) == []


@pytest.mark.parametrize("board", BOARDS)
def test_each_function_of_the_board_has_a_pad_a_circuit_and_terminals(board):
    wiring = Wiring(board)
    drawn = all_drawn(wiring)
    pads = {function for one in drawn for function, _ in one.channel.pads.values()}
    same = {name for name, *_ in module_of(board).INSTEAD} - pads
    assert {name for name, *_ in module_of(board).PINS} <= pads
    assert all(wiring.circuit_of(name) == wiring.circuit_of(wiring.replaced(wiring.own["instead"][name])) for name in same)
    taken = [
        (one.channel.strip, one.channel.first + n - 1)
        for one in drawn
        for n, _, _ in one.terms
        if one.channel.circuit != "loop_pump"
    ]
    assert len(taken) == len(set(taken)), "a terminal number is given twice"
    names = [part.name for one in drawn for part in one.parts if not part.on_site and part.kind != "no"]
    assert len(names) == len(set(names)), sorted(names)
    for one in drawn:
        for _, place, _ in one.terms:
            net = one.nets[place]
            assert (
                sum(net in part.ends() for part in one.parts)
                or net in ("24VF", "24VT", "5VT", "GND", "0V", "3V3", "PE", "GNDI", "GNDB")
                or net.startswith("pad:")
            ), (one.channel.name, net)


PLANTED = {
    "a pad swapped with its neighbour": (
        "rpi_pico",
        own("rpi_pico", 'master = "11"', 'master = "12"'),
        "master: pad 12 is GPIO 9",
    ),
    "a function that the board has not": (
        "rpi_pico",
        own("rpi_pico", 'master = "11"', 'master = "11"\nlevel = "40"'),
        "level: in wiring",
    ),
    "a function forgotten": ("rpi_pico", own("rpi_pico", 'lift = "6"\n', ""), "lift: on GPIO 4 in board.py"),
    "an option on another pad": ("esp32_s3", own("esp32_s3", 's0 = "J1-6"', 's0 = "J1-7"'), "s0: takes the place of ir"),
    "a relay where the firmware reads": (
        "rpi_pico",
        own("rpi_pico", "[circuit]", '[circuit]\nloop_flow = "relay"'),
        "loop_flow: board.py says contact",
    ),
    "COM left open": ("rpi_pico", section("relay", "rail 24VE 6,1", "rail NC 6,1"), "no way when the driver opens"),
    "COM on another supply": ("rpi_pico", section("relay", "rail 24VE 6,1", "rail 24VF 6,1"), "COM is on 24VF"),
    "coils past the enable": (
        "rpi_pico",
        section("relay", "rail 24VE 9.5,0", "rail 24VL 9.5,0"),
        "not behind the hardware enable",
    ),
    "the pull-down wire of a relay": (
        "esp32_generic",
        section("relay", "resistor 4.7k 2,0 2,-1.2", "resistor 470k 2,0 2,-1.2"),
        "the relay may be on before the firmware runs",
    ),
    "a relay on 12 V": ("rpi_pico", section("relay", "rail 24VE 9.5,0", "rail 12VA 9.5,0"), "it pulls in at"),
    "a chip's pull-up as wetting": (
        "rpi_pico",
        section("contact", "resistor 3.3k", "resistor 390k"),
        "the contact carries 0.0",
    ),
    "wetting from 5 V": ("rpi_pico", section("contact", "rail 24VF 10,-1", "rail 5VT 10,-1"), "V when open, wanted 17"),
    "a wetting resistor too small": ("rpi_pico", section("contact", "resistor 3.3k", "resistor 1k"), "of heat"),
    "no shunt against leakage": (
        "rpi_pico",
        section("contact", "part R{n}2 resistor 1k 6.6,0 6.6,-1\n", ""),
        "of leakage the pad",
    ),
    "no diode against reversed wires": (
        "rpi_pico",
        section("contact", "part D{n} diode 1N4148 8,-1 8,0\n", ""),
        "in reverse",
    ),
    "an optocoupler turned round": (
        "rpi_pico",
        section(
            "contact", "wire 5.6,0 8,0\nwire 5.6,-1 8,-1\nrail 0V 7.3,-1", "wire 5.6,0 8,0\nwire 5.6,-1 8,-1\nrail 24VF 7,-1"
        ),
        "closed the pad stands",
    ),
    "no pull-up": ("esp32_generic", section("contact", "rail 3V3 2.4,1", "rail NC 2.4,1"), "open the pad stands"),
    "S0 with a contact's current": ("rpi_pico", section("s0", '"1.8k"', '"3.3k"'), "wanted 10 to 27"),
    "a slow filter": ("rpi_pico", section("pulse", "capacitor 10n", "capacitor 100n"), "pulses a second are not all seen"),
    "no buffer and no clamp": (
        "esp32_generic",
        section("adc", "part U2 follower MCP6004 1,0", "wire 1,0 2.8,0.4\npart U2 follower MCP6004 1,-20"),
        "the pad stands at",
    ),
    "no clamp before the buffer": (
        "esp32_generic",
        section("adc", "part D{n}2 schottky BAT54S 4.2,0.4 4.2,1.7\n", ""),
        "amplifier's input stands",
    ),
    "a divider of another ratio": (
        "rpi_pico",
        section("adc", "resistor 10k 5.6,0.4", "resistor 12k 5.6,0.4"),
        "V at the terminal reads",
    ),
    "a small shunt": ("rpi_pico", other("parts", "watt = 3.0", "watt = 0.6"), "(150) makes"),
    "a shunt of 250 ohm": ("esp32_generic", section("adc", "resistor 150", "resistor 250"), "the ADC tells"),
    "a PTC behind the tap": (
        "rpi_pico",
        section(
            "adc",
            "part JP{n} jumper 4-20mA 8.4,0.4",
            "part FX{n} ptc 50mA 8.4,0.4 8.4,0.2\npart JP{n} jumper 4-20mA 8.4,0.2",
        ),
        "150 ohm give",
    ),
    "a broken wire that reads": (
        "rpi_pico",
        section("adc", "wire 2.8,0.4 6.3,0.4", "wire 2.8,0.4 6.3,0.4\nrail 3V3 6,2\npart RX{n} resistor 47k 6,2 6,0.4"),
        "a broken wire reads",
    ),
    "another gain": ("rpi_pico", section("pwm", "resistor 20.5k", "resistor 33k"), "50% gives"),
    "an amplifier on 5 V": ("rpi_pico", section("pwm", "rail 12VA 5.9,0.4", "rail 5V 5.9,0.4"), "100% gives"),
    "no pull-down of a speed": (
        "rpi_pico2",
        section("pwm", "resistor 2.2k 1,0", "resistor 10k 1,0"),
        "the pad with its leakage",
    ),
    "a transmitter that drives in boot": (
        "rpi_pico2",
        section("rs485", "resistor 4.7k 1.5,-2", "resistor 10k 1.5,-2"),
        "the bus may be held",
    ),
    "no bias": ("rpi_pico", section("rs485", "resistor 560 11.6,2.2", "resistor 56k 11.6,2.2"), "mV over B"),
    "A and B crossed at the bias": ("rpi_pico", section("rs485", "rail 5VI 11.6,2.2", "rail NC 11.6,2.2"), "mV over B"),
    "A and B crossed before the terminals": (
        "rpi_pico",
        section("rs485", "term 1 15,0 A (+, D1)\nterm 2 15,-3", "term 1 15,-3 A (+, D1)\nterm 2 15,0"),
        "does not reach terminal 1",
    ),
    "24 V on a sensor's 5 V terminal": (
        "rpi_pico",
        section("adc", "rail 5VT 9.4,1.15", "rail 24VT 9.4,1.15"),
        "terminal 2 carries 24VT",
    ),
    "a contact's supply on ground": (
        "rpi_pico",
        section("contact", "rail 24VF 10,-1", "rail 0V 10,-1"),
        "terminal 2 carries 0V",
    ),
    "no termination": ("rpi_pico", section("rs485", "resistor 120 10.2", "resistor 1k 10.2"), "no 120 ohm"),
    "no isolation": ("rpi_pico", section("rs485", "rail GNDI 5.2,-3.8", "rail GND 5.2,-3.8"), "no isolation"),
    "no suppressor": ("rpi_pico", section("rs485", "part D{n}1 tvs712 SM712 8.6,0 8.6,-1.1\n", ""), "A has no suppressor"),
    "no way for a surge": (
        "rpi_pico",
        section("rs485", "part FV{n}1 gdt 90V 13,0", "part FV{n}1 gdt 90V 13,-20"),
        "A has no way to PE",
    ),
    "a strong pull-up on 1-Wire": ("rpi_pico", section("onewire", "resistor 2.2k", "resistor 470"), "a sensor sinks"),
    "a weak pull-up on 1-Wire": ("rpi_pico", section("onewire", "resistor 2.2k", "resistor 4.7k"), "of cable rise"),
    "sensors without a fuse": (
        "rpi_pico",
        section("onewire", "part FP{n} ptc 100mA 8,1.2 10.4,1.2", "wire 8,1.2 10.4,1.2"),
        "no fuse",
    ),
    "too small a supply": ("rpi_pico", other("parts", "out_ma = 1500.0", "out_ma = 500.0"), "24V carries"),
    "too small a fuse": ("rpi_pico", section("supply", "fuse 0.25AT", "fuse 0.1AT"), "24VT carries"),
    "a fuse bridged": (
        "rpi_pico",
        section("supply", "rail 24VF 14,-4.6", "rail 24VF 14,-4.6\nwire 12,-4.6 12,-4.5 14,-4.5 14,-4.6"),
        "24V",
    ),
    "the enable bridged": (
        "rpi_pico",
        section("supply", "wire 16.2,-2 17.6,-2", "wire 16.2,-2 17.6,-2\nwire 14,-2 14,-1.8 16.2,-1.8 16.2,-2"),
        "24VE has a way round S0.1",
    ),
    "two star points": (
        "rpi_pico",
        section("contact", "rail 0V 7.3,-1", "rail 0V 7.3,-1\nrail GND 7.3,-3\npart E9 star x 7.3,-3 7.3,-1"),
        "joins",
    ),
    "the compressor past the master": (
        "rpi_pico",
        section("mains", "part KM0.1 no KM0 16.6,-1.6 16.6,-3.2", "wire 16.6,-1.6 16.6,-3.2"),
        "without the master contactor no compressor",
    ),
    "the pump behind the master": (
        "rpi_pico",
        section("mains", "part Q2 breaker motor 13,0 13,-1.6", "part Q2 no KM0 13,0 13,-1.6"),
        "the well pump runs with its relay",
    ),
    "the high-pressure switch bridged": (
        "rpi_pico",
        section("mains", "part F20.1 nc PSH 2,-7.2 3.6,-7.2", "wire 2,-7.2 3.6,-7.2"),
        "high pressure stops the compressor",
    ),
    "the master past the enable": (
        "rpi_pico",
        section("mains", "part S0.2 nc enable 0,-4.6 2.2,-4.6", "wire 0,-4.6 2.2,-4.6"),
        "the hardware enable with the master's relay welded",
    ),
    "a relay on a pad that moves in boot": (
        "esp32_s3",
        other("chips", "boot_active = [0, 3, 18,", "boot_active = [0, 3, 11, 18,"),
        "master: GPIO 11 moves while the chip boots",
    ),
    "a weak chip": ("rpi_pico", other("chips", "= 50.0        # all", "= 5.0  # all"), "all pads together"),
    "a LED without its resistor": (
        "esp32_generic",
        section("led", "resistor 470 3,0", "resistor 22 3,0"),
        "the LED carries",
    ),
    "two supplies on one net": (
        "rpi_pico",
        section("ir", "rail 3V3 5.2,1.6", "rail 3V3 5.2,1.6\nrail 5V 5.2,1.6"),
        "are one net",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_mistake_is_found(what):
    board, changed, words = PLANTED[what]
    found = rules.check(Wiring(board, changed))
    assert any(words in text for text in found), found


def test_no_more_is_said_of_a_mistake_than_it_touches():
    board, changed, _ = PLANTED["a pad swapped with its neighbour"]
    assert len(rules.check(Wiring(board, changed))) == 2  # the pad, and that it is taken twice


def test_every_interlock_case_is_told_from_its_opposite():
    mains = next(one for one in all_drawn(Wiring("rpi_pico")) if one.channel.circuit == "mains")
    seen = {
        (what, what in interlocks.running(mains, on, acted, welded)) for what, on, acted, welded, _, _ in interlocks.CASES
    }
    assert {("M1", True), ("M1", False), ("M2", True), ("M2", False), ("M3", True), ("M3", False)} <= seen


def test_the_sums_are_those_of_the_parts():
    wiring = Wiring("rpi_pico")
    rails = budget.sums(wiring, all_drawn(wiring))
    assert rails["24VE"] == 6 * 23, "six relays"
    assert 400 < rails["24V"] < 1200
