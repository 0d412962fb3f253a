"""Which terminals of a board a config needs wired, and what hangs on each."""

from __future__ import annotations

from harness.pinout import module_of, pins

from ..wiring import pages
from . import boardcheck


def used(cfg) -> set[str]:
    """Functions of a board's pin table that this config works with, beside those that not every board has."""
    found = {"onewire", "master", "led", "button"}
    if cfg.bus is not None:
        found |= {"rs485_tx", "rs485_rx", "rs485_de"}
    if cfg.bms is not None:
        found |= {"bms_tx", "bms_rx"}
    if cfg.well is not None:
        found |= {"well_pump", "lift", "reinjection"} | ({"aux_well_pump"} if cfg.node.aux_contacts else set())
    for i in range(1, len(cfg.rooms) + 1):
        found |= {f"room{i}_{what}" for what in ("compressor", "pump", "reversing", "fan", "high_ok", "low_ok")}
        if cfg.node.aux_contacts:
            found.add(f"aux_room{i}_compressor")
    return found


def wires(cfg, board: str) -> list[tuple[int, str, str]]:
    """(GPIO, function, what is wired to it), by GPIO."""
    wanted = used(cfg) | boardcheck.needs(cfg, board)
    instead = [(name, number, other) for name, number, _kind, other in module_of(board).INSTEAD if name in wanted]
    taken = {other for _name, _number, other in instead}
    table = {name: number for name, (number, _kind) in pins(board).items() if name not in taken}
    table |= {name: number for name, number, _other in instead}
    titles = pages.titles()
    return sorted((number, name, titles[name]) for name, number in table.items() if name in wanted)
