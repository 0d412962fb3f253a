"""All links of a node, as its config asks for them. What is not asked for is not even imported."""

from . import commands, diff_ms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..app.clock import Clock
    from ..hardware import Board
    from ..node.node import Node

LONG_MS = 1000
FAILED_S = 60
AFTER_MS = 200  # so long after its answer a line is not asked again
# A section of the config, and the folder whose fitting.py has a function of that name: what puts the link together.
FITTINGS = (("bus", "modbus"), ("bms", "modbus"), ("gateway", "modbus"), ("meter_line", "meters"), ("remote", "infrared"),
            ("network", "network"), ("plant", "field"))


class Hub:
    """The command layer and what hangs on it; `poll` belongs to the main thread. note(now_s, text): for the journal."""

    def __init__(self, node: "Node", board: "Board", note: "Callable[[int, str], None]", clock: "Clock | None" = None):
        self.node = node
        self.clock: "Any" = clock  # app.clock.Clock, which a time server sets
        self.board = board
        cfg = node.cfg
        self.busy = False
        self.lines = []
        self.answers = 0
        self.answered_ms = 0
        self.note = note
        self.failed_s = -FAILED_S
        self.commands = commands.Commands(node, note)
        self.parts = []
        self.client: "Any" = None  # a modbus.client.BusClient, an infrared.remote.Remote: the console asks them
        self.remote: "Any" = None
        self.second = -1
        for section, folder in FITTINGS:
            given = getattr(cfg, section)
            if given is not None:
                package = __name__.rpartition(".")[0]
                fitting = __import__(package + "." + folder + ".fitting", None, None, ("fitting",))
                getattr(fitting, section)(self, given)

    def calm(self, now_ms: int) -> bool:
        """Whether 50 ms without a turn are in nobody's way: every line has just had its answer, all of it, or there is none.

        A chip that erases its flash stands still, its transmitters too: a frame would break in two.
        """
        answers = 0
        for line in self.lines:
            if line.port.sending():
                return False
            answers += line.p.answers
        if answers != self.answers:
            self.answers = answers
            self.answered_ms = now_ms
        return not self.lines or 0 <= diff_ms(now_ms, self.answered_ms) < AFTER_MS

    def failed(self, part: object, error: Exception) -> int:
        """A turn that ended in an exception: said and journaled once a minute; the link goes on with its next turn."""
        now_s = self.node.p.uptime_s
        if now_s - self.failed_s >= FAILED_S:
            self.failed_s = now_s
            text = "link %s failed: %r" % (type(part).__name__, error)
            self.note(now_s, text)
            self.board.say(text)
        return -1

    def poll(self, now_ms: int) -> int:
        """One turn of every link; returns ms until one of them wants the next turn.

        On a board a timer calls it too, between two bytecodes of the main thread: of two turns the second does nothing.
        """
        if self.busy:
            return LONG_MS
        now_s = self.node.p.uptime_s
        if now_s != self.second:
            self.second = now_s
            self.commands.each_second(now_s)
        if not self.parts:
            return LONG_MS
        self.busy = True
        try:
            return self.turn(now_ms)
        finally:
            self.busy = False

    def turn(self, now_ms: int) -> int:
        """The turn itself."""
        least = LONG_MS
        for part in self.parts:
            try:
                wish = part.poll(now_ms)
            except Exception as e:  # a link that fails must not take the others, or the console, with it
                wish = self.failed(part, e)
            if 0 <= wish < least:
                least = wish
        return least
