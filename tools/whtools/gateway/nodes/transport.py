"""What a way to a node has to offer. There are three: modbus.py, prompt.py, and the simulator's line (simulated.py)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from ...device.journal import Entry
from .tables import BlockTable

BUS = "b"  # a building system: what stands at the wall, and it expires
INSTALLER = "i"  # whoever sits at a board's own prompt


class Silent(Exception):
    """Nobody answers, or the adapter is gone; the words say which, and what to look at."""


class Unusable(Silent):
    """The way itself cannot be used: no use in trying again at once."""


class Refused(Exception):
    """The node understood and refused; the words say why."""


@dataclass(frozen=True)
class Identity:
    """Who a node is. serial: "" where its firmware is older than function code 43/14 or it was not provisioned."""

    vendor: str
    product: str
    version: str
    serial: str
    name: str = ""


class Clock:
    """Both clocks of the host. wall: UTC seconds since 1970, may jump; mono: seconds, for ages and time-outs."""

    def wall(self) -> float:
        """UTC, seconds since 1970."""
        return time.time()

    def mono(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait so long on this clock."""
        time.sleep(seconds)


class Transport(Protocol):
    """One node at the end of a way. Every method may raise Silent."""

    @property
    def where(self) -> str:
        """The way for a person: `/dev/ttyUSB0 unit 3`."""
        ...

    @property
    def rights(self) -> str:
        """The role this way speaks with: BUS or INSTALLER."""
        ...

    def identify(self) -> Identity:
        """Who is there."""
        ...

    def layout(self) -> list[BlockTable]:
        """Its blocks, as its version has them."""
        ...

    def read(self, blocks: Iterable[BlockTable]) -> dict[str, int]:
        """Every point of these blocks, by path."""
        ...

    def order(self, block: BlockTable, name: str, value: int, who: str) -> None:
        """Write a point; Refused with the words when the node does not take it."""
        ...

    def signed(self, text: str) -> None:
        """Pass on an order that somebody signed (`wellhearth order`); Refused with the node's words."""
        ...

    def journal(self, after: int) -> list[Entry] | None:
        """Lines of its journal whose number is above `after`; None when this way does not carry it."""
        ...


class Way(Protocol):
    """Something that nodes hang on: a serial adapter, a board's cable, a simulation."""

    @property
    def name(self) -> str:
        """For a person: the port."""
        ...

    def open(self) -> None:
        """Be ready; Silent when the port is not there, is in use, or another master speaks on it."""
        ...

    def close(self) -> None:
        """Free the port. May be called twice."""
        ...

    def units(self) -> Iterable[Transport]:
        """The transports to try in the next search, a few at a time: those known, and where new ones may be."""
        ...

    def found(self, transport: Transport) -> None:
        """A node answered there: it stays known."""
        ...
