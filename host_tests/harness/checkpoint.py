"""A running simulation in a file and back: plant, wiring, the firmware's live objects, its files, the metrics.

Pickle does most of it. What it cannot do alone is here: lambdas (the wiring has them), views of an array that others
share, and the board's module, which is loaded anew and gets its arrays' content back.
"""

from __future__ import annotations

import array
import ctypes
import functools
import hashlib
import importlib
import io
import marshal
import os
import pickle
import shutil
import sys
import tempfile
import types
import zlib
from pathlib import Path

from . import inprocess
from .lockstep import MEMORY
from .sitl import ROOT

VERSION = 1
MAGIC = b"wellhearth checkpoint\n"
CODE = ("firmware", "boards/sitl", "host_tests/plant", "host_tests/harness", "tools/whtools/sim")
SEASON = ("season", "season_rows")  # of the tools; the others only look
SUFFIXES = (".py", ".json", ".csv", ".toml", ".npz")


class CheckpointError(Exception):
    """A checkpoint that cannot be written or used; the message says why."""


@functools.lru_cache(maxsize=1)
def code_revision() -> str:
    """Hash of every file that decides what is simulated, and of the Python that runs it.

    Taken once, when a season begins: files that change later are not what runs.
    """
    digest = hashlib.sha256(sys.version.encode())
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in SUFFIXES or (folder == "tools/whtools/sim" and path.stem not in SEASON):
                continue
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


# -- what pickle cannot do alone --

def make_view(of, offset: int, n: int, code: str) -> memoryview:
    """A view into `of`: `n` bytes from byte `offset`, as elements of `code`."""
    return memoryview(of).cast("B")[offset : offset + n].cast(code)


def reduce_view(view: memoryview):
    """The view as (array, offset, length), so that it is a view of the same array again."""
    if view.readonly or not view.c_contiguous or view.ndim != 1:
        raise CheckpointError("a view that is read only or has gaps cannot be stored")
    base = ctypes.addressof(ctypes.c_char.from_buffer(memoryview(view.obj).cast("B")))
    offset = ctypes.addressof(ctypes.c_char.from_buffer(view.cast("B"))) - base if view.nbytes else 0
    return make_view, (view.obj, offset, view.nbytes, view.format)


def make_function(code: bytes, module: str, name: str, defaults, kwdefaults, closure):
    """A function from its marshalled code; its globals are those of its module."""
    function = types.FunctionType(marshal.loads(code), vars(importlib.import_module(module)), name, defaults, closure)
    function.__kwdefaults__ = kwdefaults
    return function


def make_cell() -> types.CellType:
    """A closure's cell, still empty."""
    return types.CellType()


def set_cell(cell: types.CellType, content) -> None:
    """Fill a closure's cell."""
    cell.cell_contents = content


def set_attributes(obj, state: dict) -> None:
    """An object's attributes one by one: filling its __dict__ at once would cost a third of the speed ever after.

    (CPython keeps attributes in the object as long as nobody has asked for its __dict__; PEP 659, objects/dictobject.c.)
    """
    for name, value in state.items():
        object.__setattr__(obj, name, value)


def plain(obj) -> bool:
    """Whether an object is its attributes and nothing else."""
    cls = type(obj)
    return (cls.__reduce_ex__ is object.__reduce_ex__ and cls.__reduce__ is object.__reduce__
            and getattr(cls, "__getstate__", None) is getattr(object, "__getstate__", None)
            and not hasattr(cls, "__setstate__") and cls.__new__ is object.__new__ and hasattr(obj, "__dict__")
            and not any("__slots__" in vars(base) for base in cls.__mro__))


def named(function: types.FunctionType) -> bool:
    """Whether a function can be found by its name."""
    found = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function


class Pickler(pickle.Pickler):
    """Pickles one rig and what belongs to it; the board's module and its arrays are told by name."""

    def __init__(self, file, board: types.ModuleType):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.names = {id(value): name for name, value in vars(board).items() if isinstance(value, array.array)
                      or isinstance(value, (type, types.FunctionType)) and value.__module__ == inprocess.BOARD}
        self.names[id(board)] = ""

    def persistent_id(self, obj):
        """The board module's classes, functions and arrays by name; other modules by theirs."""
        if id(obj) in self.names:
            return "board", self.names[id(obj)]
        if isinstance(obj, types.ModuleType):
            return "module", obj.__name__
        return None

    def reducer_override(self, obj):
        """Views, lambdas and functions inside functions."""
        if isinstance(obj, memoryview):
            return reduce_view(obj)
        if isinstance(obj, types.CellType):
            return make_cell, (), obj.cell_contents, None, None, set_cell
        if isinstance(obj, types.FunctionType) and not named(obj):
            return make_function, (marshal.dumps(obj.__code__), obj.__module__, obj.__name__, obj.__defaults__,
                                   obj.__kwdefaults__, obj.__closure__)
        if not isinstance(obj, type) and plain(obj):
            return object.__new__, (type(obj),), vars(obj), None, None, set_attributes
        return NotImplemented


