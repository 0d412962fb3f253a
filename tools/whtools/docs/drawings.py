"""Wiring of a board as a table and as a drawing (SVG), both from its pin table: boards/BOARD/README.md and wiring.svg."""

from __future__ import annotations

from xml.sax.saxutils import escape

from harness.pinout import module_of, pins

from .. import ROOT
from ..device.build import BOARDS, CHIPS, TITLES
from . import put

PICO_PIN = {0: 1, 1: 2, 2: 4, 3: 5, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12, 10: 14, 11: 15, 12: 16, 13: 17, 14: 19, 15: 20,
            16: 21, 17: 22, 18: 24, 19: 25, 20: 26, 21: 27, 22: 29, 26: 31, 27: 32, 28: 34}
# What a terminal is for, by function.
WHAT = {
    "rs485_tx": "RS-485, data out", "rs485_rx": "RS-485, data in", "rs485_de": "RS-485, driver enable",
    "onewire": "DS18B20 bus", "lift": "flow meter, lift pipe", "return": "flow meter, return pipe", "ir": "IR receiver",
    "button": "service button", "master": "master contactor of the compressors", "well_pump": "well pump contactor",
    "aux_well_pump": "its auxiliary contact", "well_pump_speed": "pump drive, 0 to 10 V", "room1_compressor": "compressor",
    "room1_pump": "circulation pump", "room1_reversing": "reversing valve", "room1_fan": "fan, 0 to 10 V",
    "room1_compressor_speed": "compressor speed, 0 to 10 V", "room1_high_ok": "high-pressure switch, normally closed",
    "room1_low_ok": "low-pressure switch, normally closed", "aux_room1_compressor": "compressor's auxiliary contact",
    "loop_pump": "pump of the secondary loop", "loop_flow": "flow switch of the secondary loop",
    "well_drive_ok": "fault contact of the drive, normally closed", "led": "status LED",
    "reinjection": "reinjection pressure",
    "current": "motor current, 4 to 20 mA over 150 ohm", "level": "water level, 4 to 20 mA over 150 ohm",
    "loop_pressure": "pressure of the secondary loop",
}
# And of what only some houses have. A contact closes to ground, with 1 kohm and 100 nF before the pin.
SOME_HOUSES = {
    "rtc_sda": "clock chip DS3231 (`node.rtc`), SDA; 4.7 kohm to 3.3 V, at most 0.5 m beside the board",
    "rtc_scl": "the same, SCL",
    "bms_tx": "building management system, data out, on a transceiver that turns by itself",
    "bms_rx": "the same, data in",
    "well_motor_ok": "contact of the well motor's protection (phase loss, over-current), normally closed",
    "well_strainer_ok": "differential pressure switch of the strainer, opens when it is clogged",
    "room1_condensate_ok": "float switch of the condensate pan, opens when it is full",
    "room1_protection_ok": "contact of the compressor's protection (phase loss, over-current), normally closed",
}
# What stands between the GPIO and the terminal, by kind.
CIRCUIT = {
    "relay": "active high; 10 kohm pull-down; driver (ULN2803A); coil supply through the hardware enable",
    "drive": "active high; 10 kohm pull-down (the bus is released while the board boots)",
    "pwm": "1 kHz PWM; low-pass 10 kohm / 1 uF; amplifier x 3.03; 10 kohm pull-down",
    "adc": "divider 10 kohm / 10 kohm, 100 nF, clamp to 3.3 V: 5 V at the terminal are 2.5 V at the pin",
    "pulse": "open collector to ground; pull-up 10 kohm to 3.3 V; 10 kohm / 10 nF before the pin",
    "onewire": "pull-up 4.7 kohm to 3.3 V (2.2 kohm beyond 30 m); sensors with their own supply, never parasitic",
    "contact": "to ground; pull-up; 1 kohm / 100 nF before the pin",
    "tx": "transceiver (MAX3485), DI", "rx": "transceiver (MAX3485), RO",
    "ir": "TSOP38238, output; 100 ohm / 4.7 uF in its supply",
    "led": "470 ohm, LED to ground",
}
ROW, LEFT, TOP, WIDTH = 58, 190, 90, 1000


