"""Requests and answers of a plant's lines: a map's signals into Modbus registers, and back. Integers only."""

from ..modbus import registers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...equipment.station import Station

BITS = (registers.READ_COILS, registers.READ_BITS)
UNKNOWN_S16 = -0x8000
UNKNOWN_U16 = 0xFFFF


def head(tx: bytearray, one: "Station", code: int, first: int) -> None:
    """Address, function code and first register."""
    first += one.offset
    tx[0] = one.address
    tx[1] = code
    tx[2] = first >> 8
    tx[3] = first & 0xFF


def put_word(buf: bytearray, at: int, value: int) -> int:
    """A register; returns the place behind it."""
    buf[at] = value >> 8 & 0xFF
    buf[at + 1] = value & 0xFF
    return at + 2


def ask(tx: bytearray, one: "Station", read: tuple):
    """(length without CRC, length of the answer) of a reading request."""
    code, first, count = read[:3]
    head(tx, one, code, first)
    put_word(tx, 4, count)
    return 6, 5 + ((count + 7) // 8 if code in BITS else 2 * count)


def write(tx: bytearray, one: "Station", i: int) -> int:
    """The station's WRITES[i] with what it is told; returns the length without CRC."""
    code, first, fields = one.map.WRITES[i]
    head(tx, one, code, first)
    if code == registers.WRITE_COIL:
        return put_word(tx, 4, 0xFF00 if one.want[fields[0][0]] else 0)
    if code == registers.WRITE_REGISTER:
        signal, multiplier, divisor = fields[0]
        return put_word(tx, 4, one.want[signal] * multiplier // divisor)
    wide = getattr(one.map, "WIDE", False)
    at = 7
    for signal, multiplier, divisor in fields:
        value = one.want[signal] * multiplier // divisor
        if wide:
            at = put_word(tx, at, value >> 16)
        at = put_word(tx, at, value)
    put_word(tx, 4, (at - 7) // 2)
    tx[6] = at - 7
    return at


def told(rx: bytearray, begin: int, end: int, tx: bytearray) -> bool:
    """Whether a write was carried out: its echo has function code, first register, and count or value."""
    if end - begin != 8:
        return False
    for i in range(1, 6):
        if rx[begin + i] != tx[i]:
            return False
    return True


def take(rx: bytearray, begin: int, end: int, one: "Station", read: tuple) -> bool:
    """The answer's fields into the station's values; False when it is none. What cannot be is not known."""
    code, _first, count, _every, fields = read
    size = (count + 7) // 8 if code in BITS else 2 * count
    if rx[begin + 1] != code or end - begin != 5 + size or rx[begin + 2] != size:
        return False
    at = begin + 3
    for signal, place, form, multiplier, divisor in fields:
        if code in BITS:
            value = rx[at + (place >> 3)] >> (place & 7) & 1
        else:
            value = number(rx, at + 2 * place, form)
        low, high = one.limits[signal]
        known = value is not None and low <= value <= high
        one.known[signal] = known
        if known:
            one.values[signal] = value * multiplier // divisor
    return True


def number(rx: bytearray, at: int, form: str):
    """A field of registers; None where the device says that it does not know it, or more than 31 bits hold."""
    word = registers.word_at(rx, at)
    if form[:3] == "bit":
        return word >> int(form[3:]) & 1
    if form == "u16":
        return None if word == UNKNOWN_U16 else word
    if form == "s16":
        value = word - 0x10000 if word & 0x8000 else word
        return None if value == UNKNOWN_S16 else value
    value = registers.long_at(rx, at) if form == "s32" else word << 16 | registers.word_at(rx, at + 2)
    return value if -0x3FFFFFFF <= value <= 0x3FFFFFFF else None
