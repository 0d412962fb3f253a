"""A stored record: one line `wellhearth VERSION NUMBER LENGTH CRC32`, then JSON, which a person at the prompt can read.

It is kept in two files of the same content. Each save counts NUMBER up and writes both, one after the other, temp, close,
rename; of two whole ones the higher number counts. The CRC covers the line before it as well, so no flipped bit and no cut
makes a record of another content. A file that begins with `{` is of the firmware before this format, or a person's.
"""

import json
import os
from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Sequence

VERSION = 1
COPY = ".2"  # the second file has the first one's name and this
GOOD = ".good"  # the config's: written when it first ran
ENOENT = 2
PLAIN = 1 << 29  # the number of a plain file: nobody but an older firmware, or a person, has written it
GONE = -1
BAD = -2
LINE = 64  # the first one is shorter
PIECE = 256


def write_file(path: str, text: bytes, head: str = "") -> None:
    """Write `head` and `text` so that `path` holds either the old or the new content: temp, close, rename."""
    write_pieces(path, (head.encode(), text))


def write_pieces(path: str, pieces: "Iterable[bytes]") -> None:
    """The same of any number of pieces (bytes)."""
    temp = path + ".new"
    f = open(temp, "wb")
    try:
        for piece in pieces:
            f.write(piece)
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
    return head_of((text,), number)


def head_of(pieces: "Sequence[bytes]", number: int) -> str:
    """The first line over a text in pieces (bytes)."""
    line = "wellhearth %d %d %d " % (VERSION, number, sum([len(piece) for piece in pieces]))
    seen = crc32(line.encode())
    for piece in pieces:
        seen = crc32(piece, seen)
    return line + "%08x\n" % seen


def group(name: str, pairs: "Iterable[tuple]"):
    """`"name": {...}` of JSON in small strings, for Record.write. pairs: of key and value."""
    before = "%s: {" % json.dumps(name)
    for key, value in pairs:
        yield "%s%s: %s" % (before, json.dumps(key), json.dumps(value))
        before = ", "
    yield "}" if before == ", " else before + "}"


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


def number_of(path: str) -> int:
    """The number of a whole record, PLAIN of a plain file, GONE or BAD. It is read in small pieces."""
    try:
        with open(path, "rb") as f:
            line = f.readline(LINE)
            if line[:1] == b"{":
                return PLAIN
            words = line.decode().split(" ")
            number = int(words[2])
            left = int(words[3])
            begin = "wellhearth %d %d %d " % (VERSION, number, left)
            seen = crc32(begin.encode())
            piece = f.read(PIECE)
            while piece:
                seen = crc32(piece, seen)
                left -= len(piece)
                piece = f.read(PIECE)
    except OSError as e:
        return GONE if e.args[0] == ENOENT else BAD
    except (ValueError, IndexError):
        return BAD
    whole = left == 0 and 0 <= number < PLAIN and (begin + "%08x\n" % seen).encode() == line
    return number if whole else BAD


def load(path: str, plain: bool):
    """The object of a whole record, or of a plain file; None when it holds none."""
    try:
        with open(path, "rb") as f:
            if not plain:
                f.readline()
            found = json.load(f)
    except Exception:  # MicroPython's parser answers rubbish with what comes to hand
        return None
    return found if isinstance(found, dict) else None


class Record:
    """One object of JSON in two files. `damage` says in words what was wrong when it was read, "" when nothing was.

    Neither of them is ever in memory as a whole: where a heap has room for many small pieces, it may have none for one of
    6 kB (six rooms on two stacked pumps).
    """

    def __init__(self, path: str):
        self.path = path
        self.number = 0
        self.damage = ""

    def read(self):
        """The newest whole copy's object; None when there is none: a new board (`damage` is ""), or all of it is lost."""
        other = self.path + COPY
        first = self.check(self.path)
        second = self.check(other)
        newest = max(first, second)
        self.number = max(newest, 0) % PLAIN
        if newest < 0:
            if first != GONE or second != GONE:
                self.damage = "%s cannot be read, nor can its copy" % self.path
            return None
        if BAD in (first, second):
            self.damage = "%s: one of its two copies was damaged, the other one is in use" % self.path
        return load(other if second > first else self.path, newest == PLAIN)

    def check(self, path: str) -> int:
        """The number of one file; GONE or BAD."""
        number = number_of(path)
        return BAD if number >= 0 and load(path, number == PLAIN) is None else number

    def write(self, parts: "Iterable[str]") -> None:
        """Store an object in both files. Raises OSError when the file system refuses.

        parts: strings that make an object of JSON between braces. All are read once, before anything is written: the
        values behind them go on changing.
        """
        pieces = [b""]
        text = "{"
        for part in parts:
            text += part
            if len(text) >= PIECE:
                pieces.append(text.encode())
                text = ""
        pieces.append((text + "}").encode())
        self.number += 1
        line = head_of(pieces, self.number)
        pieces[0] = line.encode()
        write_pieces(self.path, pieces)
        write_pieces(self.path + COPY, pieces)
