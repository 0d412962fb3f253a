"""The wiring's data as it stands in boards/, put together for one board."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .. import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = ROOT / "boards" / "wiring"
SHARED = ("circuits", "functions", "chips", "modules", "parts", "notes")
WHOLE = ("supply", "mains")  # circuits that every board has once, without a pad


class WiringError(Exception):
    """The data contradicts itself: what, and where."""


@dataclass
class Channel:
    """One circuit of one board, with the pads and terminals it has there. pads: {pin suffix: (function, pad)}."""

    number: int
    name: str
    circuit: str
    title: str
    pads: dict[str, tuple[str, str]] = field(default_factory=dict)
    strip: str = ""
    first: int = 0  # its first terminal on that strip
    some: bool = False
    nth: int = 0  # of the channels with its circuit


@cache
def texts() -> dict[str, str]:
    """The shared files as they are."""
    return {name: (FOLDER / f"{name}.toml").read_text(encoding="utf-8") for name in SHARED}


def board_file(board: str) -> Path:
    """What is a board's own."""
    return ROOT / "boards" / board / "wiring.toml"


class Wiring:
    """All that is known of one board's wiring; `changed` puts other text in place of a file's (for tests of the checks)."""

    def __init__(self, board: str, changed: dict[str, str] | None = None):
        files = dict(texts(), board=board_file(board).read_text(encoding="utf-8"))
        files.update(changed or {})
        self.board = board
        self.files = files
        read = {name: tomllib.loads(text) for name, text in files.items()}
        self.circuits, self.functions, self.parts = read["circuits"], read["functions"], read["parts"]
        self.notes = read["notes"]["note"]
        self.own = read["board"]
        self.chip = read["chips"][self.own["chip"]]
        self.module = read["modules"][self.own["module"]]
        self.channels = self.made()

    def circuit_of(self, function: str) -> str:
        """The circuit behind a function's pad, on this board."""
        if function not in self.functions:
            raise WiringError(
                f"boards/{self.board}/wiring.toml: no function is named {function} (boards/wiring/functions.toml)"
            )
        return self.own.get("circuit", {}).get(function, self.functions[function]["circuit"])

    def made(self) -> list[Channel]:
        """Channels with their numbers and terminals: first what every house has, then the options."""
        found: list[Channel] = []
        used: dict[str, int] = {}
        for some, pads in ((False, self.own["pads"]), (True, self.own["instead"])):
            groups: dict[str, Channel] = {}
            for function, pad in pads.items():
                circuit, row = self.circuit_of(function), self.functions[function]
                key = circuit if "pin" in row else function
                if some and circuit == self.circuit_of(self.replaced(pad)):
                    continue  # the same parts and terminals as what it takes the place of
                if key not in groups:
                    groups[key] = Channel(10 + len(found), function, circuit, row["title"], some=some)
                    found.append(groups[key])
                groups[key].pads[row.get("pin", "")] = (function, pad)
        seen: dict[str, int] = {}
        for channel in found:
            channel.nth = seen.get(channel.circuit, 0)
            seen[channel.circuit] = channel.nth + 1
            channel.strip = "X8" if channel.some else self.circuits[channel.circuit]["strip"]
            channel.first = used.get(channel.strip, 0) + 1
            used[channel.strip] = channel.first - 1 + len(self.terminals(channel.circuit))
        for i, name in enumerate(WHOLE):
            found.append(
                Channel(i + 1, name, name, self.circuits[name]["title"], strip=self.circuits[name]["strip"], first=1)
            )
        if "loop_pump" in self.own["pads"]:
            found.append(Channel(3, "loop", "loop_pump", self.circuits["loop_pump"]["title"], strip="X2", first=1))
        return found

    def replaced(self, pad: str) -> str:
        """The function that every house has on a pad."""
        for function, other in self.own["pads"].items():
            if other == pad:
                return function
        raise WiringError(f"boards/{self.board}/wiring.toml: pad {pad} under [instead] has no function under [pads]")

    def draw(self, circuit: str) -> tuple[list[str], dict[str, str]]:
        """The lines of a circuit, and the values that differ from those in them."""
        row = self.circuits[circuit]
        lines = self.circuits[row["like"]]["draw"] if "like" in row else row["draw"]
        return [line for line in lines.splitlines() if line.strip()], row.get("values", {})

    def terminals(self, circuit: str) -> list[int]:
        """Numbers of a circuit's terminals."""
        return [int(line.split()[1]) for line in self.draw(circuit)[0] if line.startswith("term ")]

    def part(self, kind: str, value: str) -> dict:
        """A row of parts.toml: of kind and value, else of the kind."""
        row = self.parts.get(f"{kind} {value}", self.parts.get(kind))
        if row is None:
            raise WiringError(f"boards/wiring/parts.toml has no {kind} {value}")
        return row
