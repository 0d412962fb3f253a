"""Symbols of the drawings: schemdraw's own where it has one, lines where pins stand at places of ours."""

from __future__ import annotations

import schemdraw  # pyright: ignore[reportMissingImports]
import schemdraw.elements as elm  # pyright: ignore[reportMissingImports]
from schemdraw.segments import SegmentCircle, SegmentText  # pyright: ignore[reportMissingImports]

from .kinds import PINS
from .netlist import Part, Point

SMALL, NORMAL = 7.5, 9.0
# (schemdraw's element, its size, more words of it) of kinds with two ends
TWO_ENDS = {
    "resistor": ("ResistorIEC", {}),
    "capacitor": ("Capacitor", {}),
    "diode": ("Diode", {}),
    "schottky": ("Schottky", {}),
    "tvs": ("DiodeTVS", {}),
    "tvs712": ("DiodeTVS", {}),
    "fuse": ("FuseIEC", {}),
    "ptc": ("Thermistor", {}),
    "gdt": ("SparkGap", {}),
    "coil": ("RBox", {}),
    "coil_ac": ("RBox", {}),
    "varistor": ("ResistorVarIEC", {}),
    "no": ("Switch", {}),
    "nc": ("Button", {"nc": True}),
    "breaker": ("Breaker", {}),
    "spd": ("SparkGap", {}),
    "overload": ("FuseIEC", {}),
    "field_led": ("LED", {}),
}
BOXES = ("iso485", "auto485", "dcdc", "dcdc_iso", "psu")


class Pen:
    """A schemdraw drawing with a place that all coordinates count from."""

    def __init__(self):
        schemdraw.use("svg")
        self.d = schemdraw.Drawing(show=False)
        self.d.config(unit=2, fontsize=NORMAL, inches_per_unit=0.435, lw=0.9, font="sans-serif")
        self.x = self.y = 0.0

    def at(self, p: Point) -> Point:
        """A place on the sheet."""
        return self.x + p[0], self.y + p[1]

    def line(self, points: list[Point], dashed: bool = False, heavy: bool = False) -> None:
        """A wire through these places."""
        for a, b in zip(points, points[1:]):
            one = elm.Line().at(self.at(a)).to(self.at(b))
            if dashed:
                one = one.linestyle("--")
            self.d.add(one.linewidth(1.8) if heavy else one)

    def text(self, p: Point, text: str, size: float = SMALL, align: str = "left") -> None:
        """Words whose left end, middle or right end stands at p, on the line through it."""
        words = elm.Element()
        x, y = self.at(p)
        words.segments.append(SegmentText((x, y - 0.012 * size), text, align=(align, "center"), fontsize=size))
        self.d.add(words.at((0, 0)).theta(0))

    def dot(self, p: Point, open_: bool = False) -> None:
        """A joint, or an open terminal."""
        self.d.add(elm.Dot(open=open_).scale(1.0 if open_ else 0.7).at(self.at(p)))

    def box(self, a: Point, b: Point, dashed: bool = False) -> None:
        """A rectangle from corner to corner."""
        self.line([a, (b[0], a[1]), b, (a[0], b[1]), a], dashed)


def two_ends(pen: Pen, part: Part) -> None:
    """A part with two ends, its name and value beside it."""
    a, b = part.places["1"], part.places["2"]
    if part.kind == "motor":
        motor(pen, part)
        return
    if part.kind in ("jumper", "star"):
        bridge(pen, a, b)
    else:
        name, more = TWO_ENDS[part.value if part.kind == "field_contact" else part.kind]
        long = abs(a[0] - b[0]) + abs(a[1] - b[1])
        pen.d.add(getattr(elm, name)(**more).scale(min(0.6, 0.55 * long)).at(pen.at(a)).to(pen.at(b)))
    contact = part.kind in ("no", "nc")
    value = "" if part.value == part.name.partition(".")[0] or part.kind == "field_contact" else part.value
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    if a[1] == b[1]:
        pen.text((x, y + 0.42), part.name if contact else f"{part.name} {value}", align="center")
        if contact:
            pen.text((x, y - 0.36), value, align="center")
    else:
        pen.text((x + 0.28, y + 0.12), part.name)
        pen.text((x + 0.28, y - 0.14), value)


def bridge(pen: Pen, a: Point, b: Point) -> None:
    """A jumper or a bridge of terminals: two open joints and a strap beside them."""
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    dx, dy = (0.18, 0.0) if a[1] == b[1] else (0.0, 0.18 if a[1] < b[1] else -0.18)
    left, right = (x - dx, y - dy), (x + dx, y + dy)
    pen.line([a, left])
    pen.line([right, b])
    pen.dot(left, open_=True)
    pen.dot(right, open_=True)
    ox, oy = (0.0, 0.16) if dy == 0 else (-0.16, 0.0)
    pen.line([(left[0] + ox, left[1] + oy), (right[0] + ox, right[1] + oy)], heavy=True)


