"""boards/BOARD/README.md: pads, terminals, supplies, parts, from the same data as the drawings."""

from __future__ import annotations

from harness.pinout import module_of, pins

from .. import ROOT
from ..device.build import BOARDS, CHIPS, TITLES
from ..docs import put
from . import budget, stamp
from .data import Wiring
from .netlist import Drawn, all_drawn

RP2040_NOTE = (
    "GPIO 15 and 16 may move for some milliseconds when USB is plugged in (erratum RP2040-E5: the work-around "
    "of the Pico SDK drives them on chips B0 and B1). No relay and no contact hangs on them, only smoothed 0 to "
    "10 V outputs."
)
RP2350_NOTE = (
    "Chips of stepping A2 have erratum RP2350-E9: an input that nothing drives rests at 2.2 V, and the chip's "
    "own pull-down (and any of more than 8.2 kohm) does not bring it down. The pull-downs of the drawings are 4.7 and "
    "2.2 kohm; contacts, flow meters and the 1-Wire bus are pulled up, the receiver and RS-485 drive "
    "their pins, an analog input has its input buffer off. At reset and in boot every pad is an input with its "
    "buffer off (RP2350 data sheet, 9.11.3)."
)


def esp32_notes(module) -> list[str]:
    """What an ESP32 board's wiring must heed."""
    least, most = module.ADC_MV
    return [
        "",
        f"GPIO {module.IR_TX} stays free: it is the unused transmitter of the UART that hears the infra-red "
        f"receiver. An analog input reads {2 * least / 1000:g} to {min(5.0, 2 * most / 1000):g} V at its terminal; less "
        f"than {max(0.25, 2 * least / 1000):g} V is a broken wire.",
    ]


def rp2_notes(module) -> list[str]:
    """What a Pico's wiring must heed."""
    return [
        "",
        RP2350_NOTE if getattr(module, "CHIP", "") == "RP2350" else RP2040_NOTE,
        "",
        "A flow meter may give up to 900 pulses a second at half duty; contact bounce shorter than 0.3 ms is ignored.",
    ]


NOTES = {"rp2": rp2_notes, "esp32": esp32_notes}


def titles() -> dict[str, str]:
    """What each function is for, in the words of tables and of the wizard's list of wires."""
    return {name: row["title"] for name, row in Wiring(BOARDS[0]).functions.items()}


def place(wiring: Wiring, drawn: list[Drawn], function: str) -> str:
    """Terminals of a function, as X3:7, 8."""
    for one in drawn:
        if function in [name for name, _ in one.channel.pads.values()]:
            numbers = [one.channel.first + n - 1 for n, _, _ in one.terms]
            return f"{one.channel.strip}:{', '.join(map(str, numbers))}" if numbers else "on the board"
    return place(wiring, drawn, wiring.replaced(wiring.own["instead"][function]))


