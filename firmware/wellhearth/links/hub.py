"""All links of a node, as its config asks for them. What is not asked for is not even imported."""

from . import commands, diff_ms

LONG_MS = 1000
FAILED_S = 60
AFTER_MS = 200  # so long after its answer a line is not asked again


class Hub:
    """The command layer and what hangs on it; `poll` belongs to the main thread. note(now_s, text): for the journal."""

    def __init__(self, node, board, note):
        self.node = node
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
        self.client = None
        self.remote = None
        self.second = -1
        if cfg.bus is not None:
            self.add_bus(cfg.bus)
        if cfg.bms is not None:
            self.add_bms(cfg.bms)
        if cfg.remote is not None:
            self.add_remote(cfg.remote)

    def add_bus(self, cfg) -> None:
        """The line between the well and its rooms."""
        node = self.node
        line = self.add_line("bus", cfg, node.bus_p)
        if cfg.role == "client":
            from .modbus import client
            self.client = client.BusClient(line, cfg, node, node.far)
            self.commands.hook = self.client.forward
            self.parts.append(self.client)
        else:
            well = node.water is not None
            self.commands.links["bus"] = commands.Link("b")
            if well:
                self.commands.links["well"] = commands.Link("w", ("water",), 1, 0)
            self.serve(line, cfg.address, "bus", "well" if well else "", self.heard if well else None)

    def add_line(self, name: str, cfg, block):
        """One of the board's UARTs, in frames; block: the points of its counters."""
        from .modbus import rtu
        line = rtu.Line(self.board.serial(name, cfg.baud, cfg.parity), block)
        self.lines.append(line)
        return line

    def serve(self, line, address: int, link: str, well_link: str, done) -> None:
        """A Modbus server on one line."""
        from .modbus import registers, server
        answers = registers.Server(self.node.points, self.commands, link, well_link)
        self.parts.append(server.RtuServer(line, address, answers, done))

    def heard(self, code: int, first: int) -> None:
        """A frame was carried out: the well's request and its grant are noted."""
        from .modbus import messages  # loaded with the server that calls this
        if messages.REQUEST.fits(code, first):
            self.node.water.acknowledge(self.node.rooms[0].p.demand_w)
        elif messages.GRANT.fits(code, first):
            self.node.water.received()

    def add_bms(self, cfg) -> None:
        """A building management system on the second UART."""
        line = self.add_line("bms", cfg, self.node.bms_p)
        self.commands.links["bms"] = commands.Link("b")
        self.serve(line, cfg.address, "bms", "", None)

    def add_remote(self, cfg) -> None:
        """The hand-held remote of one room."""
        from .infrared import remote
        block = self.node.rooms[cfg.room - 1].p
        self.commands.links["ir"] = commands.Link("r", (block.name,), 8, 1)
        self.remote = remote.Remote(cfg, block, self.commands, self.board.ir_in(), self.board.answer)
        self.parts.append(self.remote)

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

    def failed(self, part, error) -> int:
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
            self.commands.second(now_s)
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
