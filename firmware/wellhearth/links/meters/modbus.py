"""Modbus RTU as a client: read requests of one meter, and numbers out of their answers. Integers only."""

from ..modbus import rtu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...app.far_meter import FarMeter

QUIET = ()  # nothing wakes a Modbus meter
FAULT = -1


def request(meter: "FarMeter", ask: tuple, tx: bytearray) -> int:
    """A read request into `tx`; returns its length."""
    first, count, _fields = ask
    tx[0] = int(meter.address)
    tx[1] = meter.map.CODE
    tx[2] = first >> 8
    tx[3] = first & 0xFF
    tx[4] = 0
    tx[5] = count
    return rtu.seal(tx, 6)


def answer(meter: "FarMeter", ask: tuple, rx: bytearray, n: int, into: dict) -> int:
    """What came in rx[0:n]: how many bytes of it are the answer, 0: none yet, FAULT: refused, or no number.

    Values go into `into` by name. Behind an echo of the request, or noise, the answer is looked for at the end.
    """
    _first, count, fields = ask
    size = 5 + 2 * count
    for length in (size, 5):
        begin = n - length
        if begin < 0 or rx[begin] != int(meter.address) or rtu.crc(rx, begin, n):
            continue
        if length == 5 and rx[begin + 1] == meter.map.CODE | 0x80:
            return FAULT
        if length == size and rx[begin + 1] == meter.map.CODE and rx[begin + 2] == 2 * count:
            for name, place, _format, multiplier, divisor in fields:
                value = of_float(rx, begin + 3 + 2 * place, multiplier, divisor)
                if value is None:
                    return FAULT
                into[name] = value
            return size
    return 0


def of_float(buf: bytearray, at: int, multiplier: int, divisor: int):
    """An IEEE 754 number (four bytes, high one first) times multiplier / divisor, rounded down; None when it is none."""
    exponent = (buf[at] & 0x7F) << 1 | buf[at + 1] >> 7
    if exponent == 255:
        return None
    mantissa = (buf[at + 1] & 0x7F) << 16 | buf[at + 2] << 8 | buf[at + 3]
    if exponent:
        mantissa |= 0x800000
    else:
        exponent = 1
    shift = exponent - 150
    value = mantissa * multiplier
    value = (value << shift) // divisor if shift >= 0 else value // (divisor << -shift)
    return -value if buf[at] & 0x80 else value