def motor(pen: Pen, part: Part) -> None:
    """A circle with M in the middle of its wires."""
    (x1, y1), (x2, y2) = part.places["1"], part.places["2"]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    dx, dy = (0.45, 0) if y1 == y2 else (0, -0.45)
    pen.line([(x1, y1), (x - dx, y - dy)])
    pen.line([(x + dx, y + dy), (x2, y2)])
    circle = elm.Element()
    circle.segments.append(SegmentCircle(pen.at((x, y)), 0.45))
    pen.d.add(circle.at((0, 0)).theta(0))
    pen.text((x, y), "M", NORMAL, "center")
    words = f"{part.name} {part.value}".strip()
    pen.text((x, y + 0.65), words, align="center") if y1 == y2 else pen.text((x + 0.6, y), words)


def opto(pen: Pen, part: Part) -> None:
    """Light at the right, transistor at the left, in a box."""
    (x, y), (_, ey) = part.places["c"], part.places["e"]
    ax, ay = part.places["a"]
    pen.box((x + 0.15, y + 0.2), (ax + 0.22, ey - 0.2), dashed=True)
    pen.d.add(elm.LED().scale(0.5).at(pen.at((ax, ay))).to(pen.at((ax, ey))).flip())
    base = x + 0.45
    pen.line([(base, y - 0.2), (base, ey + 0.2)], heavy=True)
    pen.line([(x, y), (base, y - 0.4)])
    pen.d.add(elm.Line(arrow="->", arrowwidth=0.12, arrowlength=0.18).at(pen.at((base, ey + 0.4))).to(pen.at((x, ey))))
    pen.text((x + 0.8, y + 0.42), f"{part.name} {part.value}", align="center")


def amplifier(pen: Pen, part: Part) -> None:
    """A triangle whose tip is the output."""
    plus, minus, out = part.places["plus"], part.places["minus"], part.places["out"]
    sign = 1 if out[0] > plus[0] else -1
    back, mid = plus[0] + sign * 0.25, (plus[1] + minus[1]) / 2
    tip = (out[0] - sign * 0.2, out[1])
    top, bottom = (back, mid + 0.75), (back, mid - 0.75)
    pen.line([top, tip, bottom, top])
    pen.line([tip, out])
    for p, word in ((plus, "+"), (minus, "-")):
        pen.line([p, (back, p[1])])
        pen.text((back + sign * 0.2, p[1]), word, NORMAL, "center")
    for pin, edge in (("vp", 0.38), ("vn", -0.38)):
        px, py = part.places[pin]
        pen.line([(px, py), (px, mid + edge)])
    pen.text((back + sign * 0.55, mid), part.name, align="center")
    x, y = part.places["vp"]
    pen.text((x + sign * 0.25, y - 0.1), part.value, align="left" if sign > 0 else "right")


def uln(pen: Pen, part: Part) -> None:
    """An inverting driver with its diode to COM."""
    (x, y), (ox, oy), (_, cy) = part.places["in"], part.places["out"], part.places["com"]
    pen.line([(x, y), (x + 0.4, y)])
    pen.line([(x + 0.4, y + 0.55), (x + 1.3, y), (x + 0.4, y - 0.55), (x + 0.4, y + 0.55)])
    pen.d.add(elm.Dot(open=True).at(pen.at((x + 1.39, y))))
    pen.line([(x + 1.48, y), (ox, oy)])
    pen.d.add(elm.Diode().scale(0.45).at(pen.at((ox, oy))).to(pen.at((ox, cy))))
    gx, gy = part.places["gnd"]
    pen.line([(gx, gy), (gx, y - 0.18)])
    one = int(part.name.partition(".")[2])
    pen.text((x + 0.75, y + 0.72), f"{part.name} {part.value}", align="center")
    pen.text((x + 0.35, y + 0.18), str(one), align="right")
    pen.text((ox - 0.05, y - 0.22), str(19 - one), align="right")  # pins of the DIP-18: in 1 to 8, out 18 to 11
    pen.text((ox + 0.12, cy - 0.25), "COM")
    pen.dot((ox, oy))


def chip(pen: Pen, part: Part) -> None:
    """A box with its pins' names inside."""
    places = part.places
    xs, ys = [p[0] for p in places.values()], [p[1] for p in places.values()]
    left, right = min(xs) + 0.35, max(xs) - 0.35
    side = [p for p in places.values() if p[0] in (min(xs), max(xs))]
    high, low = max(p[1] for p in side) + 0.45, min(p[1] for p in side) - 0.45
    pen.box((left, high), (right, low))
    for name, (x, y) in places.items():
        if x in (min(xs), max(xs)):
            edge = left if x == min(xs) else right
            pen.line([(x, y), (edge, y)])
            pen.text((edge + (0.08 if edge == left else -0.08), y), name, align="left" if edge == left else "right")
        else:
            edge = high if y == max(ys) else low
            pen.line([(x, y), (x, edge)])
            pen.text((x, edge + (-0.2 if edge == high else 0.2)), name, align="center")
    middle = (left + right) / 2
    if high - low < 1.6:
        pen.text((middle, high + 0.2), f"{part.name} {part.value}", align="center")
        return
    pen.text((middle, (high + low) / 2 - 0.3), part.name, align="center")
    pen.text((middle, (high + low) / 2 - 0.6), part.value, align="center")


def draw(pen: Pen, part: Part) -> None:
    """One part."""
    if part.kind == "opto":
        opto(pen, part)
    elif part.kind in ("amp", "follower"):
        amplifier(pen, part)
    elif part.kind == "uln":
        uln(pen, part)
    elif part.kind in PINS:
        chip(pen, part)
    else:
        two_ends(pen, part)
