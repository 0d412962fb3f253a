"""DS18B20s as bought and as mounted, on their 1-Wire bus.

Offset. The data sheet (Analog Devices 19-7487) guarantees +-0.5 K from -10 to +85 degC and nothing about where in that
band a part lies. Its error curve of genuine parts is narrower, but nearly all probes sold on-line are clones, some of them
outside the band (cpetrich/counterfeit_DS18B20, over 1000 probes of 70 sellers). Known bounds and no more: a rectangular
distribution (GUM, JCGM 100 4.3.7). The offset belongs to the part, so it is drawn by its ROM.

Pipe clamp. A probe (steel sleeve 6 x 50 mm with resin and cable end, 4 to 8 J/K) lies on the pipe with paste: 5 K/W along
the line where they touch, so 20 to 40 s; 13 mm of foam leave 170 to 250 K/W towards the air around, so 2 to 3 % of the
difference is missing. Strap-on sensors with a thin film in a flat foot are faster (Siemens QAD21 2 s, QAD36 6 s, "excluding
conducting error"); a round sleeve is not.

Air. The chip without a sleeve, 0.3 J/K with its leads, in a perforated housing: 2 to 3 mW/K in still air, 100 to 150 s. The
same in the fan's air (3 to 5 m/s, 60 W/(m2 K) over 1.5 cm2 with the leads): 20 to 40 s.
"""

from __future__ import annotations

import math
import random
import struct

OFFSET_K = 0.5
CLAMP_S = (20.0, 40.0)
CLAMP_SHARE = (0.02, 0.03)  # of the difference between water and the air around the pipe
ROOM_S = (100.0, 150.0)
AIR_S = (20.0, 40.0)
CELLAR_C = 10.0  # air where the well's pipes come in
SLOW = 20.0  # lag of a sensor that fell out of its pocket, times its own
LOOSE = 5.0  # of one that hangs in still air
POWER_ON_RAW = 0x0550  # 85 degC


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


def cellar_c() -> float:
    """Air around the well's pipes, degC."""
    return CELLAR_C


class Mount:
    """Where a sensor sits. `read`: what it should measure, `around`: the air there (functions that give degC).

    tau_s: its lag. share: 0 to 0.03, how much of the difference towards the air around it it reads.
    """

    __slots__ = ("read", "around", "tau_s", "share")

    def __init__(self, read, around, tau_s: float, share: float = 0.0):
        self.read = read
        self.around = around
        self.tau_s = tau_s
        self.share = share


def clamped(read, around, rng: random.Random) -> Mount:
    """On a water pipe, with paste and insulation."""
    return Mount(read, around, rng.uniform(*CLAMP_S), rng.uniform(*CLAMP_SHARE))


