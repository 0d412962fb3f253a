"""DS18B20 on a 1-Wire bus: split-phase conversion, one sensor read a scan, integer decoding.

Bytes and timings: DS18B20 data sheet (Analog Devices, 19-7487): convert 750 ms at 12 bits,
scratchpad of 9 bytes with CRC-8 (x^8 + x^5 + x^4 + 1), 1/16 degC per bit.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import OneWire

SKIP_ROM = 0xCC
MATCH_ROM = 0x55
CONVERT_T = 0x44
READ_SCRATCHPAD = 0xBE
FAMILY = 0x28

CONVERT_MS = 800  # 750 ms and some margin

# Why a reading was refused
OK = 0
NO_PRESENCE = 1
SHORT = 2
CRC = 3
POWER_ON = 4
RANGE = 5
JUMP = 6
FROZEN = 7
FAULTS = ("ok", "no_presence", "short", "crc", "power_on_85", "range_127", "jump", "frozen")

GOOD_RUN = 3  # good readings that make a lost sensor valid again
JUMP_MK = 15000  # more than this between two readings is no temperature
HOLD_S = 30  # the last good value stands this long
SILENT_SCANS = 10  # an answer that has not come by then never will
WAIT_SCANS = 3


def _table():
    table = bytearray(256)
    for i in range(256):
        crc = i
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8C if crc & 1 else crc >> 1
        table[i] = crc
    return bytes(table)


CRC_TABLE = _table()


def crc8(buf: "bytes | bytearray", n: int) -> int:
    """CRC-8 (Maxim) of the first `n` bytes; 0 when the last of them is their own CRC."""
    table = CRC_TABLE
    crc = 0
    for i in range(n):
        crc = table[crc ^ buf[i]]
    return crc


def decode_mc(buf: bytearray) -> int:
    """Temperature of a scratchpad in thousandths of a degree: raw / 16 * 1000, rounded down."""
    raw = buf[0] | buf[1] << 8
    if raw & 0x8000:
        raw -= 0x10000
    return raw * 125 >> 1


def rom_bytes(text: str) -> bytes:
    """The 8 bytes of a ROM given as 16 hex digits, family first. ValueError says what is wrong."""
    try:
        rom = bytes([int(text[i:i + 2], 16) for i in range(0, 16, 2)])
    except ValueError:
        rom = b""
    if len(text) != 16 or len(rom) != 8:
        raise ValueError("16 hex digits, family code first, e.g. 28ff641d8fdf18c1")
    if rom[0] != FAMILY:
        raise ValueError("family code 28 (DS18B20), not %02x" % rom[0])
    if crc8(rom, 8) != 0:
        raise ValueError("its last byte is not the CRC of the first seven (mistyped?)")
    return rom


class Ds18b20:
    """One sensor: its last good value and whether it may be trusted.

    frozen_s: a value that does not change by one bit for so long is refused; 0 disables it.
    """

    def __init__(self, rom: bytes, frozen_s: int = 0):
        self.read_tx = bytes([MATCH_ROM]) + rom + bytes([READ_SCRATCHPAD])
        self.frozen_s = frozen_s
        self.value_mc = 0
        self.ok = False
        self.fault = NO_PRESENCE
        self.good = 0
        self.age_s = HOLD_S + 1
        self.same_s = 0
        self.jumps = 0

    def judge(self, status: int, buf: bytearray) -> int:
        """Fault code of a transaction's answer; OK when its temperature can be believed."""
        if status:
            return NO_PRESENCE if status == 1 else SHORT
        if buf[4] == 0 and buf[5] == 0 and buf[7] == 0:
            return SHORT  # nine zeros have a valid CRC and read 0.0 degC
        if crc8(buf, 9) != 0:
            return CRC
        if buf[0] == 0xFF and buf[1] == 0x07:
            return RANGE  # 127.94 degC
        value = decode_mc(buf)
        if value < -55000 or value > 125000:
            return RANGE
        step = value - self.value_mc
        if buf[0] == 0x50 and buf[1] == 0x05 and not (self.ok and -JUMP_MK < step < JUMP_MK):
            return POWER_ON  # 85.0 degC, and nothing near it before: it lost its power
        if self.ok and not -JUMP_MK <= step <= JUMP_MK:
            # A jump that three readings agree on is a new truth, not a glitch.
            self.jumps += 1
            if self.jumps < GOOD_RUN:
                return JUMP
        self.jumps = 0
        if step:
            self.same_s = 0
        elif self.frozen_s and self.same_s >= self.frozen_s:
            return FROZEN
        return OK

    def accept(self, status: int, buf: bytearray) -> bool:
        """Take a transaction's answer; returns whether the reading was good."""
        fault = self.judge(status, buf)
        self.fault = fault
        if fault:
            self.good = 0
            return False
        self.value_mc = decode_mc(buf)
        self.age_s = 0
        if self.good < GOOD_RUN:
            self.good += 1
        if self.good == GOOD_RUN:
            self.ok = True
        return True

    def each_second(self) -> None:
        """One second went by: the last good value stands for HOLD_S, then the sensor is lost."""
        if self.age_s <= HOLD_S:
            self.age_s += 1
        else:
            self.ok = False
        if self.same_s < 1000000:
            self.same_s += 1


