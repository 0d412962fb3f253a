"""An operator's or installer's order to one unit, one line of text that is signed on their own device.

`wellhearth-order 1 UNIT OWNER ROLE COUNTER UNTIL POINT VALUE SEAL`: the unit's id and owner, `operator` or `installer`, a
number that rises with every order of that role, the UTC second (since 2000) from which on it is void, the point, its value
in the point's unit, and the HMAC-SHA256 (storage/seal.py) of all before it with the unit's key of that role. One blank
between two words, numbers without leading zeros: a text that is written in another way is another text, and refused.
"""

from . import seal

WORD = "wellhearth-order"
FIELDS = 10
LENGTH_MAX = 242  # one frame of Modbus carries it
POINT_MAX = 48
DIGITS = 10
SEAL_LENGTH = 64
ROLES = {"operator": "o", "installer": "i"}
AHEAD_S = 7 * 86400  # an order that is good for longer is refused: it would outlive what it was given for


def number(word: str) -> int:
    """A number in its one canonical form; ValueError for any other text."""
    if not 0 < len(word.lstrip("-")) <= DIGITS:
        raise ValueError(word)
    value = int(word)
    if str(value) != word:  # leading zeros, signs, digits of another script
        raise ValueError(word)
    return value


class SignedOrder:
    """What an order says. whole: whether it has the form of one; its seal is another question."""

    unit = role = point = sign = ""
    owner = counter = until_s = value = -1

    def __init__(self, text: str):
        self.text = text
        self.whole = False
        words = text.split(" ")
        if len(text) > LENGTH_MAX or len(words) != FIELDS or words[:2] != [WORD, "1"]:
            return
        self.unit = words[2]
        self.role = words[4]
        self.point = words[7]
        self.sign = words[9]
        try:
            self.owner, self.counter, self.until_s, self.value = [number(words[i]) for i in (3, 5, 6, 8)]
        except ValueError:
            return
        self.whole = (self.role in ROLES and min(self.owner, self.counter, self.until_s) >= 0
                      and len(self.sign) == SEAL_LENGTH and 0 < len(self.point) <= POINT_MAX)

    def sealed(self, key: str) -> bool:
        """Whether its seal is that of this key (hex)."""
        return seal.sealed(self.text, key)
