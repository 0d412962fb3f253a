"""An order to install a release, one line of text that the operator's host signs for one unit and one time.

`wellhearth-update 1 UNIT OWNER COUNTER UNTIL BOARD VERSION FLOOR SIZE SHA256 SEAL`: the unit's id and owner, a number that
rises with every order, the last UTC day (since 2000) on which it may be given, what it is for, version and floor as numbers
(slots.number), bytes and SHA-256 of the pack, and the HMAC-SHA256 of all before it with the unit's operator key.
"""

from . import seal, slots

WORD = "wellhearth-update"
FIELDS = 12
LENGTH_MAX = 242  # one frame of Modbus carries it
SIZE_MAX = 1 << 20


class Order:
    """What an order says. why: slots.FINE, or what is wrong with its form."""

    def __init__(self, text: str):
        self.text = text
        self.why = slots.FORM
        words = text.split(" ")
        if len(text) > LENGTH_MAX or len(words) != FIELDS or words[:2] != [WORD, "1"]:
            return
        self.unit = words[2]
        self.board = words[6]
        self.sha256 = words[10]
        numbers = words[3:6] + words[7:10]
        for word in numbers:
            if not word.isdigit() or len(word) > 10:
                return
        if len(self.sha256) != 64 or len(words[11]) != 64:
            return
        try:
            self.owner, self.counter, self.until, self.version, self.floor, self.size = [int(word) for word in numbers]
        except ValueError:  # a digit of another script
            return
        if slots.HEAD < self.size <= SIZE_MAX and self.floor <= self.version:
            self.why = slots.FINE

    def sealed(self, key: str) -> bool:
        """Whether its seal is that of this key (hex)."""
        return seal.sealed(self.text, key)