class Ds18b20Bus:
    """All sensors of one 1-Wire bus.

    The bus object takes a transaction with `post(tx, n)` and gives its answer at a later
    `collect(rx)`: -1 nothing yet, 0 answered, 1 no presence pulse, 2 bus held low. How many
    scans lie between the two is the board's business: behind a late scan the next one may come before
    the answer, so nothing is asked while one is on its way, and one that never comes is an error.
    """

    def __init__(self, bus: "OneWire", sensors: list, step_ms: int):
        self.bus = bus
        self.sensors = sensors
        self.count = len(sensors)
        self.convert_tx = bytes([SKIP_ROM, CONVERT_T])
        self.rx = bytearray(9)
        self.wait_scans = CONVERT_MS // step_ms + 1
        self.wait = 0
        self.posted = self.count  # sensors asked in this cycle
        self.read = self.count  # sensors answered in this cycle
        self.converting = False
        self.silent = 0
        self.errors = 0
        self.held = -1  # status of an answer that waits to be judged
        self.put_off = 0

    def join(self, chip: "Ds18b20") -> None:
        """The main thread: one more to be read. The scan sees it when all of it is there."""
        self.sensors.append(chip)
        self.count += 1

    def scan(self, busy: bool = False):
        """One scan: collect an answer, post the next transaction. Returns the sensor that was read in this scan, or None.

        busy: this scan has other slow work; judging an answer (1 ms on an RP2040) waits for one that has none, WAIT_SCANS at
        most.
        """
        updated = None
        status = self.held
        if status < 0:
            status = self.bus.collect(self.rx)
            if status < 0 and (self.converting or self.read < self.posted):
                self.silent += 1
                if self.silent >= SILENT_SCANS:
                    status = NO_PRESENCE
        if busy and status >= 0 and self.read < self.posted and self.put_off < WAIT_SCANS:
            self.put_off += 1
            self.held = status
            return None
        self.put_off = 0
        self.held = -1
        if status >= 0:
            self.silent = 0
            if self.converting:
                self.converting = False
            elif self.read < self.posted:
                updated = self.sensors[self.read]
                self.read += 1
                if not updated.accept(status, self.rx):
                    self.errors += 1
        if self.wait:
            self.wait -= 1
            if self.wait == 0:
                self.posted = 0
                self.read = 0
        elif self.read < self.posted or self.converting:
            pass
        elif self.posted < self.count:
            self.bus.post(self.sensors[self.posted].read_tx, 9)
            self.posted += 1
        else:
            self.bus.post(self.convert_tx, 0)
            self.converting = True
            self.wait = self.wait_scans
        return updated
