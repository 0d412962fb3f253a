"""Which sheets a board has and how each is laid out; drawn with schemdraw (`make drawings`, in .venv-drawings)."""

from __future__ import annotations

import re
import textwrap

from . import stamp
from .data import Wiring
from .netlist import Drawn, all_drawn
from .symbols import NORMAL, SMALL, Pen, draw

WIDTH, HEIGHT = 38.0, 26.87  # A3 landscape, in units of 11.05 mm
TITLE_H, EDGE = 1.3, 0.4
COLUMNS = (5.0, 23.9)  # where the pads of a column stand
TOP = HEIGHT - 0.6
ABOVE, BELOW = 0.75, 0.75  # of the highest and lowest end of a channel
TITLE_CHARS, NOTE_CHARS = 41, 102  # of a title over its pad, of a note
LINE, NOTE_LINE = 0.28, 0.38
SMALL_RAILS = {"GND", "0V", "PE", "GNDI", "GNDB"}


def frame(pen: Pen, wiring: Wiring, number: int, title: str) -> None:
    """Border and title block."""
    pen.x = pen.y = 0.0
    pen.box((EDGE, EDGE), (WIDTH - EDGE, HEIGHT - EDGE))
    pen.line([(EDGE, EDGE + TITLE_H), (WIDTH - EDGE, EDGE + TITLE_H)])
    y = EDGE + TITLE_H / 2
    pen.text((EDGE + 0.4, y), f"Wellhearth: {wiring.own['buy']} ({wiring.board})", 11)
    pen.text((17.0, y + 0.3), f"sheet {number} of {len(stamp.SHEETS)}: {title}", 11)
    pen.text(
        (17.0, y - 0.35),
        "Made from boards/wiring/*.toml and boards/" + wiring.board + "/wiring.toml; checked by `make test`. "
        "Contacts are drawn at rest.",
        SMALL,
    )
    pen.text((WIDTH - EDGE - 0.4, y), f"{stamp.MARK}{stamp.of(wiring.board)}", SMALL, "right")


def rail(pen: Pen, drawn: Drawn, name: str, p: tuple[float, float]) -> None:
    """A supply's flag: grounds hang down, supplies stand up, and where the wire comes from a side, to that side."""
    x, y = p
    beside = [part for part in drawn.parts for q in part.places.values() if q == p]
    level = [part for part in beside if len(part.places) == 2 and len({q[1] for q in part.places.values()}) == 1]
    wires = [w for w in drawn.wires for q in (w[0], w[-1]) if q == p]
    flat = bool(level) or any(w[0][1] == w[-1][1] for w in wires)
    if name in SMALL_RAILS:
        for i, half in enumerate((0.22, 0.14, 0.06)):
            pen.line([(x - half, y - 0.12 - 0.08 * i), (x + half, y - 0.12 - 0.08 * i)])
        pen.line([(x, y), (x, y - 0.12)])
        pen.text((x, y - 0.46), name, align="center")
        return
    above = any(q[1] > y for part in beside for q in part.places.values()) and not flat
    up = -0.25 if above else 0.45 if flat else 0.2
    pen.line([(x, y), (x, y + up)])
    pen.line([(x - 0.2, y + up), (x + 0.2, y + up)], heavy=True)
    pen.text((x, y + up + (0.2 if up > 0 else -0.2)), name, align="center")
    if flat:
        pen.dot(p)


def joints(drawn: Drawn) -> list[tuple[float, float]]:
    """Places where three or more lines meet."""
    count: dict[tuple[float, float], int] = {}
    for part in drawn.parts:
        for p in part.places.values():
            count[p] = count.get(p, 0) + 1
    for wire in drawn.wires + drawn.leads:
        for i, p in enumerate(wire):
            count[p] = count.get(p, 0) + (1 if i in (0, len(wire) - 1) else 2)
        for a, b in zip(wire, wire[1:]):
            for p in list(count):
                inside = (
                    p not in (a, b)
                    and min(a[0], b[0]) <= p[0] <= max(a[0], b[0])
                    and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])
                )
                if inside and (a[0] == b[0] or a[1] == b[1]):
                    count[p] += 2
    return [p for p, n in count.items() if n > 2]


def channel(pen: Pen, wiring: Wiring, drawn: Drawn, x: float, y: float) -> None:
    """One channel with its pads and terminals; x, y is where its pad stands."""
    pen.x, pen.y = x, y
    for part in drawn.parts:
        draw(pen, part)
    for wire in drawn.wires:
        pen.line(wire)
    for lead in drawn.leads:
        pen.line(lead, dashed=True)
    for p in joints(drawn):
        pen.dot(p)
    for name, p in drawn.rails:
        rail(pen, drawn, name, p)
    for suffix, p in drawn.pads:
        function, pad = drawn.channel.pads[suffix]
        gpio = wiring.module["gpio"][pad]
        pen.line([(p[0] - 0.5, p[1]), p])
        pen.box((p[0] - 4.3, p[1] + 0.36), (p[0] - 0.5, p[1] - 0.36))
        pen.text((p[0] - 4.15, p[1] + 0.16), function, NORMAL if len(function) < 20 else SMALL)
        pen.text((p[0] - 4.15, p[1] - 0.17), f"GPIO {gpio}, " + (pad if pad == "on board" else f"pin {pad}"), SMALL)
    for number, p, words in drawn.terms:
        pen.dot(p, open_=True)
        pen.text((p[0] + 0.1, p[1] + 0.22), f"{drawn.channel.strip}:{drawn.channel.first + number - 1}", NORMAL)
        if words:
            pen.text((p[0] + 0.1, p[1] - 0.2), words, SMALL)
    if drawn.channel.pads:
        for i, line in enumerate(reversed(titles(wiring, drawn))):
            pen.text((-4.3, 0.58 + LINE * i), line)


