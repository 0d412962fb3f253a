"""Daily rows: what the meters stood at when a local day ended, in a file of 400 rows and the 400 before them.

A row is 54 bytes with a CRC of its own, appended once a day; nothing is ever written over. A power cut within it leaves a
piece at the end, which the next row fills up with zeros and which no CRC makes a row of. Rows hold readings, not
differences: a day without a row loses no water, it only says less about when.
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
NO_TEMPERATURE = -32768


def row_of(data):
    """The values of a row's bytes, None where they are none."""
    if len(data) == ROW and data[0] == VERSION and struct.unpack("<I", data[BODY:])[0] == crc32(data[:BODY]):
        return struct.unpack(FORMAT, data[:BODY])
    return None


def rows():
    """(bytes, values) of every whole row, oldest first; one at a time, so that it takes no memory."""
    for path in (PATH + ".old", PATH):
        try:
            with open(path, "rb") as f:
                data = f.read(ROW)
                while len(data) == ROW:
                    found = row_of(data)
                    if found is not None:
                        yield data, found
                    data = f.read(ROW)
        except OSError:
            continue


def last_number(path: str) -> int:
    """The number of a file's last whole row, 0 when there is none."""
    try:
        with open(path, "rb") as f:
            at = os.stat(path)[6] // ROW * ROW
            while at:
                at -= ROW
                f.seek(at)
                found = row_of(f.read(ROW))
                if found is not None:
                    return found[2]
    except OSError:
        pass
    return 0


def append(values) -> None:
    """Store a row; values: what FORMAT holds behind its number. OSError when the file system refuses."""
    number = last_number(PATH) or last_number(PATH + ".old")
    try:
        size = os.stat(PATH)[6]
        if size >= ROW * ROWS:
            os.rename(PATH, PATH + ".old")
            size = 0
    except OSError:
        size = 0
    quality = values[0]
    body = struct.pack(FORMAT, VERSION, quality, number + 1 & 0xFFFF, *values[1:])
    with open(PATH, "ab") as f:
        if size % ROW:
            f.write(bytes(ROW - size % ROW))
        f.write(body + struct.pack("<I", crc32(body)))
