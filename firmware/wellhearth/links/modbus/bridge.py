"""A building system on the well's second line reaches every room on the bus (`bms.rooms_at`): its requests are carried on.

The room's node takes it as its bus's, with a bus's rights: what stands at its wall, and it expires. What the well alone may
say on the bus (the state of the water, a request for the demand, anything to everybody) is not carried.
"""

from ...tables import kinds
from . import registers, rtu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...equipment.bus_room import BusRoom
    from .rtu import Line

# Not function code 4: it is how the well reads a demand, and a room counts on having been asked by the well.
READS = (registers.READ_COILS, registers.READ_BITS, registers.READ_HOLDING, registers.IDENTIFY)
SILENT = 11  # exception: the unit behind a gateway does not answer


class Bridge:
    """One request at a time, from `line` (the building system's, where they are unit `first` and on) to the `rooms`."""

    def __init__(self, line: "Line", rooms: "list[BusRoom]", first: int):
        self.line = line
        self.rooms = rooms
        self.first = first
        self.request = bytearray(rtu.SIZE_MAX)
        self.n = 0  # length of the request that waits, 0 without one
        self.unit = 0  # by which number its master called the room
        self.sent = False  # it is on the bus

    def take(self, begin: int, end: int) -> None:
        """A frame for another unit came; one that waited, or is on the bus, is given up, as its master has."""
        rx = self.line.rx
        index = rx[begin] - self.first
        if not 0 <= index < len(self.rooms):
            return
        n = self.n = end - 2 - begin
        self.request[:n] = rx[begin:end - 2]
        self.unit = rx[begin]
        self.request[0] = self.rooms[index].p.address
        self.sent = False
        code = self.refusal(self.request, n)
        if code:
            self.fail(code)

    def refusal(self, request: bytearray, n: int) -> int:
        """The Modbus exception for what is not carried, 0 for what is."""
        code = request[1]
        if code in READS:
            return 0
        if n < 6 or code not in (registers.WRITE_COIL, registers.WRITE_REGISTER, registers.WRITE_REGISTERS):
            return registers.ILLEGAL_FUNCTION
        first = registers.word_at(request, 2)
        count = 1
        if code == registers.WRITE_COIL:
            first *= 2
        elif code == registers.WRITE_REGISTERS:
            count = registers.word_at(request, 4)
        room = kinds.ROOM
        return 0 if room.first <= first and first + count <= room.first + room.stride else registers.ILLEGAL_ADDRESS

    def fail(self, code: int) -> None:
        """Answer the building system with an exception."""
        tx = self.line.tx
        tx[1] = self.request[1] | 0x80
        tx[2] = code
        self.send(3)

    def answer(self, rx: bytearray, begin: int, end: int) -> None:
        """What the room said goes back, unless its master has asked for something else meanwhile."""
        if self.sent:
            n = end - 2 - begin
            self.line.tx[:n] = rx[begin:end - 2]
            self.send(n)

    def silent(self) -> None:
        """The room did not answer."""
        if self.sent:
            self.fail(SILENT)

    def send(self, n: int) -> None:
        """tx[1:n] to the building system, under the number it knows."""
        self.n = 0
        self.line.tx[0] = self.unit
        self.line.send(n)
        self.line.p.answers += 1
