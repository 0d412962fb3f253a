"""The house's two sheets: feeders and the line; the cabinets' rails to scale. Drawn with schemdraw."""

from __future__ import annotations

import textwrap

import schemdraw.elements as elm  # pyright: ignore[reportMissingImports]

from . import house, stamp
from .sheets import EDGE, HEIGHT, TITLE_H, WIDTH, tidy
from .symbols import NORMAL, SMALL, Pen

MM = 1 / 26.0  # units of the sheet for a millimetre of a rail
RAIL_H = 2.6
TITLES = ("feeders and the RS-485 line", "cabinets, front view")


def frame(pen: Pen, data: dict, number: int) -> None:
    """Border and title block."""
    pen.box((EDGE, EDGE), (WIDTH - EDGE, HEIGHT - EDGE))
    pen.line([(EDGE, EDGE + TITLE_H), (WIDTH - EDGE, EDGE + TITLE_H)])
    y = EDGE + TITLE_H / 2
    pen.text((EDGE + 0.4, y), f"Wellhearth: {data['title']}", 12)
    pen.text((17.0, y + 0.2), f"sheet {number} of {len(TITLES)}: {TITLES[number - 1]}", 11)
    pen.text(
        (17.0, y - 0.35),
        "Made from boards/wiring/house.toml; checked by `make test`. Inside each node: the board's own sheets.",
        SMALL,
    )
    pen.text((WIDTH - EDGE - 0.4, y), stamp.MARK + stamp.of_house(), SMALL, "right")


def feeders(pen: Pen, data: dict) -> None:
    """One line a feeder, from the bar to the room."""
    top = HEIGHT - 5.0
    left, step = 3.0, 4.7
    pen.text((left - 1.2, top + 3.6), "3/N/PE AC 400/230 V 50 Hz, TN-S", NORMAL)
    for i, (name, words) in enumerate((("Q0", "40 A"), ("F00", "40 A 30 mA"), ("F0", "SPD type 2"))):
        x = left + 3.0 * i
        pen.box((x, top + 2.9), (x + 1.6, top + 1.9))
        pen.text((x + 0.8, top + 2.55), name, NORMAL, "center")
        pen.text((x + 0.8, top + 2.2), words, SMALL, "center")
        if i:
            pen.line([(x - 1.4, top + 2.4), (x, top + 2.4)])
    pen.line([(left - 1.2, top + 2.4), (left, top + 2.4)])
    pen.line([(left + 3.8, top + 1.9), (left + 3.8, top)])
    pen.line([(left - 0.5, top), (left + step * (len(data["feeder"]) - 1) + 1.5, top)], heavy=True)
    for i, one in enumerate(data["feeder"]):
        x = left + step * i
        pen.d.add(elm.Breaker().scale(0.6).at(pen.at((x, top))).to(pen.at((x, top - 2))))
        pen.text((x + 0.35, top - 0.75), f"{one['name']}  {one['breaker_a']} A", NORMAL)
        pen.text((x + 0.35, top - 1.15), one["phase"], SMALL)
        pen.line([(x, top - 2), (x, top - 4)])
        pen.text((x + 0.2, top - 2.6), f"{one['mm2']} mm² Cu, {one['metres']} m", SMALL)
        pen.text((x + 0.2, top - 2.95), f"load {one['load_a']:g} A", SMALL)
        pen.box((x - 0.8, top - 4), (x + 3.2, top - 5.2))
        for j, line in enumerate(textwrap.wrap(one["to"], 26)):
            pen.text((x - 0.6, top - 4.4 - 0.35 * j), line, NORMAL if len(one["to"]) < 12 else SMALL)
    amperes = ", ".join(f"{name} {a:g} A" for name, a in house.phases(data).items())
    pen.text(
        (left - 0.5, top - 5.8),
        f"Everything running: {amperes}. A drive of the pump: residual-current device type B.",
        SMALL,
    )


