"""The main loop: a running node, and what the main thread does between its scans.

The control runs in the scan; nothing here is needed to keep the house warm.
"""

import gc
import io
import os
import sys

from ..links import commands, hub, orders
from ..node import node, scan
from ..storage import boot_record, events, record
from ..tables import causes, drop, kinds
from . import button, clock, days, records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ..hardware import Board
    from ..tables.section import Config

GC_S = 10
CHORES_MS = 2000  # where it is never calm they wait no longer
IDLE_MS = 20  # without a line there is no hurry

# heartbeat()
ALL_WELL = 0
ALARM = 1
SERVICE = 2


def traceback_of(error: Exception) -> str:
    """An exception with its traceback."""
    text = io.StringIO()
    sys.print_exception(error, text)  # pyright: ignore[reportArgumentType]
    return text.getvalue()  # pyright: ignore[reportAttributeAccessIssue]


class App:
    """A running node and what its main thread does between scans.

    A board sees `poll`, `poll_links`, `idle_ms`, `heartbeat` and the counter `turns`, and nothing behind them.
    """

    def __init__(self, board: "Board", cfg: "Config", service_s: int = 0):
        """service_s: not 0 in service mode, and then how long it may last."""
        self.board = board
        self.damage = ""  # of the config that was read, in words
        self.turns = 0
        self.node = node.Node(cfg, board)
        from ..control import periods
        drop(periods)  # the rooms' weeks are made
        self.account: "Any" = None
        if cfg.account:
            from . import account
            self.account = account.Account(self.node, board, self.note)
            self.node.extras.append(self.account)
            self.node.points.blocks += self.account.blocks()
        self.records = records.Records(self.node, board)
        self.journal = self.records.journal
        self.clock = clock.Clock(self.node, board, self.journal.note)
        self.journal.clock = self.clock
        self.days = days.Days(self.node)
        self.recent = days.Days(self.node, 10)
        self.service: "Any" = None
        if service_s:
            from . import service
            self.service = service.Service(self.node, service_s)
        self.node.p.service = 1 if service_s else 0
        self.service_due = 0
        self.button = button.Button(board.button) if board.button is not None else None
        self.links = hub.Hub(self.node, board, self.journal.note, self.clock)
        self.update: "Any" = None  # an update.Update while a new firmware comes, waits or is on trial
        self.links.commands.updates = self.updates
        self.signed: "Any" = None  # a signed.Signed from the first signed order on
        self.links.commands.signed = self.signed_orders
        self.scan = scan.Scan(self.node, board.clock, board.watchdog, cfg.node.period_ms, self.restart, board.kept,
                              board.HEAP)
        self.second_s = -1  # the last one that had its housekeeping
        self.chores_ms = -1  # since when they wait for a calm moment

    def note(self, now_s: int, text: str) -> None:
        """A line for the journal, whoever has it to say."""
        self.journal.note(now_s, text)

    def start(self) -> None:
        """From here on the scan runs by the board's timer."""
        gc.collect()
        if hasattr(gc, "threshold"):  # (the tests' CPython has none)
            gc.threshold(-1)  # main.py set it for the loading; from here on every ten seconds is enough
        from ..storage import slots
        if slots.told(self.node.p):
            from . import trial
            self.update = trial.resume(self)
        else:
            drop(slots)
        if self.service is None:
            self.board.watchdog.start()
        else:
            self.spend_service(0)
        self.board.timer.start(self.node.cfg.node.period_ms, self.scan.tick)
        self.board.say("%s: %s, scan %d ms"
                       % ("service mode, outputs off" if self.service else "running",
                          "plant" if self.node.plant_parts else "well and %d rooms" % len(self.node.rooms),
                          self.node.cfg.node.period_ms))

    def restart(self) -> None:
        """Three scans in a row failed: reset, and say so after it."""
        boot_record.will(self.board.kept, boot_record.SCAN_FAULTS)
        self.board.reset()

    def enter_service(self, max_s: int = button.SERVICE_MAX_S) -> None:
        """Outputs off, a flag on the file system, a reset: the next boot runs in service mode, without a watchdog.

        max_s: it ends by itself after so long, so that nobody's house is forgotten.
        """
        self.board.deaf()
        try:
            self.node.safe()
            self.records.write_all(self.node.p.uptime_s)
            self.store_service(max_s)
            boot_record.will(self.board.kept, boot_record.SERVICE)
            self.board.say("reset into service mode")
        finally:
            # Whatever went wrong: outputs off without a reset would be a cold house.
            self.board.reset()

    def store_service(self, seconds: int) -> None:
        """The flag of service mode: how long it may still last. OSError when it cannot be written."""
        text = str(seconds).encode()
        record.write_file(self.board.SERVICE_PATH, text, record.head(text, 0))

    def spend_service(self, uptime_s: int) -> None:
        """Store how long service mode may still last: less a piece in advance, so that each power cut costs one."""
        if self.service is None:
            return
        self.service_due = uptime_s + button.BOOT_S
        try:
            self.store_service(max(0, self.service.max_s - self.service_due))
        except OSError as e:
            self.board.say("service mode cannot be stored (%s)" % e)

    def leave_service(self) -> None:
        """Back to work, by a reset."""
        try:
            os.remove(self.board.SERVICE_PATH)
        except OSError:
            pass  # gone already: all the better
        boot_record.will(self.board.kept, boot_record.SERVICE)
        self.board.reset()

    def poll(self) -> int:
        """One turn of the main thread; returns ms until a link wants the next one."""
        self.turns = (self.turns + 1) & 0xFFFF
        wish_ms = self.links.poll(self.board.clock.ticks_ms())
        starting = self.records.store_starts()
        ring = self.node.events
        if ring.head != ring.tail:
            event = ring.get()
            while event is not None:
                self.publish(event)
                event = ring.get()
        error = self.scan.last_error
        if error is not None:
            self.scan.last_error = None
            self.board.say("scan failed, outputs safe: " + traceback_of(error))
        uptime_s = self.node.p.uptime_s
        if uptime_s != self.second_s:
            self.second_s = uptime_s
            self.each_second(uptime_s)
        since_ms = self.chores_ms
        if since_ms >= 0 and not starting:
            clock = self.board.clock
            now_ms = clock.ticks_ms()
            if self.calm(now_ms) or clock.ticks_diff(now_ms, since_ms) > CHORES_MS:
                self.chores_ms = -1
                self.chores(uptime_s)
        elif self.update is not None and not starting and self.calm(self.board.clock.ticks_ms(), 3):
            self.update.turn()
        return wish_ms

    def updates(self):
        """What takes a new firmware; loaded for as long as there is one to deal with."""
        if self.update is None:
            gc.collect()  # or what is loaded now lies scattered between what goes anyway
            from . import update
            self.update = update.Update(self)
        return self.update

    def signed_orders(self):
        """What takes signed orders; loaded with the first one."""
        if self.signed is None:
            from ..links import signed
            self.signed = signed.Signed(self.links.commands, self.board, self.clock, self.journal)
        return self.signed

    def poll_links(self, now_ms: int) -> None:
        """The links alone, while the main thread is busy with something else."""
        self.links.poll(now_ms)

    def has_links(self) -> bool:
        """Whether `poll_links` has anything to do."""
        return len(self.links.parts) > 0

    def idle_ms(self) -> int:
        """How long the main thread may rest between two turns: a line wants its answers within milliseconds."""
        return 1 if self.links.lines else IDLE_MS

    def heartbeat(self) -> int:
        """What the LED shows: ALL_WELL, ALARM or SERVICE."""
        p = self.node.p
        return SERVICE if p.service else ALARM if p.alarm else ALL_WELL

    def calm(self, now_ms: int, share: int = 1) -> bool:
        """Whether nobody minds 50 ms in which nothing runs: the scan has just been, and so has every line's answer.

        share: 1, it was less than half of its period ago; 3, an eighth: for what erases flash again and again.
        """
        since_ms = self.board.clock.ticks_diff(now_ms, self.scan.last_ms)
        return since_ms <= self.node.cfg.node.period_ms >> share and self.links.calm(now_ms)

    def publish(self, event: "Sequence[int]") -> None:
        """One event: to the console, and to the records."""
        self.board.event(event)
        code = event[1]
        kind, index = kinds.place(event[2])
        detail = event[3]
        if kind is not None and code in (events.TRIP, events.CLEAR, events.LOCKOUT):
            detail = causes.name(kind.scope, detail)
        elif code == events.BOOT:
            detail = boot_record.CAUSES[self.node.p.reset_cause]
        self.records.note(event, detail)
        self.days.note(code)
        self.recent.note(code)
        if code == events.COUNT_PASSED:
            self.board.say("the pump's starts of this day are used up; it starts all the same: heat and frost come first")
        if kind is not None and code == events.LOCKOUT:
            block = kind.block(index)
            self.board.say("%s is locked out (%s): mend the cause, then write %s.reset_trip = %d"
                           % (block, detail, block, event[3]))

    def each_second(self, uptime_s: int) -> None:
        """Slow housekeeping that may allocate."""
        if uptime_s % GC_S == 0:  # right behind the scan that began this second: none is late for it
            gc.collect()
            self.node.p.heap_free_b = gc.mem_free()
        if self.chores_ms < 0:
            self.chores_ms = self.board.clock.ticks_ms()
        self.clock.each_second()
        self.days.each_second()
        self.recent.each_second()
        if self.account is not None:
            self.account.each_second()
        if uptime_s == boot_record.LIVED_S:
            boot_record.lived(self.board.kept)
        if self.service is not None and uptime_s >= self.service.max_s:
            self.board.say("service mode lasted %d min: back to work" % (uptime_s // 60))
            self.leave_service()
        self.board.telemetry(self.node.points)
        if self.button is not None:
            self.pressed(self.button.each_second())

    def pressed(self, how: int) -> None:
        """What button.Button says of this second."""
        if how == 1:
            self.board.answer(True)  # the LED's word: long enough
        elif how == 2 and self.service is None:
            self.enter_service()
        elif how == 2:
            self.leave_service()

    def chores(self, uptime_s: int) -> None:
        """What goes to the flash."""
        # The meters before their row: no start after it counts from less than the row says.
        self.records.write_due(uptime_s, self.days.due or self.recent.due)
        for period in (self.days, self.recent):
            if period.due:
                why = period.write(self.clock.quality)
                if why:
                    self.board.say(why)
        if self.service is not None and uptime_s >= self.service_due:
            self.spend_service(uptime_s)
        if self.signed is not None and self.signed.over():
            self.signed = None
        if self.update is not None:
            self.update.turn()
            if self.update.leave():
                self.update = None

    def write(self, path: str, value: "int | str", who: str = "console", role: str = "i") -> str:
        """A command from the board's own prompt (or the simulator's channel). Returns the refusal or ""."""
        order = orders.Order(commands.CONSOLE, role, who, path, value)
        layer = self.links.commands
        return layer.words(order, layer.give(order))
