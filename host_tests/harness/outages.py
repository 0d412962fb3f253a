"""What takes away power, stored files, or the line between the nodes (see faults.py).

Every setter is `change(world, target, value)`; `value` None mends.
"""

from __future__ import annotations

import random

from .breaking import FaultError

FILES = {"config": "config.json", "settings": "settings.json", "ledger": "ledger.json", "journal": "journal.txt",
         "kept": "kept.json"}


def line(world):
    """The RS-485 line of a village."""
    found = getattr(world, "line", None)
    if found is None:
        raise FaultError("this house has no bus that could break (try the scenario village)")
    return found


def stations(world) -> list[str]:
    """Nodes on the line."""
    line(world)
    return ["well"] + [f"room{i + 1}" for i in range(len(world.rooms))]


def boards(world) -> dict:
    """Every board of this world, by the prefix of its files; each has `folder`, `firmware`, `restart()` and `brown_out`."""
    if not hasattr(world, "boards"):
        return {"": world}
    return {"well/": world.well} | {f"room{i}/": board for i, board in enumerate(world.rooms, start=1)}


def files(world) -> list[str]:
    """Stored files, in a village with their node: room1/settings."""
    return [prefix + name for prefix in boards(world) for name in FILES]


def needed(world, name: str) -> None:
    """FaultError where this kind of rig knows nothing of it."""
    if not hasattr(world, name):
        raise FaultError(f"this rig has no {name}")


def power(world, _target, value) -> None:
    """The controllers' supply goes and comes back."""
    if value is not None:
        world.restart()


def brown_out(world, _target, value) -> None:
    """From here on each start of a motor takes its controller's supply away for a moment."""
    for board in boards(world).values():
        needed(board, "brown_out")
        board.brown_out = value is not None


def blackout(world, _target, value) -> None:
    """All power of the house."""
    needed(world, "blackout")
    world.blackout(value is not None)


def damage(world, target, value) -> None:
    """A stored file, then a boot. Mended: a damaged config is written anew, the rest is the firmware's business."""
    prefix, _, name = target.rpartition("/")
    board = boards(world)[prefix + "/" if prefix else ""]
    needed(board, "firmware")
    path = board.folder / FILES[name]
    spared = path.with_name(path.name + ".spared")
    if value is None and not (name == "config" and spared.exists()):
        return
    board.firmware.close()  # it may be writing at this moment
    if value is None:
        spared.replace(path)
    else:
        rng = random.Random(f"files-{world.seed}-{target}-{value}")
        old = path.read_bytes() if path.exists() else rng.randbytes(32)  # not stored yet: rubbish in its place
        if name == "config" and not spared.exists():
            spared.write_bytes(old)
        path.write_bytes(_kept(rng, value) if name == "kept" else _spoilt(rng, old, value))
    world.restart() if board is world else board.restart()


def _spoilt(rng: random.Random, data: bytes, value: float) -> bytes:
    """Cut off somewhere (-1), or one bit flipped."""
    if value < 0 or not data:
        return data[: rng.randrange(len(data))] if data else data
    spoilt = bytearray(data)
    spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def _kept(rng: random.Random, value: float) -> bytes:
    """The words that outlive a reset on a chip have no form that could be broken: a bit of one flips, or they are gone."""
    words = [0, 6, 0, 0]  # boots, the phase "running", why
    if value < 0:
        words = [0] * 4
    else:
        words[rng.randrange(4)] ^= 1 << rng.randrange(30)
    return " ".join(str(word) for word in words).encode()


def cut(world, target, value) -> None:
    """A node's plug."""
    world.boards[stations(world).index(target)].station.plugged = value is None


def noise(world, _target, value) -> None:
    """Spoilt frames."""
    line(world).noise = 0.0 if value is None else float(value)


def babble(world, _target, value) -> None:
    """Somebody talks without a pause."""
    wires = line(world)
    if value is None:
        wires.jam_until_us = 0.0
    else:
        wires.babble(world.t_s * 1e6, float(value) * 1e6)
