"""The page's PIN: kept as a salted hash, reckoned in slices, and after wrong ones locked for a while that doubles.

The lock is the whole page's, not one visitor's: addresses in a house cost nothing. It ends with a start of the board, which
somebody on the network cannot bring about.
"""

import hashlib

ROUNDS = 1000
SLICE = 250  # in one turn
FREE = 3  # wrong ones before the first lock
LOCK_S, LOCK_MAX_S = 30, 3600


def digest(salt: str, pin: str) -> bytearray:
    """Where the hash begins."""
    return bytearray(hashlib.sha256((salt + ":" + pin).encode()).digest())


def rounds(found: bytearray, at: int, n: int = ROUNDS) -> int:
    """Some rounds more, in place; how many there are then."""
    to = min(ROUNDS, at + n)
    for _ in range(at, to):
        found[:] = hashlib.sha256(found).digest()
    return to


class Pin:
    """kept: network.json; `pin` in hex and `pin_salt`, or no PIN: then nothing is changed by the page."""

    def __init__(self, kept: dict):
        self.salt = kept.get("pin_salt", "")
        self.kept = kept.get("pin", "")
        self.wrong = 0
        self.until_s = -1
        self.found = bytearray(0)
        self.at = 0

    def left_s(self, now_s: int) -> int:
        """How long it is locked yet."""
        return max(0, self.until_s - now_s)

    def begin(self, text: str) -> None:
        """Somebody says that this is it."""
        self.found = digest(self.salt, text)
        self.at = 0

    def turn(self, now_s: int):
        """None while it is reckoned, then whether it was right. A wrong one counts."""
        self.at = rounds(self.found, self.at, SLICE)
        if self.at < ROUNDS:
            return None
        different = 0 if len(self.kept) == 2 * len(self.found) else 1
        for i in range(len(self.found) if not different else 0):
            different |= self.found[i] ^ int(self.kept[2 * i:2 * i + 2], 16)
        if not different:
            self.wrong = 0
            return True
        self.wrong += 1
        if self.wrong >= FREE:
            self.until_s = now_s + min(LOCK_MAX_S, LOCK_S << min(self.wrong - FREE, 8))
        return False
