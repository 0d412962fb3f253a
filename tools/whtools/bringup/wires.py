"""The steps with a wire in the hand: each output into an input, analog inputs, one sensor, the RS-485 line."""

from __future__ import annotations

import functools

from harness.pinout import module_of

from ..commission.bench import Check
from . import guest
from .bare import Bare, yes

DUTY_PERCENT = 5.0
GROUND_MV = 60.0
FULL_MV, FULL_SHARE = 3300.0, 0.03  # the module's 3.3 V is good for 2 %, the ADC for the rest
ROOM_C = (0.0, 45.0)
POWER_ON_C = 85.0  # what a DS18B20 says that has not measured
LINE_BYTES = 32


def pairs(bare: Bare) -> list[tuple[str, str]]:
    """(output, input): every output and every input at least once."""
    outs, ins = bare.outputs(), bare.inputs()
    return [(outs[i % len(outs)], ins[i % len(ins)]) for i in range(max(len(outs), len(ins)))]


def jumper(bare: Bare, _data: dict, out: str, into: str) -> list[Check]:
    """One output through a wire into one input."""
    bare.agree(
        f"a jumper from {bare.pad(out)} to {bare.pad(into)}, nothing else wired: is it there, and may {out} pulse?",
        f"jumper {out} {into}",
    )
    pulls = bare.gpio(into) not in bare.inputs_only
    down_tells = bare.wiring.own["chip"] != "RP2350"  # erratum E9
    rest, sent, seen = bare.ask(guest.JUMPER, out=bare.gpio(out), into=bare.gpio(into), pull=pulls, down_tells=down_tells)
    if not seen:
        return [
            yes(
                f"the jumper joins nothing but {out} and {into}",
                False,
                "nothing was driven: one end is on ground or on a supply",
                f"{out} rests {'low' if not rest[0] else 'high'} whatever its pull",
            )
        ]
    found = [
        yes(
            f"{into} follows {out}",
            sent == seen,
            "the jumper is on other pads, or one of the two is dead: try either with another",
            f"sent {text(sent)}, seen {text(seen)}",
        )
    ]
    if bare.kinds[out][1] == "pwm" and found[0].ok:
        for wanted, got in bare.ask(guest.DUTY, out=bare.gpio(out), into=bare.gpio(into)):
            found.append(
                Check(
                    f"{out} at {wanted} %",
                    float(got),
                    "%",
                    wanted - DUTY_PERCENT,
                    wanted + DUTY_PERCENT,
                    "the pad has a digital level, but no PWM",
                )
            )
    return found


def text(levels: list[int]) -> str:
    """Levels as 0101."""
    return "".join(map(str, levels))


def jumpers(bare: Bare) -> dict:
    """A step for each jumper."""
    return {f"jumper {out} {into}": functools.partial(jumper, out=out, into=into) for out, into in pairs(bare)}


def adc(bare: Bare, data: dict, name: str) -> list[Check]:
    """An analog input on ground and on 3.3 V."""
    read = {}
    ground, v33 = bare.wiring.module["gnd"][0], bare.wiring.module["v33"]
    for where, pad in (("ground", ground), ("3.3 V", v33)):
        bare.agree(f"a jumper from {bare.pad(name)} to {where} (pad {pad}): is it there?", f"adc {name} {where}")
        atten, code = (
            (", atten=ADC.ATTN_11DB", "a.read_uv() // 1000")
            if bare.esp32
            else (
                "",
                "a.read_u16() * 3300 // 65535",
            )
        )
        read[where] = float(bare.ask(guest.ADC, pin=bare.gpio(name), atten=atten, read=code))
    data.setdefault("adc_mv", {})[name] = read
    least, most = getattr(module_of(bare.wiring.board), "ADC_MV", (0, FULL_MV))
    low = max(GROUND_MV, least + 30)  # an ESP32 reads 142 mV at nothing (esp_adc_cal)
    high = (most, None) if bare.esp32 else (FULL_MV * (1 - FULL_SHARE), FULL_MV * (1 + FULL_SHARE))
    return [
        Check(f"{name} on ground", read["ground"], "mV", None, low, "the jumper is on another pad, or the input is bad"),
        Check(
            f"{name} on 3.3 V", read["3.3 V"], "mV", *high, "the 3.3 V, or the chip's reference, is off: measure pad " + v33
        ),
    ]


