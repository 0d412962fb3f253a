"""Rows of days and ten minutes for a person; days sealed with the unit's key for a statement. Loaded when somebody asks."""

import hashlib
from binascii import hexlify, unhexlify

from ..storage import history, record
from ..storage.seal import hmac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..hardware import Board

WORD = "wellhearth-days 1"


def chain(first: int, last: int):
    """(how many, SHA-256 over each row and the digest before it, begun with zeros) of the rows first to last."""
    digest = bytes(32)
    n = 0
    for data, (_version, _quality, number, *_) in history.rows():
        if first <= number <= last:
            digest = hashlib.sha256(digest + data).digest()
            n += 1
    return n, digest


def message(unit: str, first: int, last: int, n: int, digest: bytes) -> bytes:
    """What is signed."""
    return ("%s %s %d %d %d %s" % (WORD, unit, first, last, n, hexlify(digest).decode())).encode()


def seal(board: "Board", first: int, last: int):
    """(unit, how many rows, chain, signature in hex); the signature is "" for a unit without keys."""
    n, digest = chain(first, last)
    found = record.Record(board.SECRET_PATH).read() or {}
    try:
        unit = found["id"]
        sign = hmac(unhexlify(found["unit"]), message(unit, first, last, n, digest))
    except (KeyError, ValueError, TypeError):
        unit = ""
        sign = b""
    return unit, n, hexlify(digest).decode(), hexlify(sign).decode()


def last(n: int, kind: tuple):
    """The last `n` rows of a kind."""
    found = []
    for _data, row in history.rows(kind):
        found.append(row)
        if len(found) > n:
            found.pop(0)
    return found


def lines(n: int, stamp: "Callable[[int], str]"):
    """The last `n` days for a person; stamp(day): its date."""
    found = []
    for row in last(n, history.DAILY):
        _version, _quality, number, day, minutes, starts, trips, _supply, _back = row[:9]
        m3, litres, back_m3, back_l, mwh, wh = row[9:15]
        when = stamp(day) if day >= 0 else "no clock"
        found.append((number, when, "%d.%03d" % (m3, litres), "%d.%03d" % (back_m3, back_l), "%d.%06d" % (mwh, wh),
                      starts, trips, minutes))
    return found


def recent(n: int, stamp: "Callable[[int, int], str]"):
    """The last `n` rows of ten minutes for a person; stamp(day, second): local time."""
    found = []
    for row in last(n, history.TEN):
        _version, quality, number, tens, seconds = row[:5]
        m3, litres, back_m3, back_l, mwh, wh = row[9:15]
        when = stamp(tens // 8640, tens % 8640 * 10) if tens >= 0 else "no clock"
        rooms = ["%d.%d" % (mc // 100, mc % 100 // 10) if mc >= 0 else "-" for mc in row[18:]]
        while rooms and rooms[-1] == "-":
            rooms.pop()
        found.append((number, when, seconds, "start" if quality & history.FRESH else "", "%d.%03d" % (m3, litres),
                      "%d.%03d" % (back_m3, back_l), "%d.%06d" % (mwh, wh), " ".join(rooms)))
    return found
