"""Sensors and wiring as they really are, between a plant's quantities and the board's frames."""

from __future__ import annotations

import random
import struct

from .devices.cables import CONTACTS, Cables, terminals
from .devices.ds18b20 import bought
from .devices.ds3231 import SILENT, Ds3231
from .devices.onewire import OneWireBus
from .devices.pulse_meter import PulseMeter, bought_meter
from .devices.relays import Contact, relay_bits
from .devices.switches import HIGH_KPA, LOW_KPA, PAN_SHARE, STRAINER_KPA
from .devices.transmitter import Transmitter
from .sitl import frames

FRAME_IN = struct.Struct(frames.FRAME_IN)
FRAME_OUT = struct.Struct(frames.FRAME_OUT)
REQUEST = struct.Struct(frames.REQUEST)
ROOMS = frames.OUT_ROOMS
ONEWIRE = frames.OUT_ONEWIRE_BYTES
NOTHING = (0,) * 6
MONDAY_S = 333 * 86400  # 2026-11-30 in seconds since 2026-01-01
NO_WELL = {"pulses_per_m3": 50000}  # a room node on the bus


def at_rest(rooms: int) -> dict:
    """The commands of a plant with so many rooms (boards/sitl/PROTOCOL.md), everything off."""
    return {
        "pump_on": False, "pump_speed": 0.0, "pump2_on": False, "pump2_speed": 0.0, "master_on": False,
        "loop_pump_on": False, "compressor_on": [False] * rooms, "pump_room_on": [False] * rooms,
        "reversing": [False] * rooms, "compressor_speed": [0.0] * rooms, "fan": [0.0] * rooms,
    }


def rest(commands: dict) -> None:
    """Everything off, in place."""
    for key, value in at_rest(len(commands["fan"])).items():
        if isinstance(value, list):
            commands[key][:] = value
        else:
            commands[key] = value


