"""DS18B20s on an emulated pin, bit by bit."""

from __future__ import annotations

from wellhearth.drivers.ds18b20 import crc8


class Sensor:
    """One DS18B20's digital side: ROM, scratchpad, what it does with a bit."""

    def __init__(self, rom_hex: str, celsius: float = 20.0):
        self.rom = bytes.fromhex(rom_hex)
        self.celsius = celsius
        self.fault = ""  # "", "crc", "power_on", "open"
        self.scratch = bytearray(9)
        self.power_on()
        self.reads = 0

    def power_on(self) -> None:
        self.load(85.0)

    def load(self, celsius: float) -> None:
        raw = round(celsius * 16) & 0xFFFF
        data = bytes([raw & 0xFF, raw >> 8, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10])
        self.scratch[:] = data + bytes([crc8(data, 8)])

    def convert(self) -> None:
        self.load(85.0 if self.fault == "power_on" else self.celsius)

    def answer(self) -> bytes:
        self.reads += 1
        if self.fault == "crc":
            return bytes(self.scratch[:8]) + bytes([self.scratch[8] ^ 0x55])
        return bytes(self.scratch)


class OneWireBus:
    """All sensors on one pin, bit by bit, from the edges and times of the master."""

    def __init__(self, number: int, sensors: list[Sensor]):
        self.number, self.sensors = number, sensors
        self.shorted = False
        self.reads_ms: list[float] = []  # from the reset pulse to the last bit of a read

    def attach(self, pico) -> None:
        self.pico = pico
        self.pin = pico.mcu.gpio[self.number]
        self.master_low = False
        self.pulls = 0  # slaves that pull the bus down now
        self.level = True
        self.fell_ns = self.began_ns = self.last_ns = 0.0
        self.slots = 0
        self.state = "idle"
        self.bits: list[int] = []
        self.out: list[int] = []
        self.chosen: list[Sensor] = []
        self.place = self.phase = 0
        self.release_alarm = pico.clock.create_alarm(self.let_go)
        self.presence_alarm = pico.clock.create_alarm(self.present)
        self.convert_alarm = pico.clock.create_alarm(self.converted)
        self.pin.set_input_value(True)
        self.pin.add_listener(lambda *_: self.look())

    def short(self, on: bool) -> None:
        self.shorted = on
        self.settle()

    def live(self) -> list[Sensor]:
        return [s for s in self.sensors if s.fault != "open"]

    def look(self) -> None:
        """The master's side changed."""
        low = bool(self.pin.output_enable and not self.pin.output_value)
        if low == self.master_low:
            return
        self.master_low = low
        now = self.pico.clock.nanos
        if low:
            self.fell_ns = now
            self.slot_begins()
        else:
            self.slot_ends((now - self.fell_ns) / 1000)
        self.settle()

    def settle(self) -> None:
        """Open drain with a pull-up: high only when nobody pulls."""
        high = not (self.master_low or self.pulls or self.shorted)
        if high != self.level:
            self.level = high
            self.pin.set_input_value(high)

    def pull(self, microseconds: float) -> None:
        self.pulls = 1
        self.release_alarm.schedule(microseconds * 1000)
        self.settle()

    def let_go(self) -> None:
        self.pulls = 0
        self.settle()

    def present(self) -> None:
        if self.live():
            self.pull(120)

    def converted(self) -> None:
        for sensor in self.live():
            sensor.convert()

    # -- the protocol: bits in, bits out --

    def slot_begins(self) -> None:
        """A falling edge: in a read slot a slave holds a 0 for 30 us."""
        bit = self.next_out()
        if bit == 0:
            self.pull(30)

    def slot_ends(self, low_us: float) -> None:
        """The master let go after `low_us`."""
        if low_us > 400:
            if self.slots > 150:
                self.reads_ms.append((self.last_ns - self.began_ns) / 1e6)
            self.slots, self.began_ns = 0, self.fell_ns
            self.state = "rom"
            self.bits = []
            self.out = []
            self.chosen = self.live()
            self.presence_alarm.schedule(30_000)
            return
        self.slots += 1
        self.last_ns = self.pico.clock.nanos
        if self.state in ("rom", "match", "function"):
            if not self.reading:
                self.bits.append(1 if low_us < 15 else 0)
                self.took_bit()
        elif self.state == "search":
            self.search_slot(1 if low_us < 15 else 0)

    @property
    def reading(self) -> bool:
        return bool(self.out) or self.state == "done"

    def next_out(self):
        """The bit that the slaves put into this slot, or None."""
        if self.state == "search" and self.phase < 2:
            bits = [(s.rom[self.place // 8] >> (self.place % 8)) & 1 for s in self.chosen]
            if not bits:
                return 1
            return min(bits) if self.phase == 0 else min(1 - b for b in bits)
        if self.out:
            return self.out.pop(0)
        return None

    def search_slot(self, written: int) -> None:
        if self.phase < 2:
            self.phase += 1
            return
        self.chosen = [s for s in self.chosen if (s.rom[self.place // 8] >> (self.place % 8)) & 1 == written]
        self.phase = 0
        self.place += 1
        if self.place == 64:
            self.state = "function"
            self.bits = []

    def took_bit(self) -> None:
        if self.state == "match":
            if len(self.bits) == 64:
                rom = pack(self.bits)
                self.chosen = [s for s in self.chosen if s.rom == rom]
                self.state, self.bits = "function", []
            return
        if len(self.bits) < 8:
            return
        command = pack(self.bits)[0]
        self.bits = []
        if self.state == "rom":
            self.state = {0xCC: "function", 0x55: "match", 0xF0: "search"}.get(command, "idle")
            self.place = self.phase = 0
        elif command == 0x44:
            self.convert_alarm.schedule(750e6)
            self.state = "done"
        elif command == 0xBE:
            self.out = [b for byte in self.answer() for b in unpack(byte)]
        else:
            self.state = "idle"

    def answer(self) -> bytes:
        if not self.chosen:
            return bytes([0xFF] * 9)
        data = [s.answer() for s in self.chosen]
        result = data[0]
        for other in data[1:]:
            result = bytes(a & b for a, b in zip(result, other))
        return result


def pack(bits: list[int]) -> bytes:
    return bytes(sum(bit << i for i, bit in enumerate(bits[n:n + 8])) for n in range(0, len(bits), 8))


def unpack(byte: int) -> list[int]:
    return [(byte >> i) & 1 for i in range(8)]
