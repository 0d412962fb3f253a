"""Sensors and wiring as they really are, between a plant's quantities and the board's frames."""

from __future__ import annotations

import math
import random
import struct

IN_WORDS = 32
OUT_WORDS = 29
TICK, COMMAND, QUIT, LINK, LIGHT = 1, 2, 3, 4, 5
TICKS_MASK = 0x3FFFFFFF
HIGH_KPA = 4300.0
LOW_KPA = 500.0
FRAME_IN = struct.Struct("<17ii9s3x12s8i")
FRAME_OUT = struct.Struct("<29i")


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
    "drift" (reads 5 K high), "noise" (2 K), "slow" (fell out of its pocket: 20 times the lag),
    "intermittent" (a loose wire: one transaction in two is lost).
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
            tau_s = self.tau_s * 20 if self.fault == "slow" else self.tau_s
            self.probe_c += (true - self.probe_c) * (1.0 - math.exp((self.sampled_s - t_s) / tau_s))
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
        if self.fault == "intermittent" and self.rng.random() < 0.5:
            return b"\xff" * 9
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
        self.fault = ""  # "stuck", "bouncing" (each pulse twice), "pickup" (50 Hz of the mains)

    def step(self, lph: float, dt_s: float, end_us: int) -> None:
        """Advance by `dt_s`, ending at `end_us` (ticks)."""
        if self.fault == "stuck":
            return
        rate = lph * self.pulses_per_m3 / 3.6e6  # pulses per second
        if self.fault == "bouncing":
            rate *= 2.0
        elif self.fault == "pickup":
            rate += 50.0
        if rate <= 0:
            return
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


NO_WELL = {"pulses_per_m3": 50000}  # a room node on the bus
RELAY_BITS = {"master": 0, "well_pump": 1, "well_pump2": 26, "loop_pump": 27}


def at_rest(rooms: int) -> dict:
    """The commands of a plant with so many rooms (boards/sitl/PROTOCOL.md), everything off."""
    return {
        "pump_on": False, "pump_speed": 0.0, "pump2_on": False, "pump2_speed": 0.0, "master_on": False,
        "loop_pump_on": False, "compressor_on": [False] * rooms, "pump_room_on": [False] * rooms,
        "reversing": [False] * rooms, "compressor_speed": [0.0] * rooms, "fan": [0.0] * rooms,
    }


