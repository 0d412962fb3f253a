"""The plant as a picture (SVG): wells, primary, machines, networks, buildings, tank, back-up, with the values on them.

Drawn twice, across for a desk and down for a phone; the values carry the same keys as the tables, so that they live too.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from ..nodes import Node
from . import language
from .plant_values import key_of

GAP, HEAD, TITLE, LINE = 8, 44, 16, 14
BETWEEN = 34  # pixels from one section down to the next
LINES = {"source": (("asked_w", "kW"), ("flow_lph", "m³/h"), ("supply_mc", "°C")),
         "machine": (("capacity_pm", "%"), ("power_w", "kW"), ("lwt_mc", "°C")),
         "network": (("supply_mc", "°C"), ("return_mc", "°C"), ("flow_lph", "m³/h"), ("dp_kpa", "kPa"),
                     ("pumps_on", "")),
         "tank": (("top_mc", "°C"), ("bottom_mc", "°C"), ("tap_mc", "°C")),
         "backup": (("capacity_pm", "%"), ("lwt_mc", "°C")),
         "building": (("room_mc", "°C"), ("heat_kw", "kW"))}
SHORT = {"top_mc": "Top", "bottom_mc": "Bottom", "tap_mc": "Tap", "supply_mc": "Supply", "return_mc": "Return",
         "flow_lph": "Flow", "dp_kpa": "Diff. pressure", "pumps_on": "Pumps on", "room_mc": "Rooms, mean",
         "lwt_mc": "Leaving water"}
SAYS = ("tank", "network", "building", "backup")  # whose lines say what they are
# Across: (x, width, columns) of the wells, the source side, the machines, the buildings' side, the buildings.
ACROSS = ((2, 328, 3), (370, 170, 1), (580, 190, 2), (810, 180, 1), (1030, 170, 1))
WIDE, NARROW = 1202, 384
DOWN = (3, 2, 3, 2, 2)  # columns of the same on a phone
# On the headers between: a figure of the whole plant, and what it is.
PIPES = (("lifted_m3h", "m³/h"), ("source_kw", "kW"), ("on_kw", "kW"), ("load_kw", "kW"))
FLOWS = {"lifted_m3h": "Water lifted", "source_kw": "Asked of the wells", "on_kw": "Capacity of running machines",
         "load_kw": "Load of the buildings"}


class Box(NamedTuple):
    """A block at its place, in pixels of the drawing."""

    kind: str
    block: str
    title: str
    x: float
    y: float
    width: float
    height: float


def sections(node: Node, groups: list[dict]) -> list[list[tuple[str, str, str]]]:
    """(kind, block, title) of the five columns."""
    of = {group["kind"]: [(group["kind"], block, title) for block, title in group["blocks"]] for group in groups}
    networks = of.get("network", [])
    first = networks[0] if len(networks) > 1 else None  # no point says which it is; the exchanger's approach is of one
    source = next((one for one in networks if node.value(f"{one[1]}.approach_mk")), first)
    primary = [one for one in networks if one == source]
    served = [one for one in networks if one != source]
    return [of.get("source", []), primary, of.get("machine", []), served + of.get("backup", []) + of.get("tank", []),
            of.get("building", [])]


def height(kind: str) -> float:
    """Of a box."""
    return TITLE + LINE * len(LINES[kind]) + 8


def rows(section: list[tuple[str, str, str]], columns: int) -> list[list[tuple[str, str, str]]]:
    """A section's blocks in rows."""
    return [section[i:i + columns] for i in range(0, len(section), columns)]


def place(section, x: float, y: float, width: float, columns: int) -> list[Box]:
    """A section's blocks, row by row from the top."""
    found, step = [], (width + GAP) / columns
    for line in rows(section, columns):
        high = max(height(kind) for kind, _block, _title in line)
        found += [Box(*one, x + i * step, y, step - GAP, high) for i, one in enumerate(line)]
        y += high + GAP
    return found


def text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    """A piece of text."""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" class="{css}">{words}</text>'


def value(node: Node, texts: dict, block: str, point: str, unit: str) -> str:
    """A figure that lives, and its unit."""
    key = escape(key_of(node, block, point))
    return f'<tspan data-v="{key}">{escape(texts.get(key_of(node, block, point), "-"))}</tspan> {unit}'


