"""The main thread: start-up, event drain, settings, and a safe state that says why.

The control runs in the scan; nothing here is needed to keep the house warm.
"""

import gc
import io
import sys

from . import config, node, points, scan
from .control import trips
from .storage import events, ledger, settings

LEDGER_S = 5  # starts and lockouts wait no longer than this for the flash
METERS_S = 600  # meters alone are stored this often
SAVE_S = 60  # settings are written at most this often: flash wears


class App:
    """A running node and what its main thread does between scans."""

    def __init__(self, board, cfg):
        self.board = board
        self.node = node.Node(cfg, board)
        for reason in settings.load(board.SETTINGS_PATH, self.node.points):
            board.say("settings: " + reason)
        self.ledger = ledger.Ledger(board.LEDGER_PATH, *self.node.ledger_parts())
        damage = self.ledger.load()
        if damage:
            board.say(damage)
        self.ledger_due = False
        self.ledger_s = 0
        self.scan = scan.Scan(self.node, board.clock, board.watchdog, cfg.node.period_ms, board.reset)
        self.saved_s = 0
        self.second = -1

    def start(self) -> None:
        """From here on the scan runs by the board's timer."""
        gc.collect()
        self.board.timer.start(self.node.cfg.node.period_ms, self.scan.tick)
        self.board.say("running: well and %d rooms, scan %d ms"
                       % (len(self.node.rooms), self.node.cfg.node.period_ms))

    def poll(self) -> None:
        """One turn of the main thread."""
        ring = self.node.events
        if ring.head != ring.tail:
            event = ring.get()
            while event is not None:
                self.take(event)
                event = ring.get()
        error = self.scan.last_error
        if error is not None:
            self.scan.last_error = None
            text = io.StringIO()
            sys.print_exception(error, text)  # pyright: ignore[reportArgumentType]
            self.board.say("scan failed, outputs safe: " + text.getvalue())  # pyright: ignore[reportAttributeAccessIssue]
        uptime_s = self.node.p.uptime_s
        if uptime_s != self.second:
            self.second = uptime_s
            self.each_second(uptime_s)

    def take(self, event) -> None:
        """One event: to the console, and to the ledger when a power cut must not forgive it."""
        self.board.event(event)
        code = event[1]
        if code in (events.TRIP, events.LOCKOUT, events.PUMP_START, events.COMPRESSOR_START, events.CLEAR):
            self.ledger_due = True
        if code == events.LOCKOUT:
            block, scope = points.place(event[2])
            row = trips.rows(scope)[event[3]]
            self.board.say("%s is locked out (%s): mend the cause, then write %s.reset_trip = %d"
                           % (block, row[2], block, event[3]))

    def each_second(self, uptime_s: int) -> None:
        """Slow housekeeping that may allocate."""
        if uptime_s % 10 == 0:
            gc.collect()
            self.node.p.heap_free_b = gc.mem_free()
        waited_s = uptime_s - self.ledger_s
        if (self.ledger_due and waited_s >= LEDGER_S) or waited_s >= METERS_S:
            self.ledger_s = uptime_s
            self.save_ledger(uptime_s)
        if uptime_s - self.saved_s >= SAVE_S:
            self.saved_s = uptime_s
            self.save_settings()
        self.board.telemetry(self.node.points)

    def save_ledger(self, uptime_s: int) -> None:
        """Store starts and lockouts; a refusal is said, and tried again."""
        try:
            self.ledger.save(uptime_s)
            self.ledger_due = False
        except OSError as e:
            self.board.say("starts and lockouts cannot be stored (%s); free space on the board" % e)

    def save_settings(self) -> None:
        """Store written setpoints. A full or broken file system is said, and tried again later."""
        for block in self.node.points.blocks:
            if block.changed:
                try:
                    settings.save(self.board.SETTINGS_PATH, self.node.points)
                except OSError as e:
                    self.board.say("settings cannot be stored (%s); free space on the board" % e)
                return

    def write(self, path: str, value) -> str:
        """A write from outside: through the table, journaled. Returns the refusal or ""."""
        reason = self.node.points.write(path, value)
        if not reason and path.endswith(".reset_trip"):
            reason = self.node.reset_trip(path.split(".")[0], value)
        if not reason:
            self.node.events.put(self.node.p.uptime_s, events.SET, 0, value)
        return reason


def run(board) -> None:
    """Run for ever. A bad config ends in the safe state, with every mistake named."""
    cfg, errors = config.load(board.CONFIG_PATH)
    if errors:
        board.safe()
        board.say("config refused, outputs stay off: %d mistakes" % len(errors))
        for line in errors:
            board.say("config: " + line)
        board.serve(None)
        return
    app = App(board, cfg)
    app.start()
    board.serve(app)
