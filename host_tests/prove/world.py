"""The world of the proof: truth, and a board of a few lines whose contacts are that truth."""

from __future__ import annotations

import json

from . import abstraction as a

WELDED, DEAD, SEIZED = 1, 2, 3
STARTS = a.HOUR_STARTS  # compressor starts whose times are remembered
LONG = 1 << 28


class World:
    """Truth: the inputs at work, water and air, and for how long something bad has lasted. All ints, times in ms."""

    def __init__(self):
        self.inputs = a.NORMAL
        self.ms = 0
        self.part = 0  # toggles: a live pressure signal never repeats itself
        self.flow_lph = 0
        self.leaving_mc = a.ROOM_MC
        self.air_mc = a.ROOM_MC
        self.pump_turns = False
        self.compressor_runs = False
        self.unit_flows = False
        self.dry_ms = self.own_ms = self.seized_ms = self.pressed_ms = self.pump_dry_ms = self.cold_ms = self.silent_ms = 0
        self.heat_ms = 0
        self.pump_was = self.compressor_was = False
        self.pump_off_at = self.compressor_off_at = -LONG
        self.starts: list[int] = [-LONG] * STARTS


class Pin:
    """An output and the auxiliary contact that says what it does."""

    def __init__(self, world: World, which: int):
        self.world, self.which, self.on = world, which, False

    def set(self, on: bool) -> None:
        """The relay."""
        self.on = bool(on)

    def get(self) -> bool:
        """The contact."""
        if self.which < 0:
            return self.on
        kind = self.world.inputs[self.which]
        return kind == WELDED or (self.on and kind != DEAD)


class Closed:
    """A switch that is closed, an output nobody looks at, a 1-Wire bus without traffic, a ring nobody reads."""

    errors = lost = 0

    def get(self) -> bool:
        """Closed."""
        return True

    def set_pm(self, pm: int) -> None:
        """Nothing."""

    def scan(self, busy: bool = False) -> None:
        """No reading: the machine hands readings over."""

    def put(self, time_s: int, code: int, where: int, detail: int) -> None:
        """Forget an event."""


class Meter:
    """Where the driver of the flow meter stands: it shows the true flow (its lag is test_meter_drivers.py's business)."""

    new_pulses = 0

    def __init__(self, world: World):
        self.world = world

    def scan(self, now_us: int) -> int:
        """The flow, L/h."""
        return self.world.flow_lph


class Pressure:
    """The transmitter's voltage, 0.5 to 4.5 V for 1000 kPa."""

    def __init__(self, world: World):
        self.world = world

    def read_uv(self) -> int:
        """Microvolts; a broken wire reads none."""
        w = self.world
        kind = w.inputs[a.PRESSURE]
        if kind == 2:
            return 0
        kpa = a.REST_KPA + w.flow_lph * a.FULL_KPA // a.FLOW_LPH[0]
        if kind == 1 and w.pump_turns:
            kpa = a.HIGH_KPA
        return 500_000 + kpa * 4000 + w.part * 400


class Board:
    """Hands out pins; which contact each belongs to."""

    CONTACTS = {"well_pump": a.WELL_PUMP, "room1_compressor": a.COMPRESSOR, "room1_pump": a.UNIT_PUMP}

    def __init__(self, world: World):
        self.world, self.pins = world, {}

    def digital_out(self, name: str):
        """A relay's output."""
        return self.pins.setdefault(name, Pin(self.world, self.CONTACTS.get(name, -1)))

    def digital_in(self, name: str):
        """Its contact, or a switch."""
        return Closed() if name.endswith("_ok") else self.digital_out(name)

    def analog_out(self, name: str):
        """A speed."""
        return Closed()

    def pulse_in(self, name: str):
        """A meter's input (the driver is replaced)."""
        return Closed()

    def analog_in(self, name: str):
        """The transmitter."""
        return Pressure(self.world)

    def onewire(self):
        """No bus."""
        return Closed()

    def entropy(self) -> int:
        """The shortest stagger."""
        return 0


class Kept:
    """A ledger's record in memory."""

    damage = ""
    number = 1

    def __init__(self):
        self.text = ""

    def write(self, data) -> None:
        """Store."""
        self.text = "{" + "".join(data) + "}"

    def read(self):
        """What was stored."""
        return json.loads(self.text)
