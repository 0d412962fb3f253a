"""A toy plant at the other end of a board's cable: the real Prompt of the gateway asks the real node and its real command
layer, in this process. `go` lets time pass in a thread, `speed` times as fast as real time.
"""

from __future__ import annotations

import contextlib
import io
import threading
import time
from types import SimpleNamespace

from wellhearth import app, version
from wellhearth.links import commands, orders
from whtools.device.link import LinkError
from whtools.gateway.nodes.prompt import Prompt, PromptWay
from whtools.gateway.nodes.transport import Clock

from .toyplant import MONDAY, ToyPlant, plant_config

DAY_2000 = 946_684_800  # UTC seconds since 1970
ONE_AT_A_TIME = threading.Lock()  # `app.current` is the module's: two plants of one process take turns
TWO_BUILDINGS = [{"line": "bms", "address": 61 + i, "name": name} for i, name in enumerate(("ward", "school"))]
EVERYTHING = {
    "electricity_fen": 65, "gas_fen": 320, "tank": {"line": "bms", "address": 55},
    "backups": [{"line": "bms", "address": 56, "kind": "boiler", "power_kw": 200, "bivalence_mc": -10000}],
    "quality": [{"line": "bms", "address": 57}], "buildings": TWO_BUILDINGS}


class Cable:
    """What has `run`, as device.link.Link. unplugged: nobody answers."""

    def __init__(self, plant: ToyPlant, serial: str):
        self.plant, self.serial, self.unplugged = plant, serial, False
        self.notes: list[str] = []
        self.layer = commands.Commands(plant.node, lambda _now_s, text: self.notes.append(text))

    def write(self, path, value, who="console", role="i") -> str:
        """As main_loop.App.write."""
        order = orders.Order(commands.CONSOLE, role, who, path, value)
        return self.layer.words(order, self.layer.give(order))

    def run(self, code: str, timeout_s: float = 30) -> str:
        """Code at the prompt; what it printed."""
        if self.unplugged:
            raise LinkError("the cable is unplugged")
        board = SimpleNamespace(SECRET_PATH="/nowhere")
        running = SimpleNamespace(node=self.plant.node, links=SimpleNamespace(commands=self.layer), write=self.write,
                                  journal=SimpleNamespace(lines=()), board=board)
        out = io.StringIO()
        with ONE_AT_A_TIME:
            before = vars(app)["current"]
            vars(app).update(current=running)
            vars(version).setdefault("BOARD", "toy")
            try:
                with contextlib.redirect_stdout(out):
                    exec(code, {})
            finally:
                vars(app).update(current=before)
        return out.getvalue().strip()

    def close(self) -> None:
        """Nothing to let go of."""


class Named(Prompt):
    """Its serial number stands in no file."""

    def identify(self):
        """As the node says, with the serial."""
        said = super().identify()
        return type(said)(said.vendor, said.product, said.version, self.link.serial, said.name)


class PlantWay(PromptWay):
    """A way to one toy plant, and its time (wall and monotonic seconds of a clock that the plant's seconds turn)."""

    def __init__(self, plant: ToyPlant, serial: str = "plant-1", speed: float = 1.0):
        super().__init__(serial)
        self.plant, self.speed, self.cable = plant, speed, Cable(plant, serial)
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self.pace, daemon=True)

    def open(self) -> None:
        """The cable is there."""
        self.link = self.cable  # type: ignore[assignment]

    def units(self):
        """The one board."""
        return [Named(self.cable, self.name)]

    def run(self, seconds: int) -> None:
        """So many seconds of the plant at once."""
        with ONE_AT_A_TIME:
            self.plant.run(seconds)

    def pace(self) -> None:
        """The thread."""
        due = time.monotonic()
        while not self.ended.is_set():
            self.run(1)
            due = max(due + 1 / self.speed, time.monotonic() - 1)
            time.sleep(max(0.001, due - time.monotonic()))

    def go(self) -> PlantWay:
        """From now on time passes."""
        self.thread.start()
        return self

    def end(self) -> None:
        """No more."""
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join(5)


class PlantClock(Clock):
    """The time of a toy plant; `ahead_s` turns it on by hand."""

    def __init__(self, plant: ToyPlant):
        self.plant, self.ahead_s = plant, 0.0

    def wall(self) -> float:
        """UTC seconds since 1970."""
        return DAY_2000 + MONDAY * 86400 + self.plant.t + self.ahead_s

    def mono(self) -> float:
        """Seconds of the plant."""
        return float(self.plant.t) + self.ahead_s


def plant_way(serial: str = "plant-1", wells: int = 3, machines: int = 2, speed: float = 1.0, water_c: float = 36.0,
              need_kw: float = 200.0, **changes) -> PlantWay:
    """A plant with all that a plant may have, and its way."""
    data = plant_config(wells, machines, **{**EVERYTHING, **changes})
    plant = ToyPlant(data, need_kw=need_kw, water_c=water_c)
    for block, share, room_mc in (("building1", 600, 20400), ("building2", 400, 20900)):
        if block in plant.by_block:  # 600 and 400 of each 1000 W that the plant gives
            plant.device(block).says.update(heat_w=round(need_kw * share), room_mc=room_mc, coldest_mc=room_mc - 700,
                                            valve_pm=650)
    return PlantWay(plant, serial, speed)
