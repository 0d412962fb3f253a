"""DL/T 645-2007 as a client: electricity meters. 68 A0..A5 68 C L DATA CS 16, every byte of the data 33H more."""

from . import china

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...app.far_meter import FarMeter

READ = 0x11
READ_DONE = 0x91
REFUSED = 0xD1
MASK = 0x33
FAULT = china.FAULT


def request(meter: "FarMeter", ask: tuple, tx: bytearray) -> int:
    """A read request into `tx`; returns its length."""
    at = china.put_digits(tx, china.open_frame(tx), meter.address)
    tx[at] = china.BEGIN
    tx[at + 1] = READ
    tx[at + 2] = 4
    for i in range(4):
        tx[at + 3 + i] = (ask[0] >> 8 * i) + MASK & 0xFF
    return china.close_frame(tx, at + 7)


def answer(meter: "FarMeter", ask: tuple, rx: bytearray, n: int, into: dict) -> int:
    """As modbus.answer."""
    head = bytearray(8)
    head[0] = china.BEGIN
    head[china.put_digits(head, 1, meter.address)] = china.BEGIN
    begin = rx[:n].find(bytes(head))
    while begin >= 0:
        code = rx[begin + 8] if begin + 9 < n else 0
        length = 12 + rx[begin + 9] if begin + 9 < n else 256
        if code in (READ_DONE, REFUSED) and china.whole(rx, n, begin, length):
            return FAULT if code == REFUSED else read(ask, rx, begin + 10, length, into)
        begin = rx[:n].find(bytes(head), begin + 1)
    return 0


def read(ask: tuple, rx: bytearray, at: int, length: int, into: dict) -> int:
    """The fields behind the data identifier."""
    for i in range(4):
        if length < 16 or rx[at + i] != (ask[0] >> 8 * i) + MASK & 0xFF:
            return FAULT
    for name, place, size, multiplier, divisor in ask[1]:
        if 16 + place + size > length:
            return FAULT
        signed = name == "power_w"
        value = china.number(rx, at + 4 + place, size, MASK, 0x7F if signed else 0xFF)
        if value is None:
            return FAULT
        value = value * multiplier // divisor
        top = rx[at + 3 + place + size] - MASK & 0x80
        into[name] = -value if signed and top else value
    return length
