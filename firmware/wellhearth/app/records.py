"""What goes to the flash, and when: journal, settings, ledger, and the log of starts."""

import gc

from ..storage import boot_record, events, journal, ledger, settings, startlog

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ..hardware import Board
    from ..node.node import Node

LEDGER_S = 5  # starts and lockouts wait no longer than this for the flash
METERS_S = 600  # meters alone are stored this often
SAVE_S = 60  # settings are written at most this often: flash wears


class Records:
    """The stored records of a running node. Everything here belongs to the main thread and may allocate."""

    def __init__(self, node: "Node", board: "Board"):
        self.node = node
        self.board = board
        self.journal = journal.Journal(board.JOURNAL_PATH)
        self.settings = settings.Settings(board.SETTINGS_PATH, node.points)
        for reason in self.settings.load():
            self.report(0, "settings: " + reason)
        if self.settings.record.damage:
            node.p.damaged |= boot_record.SETTINGS
        self.ledger = ledger.Ledger(board.LEDGER_PATH, *node.ledger_parts())
        damage = self.ledger.load()
        if damage:
            self.report(boot_record.LEDGER, "ledger: " + damage)
        self.ledger_due = damage != "" or self.ledger.record.number == 0
        self.ledger_s = 0
        self.saved_s = 0
        self.log = None
        self.load_starts()

    def report(self, bit: int, words: str) -> None:
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
            self.report(boot_record.STARTS, "the log of starts cannot be read (%s)" % e)
            return
        for where in starts:
            for other in motors:
                if where == other or where < 0:
                    motors[other][1].restore([0], 0)
        if starts and self.ledger.record.number == 0 and not self.ledger.record.damage:
            self.ledger.unknown()
            self.report(boot_record.LEDGER, "ledger: its files are gone; " + ledger.UNKNOWN)
        if log.damage:
            self.report(boot_record.STARTS, "the log of starts is damaged; what cannot be read counts as a start of every "
                      "motor")
        self.log = log
        if log.renew:
            self.save_ledger(0)
            if not log.area.ready:
                self.log = None
                self.report(boot_record.STARTS, "no room for the log of starts: a power cut at a start forgives it")
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

    def note(self, event: "Sequence[int]", detail: "str | int") -> None:
        """One event: to the journal, and to the ledger when a power cut must not forgive it. detail: its
        last number, or the cause's name."""
        code = event[1]
        if code != events.SET:  # the command layer has journaled it, with who and why
            self.journal.add(event, detail)
        if code in (events.TRIP, events.LOCKOUT, events.CLEAR) or (
                code in (events.PUMP_START, events.COMPRESSOR_START) and (self.log is None or self.log.full())):
            self.ledger_due = True  # else a start is safe in its own log: no need to wear the flash for it

    def write_due(self, uptime_s: int, meters: bool = False) -> None:
        """What waits for the flash, which on some chips stops everything for some 50 ms. meters: the meters do."""
        waited_s = uptime_s - self.ledger_s
        if meters or (self.ledger_due and waited_s >= LEDGER_S) or waited_s >= METERS_S:
            self.ledger_s = uptime_s
            gc.collect()  # now, not in a scan between two of its writes (30 ms on an RP2040)
            self.save_ledger(uptime_s)
        if uptime_s - self.saved_s >= SAVE_S:
            self.saved_s = uptime_s
            self.save_settings()
        reason = self.journal.flush(uptime_s)
        if reason:
            self.board.say(reason)

    def write_all(self, uptime_s: int) -> None:
        """Everything, now: a reset follows."""
        self.save_ledger(uptime_s)
        self.save_settings()
        self.journal.flush(uptime_s, True)

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
                    self.journal.urgent = True  # who changed them is as safe as what they are
                except OSError as e:
                    self.board.say("settings cannot be stored (%s); free space on the board" % e)
                return
