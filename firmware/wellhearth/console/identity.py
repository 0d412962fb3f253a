"""Who this unit is and whose: its id, and a fingerprint of each key. A key itself is never shown."""

import hashlib
from binascii import hexlify, unhexlify

from ..storage import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Board

KEYS = ("unit", "operator", "installer")


def fingerprint(key: str) -> str:
    """The first four bytes of a key's SHA-256: two people can say whether they mean the same key."""
    return hexlify(hashlib.sha256(unhexlify(key)).digest()[:4]).decode()


def rows(board: "Board"):
    """(what, now) for a person and for `wellhearth provision`."""
    secret = record.Record(board.SECRET_PATH)
    found = secret.read()
    if found is None:
        return [("id", "damaged: " + secret.damage if secret.damage else "none: wellhearth provision")]
    try:
        return ([("id", found["id"]), ("owner", str(found["owner"]))]
                + [("key " + name, fingerprint(found[name])) for name in KEYS])
    except (KeyError, ValueError, TypeError):
        return [("id", "damaged: %s does not hold keys" % board.SECRET_PATH)]