class Drawing:
    """SVG primitives of a wiring drawing."""

    def __init__(self):
        self.parts: list[str] = []

    def line(self, *points: tuple[float, float]) -> None:
        """A wire."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" class="w"/>')

    def text(self, x: float, y: float, text: str, anchor: str = "start", style: str = "t") -> None:
        """A label."""
        self.parts.append(f'<text x="{x:g}" y="{y:g}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>')

    def box(self, x: float, y: float, w: float, h: float, text: str) -> None:
        """A part with its name in it."""
        self.parts.append(f'<rect x="{x:g}" y="{y - h / 2:g}" width="{w:g}" height="{h:g}" class="b"/>')
        self.text(x + w / 2, y + 4, text, "middle", "s")

    def ground(self, x: float, y: float) -> None:
        """Ground, below a wire's end."""
        for i, half in enumerate((8, 5, 2)):
            self.line((x - half, y + 3 * i), (x + half, y + 3 * i))

    def shunt(self, x: float, y: float, text: str, ground: bool = True) -> None:
        """A part from the wire to ground (or up to 3.3 V)."""
        if ground:
            self.line((x, y), (x, y + 6))
            self.parts.append(f'<rect x="{x - 4:g}" y="{y + 6:g}" width="8" height="14" class="b"/>')
            self.line((x, y + 20), (x, y + 23))
            self.ground(x, y + 23)
            self.text(x + 8, y + 19, text, style="s")
        else:
            self.line((x, y), (x, y - 5))
            self.parts.append(f'<rect x="{x - 4:g}" y="{y - 19:g}" width="8" height="14" class="b"/>')
            self.text(x + 8, y - 9, f"{text} to 3.3 V", style="s")
            self.line((x, y - 19), (x, y - 23), (x - 4, y - 19), (x, y - 23), (x + 4, y - 19))
        self.dot(x, y)

    def dot(self, x: float, y: float) -> None:
        """A joint."""
        self.parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="2.5" class="d"/>')

    def series(self, x: float, y: float, text: str) -> None:
        """A resistor in the wire."""
        self.parts.append(f'<rect x="{x:g}" y="{y - 4:g}" width="26" height="8" class="b"/>')
        self.text(x + 13, y - 7, text, "middle", "s")

    def terminal(self, y: float, text: str) -> None:
        """A screw terminal at the right."""
        self.parts.append(f'<circle cx="640" cy="{y:g}" r="5" class="b"/>')
        self.text(654, y + 4, text)


def circuit(d: Drawing, kind: str, y: float, outside_pull: bool) -> None:
    """What stands between pin and terminal, on one row."""
    end = (635, y)
    if kind in ("relay", "drive"):
        d.line((LEFT, y), (400, y))
        d.shunt(300, y, "10 k")
        d.box(400, y, 110, 26, "driver ULN2803A" if kind == "relay" else "DE, /RE MAX3485")
        d.line((510, y), end)
        if kind == "relay":
            d.text(520, y - 5, "coil, enabled supply", style="s")
    elif kind == "pwm":
        d.line((LEFT, y), end)
        d.shunt(240, y, "10 k")
        d.series(310, y, "10 k")
        d.shunt(360, y, "1 uF")
        d.box(420, y, 90, 26, "amplifier x 3.03")
    elif kind == "adc":
        d.line((LEFT, y), end)
        d.shunt(270, y, "100 nF, 3.3 V clamp")
        d.shunt(440, y, "10 k")
        d.series(500, y, "10 k")
    elif kind == "pulse":
        d.line((LEFT, y), end)
        d.shunt(270, y, "10 nF")
        d.series(340, y, "10 k")
        d.shunt(440, y, "10 k", ground=False)
    elif kind == "onewire":
        d.line((LEFT, y), end)
        d.shunt(340, y, "4.7 k", ground=False)
    elif kind == "contact":
        d.line((LEFT, y), end)
        d.shunt(270, y, "100 nF")
        d.series(340, y, "1 k")
        if outside_pull:
            d.shunt(440, y, "10 k", ground=False)
        else:
            d.text(440, y - 6, "pull-up in the chip", style="s")
    elif kind in ("tx", "rx"):
        d.line((LEFT, y), end)
        d.box(400, y, 110, 26, "DI MAX3485" if kind == "tx" else "RO MAX3485")
    elif kind == "ir":
        d.line((LEFT, y), (400, y))
        d.box(400, y, 110, 26, "TSOP38238")
    elif kind == "led":
        d.line((LEFT, y), (470, y))
        d.series(300, y, "470")
        d.box(400, y, 50, 20, "LED")
        d.line((470, y), (470, y + 8))
        d.ground(470, y + 8)