def pad_table(wiring: Wiring, drawn: list[Drawn]) -> list[str]:
    """Function, GPIO, pad, terminals, circuit."""
    lines = [
        "| function | GPIO | pad | kind | terminals | what | between pad and terminals |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (number, kind) in sorted(pins(wiring.board).items(), key=lambda item: item[1][0]):
        lines.append(
            f"| `{name}` | {number} | {wiring.own['pads'][name]} | {kind} | {place(wiring, drawn, name)} |"
            f" {wiring.functions[name]['title']} | {wiring.circuits[wiring.circuit_of(name)]['title']} |"
        )
    return lines


def option_table(wiring: Wiring, drawn: list[Drawn]) -> list[str]:
    """What only some houses have."""
    lines = [
        "",
        "No GPIO is free. What only some houses have takes the place of another function (each place once), where"
        " the config asks for it:",
        "",
        "| function | GPIO | instead of | terminals | what |",
        "|---|---|---|---|---|",
    ]
    instead = module_of(wiring.board).INSTEAD
    lines += [
        f"| `{name}` | {number} | `{other}` | {place(wiring, drawn, name)} | {wiring.functions[name]['title']} |"
        for name, number, _kind, other in instead
    ]
    there = {name for name, *_ in instead}
    return lines + [
        f"| `{name}` | - | no place on this board | - | {row['title']} |"
        for name, row in wiring.functions.items()
        if row.get("some") and name not in there
    ]


def terminal_table(drawn: list[Drawn]) -> list[str]:
    """Every terminal in the order of the strips."""
    rows = []
    for one in drawn:
        for number, p, words in one.terms:
            net = one.nets[p]
            inside = net if not net.startswith(("pad:", "X")) and "." not in net else ""
            what = ", ".join(dict.fromkeys(name for name, _ in one.channel.pads.values())) or one.channel.name
            rows.append((one.channel.strip, one.channel.first + number - 1, what, words, inside))
    return [
        "",
        "## Terminals",
        "",
        "X1 mains in, X2 motors and valves (230 V); X3 contacts and pulses, X4 free relay contacts (230 V through X2's "
        "circuits), X5 analog, X6 sensors, X7 RS-485, X8 options.",
        "",
        "| terminal | of | wire | joined to |",
        "|---|---|---|---|",
    ] + [f"| {strip}:{n} | `{what}` | {words} | {inside} |" for strip, n, what, words, inside in sorted(set(rows))]


def parts_table(wiring: Wiring, drawn: list[Drawn]) -> list[str]:
    """The bill of materials, with alternatives."""
    count: dict[tuple[str, str], list[str]] = {}
    for one in drawn:
        for part in one.parts:
            group = wiring.part(part.kind, part.value).get("group", 1) if not part.on_site else 0
            if group and not one.channel.some:
                count.setdefault((part.kind, part.value), []).append(part.name)
    lines = [
        "",
        "## Parts",
        "",
        "Without the options of the last sheet. Any part of the same data does; the alternatives are common ones.",
        "",
        "| pieces | part | what | names | for example | or |",
        "|---|---|---|---|---|---|",
        f"| 1 | {wiring.own['buy']} | {wiring.module['name']}, MicroPython | A1 | | |",
    ]
    for (kind, value), names in sorted(count.items()):
        row = wiring.part(kind, value)
        pieces = -(-len(names) // row.get("group", 1))
        shown = ", ".join(dict.fromkeys(n.partition(".")[0] for n in names))
        word = (
            kind.replace("_", " ").replace("coil ac", "contactor").replace("iso485", "transceiver").replace("tvs712", "tvs")
        )
        lines.append(
            f"| {pieces} | {word} {value} | {row['text']} | {shown} | {row['buy']} | {row['or'].replace('{n}', '')} |"
        )
    return lines


def supply_table(wiring: Wiring, drawn: list[Drawn]) -> list[str]:
    """What each rail carries."""
    rails = budget.sums(wiring, drawn)
    return [
        "",
        "## Supplies",
        "",
        "Everything on, options aside. A rating is used to 80 % at the most.",
        "",
        "| rail | mA |",
        "|---|---|",
    ] + [
        f"| {rail} | {rails[rail]:.0f} |"
        for rail in ("24V", "24VL", "24VE", "24VF", "24VT", "12VA", "5V", "3V3")
        if rail in rails
    ]


def readme(board: str) -> str:
    """The page of one board."""
    wiring = Wiring(board)
    drawn = all_drawn(wiring)
    lines = [
        f"# {TITLES[board]} (`{board}`)",
        "",
        "Written by `make docs` from `board.py`, `wiring.toml` and [`boards/wiring/`](../wiring). Every output is active"
        " high and off while the board boots. Mains parts are for an electrician: the drawings are a design that tests have"
        " checked, not a cabinet that an inspector has seen.",
        "",
        "Sheets (A3, readable on A4):",
        "",
    ]
    lines += [f"{n}. [{title}](wiring-{n}.svg)" for n, (title, _) in enumerate(stamp.SHEETS, 1)]
    lines += (
        ["", "![relays and speeds](wiring-3.svg)", ""] + pad_table(wiring, drawn) + NOTES[CHIPS[board]](module_of(board))
    )
    lines += option_table(wiring, drawn) + terminal_table(drawn) + supply_table(wiring, drawn) + parts_table(wiring, drawn)
    return "\n".join(lines) + "\n"


def write(check: bool) -> list[str]:
    """Write every board's page; returns what was out of date, the drawings among it (those are made by `make drawings`)."""
    stale = []
    for board in BOARDS:
        stale += put(ROOT / "boards" / board / "README.md", readme(board), check)
    return stale + ([path for board in BOARDS for path in stamp.stale(board)] + stamp.house_stale() if check else [])
