"""A board at its serial prompt as a way to one node: every point, orders in the person's name, and the journal.

Whoever has this cable has the prompt, which can do all that an installer can: SECURITY.md says so. The gateway asks for no
more than it needs: a resident's order goes as a resident's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from ...device import journal
from ...device.link import Link, LinkError, find_port
from . import tables
from .tables import BlockTable
from .transport import INSTALLER, Entry, Identity, Refused, Silent

READ = """
from wellhearth import app
for b in app.current.node.points.blocks:
    if b.name in {names!r}:
        print(b.name, *[getattr(b, r.name) for r in b.rows])
"""
LAYOUT = """
from wellhearth import app
for b in app.current.node.points.blocks:
    print(b.name, *[r.name for r in b.rows])
"""
IDENTITY = """
import json
from wellhearth import app, version
from wellhearth.console import identity
a=app.current
print(json.dumps([version.BOARD, version.VERSION, dict(identity.rows(a.board))['id'], a.node.cfg.node.name]))
"""
PLAIN = {ord(c): "?" for c in "'\"\\\r\n @"}  # a word of the journal's line


class Prompt:
    """The node on the board at the other end (Transport). link: what has `run` (device.link.Link, harness.prompt.Prompt)."""

    rights = INSTALLER

    def __init__(self, link, port: str):
        self.link = link
        self.where = f"{port} prompt"
        self.order_of: dict[str, list[str]] = {}

    def run(self, code: str) -> str:
        """Code at the prompt."""
        try:
            return self.link.run(code)
        except LinkError as e:
            raise Silent(str(e)) from None

    def identify(self) -> Identity:
        """Its version, its id and its name."""
        try:
            board, version, serial, name = json.loads(self.run(IDENTITY).splitlines()[-1])
        except (ValueError, IndexError):
            raise Silent(f"{self.where}: the control does not run there (wellhearth diag status)") from None
        return Identity("Wellhearth", board, version, "" if ":" in serial else serial, name)

    def layout(self) -> list[BlockTable]:
        """Its blocks; points that this host does not know are left out."""
        found = []
        for line in self.run(LAYOUT).splitlines():
            name, *points = line.split(" ")
            self.order_of[name] = points
            table = tables.by_name(name)
            if table is not None:
                rows = tuple(row for row in table.rows if row.name in points)
                found.append(BlockTable(name, table.kind, table.first, rows))
        return found

    def read(self, blocks: Iterable[BlockTable]) -> dict[str, int]:
        """Every point of these blocks."""
        wanted = {block.name: block for block in blocks}
        found = {}
        for line in self.run(READ.format(names=tuple(wanted))).splitlines():
            name, *values = line.split(" ")
            if name not in wanted or len(values) != len(self.order_of.get(name, ())):
                raise Silent(f"{self.where} answered {line[:60]!r}")
            known = {row.name for row in wanted[name].rows}
            found |= {f"{name}.{point}": int(value) for point, value in zip(self.order_of[name], values) if point in known}
        return found

    def order(self, block: BlockTable, name: str, value: int, who: str) -> None:
        """As a resident where a resident may, else as the installer who has this cable."""
        row = block.row(name)
        assert row is not None
        role = "r" if "r" in row.who else "o" if "o" in row.who else "i"
        who = who.translate(PLAIN).encode("ascii", "replace").decode()[:40]
        call = f"set({block.name + '.' + name!r}, {int(value)}, {who!r}, {role!r})"
        answer = self.run(f"from wellhearth import diag\ndiag.{call}").splitlines()
        if not answer or answer[-1] != "ok":
            raise Refused((answer or ["no answer"])[-1].removeprefix("refused: "))

    def signed(self, text: str) -> None:
        """As it is: the node judges it."""
        answer = self.run(f"from wellhearth import diag\ndiag.order({text!r})").splitlines()
        if not answer or answer[-1] != "ok":
            raise Refused((answer or ["no answer"])[-1].removeprefix("refused: "))

    def journal(self, after: int) -> list[Entry] | None:
        """The node's own journal."""
        try:
            return journal.fetch(self.link, after)
        except LinkError as e:
            raise Silent(str(e)) from None


class PromptWay:
    """A board's cable (Way). port None: the only board that is plugged in."""

    def __init__(self, port: str | None = None, connect: Callable[[str], Link] = Link):
        self.port = port
        self.connect = connect
        self.link: Link | None = None

    @property
    def name(self) -> str:
        """The port."""
        return self.port or "the only board"

    def open(self) -> None:
        """Connect, without a reset of the board."""
        if self.link is None:
            try:
                self.link = self.connect(find_port(self.port))
            except LinkError as e:
                raise Silent(str(e)) from None

    def units(self) -> list[Prompt]:
        """The one board."""
        return [Prompt(self.link, self.name)] if self.link is not None else []

    def found(self, transport) -> None:
        """There is only one."""

    def close(self) -> None:
        """Back to the friendly prompt, the port free."""
        link, self.link = self.link, None
        if link is not None:
            link.close()
