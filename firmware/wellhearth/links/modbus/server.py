"""A node as a Modbus RTU server on one line."""

from . import registers, rtu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .registers import Server
    from .rtu import Line


class RtuServer:
    """Answers what is addressed to it, obeys broadcasts, is silent about everything else.

    done(code, first): called after a request was carried out, None when nobody cares.
    """

    def __init__(self, line: "Line", address: int, server: "Server", done: "Callable[[int, int], None] | None" = None):
        """address: 1 to 247."""
        self.line = line
        self.address = address
        self.server = server
        self.done = done
        self.bridge: "Any" = None  # a bridge.Bridge: to the units of another line

    def poll(self, now_ms: int) -> int:
        """Deal with what came in; returns ms until it wants its next turn, -1 when only a frame can wake it."""
        line = self.line
        answer = 0
        while line.receive():
            for begin, end in line.found:
                to = line.rx[begin]
                answer = 0  # only the last frame can be waiting for one
                if to == self.address:
                    line.tx[0] = to
                    answer = self.obey(begin, end)
                elif to == rtu.BROADCAST and line.rx[begin + 1] >= registers.WRITE_COIL:
                    self.obey(begin, end)
                elif self.bridge is not None:
                    self.bridge.take(begin, end)
        if answer:
            line.send(answer)
            line.p.answers += 1
        return -1

    def obey(self, begin: int, end: int) -> int:
        """Carry out one request; returns the length of its answer."""
        line = self.line
        n = self.server.respond(line.rx, begin + 1, end - 2, line.tx, 1)
        self.tell(begin)
        return n

    def tell(self, begin: int) -> None:
        """Whoever cares hears of a request that was not refused."""
        rx = self.line.rx
        if self.done is not None and self.line.tx[1] == rx[begin + 1]:
            self.done(rx[begin + 1], registers.word_at(rx, begin + 2))