def titles(wiring: Wiring, drawn: Drawn) -> list[str]:
    """A channel's title, in lines as wide as its pads."""
    return textwrap.wrap(title_of(wiring, drawn), TITLE_CHARS)


def title_of(wiring: Wiring, drawn: Drawn) -> str:
    """What a channel is for, in the words of the tables."""
    circuit = drawn.channel.circuit
    text = (
        wiring.circuits[circuit]["title"].partition(":")[0]
        if circuit in ("rs485", "line2", "clock_chip")
        else drawn.channel.title
    )
    instead = [wiring.replaced(pad) for _, pad in drawn.channel.pads.values()] if drawn.channel.some else []
    return text.replace("`", "") + (f" (instead of {', '.join(instead)})" if instead else "")


def flow(pen: Pen, wiring: Wiring, wanted: list[Drawn]) -> None:
    """Channels under each other, in as many columns as it takes."""
    column, y = 0, TOP
    for one in wanted:
        ys = [p[1] for p in one.nets]
        above, below = max(max(ys) + ABOVE, 0.75 + LINE * len(titles(wiring, one))), BELOW - min(ys)
        if y - above - below < EDGE + TITLE_H and column + 1 < len(COLUMNS):
            column, y = column + 1, TOP
        channel(pen, wiring, one, COLUMNS[column], y - above)
        y -= above + below


def note(pen: Pen, wiring: Wiring, row: dict) -> None:
    """Paragraphs under each other, the first line of each a heading."""
    pen.x = pen.y = 0.0
    x, y = row["at"]
    pads = {name: wiring.module[name] for name in ("vin", "v33")} | {"gnd": ", ".join(wiring.module["gnd"])}
    for paragraph in row["text"].strip().format(**pads).split("\n\n"):
        head, *lines = paragraph.splitlines()
        pen.text((x, y), head, NORMAL)
        for part in [part for line in lines for part in textwrap.wrap(line, NOTE_CHARS)]:
            y -= NOTE_LINE
            pen.text((x, y), part, SMALL)
        y -= 2 * NOTE_LINE


def sheet(wiring: Wiring, number: int) -> str:
    """One sheet as SVG."""
    title, circuits = stamp.SHEETS[number - 1]
    pen, drawn = Pen(), all_drawn(wiring)
    frame(pen, wiring, number, title)
    here = [one for one in drawn if one.channel.circuit in circuits and not one.channel.some]
    if "supply" in circuits:
        by_name = {one.channel.circuit: one for one in here}
        channel(pen, wiring, by_name["supply"], 2.0, HEIGHT - 2.4)
    elif "mains" in circuits:
        by_name = {one.channel.circuit: one for one in here}
        channel(pen, wiring, by_name["mains"], 3.2, HEIGHT - 2.6)
        if "loop_pump" in by_name:
            channel(pen, wiring, by_name["loop_pump"], 3.2, HEIGHT - 17.2)
    else:
        flow(
            pen,
            wiring,
            sorted(here, key=lambda one: circuits.index(one.channel.circuit))
            if circuits
            else [one for one in drawn if one.channel.some],
        )
    for row in wiring.notes:
        if row["sheet"] == number:
            note(pen, wiring, row)
    return tidy(pen.d.get_imagedata("svg").decode())


def tidy(svg: str) -> str:
    """The same picture in a third of the bytes: styles as classes, one decimal (0.04 mm); A3 on paper."""
    styles: dict[str, str] = {}

    def named(found: re.Match) -> str:
        return f'class="{styles.setdefault(found[1], "s" + str(len(styles)))}"'

    def short(tag: re.Match) -> str:  # numbers of tags only: 0.25 A stays 0.25 A
        return re.sub(r"-?\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}", tag[0])

    # Renderers differ about this attribute (librsvg ignores it): without it a baseline is the same line in all of them.
    svg = svg.replace(' dominant-baseline="central"', "")
    svg = svg.replace('font-family="sans"', 'font-family="DejaVu Sans, sans-serif"')
    svg = re.sub(r'style="([^"]*)"', named, svg)
    svg = re.sub(r"<[^>]*>", short, svg).replace('" />', '"/>')
    rules = "".join(f".{name}{{{rule}}}" for rule, name in styles.items())
    svg = svg.replace("stroke-dasharray:-;", "")
    box = re.search(r'viewBox="([^"]*)"', svg)
    assert box is not None
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="420mm" height="297mm" viewBox="{box[1]}"><style>'
    rest = svg[svg.index(">") + 1 :]
    x, y, wide, high = box[1].split()
    paper = f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="#fff"/>'
    return head + rules.replace("stroke-dasharray:-;", "") + "</style>" + paper + rest.replace("><", ">\n<") + "\n"
