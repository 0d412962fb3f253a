"""The firmware inside the simulator's own CPython process: the same board, the same frames, no second process.

Everything is loaded from its source: firmware/wellhearth under a private package name (so that nobody's patches or
copies meet), the modules of boards/sitl anew for every boot, as its state lives in the module. `Inside` stands where
process.Firmware stands, with the order of a pipe: a frame waits until its answer is asked for, a command lies between
two frames, and what is said is heard with the next answer. So the same seed makes the same decisions as MicroPython.

What it does not show: allocations in a scan, ints beyond 31 bits, the real duration of a scan (always 0 here) and
free memory (0). The MicroPython process stays the judge of those.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import importlib.util
import pkgutil
import sys
import types
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from . import lockstep, process, shims, village
from .process import FirmwareError, Said
from .sitl import ROOT, frames

PACKAGE = "inprocess_firmware"
BOARD = "inprocess_board"
BOARD_FOLDER = ROOT / "boards" / "sitl"
PARTS = ("pins", "clocks", "ports", "stores", "board")  # its modules with a state, each after those that it imports
PIPES = {"WELLHEARTH_IN": "0", "WELLHEARTH_OUT": "1"}


@functools.lru_cache(maxsize=1)
def firmware():
    """The firmware's `app` module out of the private package; loaded once, its modules keep no state of a node."""
    source = ROOT / "firmware" / "wellhearth"
    spec = importlib.util.spec_from_file_location(PACKAGE, source / "__init__.py", submodule_search_locations=[str(source)])
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    for info in pkgutil.walk_packages([str(source)], PACKAGE + "."):
        module = importlib.import_module(info.name)
        vars(module)["open"] = shims.FILES.open
        for name, shim in shims.OF_FIRMWARE.items():
            if hasattr(module, name):
                setattr(module, name, shim)
    return sys.modules[PACKAGE + ".app"]


@functools.lru_cache(maxsize=len(PARTS))
def board_code(part: str):
    """One module of the board, compiled."""
    source = BOARD_FOLDER / f"{part}.py"
    return compile(source.read_text(encoding="utf-8"), str(source), "exec")


def load_board(folder: str, env: dict[str, str]) -> types.ModuleType:
    """A board module of one's own, as a new process would have it; what it imports of boards/sitl is its own too."""
    files = shims.Files(folder, env)
    modules: dict[str, object] = {**shims.of_board(files), "frames": frames}

    def load(name, *_args):
        return modules.get(name) or importlib.import_module(name)

    own = dict(vars(builtins), open=files.open, __import__=load)
    for part in PARTS:
        module = modules[part] = types.ModuleType(BOARD)
        module.__dict__["__builtins__"] = own
        exec(board_code(part), module.__dict__)
    module.__dict__["DirectBoard"] = type("DirectBoard", (Direct, module.Board), {"__module__": BOARD})
    return module


class Direct:
    """What differs from the Board of boards/sitl: frames, texts and points are handed over as objects."""

    clock: Any  # the Board's

    def __init__(self):
        self.app = None
        self.said: list[tuple[int, object]] = []
        self.getters: list[attrgetter] | None = None
        super().__init__()
        self.clock.stopwatch_us = int  # int() is 0, and nothing is faster

    def serve(self, app, retry_s: int = 0) -> None:
        """Come back at once: `Inside` gives it its turns."""
        self.app = app

    def send(self, kind: int, body) -> None:
        """Texts, replies and events."""
        self.said.append((kind, bytes(body)))

    def telemetry(self, points) -> None:
        """Every point, once a second, in table order."""
        getters = self.getters
        if getters is None:
            getters = self.getters = [attrgetter(*[row.name for row in block.rows]) for block in points.blocks]
        values: list[int] = []
        for getter, block in zip(getters, points.blocks):
            values += getter(block)
        self.said.append((frames.OUT_TELEMETRY, values))


