"""A stored record: one line `wellhearth VERSION NUMBER LENGTH CRC32`, then JSON, which a person at the prompt can read.

It is kept in two files of the same content. Each save counts NUMBER up and writes both, one after the other, temp, close,
rename; of two whole ones the higher number counts. The CRC covers the line before it as well, so no flipped bit and no cut
makes a record of another content. A file that begins with `{` is of the firmware before this format, or a person's.
"""

import json
import os
from binascii import crc32

VERSION = 1
COPY = ".2"  # the second file has the first one's name and this
GOOD = ".good"  # the config's: written when it first ran
ENOENT = 2
PLAIN = 1 << 29  # the number of a plain file: nobody but an older firmware, or a person, has written it
GONE = -1
BAD = -2


def write_file(path: str, text: bytes, head: str = "") -> None:
    """Write `head` and `text` so that `path` holds either the old or the new content: temp, close, rename."""
    temp = path + ".new"
    f = open(temp, "wb")
    try:
        f.write(head.encode())
        f.write(text)
    finally:
        f.close()
    os.rename(temp, path)


def read_file(path: str):
    """(GONE, BAD or 0, content) of a file; content is b"" where it cannot be read."""
    try:
        with open(path, "rb") as f:
            return 0, f.read()
    except OSError as e:
        return (GONE if e.args[0] == ENOENT else BAD), b""


def head(text: bytes, number: int) -> str:
    """The first line over `text` (bytes)."""
    line = "wellhearth %d %d %d " % (VERSION, number, len(text))
    return line + "%08x\n" % crc32(text, crc32(line.encode()))


def unseal(data: bytes):
    """(number, text as bytes) of a whole record; (BAD, b"") of anything else."""
    line, _, text = data.partition(b"\n")
    try:
        number = int(line.decode().split(" ")[2])
        if 0 <= number < PLAIN and head(text, number).encode() == line + b"\n":
            return number, text
    except (ValueError, IndexError):
        pass
    return BAD, b""


class Record:
    """One object of JSON in two files. `damage` says in words what was wrong when it was read, "" when nothing was."""

    def __init__(self, path: str):
        self.path = path
        self.number = 0
        self.damage = ""

    def read(self):
        """The newest whole copy's object; None when there is none: a new board (`damage` is ""), or all of it is lost."""
        copies = []
        for path in (self.path, self.path + COPY):
            copies.append(self.copy(path))
        (first, data), (second, other) = copies
        if second > first:
            data = other
        self.number = max(first, second, 0) % PLAIN
        if first < 0 and second < 0:
            if first == GONE and second == GONE:
                return None
            self.damage = "%s cannot be read, nor can its copy" % self.path
        elif BAD in (first, second):
            self.damage = "%s: one of its two copies was damaged, the other one is in use" % self.path
        return data

    def copy(self, path: str):
        """(number, object) of one file; (GONE, None) or (BAD, None)."""
        number, data = read_file(path)
        if number < 0:
            return number, None
        plain = data[:1] == b"{"
        number, text = (PLAIN, data) if plain else unseal(data)
        try:
            found = json.loads(text.decode())
        except Exception:  # MicroPython's parser answers rubbish with what comes to hand
            return BAD, None
        return (number, found) if isinstance(found, dict) else (BAD, None)

    def write(self, found: dict) -> None:
        """Store an object in both files. Raises OSError when the file system refuses."""
        text = json.dumps(found).encode()
        self.number += 1
        line = head(text, self.number)
        write_file(self.path, text, line)
        write_file(self.path + COPY, text, line)
