"""The main thread: start-up, event drain, settings, and a safe state that says why.

The control runs in the scan; nothing here is needed to keep the house warm.
"""

import gc
import io
import os
import sys

from ..links import commands, hub
from ..node import node, scan
from ..storage import boot_record, events, journal, ledger, record, settings, startlog
from ..tables import causes, kinds
from . import service

LEDGER_S = 5  # starts and lockouts wait no longer than this for the flash
METERS_S = 600  # meters alone are stored this often
GC_S = 10
CHORES_MS = 2000  # where it is never calm they wait no longer
SAVE_S = 60  # settings are written at most this often: flash wears


class App:
    """A running node and what its main thread does between scans."""

    def __init__(self, board, cfg, service_s: int = 0):
        """service_s: not 0 in service mode, and then how long it may last."""
        self.board = board
        self.turns = 0
        self.node = node.Node(cfg, board)
        self.journal = journal.Journal(board.JOURNAL_PATH)
        self.settings = settings.Settings(board.SETTINGS_PATH, self.node.points)
        for reason in self.settings.load():
            self.tell(0, "settings: " + reason)
        if self.settings.record.damage:
            self.node.p.damaged |= boot_record.SETTINGS
        self.ledger = ledger.Ledger(board.LEDGER_PATH, *self.node.ledger_parts())
        damage = self.ledger.load()
        if damage:
            self.tell(boot_record.LEDGER, "ledger: " + damage)
        self.ledger_due = damage != "" or self.ledger.record.number == 0
        self.ledger_s = 0
        self.log = None
        self.load_starts()
        self.service = service.Service(self.node, service_s) if service_s else None
        self.node.p.service = 1 if service_s else 0
        self.service_due = 0
        self.button = service.Button(board.button) if board.button is not None else None
        self.links = hub.Hub(self.node, board, self.journal.note)
        self.scan = scan.Scan(self.node, board.clock, board.watchdog, cfg.node.period_ms, self.restart, board.kept,
                              board.HEAP)
        self.saved_s = 0
        self.second = -1
        self.chores_ms = -1  # since when they wait for a calm moment

    def tell(self, bit: int, words: str) -> None:
        """A stored file is damaged (`bit` of the point `damaged`): console, journal, alarm."""
        self.node.p.damaged |= bit
        self.board.say(words)
        self.journal.note(0, words)
        self.journal.urgent = True

    def load_starts(self) -> None:
        """Starts that the ledger does not hold yet; from here on each start waits until it is stored."""
        area = getattr(self.board, "start_area", None)
        if area is None:
            return
        motors = self.node.motors
        try:
            log = startlog.StartLog(area())
            starts = log.load(self.ledger.serial)
        except OSError as e:
            self.tell(boot_record.STARTS, "the log of starts cannot be read (%s)" % e)
            return
        for where in starts:
            for other in motors:
                if where == other or where < 0:
                    motors[other][1].restore([0], 0)
        if starts and self.ledger.record.number == 0 and not self.ledger.record.damage:
            self.ledger.unknown()
            self.tell(boot_record.LEDGER, "ledger: its files are gone; " + ledger.UNKNOWN)
        if log.damage:
            self.tell(boot_record.STARTS, "the log of starts is damaged; what cannot be read counts as a start of every "
                      "motor")
        self.log = log
        if log.renew:
            self.save_ledger(0)
            if not log.area.ready:
                self.log = None
                self.tell(boot_record.STARTS, "no room for the log of starts: a power cut at a start forgives it")
                return
        for where in motors:
            motors[where][0].used = True

    def store_starts(self) -> bool:
        """Starts that the scan wants to make: into space erased beforehand, so that it takes a millisecond.

        Whether one of them waits for its relay: until then nothing else is written, as that would erase.
        """
        log = self.log
        if log is None:
            return False
        motors = self.node.motors
        unstored = 0
        starting = False
        for where in motors:
            gate = motors[where][0]
            unstored += gate.unstored
            if gate.posted:
                starting = True
                if not gate.stored:
                    try:
                        gate.stored = log.add(where)
                    except OSError as e:
                        self.board.say("a start cannot be stored (%s)" % e)
        if unstored != self.node.p.unstored:
            self.node.p.unstored = unstored
            self.journal.note(self.node.p.uptime_s, "unstored %d: a motor started, and its start could not be stored"
                              % unstored)
        return starting

    def start(self) -> None:
        """From here on the scan runs by the board's timer."""
        gc.collect()
        if hasattr(gc, "threshold"):  # (the tests' CPython has none)
            gc.threshold(-1)  # main.py set it for the loading; from here on every ten seconds is enough
        if self.service is None:
            self.board.watchdog.start()
        else:
            self.spend_service(0)
        self.board.timer.start(self.node.cfg.node.period_ms, self.scan.tick)
        self.board.say("%s: well and %d rooms, scan %d ms"
                       % ("service mode, outputs off" if self.service else "running",
                          len(self.node.rooms), self.node.cfg.node.period_ms))

    def restart(self) -> None:
        """Three scans in a row failed: reset, and say so after it."""
        self.board.kept.set(boot_record.WHY, boot_record.SCAN_FAULTS)
        self.board.reset()

    def enter_service(self, max_s: int = service.SERVICE_MAX_S) -> None:
        """Outputs off, a flag on the file system, a reset: the next boot runs in service mode, without a watchdog.

        max_s: it ends by itself after so long, so that nobody's house is forgotten.
        """
        self.board.deaf()
        try:
            self.node.safe()
            self.save_ledger(self.node.p.uptime_s)
            self.save_settings()
            self.journal.flush(self.node.p.uptime_s, True)
            self.store_service(max_s)
            self.board.kept.set(boot_record.WHY, boot_record.SERVICE)
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
        self.service_due = uptime_s + service.BOOT_S
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
        self.board.kept.set(boot_record.WHY, boot_record.SERVICE)
        self.board.reset()

    def poll(self) -> int:
        """One turn of the main thread; returns ms until a link wants the next one."""
        self.turns = (self.turns + 1) & 0xFFFF
        wish_ms = self.links.poll(self.board.clock.ticks_ms())
        starting = self.store_starts()
        ring = self.node.events
        if ring.head != ring.tail:
            event = ring.get()
            while event is not None:
                self.take(event)
                event = ring.get()
        error = self.scan.last_error
        if error is not None:
            self.scan.last_error = None
            self.board.say("scan failed, outputs safe: " + told(error))
        uptime_s = self.node.p.uptime_s
        if uptime_s != self.second:
            self.second = uptime_s
            self.each_second(uptime_s)
        since_ms = self.chores_ms
        if since_ms >= 0 and not starting:
            clock = self.board.clock
            now_ms = clock.ticks_ms()
            if self.calm(now_ms) or clock.ticks_diff(now_ms, since_ms) > CHORES_MS:
                self.chores_ms = -1
                self.chores(uptime_s)
        return wish_ms

    def calm(self, now_ms: int) -> bool:
        """Whether nobody minds 50 ms in which nothing runs: the scan has just been, and so has every line's answer."""
        since_ms = self.board.clock.ticks_diff(now_ms, self.scan.last_ms)
        return since_ms <= self.node.cfg.node.period_ms >> 1 and self.links.calm(now_ms)

    def take(self, event) -> None:
        """One event: to the console, and to the ledger when a power cut must not forgive it."""
        self.board.event(event)
        code = event[1]
        kind, index = kinds.place(event[2])
        detail = event[3]
        if kind is not None and code in (events.TRIP, events.CLEAR, events.LOCKOUT):
            detail = causes.name(kind.scope, detail)
        if code != events.SET:  # the command layer has journaled it, with who and why
            self.journal.add(event, detail)
        if code in (events.TRIP, events.LOCKOUT, events.PUMP_START, events.COMPRESSOR_START, events.CLEAR):
            self.ledger_due = True
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
        if uptime_s == boot_record.LIVED_S:
            boot_record.lived(self.board.kept)
        if self.service is not None and uptime_s >= self.service.max_s:
            self.board.say("service mode lasted %d min: back to work" % (uptime_s // 60))
            self.leave_service()
        self.board.telemetry(self.node.points)
        if self.button is not None:
            self.pressed(self.button.second())

    def pressed(self, how: int) -> None:
        """What service.Button says of this second."""
        if how == 1:
            self.board.answer(True)  # the LED's word: long enough
        elif how == 2 and self.service is None:
            self.enter_service()
        elif how == 2:
            self.leave_service()

    def chores(self, uptime_s: int) -> None:
        """What goes to the flash, which on some chips stops everything for some 50 ms."""
        waited_s = uptime_s - self.ledger_s
        if (self.ledger_due and waited_s >= LEDGER_S) or waited_s >= METERS_S:
            self.ledger_s = uptime_s
            gc.collect()  # now, not in a scan between two of its writes (30 ms on an RP2040)
            self.save_ledger(uptime_s)
        if self.service is not None and uptime_s >= self.service_due:
            self.spend_service(uptime_s)
        if uptime_s - self.saved_s >= SAVE_S:
            self.saved_s = uptime_s
            self.save_settings()
        reason = self.journal.flush(uptime_s)
        if reason:
            self.board.say(reason)

    def save_ledger(self, uptime_s: int) -> None:
        """Store starts and lockouts; a refusal is said, and tried again."""
        try:
            log = self.log
            if log is not None:
                self.ledger.serial = log.serial
            self.ledger.save(uptime_s)
            self.ledger_due = False
            if log is not None and log.full() and log.serial == self.ledger.serial:
                log.erase()
        except OSError as e:
            self.board.say("starts and lockouts cannot be stored (%s); free space on the board" % e)

    def save_settings(self) -> None:
        """Store written setpoints. A full or broken file system is said, and tried again later."""
        for block in self.node.points.blocks:
            if block.changed:
                try:
                    self.settings.save()
                except OSError as e:
                    self.board.say("settings cannot be stored (%s); free space on the board" % e)
                return

    def write(self, path: str, value, who: str = "console", role: str = "i") -> str:
        """A command from the board's own prompt (or the simulator's channel). Returns the refusal or ""."""
        return self.links.commands.give(who, role, commands.CONSOLE, path, value)


current = None  # the running App, for diag.py
stopped = ""  # why there is none
hardware = None  # the board, from the first moment on


def told(error) -> str:
    """An exception with its traceback."""
    text = io.StringIO()
    sys.print_exception(error, text)  # pyright: ignore[reportArgumentType]
    return text.getvalue()  # pyright: ignore[reportAttributeAccessIssue]


def service_s(board):
    """(how long service mode may last in seconds, 0 when it was not asked for; what is wrong with its flag).

    A flag that cannot be read: somebody may have his hands in the plant, but no house waits long for it.
    """
    state, data = record.read_file(board.SERVICE_PATH)
    if state == record.GONE:
        return 0, ""
    number, text = record.unseal(data)
    try:
        asked_s = int((data if number < 0 else text).decode())
        if 0 <= asked_s <= service.SERVICE_MAX_S:
            return asked_s, ""
    except ValueError:
        pass
    return service.FLASH_MAX_S, "%s is damaged: service mode for %d min" % (board.SERVICE_PATH, service.FLASH_MAX_S // 60)


def rest(board, why: str, retry_s: int) -> None:
    """The safe state: outputs off, the reason shown, and a new try where one may help."""
    global stopped
    stopped = why
    board.safe()
    board.say(why)
    if retry_s:
        board.say("all outputs are off; a new start in %d min, or at once: import board; board.reset()" % (retry_s // 60))
        board.kept.set(boot_record.WHY, boot_record.RECOVERY)
    board.serve(None, retry_s)


def load_config(path: str):
    """(Config, errors, damage, new): config.choose."""
    from ..tables import config
    result = config.choose(path)
    config.forget(config)
    return result


def keep_good(board, text) -> None:
    """This config runs: a copy of it, for the day on which it is damaged."""
    try:
        record.write_file(board.CONFIG_PATH + record.GOOD, text, record.head(text, 0))
    except OSError as e:
        board.say("the last good config cannot be kept (%s); free space on the board" % e)


def run(board) -> None:
    """Run for ever. Whatever forbids a start ends in the safe state, with every reason named."""
    global current, hardware
    hardware = board
    cause, phase, boots = boot_record.begin(board.kept, board.power_on(), board.soft_reset())
    why = boot_record.reason(cause, phase, boots)
    if why:
        rest(board, "recovery mode: " + why, boot_record.RETRY_S)
        return
    gc.collect()  # what the imports left, before anything is built that stays: else the heap ends in small pieces
    cfg, errors, damage, new = load_config(board.CONFIG_PATH)
    gc.collect()
    if damage and errors:
        board.say(damage)
    if not errors:
        errors = board.configure(cfg)
    if errors:
        for line in errors:
            board.say("config: " + line)
        rest(board, "config refused, outputs stay off: %d mistakes" % len(errors), 0)
        return
    if new:
        keep_good(board, new)
        new = b""
        gc.collect()
    max_s, flag = service_s(board)
    try:
        app = App(board, cfg, max_s)
    except Exception as e:
        rest(board, "the node could not be built: " + told(e), boot_record.RETRY_S)
        return
    current = app
    if damage:
        app.tell(boot_record.CONFIG, damage)
    if flag:
        app.tell(boot_record.FLAG, flag)
    p = app.node.p
    p.reset_cause = cause
    p.last_phase = phase
    p.short_boots = boots
    app.start()
    board.serve(app)