class Inside(process.Spoken):
    """The firmware in this process; the interface is process.Firmware's."""

    interrupted = 0  # Ctrl-Cs that landed in a scan and were passed on

    def __init__(self, folder: Path, seed: int, booted_s: int = 0, lines: dict[str, str] | None = None):
        """The same arguments: folder with its files, seed of its entropy, simulated time of power-up, terminals by name."""
        self.folder = str(folder)
        self.booted_s = booted_s
        self.env = dict(PIPES, WELLHEARTH_SEED=str(seed),
                        **{f"WELLHEARTH_{name.upper()}": path for name, path in (lines or {}).items()})
        self.said = Said()
        self.frames: list[bytes] = []
        self.answered: tuple[int, ...] | None = None
        self.ended = False  # it reset itself
        self.closed = False
        self.wait_s = 0.0
        app = firmware()
        shims.FILES.folder = self.folder
        self.attach(load_board(self.folder, self.env))
        self.module.safe()
        try:
            self.board = self.module.DirectBoard()
            self.board.fout = self
            app.run(self.board)
        except SystemExit:  # the boot itself asked for a reset
            self.ended = True
        vars(app).update(current=None, hardware=None)

    def attach(self, module: types.ModuleType) -> None:
        """Hold a board module: its arrays are the frames' memory."""
        self.module = module
        self.inward = memoryview(module._in).cast("B")

    def __getstate__(self) -> dict:
        """For a checkpoint (checkpoint.py): without the memory of the frames, which belongs to the module."""
        return {name: value for name, value in vars(self).items() if name != "inward"}

    def __setstate__(self, state: dict) -> None:
        for name, value in state.items():  # not __dict__.update: see checkpoint.set_attributes
            setattr(self, name, value)
        self.attach(self.module)

    def moved(self, folder: Path) -> None:
        """Its files lie somewhere else now."""
        self.folder = str(folder)

    def send(self, frame: bytes) -> None:
        """A frame into the pipe: nobody looks at it before the next answer is asked for."""
        self.frames.append(frame)

    def write(self, words) -> None:
        """What the board writes into its pipe: an answer. What was said before it is heard with it."""
        self.answered = tuple(words)
        if self.board.said and not self.closed:
            self.hear()

    def hear(self) -> None:
        """Note what waits in the pipe."""
        said, self.board.said = self.board.said, []
        for kind, body in said:
            if kind == frames.OUT_TELEMETRY:
                self.said.telemetry = tuple(body)
            else:
                self.note(kind, body)

    def answer(self) -> tuple[int, ...] | None:
        """Let the board obey what waits, up to and including an answer; None when it reset itself."""
        self.answered = None
        while self.answered is None:
            if self.ended:
                self.hear()
                return None
            if not self.frames:
                raise FirmwareError("the board was asked for an answer to no frame")
            self.turn()
        return self.answered

    def turn(self) -> None:
        """The board obeys the oldest frame."""
        self.inward[:] = self.frames.pop(0)
        shims.FILES.folder = self.folder
        board = self.board
        try:
            board.turn(board.app)
        except SystemExit as e:
            if e.code != frames.RESET_STATUS:
                raise FirmwareError(f"the firmware ended with status {e.code}: {self.complaint()}") from e
            self.ended = True
        except Exception as e:
            raise FirmwareError(f"the firmware ended: {e!r}: {self.complaint()}") from e
        self.obey_a_person(getattr(board.app, "node", None))

    def obey_a_person(self, node) -> None:
        """KeyboardInterrupt when one landed in a scan: the firmware takes it for somebody's at a board's prompt and goes on
        (node/scan.py), but here it was meant for the command."""
        if node is not None and node.p.interrupted != self.interrupted:
            self.interrupted = node.p.interrupted
            raise KeyboardInterrupt

    def complaint(self) -> str:
        """What it said last."""
        return " | ".join(self.said.texts[-3:]) or "it said nothing"

    def close(self) -> None:
        """As with a process: what is in the pipe is still obeyed, but nobody hears of it; then it ends."""
        if self.closed:
            return
        self.closed = True
        while self.frames and not self.ended:
            self.turn()
        for line in self.board.lines.values():
            line.pty.close()


class Values(Mapping):
    """Points by name, read only; making a dict of all of them every second would cost 4 % of the speed."""

    def __init__(self, places: dict[str, int], values: tuple[int, ...]):
        """places: each name's index in `values`."""
        self.places = places
        self.values_now = values

    def __getitem__(self, name: str) -> int:
        return self.values_now[self.places[name]]

    def get(self, name: str, default=None):
        """The point's value, or `default`."""
        place = self.places.get(name)
        return default if place is None else self.values_now[place]

    def __contains__(self, name) -> bool:
        return name in self.places

    def __iter__(self):
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


class Rig(lockstep.Rig):
    """lockstep.Rig with the firmware in this process."""

    process = Inside
    firmware: Inside
    places: dict[str, int] | None = None

    def points(self) -> Mapping[str, int]:
        """The last telemetry by point name; empty before the first."""
        if self.places is None:
            self.places = {name: i for i, name in enumerate(self.names)}
        values = self.firmware.said.telemetry
        return Values(self.places, values) if values else {}


class Village(village.Village):
    """village.Village with every board in this process."""

    process = Inside
