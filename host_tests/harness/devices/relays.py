"""Relays with their auxiliary contacts: what closes."""

from __future__ import annotations

RELAY_BITS = {"master": 0, "well_pump": 1, "well_pump2": 26, "loop_pump": 27}


def relay_bits(rooms: int, stacked: bool, looped: bool) -> dict[str, int]:
    """Every relay of a house by name, and its bit."""
    bits = dict(RELAY_BITS)
    if not stacked:
        del bits["well_pump2"]
    if not looped:
        del bits["loop_pump"]
    for i in range(1, rooms + 1):
        bits |= {f"room{i}_compressor": 2 * i, f"room{i}_pump": 2 * i + 1, f"room{i}_reversing": 17 + i}
    return bits


class Contact:
    """A relay with feedback. fault: "", "welded", "dead". `moved` is called when the fault changes."""

    def __init__(self, moved=None):
        self._fault = ""
        self._moved = moved

    @property
    def fault(self) -> str:
        """What is wrong with it."""
        return self._fault

    @fault.setter
    def fault(self, kind: str) -> None:
        self._fault = kind
        if self._moved is not None:
            self._moved()

    def closed(self, commanded: bool) -> bool:
        """Where the contact really is."""
        if self._fault == "welded":
            return True
        return commanded and self._fault != "dead"
