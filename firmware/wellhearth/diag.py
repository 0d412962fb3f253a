"""The face of console/ at the serial prompt: `from wellhearth import diag`, then `diag.help()`."""

from .console.commands import (
    clock,
    clock_utc,
    force,
    found,
    help,
    history,
    io,
    journal,
    learn,
    learn_save,
    onewire,
    order,
    points,
    proof,
    recent,
    reset_trip,
    rooms,
    rooms_scan,
    scan,
    serve,
    service,
    set,
    status,
    trips,
    update,
    why,
)
from .console.views import send

__all__ = ["clock", "clock_utc", "force", "found", "help", "history", "io", "journal", "learn", "learn_save", "onewire",
           "order", "points", "proof", "recent", "reset_trip", "rooms", "rooms_scan", "scan", "send", "serve", "service",
           "set", "status", "trips", "update", "why"]
