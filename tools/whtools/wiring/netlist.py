"""The net list of a drawing: which ends meet. Nothing else says what is connected, so that the checks see what is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from .data import Channel, Wiring, WiringError
from .kinds import PINS

Point = tuple[float, float]
SHARED = {"U1": 8, "U2": 4, "U3": 2}  # chips of several channels, and how many: U3b.1 is the first of the second one


@dataclass
class Part:
    """A part with the place of each pin and, once the nets are known, the net of each."""

    name: str
    kind: str
    value: str
    places: dict[str, Point]
    on_site: bool = False
    nets: dict[str, str] = field(default_factory=dict)

    def ends(self) -> list[str]:
        """Nets in the order of the pins."""
        return [self.nets[pin] for pin in self.places]


@dataclass
class Drawn:
    """One circuit as drawn: parts, wires, rails, pads, terminals; `nets` gives each place its net."""

    channel: Channel
    parts: list[Part] = field(default_factory=list)
    wires: list[list[Point]] = field(default_factory=list)
    leads: list[list[Point]] = field(default_factory=list)
    rails: list[tuple[str, Point]] = field(default_factory=list)
    pads: list[tuple[str, Point]] = field(default_factory=list)
    terms: list[tuple[int, Point, str]] = field(default_factory=list)
    nets: dict[Point, str] = field(default_factory=dict)

    def part(self, kind: str, value: str = "") -> Part:
        """The one part of a kind (and value)."""
        found = [p for p in self.parts if p.kind == kind and value in ("", p.value)]
        if len(found) != 1:
            raise WiringError(f"circuit {self.channel.circuit}: {len(found)} parts are {kind} {value}, wanted one")
        return found[0]

    def all(self, kind: str) -> list[Part]:
        """Every part of a kind."""
        return [p for p in self.parts if p.kind == kind]

    def term(self, number: int) -> str:
        """The net of a terminal of this circuit."""
        return next(self.nets[place] for n, place, _ in self.terms if n == number)

    def pad(self, suffix: str = "") -> str:
        """The net of its pad."""
        return next(self.nets[place] for name, place in self.pads if name == suffix)


def point(text: str) -> Point:
    """x,y"""
    x, y = text.split(",")
    return float(x), float(y)


def on(place: Point, a: Point, b: Point) -> bool:
    """Whether a place lies on the wire from a to b."""
    cross = (b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0])
    inside = (place[0] - a[0]) * (place[0] - b[0]) + (place[1] - a[1]) * (place[1] - b[1])
    return abs(cross) < 1e-6 and inside <= 1e-9


def named(text: str, channel: Channel, numbers: dict[str, int]) -> str:
    """A part's name with its channel's number; K_well_pump is the relay of that function."""
    text = text.replace("{n}", str(channel.number))
    if text in SHARED:
        package, one = divmod(channel.nth, SHARED[text])
        return f"{text}{'abcdefgh'[package]}.{one + 1}"
    if text.startswith("K_"):
        name, _, pole = text[2:].partition(".")
        return f"K{numbers.get(name, '?' + name)}" + (f".{pole}" if pole else "")
    return text


def read_line(drawn: Drawn, line: str, values: dict[str, str], numbers: dict[str, int]) -> None:
    """One line of `draw` into the drawing."""
    word, *rest = line.split()
    if word in ("wire", "lead"):
        (drawn.wires if word == "wire" else drawn.leads).append([point(p) for p in rest])
    elif word == "rail":
        drawn.rails.append((rest[0], point(rest[1])))
    elif word == "pin":
        drawn.pads.append((rest[0] if len(rest) > 1 else "", point(rest[-1])))
    elif word == "term":
        drawn.terms.append((int(rest[0]), point(rest[1]), " ".join(rest[2:])))
    elif word in ("part", "field"):
        name = named(rest[0], drawn.channel, numbers)
        kind, places = rest[1], [point(p) for p in rest[2:] if "," in p]
        value = values.get(rest[0], rest[2] if "," not in rest[2] else "").replace("{n}", str(drawn.channel.number))
        if kind in PINS:
            x, y = places[0]
            pins = {pin: (round(x + dx, 3), round(y + dy, 3)) for pin, (dx, dy) in PINS[kind].items()}
        else:
            pins = {"1": places[0], "2": places[1]}
        drawn.parts.append(Part(name, kind, value, pins, word == "field"))
    else:
        raise WiringError(f"circuit {drawn.channel.circuit}: a line begins with {word!r}: {line}")


def connect(drawn: Drawn) -> None:
    """Give each place its net, named after its rail, pad or terminal, else after the first part there."""
    places = [p for part in drawn.parts for p in part.places.values()] + [
        p for wire in drawn.wires + drawn.leads for p in wire
    ]
    places += [p for _, p in drawn.rails] + [p for _, p in drawn.pads] + [p for _, p, _ in drawn.terms]
    root = {p: p for p in places}

    def top(p: Point) -> Point:
        while root[p] != p:
            p = root[p]
        return p

    for wire in drawn.wires + drawn.leads:
        for a, b in zip(wire, wire[1:]):
            for p in list(root):
                if on(p, a, b):
                    root[top(p)] = top(a)
    owner: dict[Point, str] = {}
    for name, p in drawn.rails:
        if owner.setdefault(top(p), name) != name:
            raise WiringError(f"circuit {drawn.channel.circuit}: {owner[top(p)]} and {name} are one net at {p}")
    for name, p in drawn.pads:
        owner.setdefault(top(p), f"pad:{drawn.channel.pads[name][0]}")
    for number, p, _ in drawn.terms:
        owner.setdefault(top(p), f"{drawn.channel.strip}:{drawn.channel.first + number - 1}")
    for i, p in enumerate(places):
        owner.setdefault(top(p), f"{drawn.channel.name}.{i}")
    drawn.nets = {p: owner[top(p)] for p in places}
    for part in drawn.parts:
        part.nets = {pin: drawn.nets[p] for pin, p in part.places.items()}


def drawn_of(wiring: Wiring, channel: Channel) -> Drawn:
    """One channel's drawing with its nets."""
    lines, values = wiring.draw(channel.circuit)
    numbers = {c.name: c.number for c in wiring.channels if c.circuit == "relay"}
    drawn = Drawn(channel)
    for line in lines:
        read_line(drawn, line, values, numbers)
    drawn.parts = [part for part in drawn.parts if not part.name.startswith("K?")]
    for part in drawn.all("field_contact"):
        pulses = channel.circuit in ("pulse", "s0")
        part.value = "no" if pulses else wiring.functions[channel.name].get("field", "nc")
    connect(drawn)
    return drawn


def all_drawn(wiring: Wiring) -> list[Drawn]:
    """Every channel of a board."""
    return [drawn_of(wiring, channel) for channel in wiring.channels]
