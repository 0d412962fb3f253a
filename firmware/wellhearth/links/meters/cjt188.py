"""CJ/T 188-2004 as a client: heat and water meters. 68 T A0..A6 C L DATA CS 16.

Meters in use want the data identifier as 90 1F or as 1F 90: after a silence the other one is tried.
"""

from . import china

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...app.far_meter import FarMeter

READ = 0x01
READ_DONE = 0x81
REFUSED = 0xC1
FAULT = china.FAULT
# Unit: (multiplier, divisor) into Wh, W, L or L/h (CJ/T 188-2004, table of units)
UNITS = {0x01: (1, 3600), 0x02: (1, 1), 0x05: (1000, 1), 0x08: (1000000, 1), 0x0A: (100000000, 1), 0x0B: (10, 36),
         0x0E: (2500, 9), 0x11: (2500000, 9), 0x13: (250000000, 9), 0x14: (1, 1), 0x17: (1000, 1), 0x1A: (1000000, 1),
         0x29: (1, 1), 0x2C: (1000, 1), 0x32: (1, 1), 0x35: (1000, 1)}
LIKE = {"energy": (0x01, 0x13), "power_w": (0x14, 0x1A), "volume": (0x29, 0x2C), "flow_lph": (0x32, 0x35)}


def request(meter: "FarMeter", ask: tuple, tx: bytearray) -> int:
    """A read request into `tx`; returns its length."""
    at = china.open_frame(tx)
    tx[at] = meter.map.KIND
    at = china.put_digits(tx, at + 1, meter.address)
    tx[at] = READ
    tx[at + 1] = 3
    tx[at + 2], tx[at + 3] = (0x1F, 0x90) if meter.turned else (0x90, 0x1F)
    tx[at + 4] = meter.serial = (meter.serial + 1) & 0xFF
    return china.close_frame(tx, at + 5)


def answer(meter: "FarMeter", ask: tuple, rx: bytearray, n: int, into: dict) -> int:
    """As modbus.answer."""
    head = bytearray(9)
    head[0] = china.BEGIN
    head[1] = meter.map.KIND
    china.put_digits(head, 2, meter.address)
    begin = rx[:n].find(bytes(head))
    while begin >= 0:
        code = rx[begin + 9] if begin + 10 < n else 0
        length = 13 + rx[begin + 10] if begin + 10 < n else 256
        if code in (READ_DONE, REFUSED) and china.whole(rx, n, begin, length):
            if code == REFUSED or length < 16 + ask[0] or rx[begin + 11] + rx[begin + 12] != 0x90 + 0x1F:
                return FAULT
            return read(ask, rx, begin + 14, length, into)
        begin = rx[:n].find(bytes(head), begin + 1)
    return 0


def read(ask: tuple, rx: bytearray, at: int, length: int, into: dict) -> int:
    """The fields behind the sequence number."""
    for name, place, size, multiplier, divisor in ask[1]:
        value = china.number(rx, at + place, size)
        if value is None:
            return FAULT
        if size == 4:
            unit = rx[at + place + 4]
            low, high = LIKE[name]
            if unit not in UNITS or not low <= unit <= high:
                return FAULT
            factor, part = UNITS[unit]
            value *= factor
            divisor *= part
        into[name] = value * multiplier // divisor
    return length
