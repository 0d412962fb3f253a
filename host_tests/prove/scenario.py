"""A counter-example as a scenario that `make sim` runs: the same causes in the same order, at the firmware's own times."""

from __future__ import annotations

import contextlib

from . import abstraction as a
from .machine import Machine, Violation
from .search import CUT, do

# By input and value: a fault of the simulated world (harness/faults.py), its target and value.
FAULTS = {
    (a.FLOW, 1): ("pump_worn", "", 0.667), (a.FLOW, 2): ("dry_well", "", None),
    (a.PRESSURE, 1): ("clogged_well", "", 40.0), (a.PRESSURE, 2): ("transmitter_open", "pressure", None),
    (a.LEAVING, 1): ("cold_source", "", 6.5), (a.LEAVING, 2): ("sensor_open", "leaving1", None),
    (a.WELL_PUMP, 1): ("relay_welded", "well_pump", None), (a.WELL_PUMP, 2): ("relay_dead", "well_pump", None),
    (a.COMPRESSOR, 1): ("relay_welded", "room1_compressor", None),
    (a.COMPRESSOR, 2): ("relay_dead", "room1_compressor", None),
    (a.UNIT_PUMP, 1): ("relay_welded", "room1_pump", None), (a.UNIT_PUMP, 2): ("relay_dead", "room1_pump", None),
    (a.UNIT_PUMP, 3): ("unit_pump_seized", "room1", None),
}
HEAD = """# A counter-example of `make prove`: {why}
# It was found with shortened times and a water of a few lines; here the times are the firmware's own and the plant is whole.
# Whoever resets what is locked out, and the room's mode, are no faults of the world: those moves stand as comments.
help = "counter-example of make prove"
hours = {hours}
settle_h = 0
rooms = 1

[node]
restart_min_s = 30
restart_max_s = 30

[well]
return_pulses_per_m3 = 0

[room]
setpoint_mc = 26000
"""


def words(move: tuple) -> str:
    """A move for a person."""
    if move[0] == "set":
        name = a.NAMES[move[1]]
        return f"{name.replace('_', ' ')}: {a.INPUTS[name][move[2]]}"
    return {"hold": "time goes on, " + str(move[-1]), "cut": "the power fails and comes back",
            "back": "faults gone, locked rows reset, heat asked for"}[move[0]]


def clock(s: float) -> str:
    """hh:mm:ss of a second of the scenario, rounded up."""
    n = -int(-s // 1)
    return f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}"


def table(begin_s: float, end_s: float, what: tuple) -> str:
    """One [[fault]]."""
    name, target, value = what
    lines = ["[[fault]]", f'at = "{clock(begin_s)}"', f"minutes = {max(1.0, end_s - begin_s) / 60:.3f}", f'name = "{name}"']
    lines += [f'target = "{target}"'] if target else []
    lines += [f"value = {value}"] if value is not None else []
    return "\n".join(lines)


def of(path: list[tuple], why: str, planted: dict | None = None) -> str:
    """The scenario (TOML) of a path from the first boot. planted: the fault that was planted when it was found."""
    m = Machine(planted)
    now_s = 0.0
    since: dict[tuple[int, int], float] = {}
    parts: list[str] = []

    def put(which: int, value: int) -> None:
        for other in [pair for pair in since if pair[0] == which]:
            parts.append(table(since.pop(other), now_s, FAULTS[other]))
        if (which, value) in FAULTS:
            since[which, value] = now_s

    for move in path:
        parts.append(f"# {clock(now_s)} {words(move)}")
        if move[0] == "set":
            put(move[1], move[2])
        elif move == CUT:
            parts.append(table(now_s, now_s + 1.0, ("power_cut", "", None)))
        elif move == ("back",):
            for which in range(a.DEMAND):
                put(which, 0)
            break
        begin = m.world.ms
        with contextlib.suppress(Violation):  # what it was all about
            do(m, move)
        now_s += a.longer((m.world.ms - begin) / 1000)
    end_s = now_s + a.longer(a.BACK_S)
    for pair, begin_s in since.items():
        parts.append(table(begin_s, end_s, FAULTS[pair]))
    return HEAD.format(why=why, hours=round(end_s / 3600 + 0.05, 2)) + "\n" + "\n\n".join(parts) + "\n"
