"""Sensors and wiring as they really are, between a plant's quantities and the board's frames."""

from __future__ import annotations

import math
import random
import struct

IN_WORDS = 24
OUT_WORDS = 27
TICK, COMMAND, QUIT = 1, 2, 3
TICKS_MASK = 0x3FFFFFFF
HIGH_KPA = 4300.0
LOW_KPA = 500.0
FRAME_IN = struct.Struct("<17ii9s3x3i")
FRAME_OUT = struct.Struct("<27i")


def crc8(data: bytes) -> int:
    """CRC-8 as Maxim defines it for 1-Wire (polynomial x^8 + x^5 + x^4 + 1), bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8C if crc & 1 else crc >> 1
    return crc


CRC_TABLE = [crc8(bytes([i])) for i in range(256)]


def make_rom(serial: int) -> bytes:
    """A DS18B20's ROM: family 28, a serial number of 48 bits, CRC."""
    body = bytes([0x28]) + serial.to_bytes(6, "little")
    return body + bytes([crc8(body)])


class Ds18b20:
    """A DS18B20 with the thermal lag of its pocket. `read` is a function that gives degC now.

    fault: "", "open" (no presence), "crc" (garbled bytes), "power_on" (85 degC), "frozen",
    "drift" (reads 5 K high), "noise" (2 K).
    """

    def __init__(self, rom: bytes, read, tau_s: float, rng: random.Random):
        self.rom = rom
        self.read = read
        self.tau_s = tau_s
        self.rng = rng
        self.fault = ""
        self.probe_c: float | None = None
        self.sampled_s = 0.0
        self.raw = 0x0550  # 85 degC until the first conversion
        self.next_raw = 0x0550
        self.ready_s = 0.0

    def convert(self, t_s: float) -> None:
        """Convert T: the result is in the scratchpad 750 ms later."""
        true = self.read()
        if self.probe_c is None:
            self.probe_c = true
        else:
            self.probe_c += (true - self.probe_c) * (1.0 - math.exp((self.sampled_s - t_s) / self.tau_s))
        self.sampled_s = t_s
        if t_s >= self.ready_s:
            self.raw = self.next_raw
        value = self.probe_c + self.rng.gauss(0.0, 0.02)
        if self.fault == "drift":
            value += 5.0
        elif self.fault == "noise":
            value += self.rng.gauss(0.0, 2.0)
        if self.fault == "power_on":
            self.next_raw = 0x0550
        elif self.fault != "frozen":
            self.next_raw = max(-880, min(2000, round(value * 16)))
        self.ready_s = t_s + 0.75

    def scratchpad(self, t_s: float) -> bytes:
        """The nine bytes a master reads."""
        if t_s >= self.ready_s:
            self.raw = self.next_raw
        body = struct.pack("<hBBBBBB", self.raw, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10)
        crc = 0
        for byte in body:
            crc = CRC_TABLE[crc ^ byte]
        if self.fault == "crc":
            crc ^= 0x5A
        return body + bytes([crc])


class OneWireBus:
    """The bus: executes one transaction of bytes. fault: "", "short" (held low), "open"."""

    def __init__(self, devices: list[Ds18b20]):
        self.devices = {d.rom: d for d in devices}
        self.fault = ""

    def transact(self, tx: bytes, n: int, t_s: float) -> tuple[int, bytes]:
        """(status, bytes): 0 answered, 1 no presence, 2 held low."""
        if self.fault == "short":
            return 2, bytes(9)
        present = [d for d in self.devices.values() if d.fault != "open"]
        if self.fault == "open" or not present:
            return 1, b"\xff" * 9
        if tx[0] == 0xCC:
            selected = present
            command = tx[1:]
        elif tx[0] == 0x55:
            device = self.devices.get(bytes(tx[1:9]))
            selected = [device] if device is not None and device.fault != "open" else []
            command = tx[9:]
        else:
            selected, command = [], b""
        if command[:1] == b"\x44":
            for device in selected:
                device.convert(t_s)
        elif command[:1] == b"\xbe" and len(selected) == 1:
            return 0, selected[0].scratchpad(t_s)[:n]
        # Nobody drives the bus: the master reads ones.
        return 0, b"\xff" * 9


class PulseMeter:
    """A turbine meter: pulses in proportion to the water, with the time of the last edge."""

    def __init__(self, pulses_per_m3: int, start_us: int):
        self.pulses_per_m3 = pulses_per_m3
        self.count = 0
        self.phase = 0.0
        self.edge_us = start_us
        self.fault = ""  # "stuck"

    def step(self, lph: float, dt_s: float, end_us: int) -> None:
        """Advance by `dt_s`, ending at `end_us` (ticks)."""
        if lph <= 0 or self.fault == "stuck":
            return
        rate = lph * self.pulses_per_m3 / 3.6e6  # pulses per second
        phase = self.phase + rate * dt_s
        n = int(phase)
        self.phase = phase - n
        if n:
            self.count = (self.count + n) & 0xFFFFFF
            self.edge_us = (end_us - round(self.phase / rate * 1e6)) & TICKS_MASK


class Contact:
    """A relay with feedback. fault: "", "welded", "dead"."""

    def __init__(self):
        self.fault = ""

    def closed(self, commanded: bool) -> bool:
        """Where the contact really is."""
        if self.fault == "welded":
            return True
        return commanded and self.fault != "dead"