def adcs(bare: Bare) -> dict:
    """A step for each analog input."""
    return {f"adc {name}": functools.partial(adc, name=name) for name in bare.inputs() if bare.kinds[name][1] == "adc"}


def onewire(bare: Bare, data: dict) -> list[Check]:
    """One DS18B20 with its pull-up."""
    pad, v33, ground = bare.pad("onewire"), bare.wiring.module["v33"], bare.wiring.module["gnd"][0]
    bare.agree(
        f"one DS18B20: red to 3.3 V (pad {v33}), black to ground (pad {ground}), yellow"
        f" to {pad}, 2.2 to 4.7 kohm from yellow to red: is it there?",
        "onewire",
    )
    there, sensors = bare.ask(guest.ONEWIRE, pin=bare.gpio("onewire"))
    data["onewire"] = sensors
    found = [
        yes("a sensor answers the reset", there, "no presence pulse: yellow and red swapped, no pull-up, or a dead sensor"),
        Check("sensors found", float(len(sensors)), "", 1, 1, "exactly one is wanted for this step"),
    ]
    for rom, value in sensors:
        found.append(yes(f"{rom} is a DS18B20", rom.startswith("28"), "another part: its family is not 28", rom[:2]))
        found.append(
            Check(
                f"{rom} reads",
                float(value) if isinstance(value, (int, float)) else None,
                "degC",
                *ROOM_C,
                f"{value}: a bad contact, or 85 degC, which is no measurement",
            )
        )
    return found


def uart_unit(bare: Bare) -> int:
    """The UART that the firmware takes for `bus` (boards/common: FIRST_UART)."""
    return 1 if bare.esp32 else 0


def uart(bare: Bare, _data: dict) -> list[Check]:
    """Data out into data in."""
    bare.agree(f"a jumper from {bare.pad('rs485_tx')} to {bare.pad('rs485_rx')}: is it there, and may it send?", "uart")
    sent, got = bare.ask(guest.UART_LOOP, unit=uart_unit(bare), tx=bare.gpio("rs485_tx"), rx=bare.gpio("rs485_rx"))
    return [
        yes(
            "every byte comes back",
            sent == got,
            "the jumper is on other pads, or the UART's pins are",
            f"{len(got)} of {len(sent)}",
        )
    ]


def line(bare: Bare, data: dict, adapter) -> list[Check]:
    """Through a transceiver over the line to an adapter on this computer, both ways."""
    bare.agree(
        "a transceiver on the pads of rs485 (3.3 V, ground, tx, rx, de), its A, B and common to the adapter's,"
        " nothing else on the line: is it there, and may it send?",
        "rs485 line",
    )
    sent = bytes(range(100, 100 + LINE_BYTES))
    answer, heard = adapter.exchange(
        bare,
        sent,
        guest.UART_LISTEN.format(
            unit=uart_unit(bare),
            tx=bare.gpio("rs485_tx"),
            rx=bare.gpio("rs485_rx"),
            de=bare.gpio("rs485_de"),
            size=LINE_BYTES,
        ),
    )
    data["rs485"] = {"board heard": list(heard), "adapter heard": list(answer)}
    swapped = (
        "A and B are swapped, or the line's common is missing" if heard or answer else "no byte at all: power, tx, rx, de"
    )
    return [
        yes(
            "the board hears the adapter", heard == sent, swapped, f"{len(heard)} bytes, other ones" if heard else "nothing"
        ),
        yes(
            "the adapter hears the board",
            answer == bytes(range(1, 1 + LINE_BYTES)),
            swapped,
            f"{len(answer)} bytes, other ones" if answer else "nothing: driver enable?",
        ),
    ]