def svg(board: str) -> str:
    """The drawing of one board."""
    table = sorted(pins(board).items(), key=lambda item: item[1][0])
    height = TOP + ROW * len(table) + 60
    d = Drawing()
    d.text(20, 34, f"Wellhearth: wiring of the {TITLES[board]}", style="h")
    d.text(20, 56, "All outputs are low, and so off, from the reset on. Contacts close to ground. Mains parts, the relief "
           "valve, pressure switches,", style="s")
    d.text(20, 70, "freeze-stat and the motor's overload are wired in hardware and do not depend on this board.", style="s")
    d.parts.append(f'<rect x="20" y="{TOP - 10}" width="{LEFT - 20}" height="{ROW * len(table) + 10}" rx="8" class="c"/>')
    for i, (name, (number, kind)) in enumerate(table):
        y = TOP + ROW * i + 22
        pad = f"GPIO {number}" + (f" (pin {PICO_PIN[number]})" if CHIPS[board] == "rp2" and number in PICO_PIN else "")
        d.text(LEFT - 8, y + 4, pad, "end")
        d.text(28, y + 17, name, style="s")
        circuit(d, kind, y, number in inputs_only(board))
        if kind not in ("ir", "led"):
            d.terminal(y, WHAT[name])
        else:
            d.text(654, y + 4, WHAT[name])
    style = (".w{stroke:#222;fill:none;stroke-width:1.4}.b{stroke:#222;fill:#fff;stroke-width:1.2}"
             ".c{stroke:#222;fill:#e8f0ea}.d{fill:#222}.t{font:13px sans-serif}.s{font:10.5px sans-serif;fill:#333}"
             ".h{font:bold 18px sans-serif}")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
            f'<style>{style}</style><rect width="{WIDTH}" height="{height}" fill="#fff"/>' + "".join(d.parts) + "</svg>\n")


def inputs_only(board: str) -> tuple[int, ...]:
    """GPIOs whose pull-up stands outside."""
    return getattr(module_of(board), "INPUTS_ONLY", ())


def esp32_notes(module) -> list[str]:
    """What an ESP32 board's wiring must heed."""
    least, most = module.ADC_MV
    return ["", f"GPIO {module.IR_TX} stays free: it is the unused transmitter of the UART that hears the infra-red "
            f"receiver. An analog input reads {2 * least / 1000:g} to {min(5.0, 2 * most / 1000):g} V at its terminal; less "
            f"than {max(0.25, 2 * least / 1000):g} V is a broken wire."]


def rp2_notes(_module) -> list[str]:
    """What a Pico's wiring must heed."""
    return ["", "GPIO 15 and 16 may move for some milliseconds when USB is plugged in (erratum RP2040-E5: the "
            "work-around of the Pico SDK drives them on chips B0 and B1). No relay and no contact hangs on them, only "
            "smoothed 0 to 10 V outputs.", "",
            "A flow meter may give up to 900 pulses a second at half duty; contact bounce shorter than 0.3 ms is ignored."]


NOTES = {"rp2": rp2_notes, "esp32": esp32_notes}


def readme(board: str) -> str:
    """The wiring table of one board, with its drawing."""
    lines = [f"# {TITLES[board]} (`{board}`)", "",
             "Written by `make docs` from `board.py`. Every output is active high and off while the board boots.", "",
             "![wiring](wiring.svg)", "", "| function | GPIO | kind | terminal | between pin and terminal |",
             "|---|---|---|---|---|"]
    for name, (number, kind) in sorted(pins(board).items(), key=lambda item: item[1][0]):
        text = CIRCUIT[kind]
        if kind == "contact" and number in inputs_only(board):
            text = text.replace("pull-up", "pull-up 10 kohm to 3.3 V outside (the chip has none here)")
        lines.append(f"| `{name}` | {number} | {kind} | {WHAT[name]} | {text} |")
    lines += NOTES[CHIPS[board]](module_of(board))
    lines += ["", "No GPIO is free. What only some houses have takes the place of another function (each place once), where"
              " the config asks for it:", "", "| function | GPIO | instead of | terminal |", "|---|---|---|---|"]
    instead = module_of(board).INSTEAD
    lines += [f"| `{name}` | {number} | `{other}` | {SOME_HOUSES[name]} |" for name, number, _kind, other in instead]
    there = {row[0] for row in instead}
    lines += [f"| `{name}` | - | no place on this board | {what} |" for name, what in SOME_HOUSES.items()
              if name not in there]
    return "\n".join(lines) + "\n"


def write(check: bool) -> list[str]:
    """Write every board's two files; returns those that were out of date."""
    stale = []
    for board in BOARDS:
        for name, text in (("README.md", readme(board)), ("wiring.svg", svg(board))):
            stale += put(ROOT / "boards" / board / name, text, check)
    return stale