def line485(pen: Pen, data: dict) -> None:
    """The bus from node to node."""
    y, left, step = 8.4, 3.0, 4.7
    pen.text(
        (left - 1.2, y + 4.2),
        "RS-485: twisted pair, shield and common, from node to node, no star; strip X7 of each node",
        NORMAL,
    )
    for i, node in enumerate(data["bus"]):
        x = left + step * i
        pen.box((x - 0.8, y + 3.2), (x + 2.4, y + 0.9))
        pen.text((x + 0.8, y + 2.8), node["node"], NORMAL, "center")
        pen.text((x + 0.8, y + 2.4), "X7:1 A  X7:2 B", SMALL, "center")
        pen.text((x + 0.8, y + 2.05), "X7:3 common", SMALL, "center")
        pen.text((x + 0.8, y + 1.7), "X7:4 shield", SMALL, "center")
        marks = (["JP 120 ohm"] if node.get("ends") else []) + (["JP bias, both"] if node.get("bias") else [])
        pen.text((x + 0.8, y + 1.25), ", ".join(marks) or "no jumper", SMALL, "center")
        pen.line([(x + 0.8, y + 0.9), (x + 0.8, y)])
        pen.dot((x + 0.8, y))
        if i:
            pen.line([(x + 0.8 - step, y), (x + 0.8, y)], heavy=True)
            pen.text((x + 0.8 - step / 2, y + 0.25), f"{node['metres']} m", SMALL, "center")
    total = sum(node["metres"] for node in data["bus"])
    notes = (
        f"{total} m in all, {data['bus_metres_most']} m at the most at 9600 baud. Shield to PE at the well's cabinet"
        " only; at the rooms it stays on X7:4 without the bridge to PE.",
        "Each room has an address of its own (bus.address 1 to 6); the well's node is the client (bus.role).",
        "PE of every box to the PE bar of the well's cabinet; equipotential bonding of the well's casing and pipes.",
    )
    for i, line in enumerate(notes):
        pen.text((left - 1.2, y - 0.9 - 0.4 * i), line, SMALL)


def cabinet(pen: Pen, data: dict, x: float, top: float) -> None:
    """One cabinet: its rails with their devices to scale, and under them what each name is."""
    wide = data["rail_mm"] * MM
    rails = data["rail"]
    pen.text((x, top + 0.5), data["title"], NORMAL)
    pen.box((x - 0.5, top), (x + wide + 0.5, top - RAIL_H * len(rails) - 0.3))
    legend = []
    for i, rail in enumerate(rails):
        y = top - RAIL_H * i - 0.5
        at = x
        for name, what, mm, _heat in rail["devices"]:
            w = mm * MM
            if name != "gap":
                pen.box((at, y), (at + w, y - 1.9))
                lines = textwrap.wrap(name, max(2, int(w / 0.2)))
                pen.text(
                    (at + w / 2, y - 0.95), lines[0] if len(lines) == 1 else name, NORMAL if w > 0.8 else SMALL, "center"
                )
                legend.append(f"{name}: {what}")
            else:
                pen.line([(at + w / 2, y + 0.2), (at + w / 2, y - 2.1)], heavy=True)
                legend.append(f"heavy line: {what}")
            at += w
        pen.line([(at, y - 0.95), (x + wide, y - 0.95)], dashed=True)
    y = top - RAIL_H * len(rails) - 0.9
    for i, line in enumerate(legend):
        column, row = divmod(i, 17)
        pen.text((x - 0.4 + 9.0 * column, y - 0.36 * row), line, SMALL)


def sheet(number: int) -> str:
    """One of the two sheets as SVG."""
    data, pen = house.read(), Pen()
    frame(pen, data, number)
    if number == 1:
        feeders(pen, data)
        line485(pen, data)
    else:
        cabinet(pen, data["cabinet"]["well"], 1.6, HEIGHT - 2.0)
        cabinet(pen, data["cabinet"]["room"], 22.0, HEIGHT - 2.0)
    return tidy(pen.d.get_imagedata("svg").decode())