class Wiring:
    """Everything electrical of one house: makes TICK frames, takes the answers.

    start_ms: ticks_ms at power-up; the default lets the ring of 2^30 wrap after half an hour.
    The wall clock starts on a Monday at 00:00; `clock_set` False: nobody set it.
    """

    def __init__(self, config: dict, plant, seed: int, start_ms: int = (1 << 30) - 1_800_000):
        rng = random.Random(f"wiring-{seed}")
        self.rng = rng
        self.plant = plant
        self.sensed = plant.sensed
        self.n = len(config["rooms"])
        self.start_ms = start_ms
        self.clock_set = True
        self.stacked = "well2" in config
        self.looped = "loop" in config
        self._sensors(config)
        now = self.ticks_us(0.0)
        self.heard = b""  # lengths of frames that wait on the bus, for the next TICK
        well = config.get("well", NO_WELL)
        well2 = config.get("well2", well)
        self.lift = PulseMeter(well["pulses_per_m3"], now)
        self.back = PulseMeter(well.get("return_pulses_per_m3") or 50000, now)
        self.lift2 = PulseMeter(well2["pulses_per_m3"], now)
        self.back2 = PulseMeter(well2.get("return_pulses_per_m3") or 50000, now)
        self.range_kpa = well.get("pressure_range_kpa", 1000)
        self.range2_kpa = well2.get("pressure_range_kpa", 1000)
        self.current_range_ma = well.get("current_range_ma", 0)
        self.current2_range_ma = well2.get("current_range_ma", 0)
        self.level_range_kpa = well.get("level_range_kpa", 0)
        self.level2_range_kpa = well2.get("level_range_kpa", 0)
        self.loop_range_kpa = config.get("loop", {}).get("pressure_range_kpa", 600)
        self.analog_faults: dict[str, str] = {}  # name of the transmitter: "open" or "short"
        self.open_contacts: set[str] = set()  # drive, drive2, loop_flow
        self._make_contacts()
        n = self.n
        self._closed = sum(3 << (2 + 2 * i) for i in range(n))
        self.open_switches: set[str] = set()  # roomN_high, roomN_low
        self.commands = at_rest(n)
        self.feedback = 0
        self.reply = (-1, bytes(9))

    def _sensors(self, config: dict) -> None:
        s = self.sensed
        self.sensors: dict[str, Ds18b20] = {}
        for name, lag_s, section, rom, key in (
            ("supply", 6.0, "well", "supply_rom", "supply_c"), ("return", 6.0, "well", "return_rom", "return_c"),
            ("supply2", 6.0, "well2", "supply_rom", "supply2_c"), ("return2", 6.0, "well2", "return_rom", "return2_c"),
            ("loop_supply", 6.0, "loop", "supply_rom", "loop_supply_c"),
            ("loop_return", 6.0, "loop", "return_rom", "loop_return_c"),
        ):
            if section in config:
                self._add(name, config[section][rom], lambda key=key: s[key], lag_s)
        for i, room in enumerate(config["rooms"]):
            self._add(f"room{i + 1}", room["room_rom"], lambda i=i: s["room_c"][i], 45.0)
            self._add(f"supply_air{i + 1}", room["supply_air_rom"], lambda i=i: s["supply_air_c"][i], 12.0)
            self._add(f"leaving{i + 1}", room["leaving_rom"], lambda i=i: s["leaving_c"][i], 6.0)
        self.bus = OneWireBus(list(self.sensors.values()))

    def _add(self, name: str, rom: str, read, tau_s: float) -> None:
        self.sensors[name] = Ds18b20(bytes.fromhex(rom), read, tau_s, self.rng)

    def _make_contacts(self) -> None:
        """Every relay of this house by name, and its bit."""
        bits = dict(RELAY_BITS)
        if not self.stacked:
            del bits["well_pump2"]
        if not self.looped:
            del bits["loop_pump"]
        for i in range(1, self.n + 1):
            bits |= {f"room{i}_compressor": 2 * i, f"room{i}_pump": 2 * i + 1, f"room{i}_reversing": 17 + i}
        self.contacts = {name: Contact() for name in bits}
        self._contact_masks = [(self.contacts[name], 1 << bit) for name, bit in bits.items()]
        self._bits = -1

    def ticks_us(self, t_s: float) -> int:
        """The board's ticks_us at simulated time `t_s`."""
        return (self.start_ms * 1000 + round(t_s * 1e6)) & TICKS_MASK

    def drive(self, out: tuple, t_s: float) -> None:
        """Take an answer frame: contacts move, drives follow, the 1-Wire transaction happens."""
        bits = out[2]
        if bits != self._bits or any(c.fault for c, _mask in self._contact_masks):
            self._bits = bits
            self._relays(bits)
        c = self.commands
        c["pump_speed"] = out[4] / 1000.0
        c["pump2_speed"] = out[26] / 1000.0
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
        for contact, mask in self._contact_masks:
            if contact.closed(bool(bits & mask)):
                feedback |= mask
        self.feedback = feedback
        c = self.commands
        c["master_on"] = bool(feedback & 1)
        c["pump_on"] = bool(feedback & 2)
        c["pump2_on"] = bool(feedback >> 26 & 1)
        c["loop_pump_on"] = bool(feedback >> 27 & 1)
        for i in range(self.n):
            c["compressor_on"][i] = bool(feedback >> (2 + 2 * i) & 1)
            c["pump_room_on"][i] = bool(feedback >> (3 + 2 * i) & 1)
            c["reversing"][i] = bool(feedback >> (18 + i) & 1)

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

    def contact_word(self) -> int:
        """Fault contacts of the drives (closed = fine), and the loop's flow switch."""
        opened = self.open_contacts
        bits = ("drive" not in opened) | ("drive2" not in opened) << 1
        if self.sensed.get("loop_flow") and "loop_flow" not in opened:
            bits |= 4
        return bits

    def volts05(self, name: str, value: float, span: float) -> int:
        """A 0.5 to 4.5 V transmitter at a 12 bit converter, in microvolts."""
        fault = self.analog_faults.get(name)
        if fault:
            return 0 if fault == "open" else 5_000_000
        volts = 0.5 + 4.0 * value / span + self.rng.gauss(0.0, 0.0015)
        return min(4095, max(0, round(volts / 5.0 * 4095))) * 5_000_000 // 4095

    def milliamps(self, name: str, value: float | None, span: float) -> int:
        """A 4 to 20 mA transmitter over 150 ohm, in microvolts; nothing where it is not fitted."""
        fault = self.analog_faults.get(name)
        if not span or value is None or fault:
            return 5_000_000 if fault == "short" else 0
        ma = 4.0 + 16.0 * value / span + self.rng.gauss(0.0, 0.004)
        return min(4095, max(0, round(ma * 150.0 / 5000.0 * 4095))) * 5_000_000 // 4095

    def extras(self) -> tuple[int, ...]:
        """Analog words 24 to 31."""
        if not (self.current_range_ma or self.level_range_kpa or self.stacked or self.looped):
            return (0,) * 8
        s = self.sensed
        get = s.get
        words = [self.milliamps("current", get("current_ma"), self.current_range_ma),
                 self.milliamps("level", get("level_kpa"), self.level_range_kpa), 0, 0, 0, 0, 0, 0]
        if self.stacked:
            words[2] = self.volts05("pressure2", s["reinjection2_kpa"], self.range2_kpa)
            words[3] = self.milliamps("current2", get("current2_ma"), self.current2_range_ma)
            words[4] = self.milliamps("level2", get("level2_kpa"), self.level2_range_kpa)
        if self.looped:
            words[5] = self.volts05("loop_pressure", s["loop_kpa"], self.loop_range_kpa)
        return tuple(words)

    def frame(self, seq: int, t_s: float, dt_s: float) -> bytes:
        """The TICK frame at `t_s`, after a plant step of `dt_s`."""
        s = self.sensed
        now_us = self.ticks_us(t_s)
        lift, back, lift2, back2 = self.lift, self.back, self.lift2, self.back2
        if dt_s:
            lift.step(s["lift_lph"], dt_s, now_us)
            back.step(s["return_lph"], dt_s, now_us)
            if self.stacked:
                lift2.step(s["lift2_lph"], dt_s, now_us)
                back2.step(s["return2_lph"], dt_s, now_us)
        uv = self.volts05("pressure", s["reinjection_kpa"], self.range_kpa)
        ms = (self.start_ms + round(t_s * 1000)) & TICKS_MASK
        week = int(t_s // 60) % 10080 + 1 if self.clock_set else 0
        status, data = self.reply
        return FRAME_IN.pack(
            TICK, seq, ms, now_us, self.feedback, uv, self.switches(), week, self.contact_word(),
            lift.count, lift.edge_us, back.count, back.edge_us,
            lift2.count, lift2.edge_us, back2.count, back2.edge_us, status, data, self.heard, *self.extras())
