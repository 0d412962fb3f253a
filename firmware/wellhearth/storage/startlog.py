"""Starts of motors between two saves of the ledger: lines of 16 bytes, programmed into flash that was erased beforehand.

A line is SERIAL (7 digits), WHERE (the number of the motor's events, 2 digits), 4 hex digits of a CRC. The ledger knows the
last serial that it holds; what is in the log beyond it started after that save. The area is erased when it is full, right
behind a save, and never between a start's intent and its relay.
"""

from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import StartArea

LINE = 16
PAGE = 256  # read at a time
SERIAL_MAX = 9_999_999
ERASED = b"\xff" * LINE


def line(serial: int, where: int) -> bytes:
    """One start."""
    text = "%07d %02d " % (serial, where)
    return ("%s%04x\n" % (text, crc32(text.encode()) & 0xFFFF)).encode()


def parse(data: bytes):
    """(serial, where) of a line; None when it is damaged or was cut short."""
    try:
        serial, where, _ = data.decode().split(" ")
        found = int(serial), int(where)
        return found if line(*found) == data else None
    except ValueError:
        return None


class StartLog:
    """The lines of an area: `size`, `read(offset, n)`, `program(offset, data)` into erased space, `erase()`; `ready` where
    it can be programmed before an erase, `gone` where nothing was found.

    renew: erase it behind the next save, whatever room it has.
    """

    def __init__(self, area: "StartArea"):
        self.area = area
        self.next = 0  # offset of the next line
        self.serial = 0
        self.damage = False
        self.renew = False

    def load(self, held: int):
        """Starts (their `where`; -1: not known whose) after serial `held`. OSError when the area cannot be read."""
        starts = []
        self.serial = held
        area = self.area
        if area.gone and held:  # it was there when the ledger was written
            self.damage = True
            starts.append(-1)
        page = b""
        for offset in range(0, area.size, LINE):
            if offset % PAGE == 0:
                page = area.read(offset, PAGE)
            data = page[offset % PAGE:offset % PAGE + LINE]
            if data == ERASED:
                continue
            self.next = offset + LINE
            found = parse(data)
            if found is None:
                self.damage = True
                starts.append(-1)
            elif found[0] > held:
                self.serial = max(self.serial, found[0])
                starts.append(found[1])
        self.renew = self.damage or not area.ready
        return starts

    def full(self) -> bool:
        """It is time for an erase: fewer than 8 starts have room, or there is rubbish in it."""
        return self.renew or self.next + 8 * LINE > self.area.size

    def add(self, where: int) -> bool:
        """Store a start; False when there is no erased space. OSError when the flash refuses: the next try takes the next
        line."""
        at = self.next
        if at + LINE > self.area.size:
            return False
        serial = self.serial + 1
        self.next = at + LINE
        try:
            self.area.program(at, line(serial, where))
        except OSError:
            self.renew = True
            raise
        self.serial = serial
        return True

    def erase(self) -> None:
        """Everything in it is in the ledger. Takes up to 400 ms on a chip."""
        self.area.erase()
        self.next = 0
        self.renew = False
