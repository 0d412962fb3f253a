"""What the meters stood at when a local day ended, and every ten minutes: rows in a file, and the full file before it.

A row of a day has 54 bytes, one of ten minutes 70, with a CRC of its own; it is appended, nothing is ever written over. A
power cut within it leaves a piece at the end, which the next row fills up with zeros and which no CRC makes a row of. Rows
hold readings, not differences: a time without a row loses no water, it only says less about when.
"""

import os
import struct
from binascii import crc32

PATH = "history.bin"
VERSION = 1
# version, clock quality, number, local day since 2000 (-1: no clock), minutes run since the row before or the start, pump
# starts and trips in these, mean of supply and return while pumping in 0.01 degC, lifted and returned (m3, l), heat taken
# and given (MWh, Wh each), electricity (Wh, 0: not metered).
FORMAT = "<BBHiHHHhhIHIHIIIII"
BODY = 50
ROW = BODY + 4
ROWS = 400
# Of ten minutes: when it was made, in tens of seconds since 2000 UTC, in place of the local day; the quality with FRESH
# where it is the first since a start; seconds run in place of minutes; behind it all the air of eight rooms in 0.01 degC.
TEN_PATH = "recent.bin"
TEN_FORMAT = FORMAT + "hhhhhhhh"
TEN_BODY = BODY + 16
TEN_ROWS = 288  # 48 hours
FRESH = 0x80
ROOMS = 8
NO_TEMPERATURE = -32768
DAILY = (PATH, FORMAT, BODY, ROWS)
TEN = (TEN_PATH, TEN_FORMAT, TEN_BODY, TEN_ROWS)


def row_of(data: bytes, kind: tuple = DAILY):
    """The values of a row's bytes, None where they are none."""
    _path, layout, body, _most = kind
    if len(data) == body + 4 and data[0] == VERSION and struct.unpack("<I", data[body:])[0] == crc32(data[:body]):
        return struct.unpack(layout, data[:body])
    return None


def rows(kind: tuple = DAILY):
    """(bytes, values) of every whole row, oldest first; one at a time, so that it takes no memory."""
    newest, _layout, body, _most = kind
    size = body + 4
    for path in (newest + ".old", newest):
        try:
            with open(path, "rb") as f:
                data = f.read(size)
                while len(data) == size:
                    found = row_of(data, kind)
                    if found is not None:
                        yield data, found
                    data = f.read(size)
        except OSError:
            continue


def last_number(path: str, kind: tuple = DAILY) -> int:
    """The number of a file's last whole row, 0 when there is none."""
    _path, _layout, body, _most = kind
    row = body + 4
    try:
        with open(path, "rb") as f:
            at = os.stat(path)[6] // row * row
            while at:
                at -= row
                f.seek(at)
                found = row_of(f.read(row), kind)
                if found is not None:
                    _version, _quality, number, *_ = found
                    return number
    except OSError:
        pass
    return 0


def append(values: list, kind: tuple = DAILY) -> None:
    """Store a row; values: what its layout holds behind its number. OSError when the file system refuses.

    Numbers go from 1 to 65535 and on with 1.
    """
    path, layout, body, most = kind
    number = last_number(path, kind) or last_number(path + ".old", kind)
    row = body + 4
    try:
        size = os.stat(path)[6]
        if size >= row * most:
            os.rename(path, path + ".old")
            size = 0
    except OSError:
        size = 0
    quality = values[0]
    data = struct.pack(layout, VERSION, quality, number % 65535 + 1, *values[1:])
    with open(path, "ab") as f:
        if size % row:
            f.write(bytes(row - size % row))
        f.write(data + struct.pack("<I", crc32(data)))