class Wiring:
    """Everything electrical of one house: makes TICK frames, takes the answers.

    start_ms: ticks_ms at power-up; the default lets the ring of 2^30 wrap after half an hour. ideal: sensors, meters,
    transmitters and contacts without their tolerances, for tests of the firmware's arithmetic.
    The wall clock starts on Monday, 2026-11-30, at 00:00 local time. A host gives it to the board in every scan: `clock_set`
    False: the board forgets it; `host_gives` False: nobody gives it; `jump_s`: the host is wrong by so much.
    """

    lift: PulseMeter
    back: PulseMeter
    lift2: PulseMeter
    back2: PulseMeter

    def __init__(self, config: dict, plant, seed: int, start_ms: int = (1 << 30) - 1_800_000, ideal: bool = False):
        self.plant = plant
        self.sensed = plant.sensed
        self.n = len(config["rooms"])
        self.start_ms = start_ms
        self.ideal = ideal
        self.clock_set = self.host_gives = True
        self.jump_s = 0
        node = config.get("node", {})
        self.midnight_s = MONDAY_S - 60 * node.get("utc_offset_min", 480)
        self.rtc = Ds3231(seed, ideal) if node.get("rtc", "none") == "ds3231" else None
        self.stacked = "well2" in config
        self.looped = "loop" in config
        self.sensors = bought(config, self.sensed, seed, random.Random(f"wiring-{seed}"), ideal)
        self.bus = OneWireBus(list(self.sensors.values()))
        self.heard = b""  # lengths of frames that wait on the bus, for the next TICK
        self._meters(config, seed)
        self._transmitters(config, seed)
        self._contacts(config, seed)
        self.commands = at_rest(self.n)
        self.reply = (-1, bytes(9))

    def _meters(self, config: dict, seed: int) -> None:
        now = self.ticks_us(0.0)
        well = config.get("well", NO_WELL)
        well2 = config.get("well2", well)
        for name, section, key in (("lift", well, "pulses_per_m3"), ("back", well, "return_pulses_per_m3"),
                                   ("lift2", well2, "pulses_per_m3"), ("back2", well2, "return_pulses_per_m3")):
            setattr(self, name, bought_meter(name, section, key, seed, now, self.ideal))
        electricity = config.get("electricity", {})
        self.s0 = electricity.get("source") == "s0"  # in the place of back2; MID class B
        if self.s0:
            rng = random.Random(f"s0-{seed}")
            self.back2 = PulseMeter(electricity.get("s0_pulses_per_kwh", 1000), now,
                                    1.0 if self.ideal else 1.0 + rng.uniform(-0.01, 0.01), rng=rng)

    def _transmitters(self, config: dict, seed: int) -> None:
        """What is fitted, by name; `analog_faults` is described at meters.Transmitter."""
        self.analog_faults: dict[str, str | tuple[str, float]] = {}
        fitted: list[tuple[str, str, float]] = []
        zeros: dict[str, float] = {}
        for number in ("", "2") if self.stacked else ("",):
            well = config.get("well" + number, NO_WELL)
            kind = "level" if well.get("pressure_signal") == "ma4_20" else "volts"
            zeros["pressure" + number] = well.get("pressure_zero_kpa", 0)
            fitted += [("pressure" + number, kind, well.get("pressure_range_kpa", 1000)),
                       ("current" + number, "current", well.get("current_range_ma", 0)),
                       ("level" + number, "level", well.get("level_range_kpa", 0))]
        if self.looped:
            fitted.append(("loop_pressure", "volts", config["loop"].get("pressure_range_kpa", 600)))
        self.transmitters = {name: Transmitter(name, kind, top, self.analog_faults, seed, self.ideal, zeros.get(name, 0))
                             for name, kind, top in fitted if top}
        self._pressure = self.transmitters["pressure"]
        places = {"current": (0, "current_ma"), "level": (1, "level_kpa"), "pressure2": (2, "reinjection2_kpa"),
                  "current2": (3, "current2_ma"), "level2": (4, "level2_kpa"), "loop_pressure": (5, "loop_kpa")}
        self._extra = [(*places[name], one) for name, one in self.transmitters.items() if name in places]

    def _contacts(self, config: dict, seed: int) -> None:
        """Every relay of this house by name, the switches, and the cables from all of them to the board."""
        bits = relay_bits(self.n, self.stacked, self.looped)
        self.contacts = {name: Contact(self._moved) for name in bits}
        self._contact_masks = [(self.contacts[name], 1 << bit) for name, bit in bits.items()]
        motors = [name for name in bits if name.endswith("_compressor") or name in ("well_pump", "well_pump2")]
        self._motors = sum(1 << bits[name] for name in motors)
        self.inrush = False  # a motor began to turn: the rig takes note of it and clears it
        self._bits = -1
        self.feedback = 0
        self.open_contacts: set[str] = set()  # drive, motor, loop_flow, room1_protection and so on
        self.open_switches: set[str] = set()  # roomN_high, roomN_low
        self._closed = sum(3 << (2 + 2 * i) for i in range(self.n))
        period_s = config.get("node", {}).get("period_ms", 100) / 1000.0
        self.cables = Cables(terminals(self.n, self.stacked, self.looped), period_s, seed, self.ideal)
        # Fault contacts, differential pressure and float switches are closed while all is well.
        self._fine = sum(mask for name, (word, mask) in self.cables.ends.items() if word == CONTACTS) & ~12
        self._inputs = (-1, -1, -1)

    def locate(self, name: str) -> tuple[Wiring, str]:
        """(wiring, name there) of a sensor, relay or terminal; a village finds the board."""
        return self, name

    def wirings(self) -> list[Wiring]:
        """All boards' wirings."""
        return [self]

    def ticks_us(self, t_s: float) -> int:
        """The board's ticks_us at simulated time `t_s`."""
        return (self.start_ms * 1000 + round(t_s * 1e6)) & frames.TICKS_MASK

    def drive(self, out: tuple, t_s: float) -> None:
        """Take an answer frame: contacts move, drives follow, the 1-Wire transaction happens."""
        bits = out[frames.OUT_RELAYS]
        if bits != self._bits:
            self._bits = bits
            self._relays(bits)
        c = self.commands
        c["pump_speed"] = out[frames.OUT_PUMP] / 1000.0
        c["pump2_speed"] = out[frames.OUT_PUMP2] / 1000.0
        fan, speed = c["fan"], c["compressor_speed"]
        for i in range(self.n):
            fan[i] = out[ROOMS + 2 * i] / 1000.0
            speed[i] = out[ROOMS + 1 + 2 * i] / 1000.0
        request = out[frames.OUT_ONEWIRE]
        if request:
            tx = REQUEST.pack(*out[ONEWIRE : ONEWIRE + 3])[: request & 0xFF]
            self.reply = self.bus.transact(tx, request >> 8, t_s)
        else:
            self.reply = (-1, b"")

    def _moved(self) -> None:
        """A relay's fault came or went: look again at the next answer."""
        self._bits = -1

    def _relays(self, bits: int) -> None:
        feedback = 0
        for contact, mask in self._contact_masks:
            if contact.closed(bool(bits & mask)):
                feedback |= mask
        if feedback & ~self.feedback & self._motors:
            self.inrush = True
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
        self.drive((0,) * frames.OUT_WORDS, 0.0)
        self.inrush = False

    def power_off(self) -> None:
        """No power in the house: nothing turns, welded or not."""
        rest(self.commands)
        self.feedback = 0
        self._bits = -1
        self.inrush = False

    def power_up(self) -> None:
        """Power after a blackout: the sensors have forgotten their last conversion."""
        for sensor in self.sensors.values():
            sensor.power_up()

    def electric_w(self) -> float:
        """What the house draws, units and pumps."""
        truth = self.plant.truth
        return truth.get("pump_w", 0.0) + sum(truth.get(f"electric_w_{i + 1}", 0.0) for i in range(self.n))

    def switches(self) -> int:
        """Pressure switches, normally closed: high opens at 4.3 MPa, low at 0.5 MPa absolute (R410A)."""
        bits = self._closed
        high = self.sensed.get("high_kpa")
        if high and (max(high) > HIGH_KPA or min(self.sensed["low_kpa"]) < LOW_KPA):
            low = self.sensed["low_kpa"]
            for i in range(self.n):
                if high[i] > HIGH_KPA:
                    bits &= ~(1 << (2 + 2 * i))
                if low[i] < LOW_KPA:
                    bits &= ~(1 << (3 + 2 * i))
        for name in self.open_switches:
            bits &= ~self.cables.ends[name][1]
        return bits

    def contact_word(self) -> int:
        """Fault contacts, strainers' and pans' switches (closed = fine), the loop's flow switch, the button (1 = held)."""
        bits, get = self._fine, self.sensed.get
        if self.looped and get("loop_flow"):
            bits |= 4
        for name in self.open_contacts:
            bits &= ~self.cables.ends[name][1]
        if get("strainer_kpa", 0.0) > STRAINER_KPA:
            bits &= ~64
        if get("strainer2_kpa", 0.0) > STRAINER_KPA:
            bits &= ~128
        pans = get("pan")
        if pans and max(pans) > PAN_SHARE:
            for i, pan in enumerate(pans):
                if pan > PAN_SHARE:
                    bits &= ~(256 << 2 * i)
        return bits

    def extras(self) -> tuple[int, ...]:
        """Analog words 24 to 29; a transmitter that the plant gives nothing reads 0."""
        if not self._extra:
            return NOTHING
        get = self.sensed.get
        words = [0] * 6
        for word, key, transmitter in self._extra:
            value = get(key)
            if value is not None:
                words[word] = transmitter.read_uv(value)
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
                if not self.s0:
                    back2.step(s["return2_lph"], dt_s, now_us)
            if self.s0:
                back2.step(self.electric_w(), dt_s, now_us)  # pulses of a kWh as of 1000 L
        inputs = (self.feedback, self.switches(), self.contact_word())
        if inputs == self._inputs and not self.cables.faults:
            feedback, switches, contacts = inputs
        else:
            self._inputs = inputs
            feedback, switches, contacts = self.cables.read(*inputs)
        uv = self._pressure.read_uv(s["reinjection_kpa"])
        ms = (self.start_ms + round(t_s * 1000)) & frames.TICKS_MASK
        utc_s = self.midnight_s + t_s
        rtc = self.rtc.image(utc_s) if self.rtc is not None else SILENT
        host = (int(utc_s) + self.jump_s + 1 if self.host_gives else 0) if self.clock_set else -1
        status, data = self.reply
        return FRAME_IN.pack(
            frames.TICK, seq, ms, now_us, feedback, uv, switches, host, contacts,
            lift.count, lift.edge_us, back.count, back.edge_us,
            lift2.count, lift2.edge_us, back2.count, back2.edge_us, status, data, self.heard, *self.extras(), rtc)