def drawn(node: Node, view: dict, box: Box, lang: str) -> str:
    """One block."""
    say, key = language.translator(lang), f"{node.key}--{box.block}"
    lines = [f'<g class="part" data-s="{escape(key)}" data-state="{view["states"].get(key, "rest")}">'
             f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="7"/>'
             f'<title>{escape(box.title)}</title>', text(box.x + 7, box.y + TITLE, escape(cut(box)), "name")]
    for i, (point, unit) in enumerate(LINES[box.kind]):
        y = box.y + TITLE + LINE * (i + 1)
        if box.kind in SAYS and point in SHORT:
            lines.append(text(box.x + 7, y, escape(say(SHORT[point])), "what"))
        lines.append(text(box.x + box.width - 7, y, value(node, view["texts"], box.block, point, unit), "", "end"))
    return "".join(lines) + "</g>"


def cut(box: Box) -> str:
    """A title that fits its box; a Chinese letter is twice as wide."""
    room, found = box.width - 14, ""
    for letter in box.title:
        room -= 13 if ord(letter) > 0x2E7F else 7
        if room < 0:
            return found[:-1] + "…"
        found += letter
    return found


def pipe(path: str) -> str:
    """A pipe."""
    return f'<path d="{path}" class="pipe"/>'


def across(node: Node, view: dict, lang: str) -> str:
    """For a desk: from the wells on the left to the buildings on the right."""
    parts, pipes = sections(node, view["groups"]), []
    placed = [place(part, x, HEAD, width, columns) for part, (x, width, columns) in zip(parts, ACROSS)]
    low = max((box.y + box.height for boxes in placed for box in boxes), default=HEAD + 40)
    for i, (point, unit) in enumerate(PIPES):
        x = (ACROSS[i][0] + ACROSS[i][1] + ACROSS[i + 1][0]) / 2
        middles = [box.y + box.height / 2 for boxes in placed[i:i + 2] for box in boxes] or [HEAD + 20]
        pipes.append(pipe(f"M{x:.0f} {HEAD - 6}V{max(middles):.0f}"))
        pipes += [pipe(f"M{box.x:.0f} {box.y + box.height / 2:.0f}H{x:.0f}") for boxes in placed[i:i + 2] for box in boxes]
        pipes.append(text(x, HEAD - 26, escape(language.translator(lang)(FLOWS[point])), "what", "middle"))
        pipes.append(text(x, HEAD - 12, value(node, view["texts"], "plant", point, unit), "flow", "middle"))
    return svg("across", WIDE, low + GAP, pipes, placed, node, view, lang)


def down(node: Node, view: dict, lang: str) -> str:
    """For a phone: from the wells on top to the buildings below."""
    y, placed, pipes = 4.0, [], []
    found = [(i, part) for i, part in enumerate(sections(node, view["groups"])) if part]
    for i, part in found:
        boxes = place(part, 2, y, NARROW - 4, min(DOWN[i], len(part)))
        y = max(box.y + box.height for box in boxes) + BETWEEN
        placed.append(boxes)
    for (i, _part), upper, lower in zip(found, placed, placed[1:]):
        header = lower[0].y - BETWEEN / 2
        middles = [box.x + box.width / 2 for box in (*upper, *lower)]
        pipes.append(pipe(f"M{min(middles):.0f} {header:.0f}H{max(middles):.0f}"))
        pipes += [pipe(f"M{box.x + box.width / 2:.0f} {box.y:.0f}V{header:.0f}") for box in (*upper, *lower)]
        point, unit = PIPES[i]
        words = escape(language.translator(lang)(FLOWS[point])) + " " + value(node, view["texts"], "plant", point, unit)
        pipes.append(text(NARROW - 6, header - 4, words, "flow", "end"))
    return svg("down", NARROW, y - BETWEEN + GAP, pipes, placed, node, view, lang)


def svg(css: str, width: float, height_: float, pipes: list[str], placed: list[list[Box]], node: Node, view: dict,
        lang: str) -> str:
    """The drawing around its parts; pipes lie below boxes."""
    boxes = "".join(drawn(node, view, box, lang) for line in placed for box in line)
    lines = "".join(one for one in pipes if one.startswith("<path"))
    words = "".join(one for one in pipes if one.startswith("<text"))
    return (f'<svg class="plant {css}" viewBox="0 0 {width:.0f} {height_:.0f}" role="img" '
            f'aria-label="{escape(view["title"])}"><g class="pipes">{lines}</g>{words}{boxes}</svg>')


def pictures(node: Node, view: dict, lang: str) -> str:
    """Both; the style sheet shows the one that fits."""
    return across(node, view, lang) + down(node, view, lang)
