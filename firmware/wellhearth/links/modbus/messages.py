"""What a well's node and its rooms say to each other over the bus, described once: a request, a grant, the time.

Request: the well reads what a room asks for (one frame for each room). Grant: the well tells all rooms the state of the
water, in one broadcast. Time: another one, once a minute. Turn: a third, who may start and what the grid would like. A room
counts a demand as granted that the well had read before it spoke. An older room refuses a message that it does not know,
and nothing else of what it hears.
"""

from ...tables import kinds, points
from . import registers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...tables.kinds import Kind
    from ...tables.points import Point


class Message:
    """A frame that both ends know: function code, first register, its points in the order of the wire."""

    def __init__(self, code: int, kind: "Kind", rows: "Sequence[Point]"):
        self.code = code
        self.first = kind.first + rows[0].register
        self.rows = rows

    def fits(self, code: int, first: int) -> bool:
        """Whether a frame with this function code and first register is this message."""
        return code == self.code and first == self.first


def by_register(rows: "Sequence[Point]"):
    """Rows as they follow each other on the wire."""
    return sorted(rows, key=lambda row: row.register)


REQUEST = Message(registers.READ_INPUT, kinds.ROOM, by_register(points.ROOM)[:points.POLLED])
TOLD = by_register([row for row in points.WATER if row.access == "cmd"])
GRANT = Message(registers.WRITE_REGISTERS, kinds.WATER, TOLD[:6])
TIME = Message(registers.WRITE_REGISTERS, kinds.WATER, TOLD[6:8])
TURN = Message(registers.WRITE_REGISTERS, kinds.WATER, TOLD[8:])