class Wiring:
    """Everything electrical of one house: makes TICK frames, takes the answers.

    start_ms: ticks_ms at power-up; the default lets the ring of 2^30 wrap after half an hour.
    """

    def __init__(self, config: dict, plant, seed: int, start_ms: int = (1 << 30) - 1_800_000):
        rng = random.Random(f"wiring-{seed}")
        self.rng = rng
        self.plant = plant
        self.sensed = plant.sensed
        self.n = len(config["rooms"])
        well = config["well"]
        self.start_ms = start_ms
        s = self.sensed
        self.sensors: dict[str, Ds18b20] = {}
        add = self._add
        add("supply", well["supply_rom"], lambda: s["supply_c"], 6.0)
        add("return", well["return_rom"], lambda: s["return_c"], 6.0)
        for i, room in enumerate(config["rooms"]):
            add(f"room{i + 1}", room["room_rom"], lambda i=i: s["room_c"][i], 45.0)
            add(f"supply_air{i + 1}", room["supply_air_rom"], lambda i=i: s["supply_air_c"][i], 12.0)
            add(f"leaving{i + 1}", room["leaving_rom"], lambda i=i: s["leaving_c"][i], 6.0)
        self.bus = OneWireBus(list(self.sensors.values()))
        now = self.ticks_us(0.0)
        self.lift = PulseMeter(well["pulses_per_m3"], now)
        self.back = PulseMeter(well.get("return_pulses_per_m3") or 50000, now)
        self.range_kpa = well.get("pressure_range_kpa", 1000)
        self.pressure_fault = ""  # "open", "short"
        self.contacts = {"master": Contact(), "well_pump": Contact()}
        for i in range(1, self.n + 1):
            self.contacts[f"room{i}_compressor"] = Contact()
            self.contacts[f"room{i}_pump"] = Contact()
        self._contact_list = list(self.contacts.values())
        self._bits = -1
        n = self.n
        self._closed = sum(3 << (2 + 2 * i) for i in range(n))
        self.open_switches: set[str] = set()  # roomN_high, roomN_low
        self.commands = {
            "pump_on": False, "pump_speed": 0.0, "master_on": False, "compressor_on": [False] * n,
            "pump_room_on": [False] * n, "compressor_speed": [0.0] * n, "fan": [0.0] * n,
        }
        self.feedback = 0
        self.reply = (-1, bytes(9))

    def _add(self, name: str, rom: str, read, tau_s: float) -> None:
        self.sensors[name] = Ds18b20(bytes.fromhex(rom), read, tau_s, self.rng)

    def ticks_us(self, t_s: float) -> int:
        """The board's ticks_us at simulated time `t_s`."""
        return (self.start_ms * 1000 + round(t_s * 1e6)) & TICKS_MASK

    def drive(self, out: tuple, t_s: float) -> None:
        """Take an answer frame: contacts move, drives follow, the 1-Wire transaction happens."""
        bits = out[2]
        if bits != self._bits or any(c.fault for c in self._contact_list):
            self._bits = bits
            self._relays(bits)
        c = self.commands
        c["pump_speed"] = out[4] / 1000.0
        fan, speed = c["fan"], c["compressor_speed"]
        for i in range(self.n):
            fan[i] = out[5 + 2 * i] / 1000.0
            speed[i] = out[6 + 2 * i] / 1000.0
        request = out[21]
        if request:
            tx = struct.pack("<3i", out[22], out[23], out[24])[: request & 0xFF]
            self.reply = self.bus.transact(tx, request >> 8, t_s)
        else:
            self.reply = (-1, b"")

    def _relays(self, bits: int) -> None:
        feedback = 0
        for i, contact in enumerate(self._contact_list):
            if contact.closed(bool(bits >> i & 1)):
                feedback |= 1 << i
        self.feedback = feedback
        c = self.commands
        c["master_on"] = bool(feedback & 1)
        c["pump_on"] = bool(feedback & 2)
        for i in range(self.n):
            c["compressor_on"][i] = bool(feedback >> (2 + 2 * i) & 1)
            c["pump_room_on"][i] = bool(feedback >> (3 + 2 * i) & 1)

    def power_cut(self) -> None:
        """The board lost its power or was reset: outputs fall back to off."""
        self.drive((0,) * OUT_WORDS, 0.0)

    def switches(self) -> int:
        """Pressure switches, normally closed: high opens at 4.3 MPa, low at 0.5 MPa absolute (R410A)."""
        bits = self._closed
        high = self.sensed.get("high_kpa")
        if high is not None:
            low = self.sensed["low_kpa"]
            for i in range(self.n):
                if high[i] > HIGH_KPA:
                    bits &= ~(1 << (2 + 2 * i))
                if low[i] < LOW_KPA:
                    bits &= ~(1 << (3 + 2 * i))
        for name in self.open_switches:
            room, _, what = name.partition("_")
            bits &= ~(1 << (2 * int(room[4:]) + (what == "low")))
        return bits

    def frame(self, seq: int, t_s: float, dt_s: float) -> bytes:
        """The TICK frame at `t_s`, after a plant step of `dt_s`."""
        s = self.sensed
        now_us = self.ticks_us(t_s)
        if dt_s:
            self.lift.step(s["lift_lph"], dt_s, now_us)
            self.back.step(s["return_lph"], dt_s, now_us)
        if self.pressure_fault:
            uv = 0 if self.pressure_fault == "open" else 5_000_000
        else:
            volts = 0.5 + 4.0 * s["reinjection_kpa"] / self.range_kpa + self.rng.gauss(0.0, 0.0015)
            counts = min(4095, max(0, round(volts / 5.0 * 4095)))
            uv = counts * 5_000_000 // 4095
        ms = (self.start_ms + round(t_s * 1000)) & TICKS_MASK
        status, data = self.reply
        lift, back = self.lift, self.back
        return FRAME_IN.pack(
            TICK, seq, ms, now_us, self.feedback, uv, self.switches(), 0, 0,
            lift.count, lift.edge_us, back.count, back.edge_us,
            0, 0, 0, 0, status, data, 0, 0, 0)