class Ds18b20:
    """A DS18B20 at its place. `read` is a function that gives degC now, or a Mount that knows it.

    fault: "", "open" (no presence), "crc" (garbled bytes), "power_on" (85 degC), "frozen", "drift" (reads `drift_k` high),
    "scale" (reads `scale` times the temperature in degC), "noise" (2 K), "slow" (fell out of its pocket: 20 times the lag),
    "slipped" (off the pipe: reads the air around it, slower), "intermittent" (a loose wire: one transaction in two is lost).
    """

    def __init__(self, rom: bytes, read, tau_s: float, rng: random.Random, offset_k: float = 0.0):
        self.rom = rom
        self.mount = read if isinstance(read, Mount) else Mount(read, read, tau_s)
        self.rng = rng
        self.offset_k = offset_k
        self.fault = ""
        self.drift_k = 5.0
        self.scale = 0.9
        self.swapped: Ds18b20 | None = None  # whose place it has
        self.probe_c: float | None = None
        self.sampled_s = 0.0
        self.ready_s = 0.0
        self.power_up()

    def power_up(self) -> None:
        """The chip got its supply: 85 degC until the first conversion."""
        self.raw = self.next_raw = POWER_ON_RAW

    def swap(self, other: Ds18b20) -> None:
        """Change places with another sensor; doing it again brings both back."""
        self.mount, other.mount = other.mount, self.mount
        self.swapped, other.swapped = (None, None) if self.swapped is other else (other, self)

    def warm(self, t_s: float) -> float:
        """Temperature of the chip at `t_s`, with the lag since it was last asked."""
        mount = self.mount
        tau_s = mount.tau_s
        if self.fault == "slipped":
            true = mount.around() + 0.3 * math.sin(t_s / 1700.0)  # air is never as still as water
            tau_s *= LOOSE
        else:
            true = mount.read()
            if mount.share:
                true += mount.share * (mount.around() - true)
            if self.fault == "slow":
                tau_s *= SLOW
        probe_c = self.probe_c
        if probe_c is None:
            probe_c = true
        else:
            probe_c += (true - probe_c) * (1.0 - math.exp((self.sampled_s - t_s) / tau_s))
        self.probe_c = probe_c
        self.sampled_s = t_s
        return probe_c

    def convert(self, t_s: float) -> None:
        """Convert T: the result is in the scratchpad 750 ms later."""
        value = self.warm(t_s) + self.offset_k + self.rng.gauss(0.0, 0.02)
        if t_s >= self.ready_s:
            self.raw = self.next_raw
        fault = self.fault
        if fault == "drift":
            value += self.drift_k
        elif fault == "scale":
            value *= self.scale
        elif fault == "noise":
            value += self.rng.gauss(0.0, 2.0)
        if fault == "power_on":
            self.next_raw = POWER_ON_RAW
        elif fault != "frozen":
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


PIPES = (  # name, section of the config, key of its ROM, key of what the plant gives
    ("supply", "well", "supply_rom", "supply_c"), ("return", "well", "return_rom", "return_c"),
    ("supply2", "well2", "supply_rom", "supply2_c"), ("return2", "well2", "return_rom", "return2_c"),
    ("loop_supply", "loop", "supply_rom", "loop_supply_c"), ("loop_return", "loop", "return_rom", "loop_return_c"))


def bought(config: dict, s: dict, seed: int, rng: random.Random, ideal: bool) -> dict[str, Ds18b20]:
    """Every DS18B20 of one board by name: supply, return, roomN, supply_airN, leavingN and so on.

    s: the plant's `sensed`. ideal: no offset, no missing share, and short lags: water 6 s, room 45 s, supply air 12 s.
    """
    found: dict[str, Ds18b20] = {}

    def add(name: str, rom: str, read, around, kind: str) -> None:
        own = random.Random(f"ds18b20-{rom}-{seed}")
        offset_k = own.uniform(-OFFSET_K, OFFSET_K)
        if ideal:
            mount = Mount(read, around, {"pipe": 6.0, "room": 45.0, "air": 12.0}[kind])
            offset_k = 0.0
        elif kind == "pipe":
            mount = clamped(read, around, own)
        else:
            mount = Mount(read, around, own.uniform(*(ROOM_S if kind == "room" else AIR_S)))
        found[name] = Ds18b20(bytes.fromhex(rom), mount, mount.tau_s, rng, offset_k)

    for name, section, rom, key in PIPES:
        if section in config:
            add(name, config[section][rom], lambda key=key: s[key], cellar_c, "pipe")
    outside = config.get("node", {}).get("outside_rom")
    if outside:
        def shade():
            return s.get("outside_c", CELLAR_C)  # another plant may have no weather

        add("outside", outside, shade, shade, "room")
    for i, room in enumerate(config["rooms"]):
        def air(i=i):
            return s["room_c"][i]

        add(f"room{i + 1}", room["room_rom"], air, air, "room")
        add(f"supply_air{i + 1}", room["supply_air_rom"], lambda i=i: s["supply_air_c"][i], air, "air")
        add(f"leaving{i + 1}", room["leaving_rom"], lambda i=i: s["leaving_c"][i], air, "pipe")
    return found
