"""Field devices on an RS-485 line: Modbus servers whose registers are the firmware's own maps, read as data.

`says` are signals in the firmware's units, `told` what it wrote. A device that nobody has written to for a minute goes to
its safe state: everything off. Drives, heat pumps and boilers have that as a setting.
"""

from __future__ import annotations

import importlib
import random
import struct

from wellhearth.links.modbus import rtu

from ..rs485 import Line

WATCHDOG_S = 60.0
TURNAROUND_US = 4000.0  # until a device answers
UNKNOWN = {"s16": 0x8000, "u16": 0xFFFF, "s32": 0x80000000, "u32": 0xFFFFFFFF}
# (offset, share), standard deviations, by the ending of a signal's name
TOLERANCE = {"_mc": (100.0, 0.0), "_lph": (0.0, 0.01), "_pa": (300.0, 0.005), "_kpa": (1.0, 0.0)}


class FieldDevice:
    """One device. `on_line` puts it on a line; `silent`: it hears nothing."""

    plugged = True

    def __init__(self, kind: str, address: int, seed: int):
        self.map = importlib.import_module(f"wellhearth.links.field.types.{kind}")
        self.kind, self.address = kind, address
        self.says = {field[0]: 0.0 for read in self.map.READS for field in read[4]}
        self.told = {field[0]: 0 for write in self.map.WRITES for field in write[2]}
        self.unknown: set[str] = set()
        self.fixed: dict[str, float] = {}  # a sensor that reads something else, whatever is there
        self.drift: dict[str, float] = {}  # and one that reads more than there is
        self.silent = False
        self.heard_s = 0.0
        self.frame = b""
        self.offsets = dict.fromkeys(self.says, 0.0)
        self.factors = dict.fromkeys(self.says, 1.0)
        rng = random.Random(f"field-{seed}-{address}")
        for signal in sorted(self.says):
            for suffix, (offset, share) in TOLERANCE.items():
                if signal.endswith(suffix):
                    self.offsets[signal] = max(-2.0, min(2.0, rng.gauss(0.0, 1.0))) * offset
                    self.factors[signal] = 1.0 + max(-2.0, min(2.0, rng.gauss(0.0, 1.0))) * share

    def on_line(self, line: Line) -> None:
        """Hang it on a line, which knows it as a station."""
        self.line = line
        line.stations.append(self)  # type: ignore[arg-type]

    def hear(self, data: bytes) -> None:
        """A burst on the line."""
        self.frame = data

    def on_frame(self, now_us: float) -> None:
        """A frame for it: it answers after its own time."""
        data = self.frame
        if self.silent or len(data) < 8 or rtu.crc(bytearray(data), 0, len(data)):
            return
        answer = self.answer(data[:-2])
        if answer:
            sealed = bytearray(answer) + bytearray(2)
            rtu.seal(sealed, len(answer))
            at_us = now_us + TURNAROUND_US
            self.line.at(at_us, lambda: self.line.send(at_us, self, bytes(sealed)))  # type: ignore[arg-type]

    def value(self, signal: str) -> float:
        """What its sensor makes of a signal."""
        if signal in self.fixed:
            return self.fixed[signal]
        return self.says[signal] * self.factors[signal] + self.offsets[signal] + self.drift.get(signal, 0.0)

    def registers(self, read) -> list[int]:
        """The registers of one of its READS."""
        words = [0] * read[2]
        for signal, place, form, multiplier, divisor in read[4]:
            if form.startswith("bit"):
                words[place] |= int(bool(self.says[signal])) << int(form[3:] or 0)
                continue
            raw = UNKNOWN[form] if signal in self.unknown else round(self.value(signal) * divisor / multiplier)
            if form in ("u32", "s32"):
                words[place:place + 2] = raw >> 16 & 0xFFFF, raw & 0xFFFF
            else:
                words[place] = (max(0, min(0xFFFE, raw)) if form == "u16" and signal not in self.unknown else raw) & 0xFFFF
        return words

    def answer(self, frame: bytes) -> bytes:
        """To a request without its CRC."""
        code, first, count = frame[1], *struct.unpack(">HH", frame[2:6])
        for read in self.map.READS:
            if read[:3] == (code, first, count):
                words = self.registers(read)
                return frame[:2] + bytes([2 * len(words)]) + struct.pack(f">{len(words)}H", *words)
        for write in self.map.WRITES:
            if write[:2] == (code, first) and code == 16 and count == len(write[2]):
                self.heard_s = 0.0
                for i, (signal, multiplier, divisor) in enumerate(write[2]):
                    self.told[signal] = int.from_bytes(frame[7 + 2 * i:9 + 2 * i], "big") * divisor // multiplier
                return frame[:6]
        return bytes([frame[0], code | 0x80, 2])

    def second(self, dt_s: float = 1.0) -> None:
        """Its watchdog."""
        self.heard_s += dt_s
        if self.heard_s > WATCHDOG_S and self.told:
            self.told = dict.fromkeys(self.told, 0)

    def close(self) -> None:
        """Nothing to free: it has no terminal."""
