"""The simulator's side of EnergyPlus's process: start it, give it heat minute by minute, hear temperatures, end it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

from plant.house import PlantError

from . import dwelling_idf, engine, frames

HOST_TESTS = Path(__file__).resolve().parents[1]
LIBRARY = "libenergyplusapi.so"
INSTALL = "`make .venv-energyplus/installed` installs it (230 MB)"


def library() -> Path:
    """EnergyPlus's C API; PlantError says how to get it."""
    program = engine.binary()
    if program is None:
        raise PlantError(f"EnergyPlus is not installed here: {INSTALL}")
    path = program.absolute().parent / LIBRARY
    if not path.is_file():
        raise PlantError(f"{program.parent} has no {LIBRARY}: {INSTALL}")
    return path


def end(process: subprocess.Popen, fds: list[int], folder: tempfile.TemporaryDirectory) -> None:
    """Close the pipes, wait for the process or kill it, remove its folder. May be called when much is gone already."""
    while fds:
        os.close(fds.pop())
    try:
        process.wait(5.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    folder.cleanup()


class Link:
    """EnergyPlus with the village house, from a day of a weather file on. `minute` advances it; `state` is its last word."""

    def __init__(self, epw: Path, first_day: int, start_c: list[float], blown_w_m2k: float = 0.0):
        """start_c: of each room's air when the run begins. blown_w_m2k: see guest.py."""
        path = library()
        folder = tempfile.TemporaryDirectory(prefix="energyplus-", ignore_cleanup_errors=True)
        Path(folder.name, "in.idf").write_text(dwelling_idf.write(first_day))
        theirs, self._out = os.pipe()
        self._in, answers = os.pipe()
        line = [sys.executable, "-m", "energyplus.guest", str(path), folder.name, str(epw.resolve()), str(theirs),
                str(answers), ",".join(f"{value:.6f}" for value in start_c), str(blown_w_m2k)]
        with Path(folder.name, "said.txt").open("wb") as said:
            self._process = subprocess.Popen(line, cwd=HOST_TESTS, pass_fds=(theirs, answers), stdin=subprocess.DEVNULL,
                                             stdout=said, stderr=subprocess.STDOUT, env=os.environ | {
                                                 "PYTHONPATH": str(HOST_TESTS)}, start_new_session=True)  # Ctrl-C is ours
        os.close(theirs)
        os.close(answers)
        self._folder = folder
        self.close = weakref.finalize(self, end, self._process, [self._in, self._out], folder)
        self.outside_c, self.zones = self._hear()

    def __reduce__(self):
        raise TypeError("EnergyPlus runs in a process of its own, whose state no file can hold")

    def minute(self, heat_w: list[float], blows: list[bool]) -> None:
        """One minute with these W from the units, and which of them blew; PlantError when EnergyPlus has ended."""
        with contextlib.suppress(OSError):  # it has ended: what it said of it is read below
            frames.write(self._out, frames.HEAT, frames.doubles([*heat_w, *blows]))
        self.outside_c, self.zones = self._hear()

    def _hear(self) -> tuple[float, list[frames.Zone]]:
        kind, body = frames.read(self._in)
        if kind == frames.STATE:
            return frames.state_of(body)
        why = body.decode(errors="replace") if kind == frames.WORD else self._silence()
        self.close()
        raise PlantError(f"EnergyPlus ended: {why}")

    def _silence(self) -> str:
        """Why it ended without a word."""
        status = self._process.wait()
        said = Path(self._folder.name, "said.txt").read_text(errors="replace").strip().splitlines()
        return f"its process with {status}; {' '.join(said[-2:]) or 'it said nothing'}"
