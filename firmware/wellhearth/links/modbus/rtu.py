"""Modbus RTU frames: CRC, and a line that is heard in whole frames.

The port (a board's) hands over what came between two silences of 3.5 characters: `receive(into) -> n`, 0 while there is
nothing; `send(frame, n)`; `sending()`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...hardware import Serial
    from ...tables import shapes

SIZE_MAX = 256  # bytes of an RTU frame (Modbus over serial line V1.02, 2.5.1.1)
BROADCAST = 0


def _crc_table():
    """CRC-16 of every byte, polynomial 0xA001 (x^16 + x^15 + x^2 + 1, reflected)."""
    import array
    table = array.array("H", [0] * 256)
    for i in range(256):
        crc = i
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
        table[i] = crc
    return table


TABLE = _crc_table()


def crc(buf: bytearray, begin: int, end: int) -> int:
    """CRC-16 of buf[begin:end]. Over a frame with its own CRC at the end it is 0."""
    value = 0xFFFF
    table = TABLE
    for i in range(begin, end):
        value = value >> 8 ^ table[(value ^ buf[i]) & 0xFF]
    return value


def split(buf: bytearray, n: int):
    """Bounds of the frames in buf[0:n], or [] when it does not consist of whole frames.

    A busy chip may notice the silence between two frames too late and find both in one piece. One frame is tried first:
    in one of 1500 the CRC comes out as 0 in the middle, by chance.
    """
    if crc(buf, 0, n) == 0:
        return [(0, n)]
    found = []
    begin = 0
    value = 0xFFFF
    table = TABLE
    for i in range(n):
        value = value >> 8 ^ table[(value ^ buf[i]) & 0xFF]
        if value == 0 and i - begin >= 3:  # address, function code, CRC
            found.append((begin, i + 1))
            begin = i + 1
            value = 0xFFFF
    return found if begin == n else []


def seal(buf: bytearray, n: int) -> int:
    """Put the CRC behind buf[0:n], low byte first; returns the length of the whole frame."""
    value = crc(buf, 0, n)
    buf[n] = value & 0xFF
    buf[n + 1] = value >> 8
    return n + 2


class Line:
    """One port, its counters (points of a BUS block), and the buffers in use."""

    def __init__(self, port: "Serial", block: "shapes.Bus"):
        self.port = port
        self.p: "shapes.Bus" = block
        self.rx = bytearray(SIZE_MAX)
        self.tx = bytearray(SIZE_MAX)
        self.found = []  # bounds of the frames in rx

    def receive(self) -> bool:
        """What came between two silences, into `rx` and `found`; False when nothing did."""
        n = self.port.receive(self.rx)
        if not n:
            return False
        self.found = split(self.rx, n) if n >= 4 else []
        if self.found:
            self.p.frames += len(self.found)
        else:
            self.p.errors += 1
        return True

    def send(self, n: int) -> None:
        """Send tx[0:n] with its CRC."""
        self.port.send(self.tx, seal(self.tx, n))
