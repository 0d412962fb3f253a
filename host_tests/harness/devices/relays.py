"""Relays with their auxiliary contacts: what closes."""

from __future__ import annotations

from ..sitl import frames


def relay_bits(rooms: int, stacked: bool, looped: bool) -> dict[str, int]:
    """Every relay of a house by name, and its bit."""
    bits = dict(frames.RELAYS)
    if not stacked:
        del bits["well_pump2"]
    if not looped:
        del bits["loop_pump"]
    for i in range(1, rooms + 1):
        bits |= {name: frames.relay_bit(name) for name in (f"room{i}_compressor", f"room{i}_pump", f"room{i}_reversing")}
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