class Unpickler(pickle.Unpickler):
    """The way back, onto a board module that has just been loaded."""

    def __init__(self, file, board: types.ModuleType):
        super().__init__(file)
        self.board = board

    def persistent_load(self, pid):
        """What `Pickler.persistent_id` named."""
        kind, name = pid
        if kind == "module":
            return importlib.import_module(name)
        return getattr(self.board, name) if name else self.board


# -- one rig with everything that hangs on it --

def freeze(rig: inprocess.Rig, extra: dict) -> bytes:
    """`extra` (whose objects may refer to the rig) and the rig, with its files, as bytes."""
    if rig.lines:
        raise CheckpointError("a node with a bus or bms line cannot be stored: its terminals are the host's")
    inside = rig.firmware
    arrays = {name: value.tolist() for name, value in vars(inside.module).items() if isinstance(value, array.array)}
    files = {path.name: path.read_bytes() for path in rig.folder.iterdir()}
    body = io.BytesIO()
    try:
        Pickler(body, inside.module).dump((rig, extra))
    except (TypeError, AttributeError, pickle.PicklingError) as e:
        raise CheckpointError(f"this simulation holds something that cannot be stored: {e}") from e
    return pickle.dumps({"env": inside.env, "arrays": arrays, "files": files, "objects": body.getvalue()})


def thaw(data: bytes) -> tuple[inprocess.Rig, dict]:
    """The rig and `extra` out of `freeze`, in a new folder; each call gives another, independent one."""
    stored = pickle.loads(data)
    inprocess.firmware()
    folder = Path(tempfile.mkdtemp(prefix="wellhearth-", dir=MEMORY))
    try:
        for name, content in stored["files"].items():
            (folder / name).write_bytes(content)
        board = inprocess.load_board(str(folder), stored["env"])
        for name, values in stored["arrays"].items():
            getattr(board, name)[:] = array.array("i", values)
        rig, extra = Unpickler(io.BytesIO(stored["objects"]), board).load()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    rig.folder = folder
    rig.firmware.moved(folder)
    return rig, extra


def write(path: Path, identity: dict, data: bytes) -> None:
    """Store `data` power-safe, with what it belongs to."""
    temp = path.with_suffix(".new")
    with temp.open("wb") as f:
        f.write(MAGIC)
        pickle.dump({"version": VERSION, "code": code_revision(), **identity}, f)
        f.write(zlib.compress(data, 1))
        f.flush()
        os.fsync(f.fileno())
    temp.rename(path)


def apart(task) -> None:
    """Call `task()` in a forked copy of this process and wait for it; CheckpointError when it failed.

    Looking at objects (their __dict__) makes them slow, so a copy looks.
    """
    if not hasattr(os, "fork"):
        task()
        return
    sys.stdout.flush()
    sys.stderr.flush()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        reason = "it ended without a reason"
        try:
            task()
            reason = ""
        except BaseException as e:
            reason = str(e) or repr(e)
        finally:
            os.write(tell, reason.encode()[:4000])
            os._exit(1 if reason else 0)
    os.close(tell)
    with os.fdopen(told) as f:
        reason = f.read()
    if os.waitpid(child, 0)[1]:
        raise CheckpointError(f"no checkpoint was written: {reason or 'the copy of the process was killed'}")


def read(path: Path, identity: dict | None = None) -> tuple[dict, bytes]:
    """(identity, data) of a file; CheckpointError when it is another version's, another code's or another run's."""
    with path.open("rb") as f:
        if f.read(len(MAGIC)) != MAGIC:
            raise CheckpointError(f"{path} is no checkpoint of wellhearth season")
        try:
            found = pickle.load(f)
            data = zlib.decompress(f.read())
        except (pickle.UnpicklingError, EOFError, zlib.error) as e:
            raise CheckpointError(f"{path} is damaged: {e}") from None
    if found["version"] != VERSION:
        raise CheckpointError(f"{path} is of version {found['version']}, wanted {VERSION}: begin again with --anew")
    if found["code"] != code_revision():
        raise CheckpointError(
            f"{path} was written by other code (firmware, plant, tools or Python): begin again with --anew")
    for key, value in (identity or {}).items():
        if found.get(key) != value:
            raise CheckpointError(f"{path} belongs to another run: its {key} is {found.get(key)}, this one's is {value}")
    return found, data
