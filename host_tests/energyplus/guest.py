"""EnergyPlus in a process of its own: its C API by ctypes, a frame of heat in and a frame of temperatures out each minute.

    python -m energyplus.guest LIBRARY FOLDER EPW IN OUT START_C BLOWN

FOLDER holds in.idf; IN and OUT are descriptors of pipes, START_C what each room is held at while EnergyPlus warms up and
through the day before the run (in the first hour of its own run period EnergyPlus takes the hour before from elsewhere).
BLOWN: convection in W/(m2 K) of the surfaces of a room whose unit blows; 0: EnergyPlus's own, of still air.
EnergyPlus keeps its own loop: it stands still in the callback at the begin of a zone time step until a frame of heat comes.
A process, not a thread: what ends EnergyPlus ends this only, and its own Python stays out of the simulator's.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from . import dwelling, dwelling_idf, frames

WARM_W_K, WARM_W_K_MIN = 2000.0, 50.0  # of the PI that holds a room before the run
LEAD_MIN = 1440 * dwelling_idf.LEAD_DAYS
CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def library(path: str) -> ctypes.CDLL:
    """The C API with the types of what is called here (its api/*.h)."""
    lib = ctypes.CDLL(path)
    state, text, whole, real = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_double
    kinds = {
        "stateNewPython": (state, []), "energyplus": (whole, [state, whole, ctypes.POINTER(text)]),
        "setConsoleOutputState": (None, [state, whole]), "requestVariable": (None, [state, text, text]),
        "getVariableHandle": (whole, [state, text, text]), "getVariableValue": (real, [state, whole]),
        "getActuatorHandle": (whole, [state, text, text, text]), "setActuatorValue": (None, [state, whole, real]),
        "resetActuator": (None, [state, whole]),
        "warmupFlag": (whole, [state]), "apiDataFullyReady": (whole, [state]),
        "callbackBeginZoneTimeStepBeforeInitHeatBalance": (None, [state, CALLBACK]),
        "callbackEndOfZoneTimeStepAfterZoneReporting": (None, [state, CALLBACK]),
    }
    for name, (result, arguments) in kinds.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


class Guest:
    """EnergyPlus and the two pipes."""

    def __init__(self, lib: ctypes.CDLL, folder: Path, pipes: tuple[int, int], start_c: list[float], blown_w_m2k: float):
        self.lib, self.folder, self.start_c, self.blown_w_m2k = lib, folder, start_c, blown_w_m2k
        self.into, self.out = pipes
        self.state = lib.stateNewPython()
        self.outside = -1
        self.handles: list[list[int]] = []
        self.units: list[int] = []
        self.faces: list[list[int]] = []  # convection of each room's surfaces
        self.blows = [0.0] * len(start_c)
        self.held_w = [0.0] * len(start_c)
        self.lead = LEAD_MIN
        self.waited = False  # a frame of heat is at work, its answer is due
        lib.setConsoleOutputState(self.state, 0)
        self.wanted = [(name, room.name) for room in dwelling.ROOMS for name in dwelling_idf.OUTPUTS]
        self.wanted += [("Other Equipment Total Heating Rate", f"{room.name} unit") for room in dwelling.ROOMS]
        self.wanted.append(("Site Outdoor Air Drybulb Temperature", "Environment"))
        for name, key in self.wanted:
            lib.requestVariable(self.state, name.encode(), key.encode())
        self.callbacks = [CALLBACK(self.guarded(self.begin)), CALLBACK(self.guarded(self.end))]
        lib.callbackBeginZoneTimeStepBeforeInitHeatBalance(self.state, self.callbacks[0])
        lib.callbackEndOfZoneTimeStepAfterZoneReporting(self.state, self.callbacks[1])

    def guarded(self, work):
        """A callback that ends the process with its reason when it fails: ctypes would only print it and go on."""
        def call(_state) -> None:
            try:
                work()
            except BaseException as e:
                self.give_up(f"{type(e).__name__}: {e}")
        return call

    def give_up(self, why: str) -> None:
        """Tell why, and end here: EnergyPlus cannot be unwound from inside a callback."""
        try:
            if why:
                frames.write(self.out, frames.WORD, why.encode())
            else:
                shutil.rmtree(self.folder, ignore_errors=True)  # the other side may have been killed
        finally:
            os._exit(1 if why else 0)

    def handle(self, name: str, key: str) -> int:
        """A variable's handle."""
        found = self.lib.getVariableHandle(self.state, name.encode(), key.encode())
        if found < 0:
            raise LookupError(f"EnergyPlus has no variable {name!r} of {key!r}")
        return found

    def actuator(self, component: str, kind: str, key: str) -> int:
        """An actuator's handle."""
        found = self.lib.getActuatorHandle(self.state, component.encode(), kind.encode(), key.encode())
        if found < 0:
            raise LookupError(f"EnergyPlus has no actuator {kind!r} of {key!r}")
        return found

    def look_up(self) -> None:
        """All handles, once they are there."""
        self.outside = self.handle(*self.wanted[-1])
        for room in dwelling.ROOMS:
            self.handles.append([self.handle(name, room.name) for name in dwelling_idf.OUTPUTS]
                                + [self.handle("Other Equipment Total Heating Rate", f"{room.name} unit")])
            self.units.append(self.actuator("OtherEquipment", "Power Level", f"{room.name} unit"))
            self.faces.append([self.actuator("Surface", "Interior Surface Convection Heat Transfer Coefficient", name)
                               for name in dwelling_idf.faces(room)])

    def set_heat(self, watts) -> None:
        """What the units give from now on."""
        for unit, value in zip(self.units, watts):
            self.lib.setActuatorValue(self.state, unit, value)

    def stir(self, blows) -> None:
        """Whose unit blows has other films on its surfaces."""
        for i, (now, before) in enumerate(zip(blows, self.blows)):
            for face in self.faces[i] if now != before else ():
                if now:
                    self.lib.setActuatorValue(self.state, face, self.blown_w_m2k)
                else:
                    self.lib.resetActuator(self.state, face)
        self.blows = blows

    def begin(self) -> None:
        """A zone time step begins: hold the rooms before the run, then wait for heat."""
        if not self.units:
            if not self.lib.apiDataFullyReady(self.state):
                return
            self.look_up()
        warming = self.lib.warmupFlag(self.state)
        if warming or self.lead > 0:
            self.lead -= not warming
            self.hold()
            return
        if not self.waited:
            self.tell()  # the state that the run begins with
            self.waited = True
        kind, body = frames.read(self.into)
        if kind != frames.HEAT:
            self.give_up("")
        values = frames.numbers(body)
        self.set_heat(values[: len(self.units)])
        if self.blown_w_m2k:
            self.stir(values[len(self.units) :])

    def hold(self) -> None:
        """Keep the rooms where the run shall find them."""
        missing = [aim - self.lib.getVariableValue(self.state, h[0]) for aim, h in zip(self.start_c, self.handles)]
        self.held_w = [w + WARM_W_K_MIN * k for w, k in zip(self.held_w, missing)]
        self.set_heat([w + WARM_W_K * k for w, k in zip(self.held_w, missing)])

    def end(self) -> None:
        """A zone time step has ended."""
        if self.waited:
            self.tell()

    def tell(self) -> None:
        """The state, as a frame."""
        value, state = self.lib.getVariableValue, self.state
        values = [value(state, self.outside)]
        for handles in self.handles:
            values += [value(state, handle) for handle in handles]
        frames.write(self.out, frames.STATE, frames.doubles(values))


def last_words(folder: Path) -> str:
    """What EnergyPlus complained of."""
    report = folder / "eplusout.err"
    lines = report.read_text(errors="replace").splitlines() if report.exists() else []
    return " ".join(line.strip(" *") for line in lines if "Severe" in line or "Fatal" in line)[:600] or "it does not say why"


def main(words: list[str]) -> int:
    """Run until the other side closes its pipe, or EnergyPlus ends."""
    folder = Path(words[1])
    guest = Guest(library(words[0]), folder, (int(words[3]), int(words[4])), [float(word) for word in words[5].split(",")],
                  float(words[6]))
    line = [b"energyplus", b"-w", words[2].encode(), b"-d", words[1].encode(), str(folder / "in.idf").encode()]
    status = guest.lib.energyplus(guest.state, len(line), (ctypes.c_char_p * len(line))(*line))
    why = "the year is over" if status == 0 else f"EnergyPlus ended with {status}: {last_words(folder)}"
    guest.give_up(why)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
