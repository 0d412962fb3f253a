"""A new firmware beside the running one: taken in pieces, verified, switched to at a calm moment. Loaded while there is one.

The order (storage/update_order.py) comes first, then the pack in pieces, in their order. Each step writes to the flash only
where the main loop finds it calm, as the journal does; the control goes on. What is verified is what the flash gives back.
app/switch.py finds the moment, app/trial.py watches the new firmware; where it never gets that far, boot.py goes back.
"""

import hashlib
import os
import sys
from binascii import hexlify

from .. import version
from ..storage import record, slots
from ..storage.update_order import Order
from ..tables import drop, on_board

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..hardware import Buffer
    from .main_loop import App

BUFFER = 1024
SLICE = 2048  # bytes hashed at a time
SYNC = 32_768  # so often what was received is safe from a power cut
MARGIN = 65_536  # bytes that stay free for the records
NOTED_S = 60
TRY_S = 2  # between two orders
IDLE_S = 600  # without a piece the file is closed and this module leaves the heap; the same order goes on where it was
USED = ("app.trial", "app.switch", "app.update", "storage.update_order", "storage.seal", "storage.slots")


class Update:
    """The update of a running node; app: main_loop.App. What `begin` and `piece` return are codes of slots.py."""

    def __init__(self, app: "App"):
        self.app = app
        self.state = slots.State()
        self.running = slots.running()
        self.phase = self.state.phase
        self.order: "Any" = None
        self.f: "Any" = None
        self.digest: "Any" = None
        self.part = bytearray(BUFFER)
        self.n = 0  # bytes in it
        self.have = 0  # bytes of the pack that the file system has, or that were hashed
        self.synced = 0
        self.busy = self.opening = False
        self.second = -1
        self.heard_s = 0
        self.later: "Any" = None  # a switch.Switch that waits for its moment, or a trial.Trial
        self.show()

    # -- what is seen of it --

    def show(self) -> None:
        """Into the points."""
        p = self.app.node.p
        p.update = self.phase
        p.update_percent = self.received() * 100 // self.order.size if self.order is not None else 0

    def note(self, text: str, *values: object) -> None:
        """A line of the journal, soon on the flash."""
        self.app.note(self.app.node.p.uptime_s, "update: " + text % values)
        self.app.journal.urgent = True

    def named(self, why: int) -> str:
        """A reason in words."""
        return slots.named(self.app.node.p, "update_why", why)

    def received(self) -> int:
        """Bytes of the pack that are here."""
        return self.have + (self.n if self.phase == slots.RECEIVING else 0)

    def refused(self, why: int) -> int:
        """An order that is not taken: of refusals one a minute goes to the journal, as flash wears."""
        now_s = self.app.node.p.uptime_s
        layer = self.app.links.commands
        self.app.node.p.update_why = why
        if now_s - layer.noted_s >= NOTED_S:
            layer.noted_s = now_s
            self.app.note(now_s, "update: an order was refused: " + self.named(why))
        return why

    def text(self) -> str:
        """The order that is under way, or the last one that was taken."""
        return self.order.text if self.order is not None else self.state.order

    # -- the order --

    def begin(self, text: str) -> int:
        """An order; slots.FINE when pieces may come: from byte `received()` on."""
        now_s = self.app.node.p.uptime_s
        layer = self.app.links.commands  # it outlives this object
        if now_s - layer.tried_s < TRY_S:
            return slots.BUSY
        layer.tried_s = now_s
        order = Order(text)
        why = self.judge(order)
        if why != slots.FINE:
            return self.refused(why)
        if self.order is not None and text == self.order.text and self.phase in (slots.RECEIVING, slots.CHECKING):
            return slots.FINE  # it is under way already
        self.close()
        self.order = order
        self.phase = slots.RECEIVING
        self.opening = True  # at the next calm moment; until then pieces wait
        self.n = self.have = 0
        self.heard_s = now_s
        self.show()
        return slots.FINE

    def judge(self, order: Order) -> int:
        """Why an order is not taken, or slots.FINE."""
        app = self.app
        state = self.state
        if order.why != slots.FINE:
            return order.why
        if not self.running:
            return slots.NO_SLOTS
        if self.phase == slots.TRIAL or app.service is not None:
            return slots.BUSY
        keys = record.Record(app.board.SECRET_PATH).read()
        if not keys or "operator" not in keys:
            return slots.NO_KEYS
        if order.unit != keys["id"] or order.owner != keys["owner"]:
            return slots.UNIT
        if not order.sealed(keys["operator"]):
            return slots.SEAL
        if state.lost:
            return slots.DAMAGED
        again = order.text == state.order and state.phase == slots.RECEIVING
        if order.counter <= state.counter and not again:
            return slots.OLD
        today = app.node.wall.day
        if 0 <= order.until < today and not again:
            return slots.EXPIRED
        if order.board != version.BOARD:
            return slots.BOARD
        return slots.FLOOR if order.version < state.floor else slots.FINE

    def open(self) -> None:
        """Room for the pack, and the order kept: from here on it counts as used."""
        state = self.state
        order = self.order
        self.opening = False
        again = order.text == state.order and state.phase == slots.RECEIVING
        here = slots.size(slots.PART) if again else -1
        if here < 0 or here > order.size:
            slots.remove(slots.PART)
            here = 0
        free = os.statvfs("/")
        if order.size - here + MARGIN > free[0] * free[3]:
            self.order = None
            self.phase = slots.NONE
            self.refused(slots.NO_ROOM)  # the order is not used up
            return
        if not again:
            state.phase = slots.RECEIVING
            state.why = self.app.node.p.update_why = slots.FINE
            state.slot = slots.other(self.running)
            state.order = order.text
            state.counter = order.counter
            state.save()
            self.note("%s is to be installed in slot %s, order %d", slots.words(order.version), state.slot, order.counter)
        self.have = self.synced = here
        self.f = open(slots.PART, "ab")
        self.show()

    # -- pieces --

    def piece(self, at: int, data: "Buffer") -> int:
        """Bytes of the pack from byte `at` on; what is here already is passed over, a gap refused. FULL: a moment later."""
        if self.opening:
            return slots.FULL
        if self.phase != slots.RECEIVING or self.f is None:
            return slots.NO_ORDER
        here = self.have + self.n
        end = at + len(data)
        self.heard_s = self.app.node.p.uptime_s
        if end <= here:
            return slots.FINE
        if at != here or end > self.order.size:
            return slots.GAP
        if self.n + len(data) > BUFFER:
            return slots.FULL
        self.part[self.n:self.n + len(data)] = data
        self.n += len(data)
        return slots.FINE

    # -- turns of the main loop, each where nobody minds 50 ms --

    def turn(self) -> None:
        """The next step. The prompt and the main loop both call it: of two turns the second does nothing."""
        if self.busy:
            return
        self.busy = True
        try:
            if self.opening:
                self.open()
            elif self.phase == slots.RECEIVING:
                self.store()
            elif self.phase == slots.CHECKING:
                self.check()
            elif self.app.node.p.uptime_s != self.second:
                self.second = self.app.node.p.uptime_s
                if self.later is not None:
                    self.later.each_second(self.second)
        except OSError as e:
            self.failed(e)
        finally:
            self.busy = False

    def store(self) -> None:
        """What came in goes to the flash."""
        if self.n and self.f is not None:
            self.f.write(memoryview(self.part)[:self.n])
            self.have += self.n
            self.n = 0
            if self.have - self.synced >= SYNC:
                self.synced = self.have
                self.f.flush()
            self.show()
        if self.order is not None and self.have == self.order.size:
            self.close()
            self.phase = slots.CHECKING
            self.have = 0
            self.show()

    def check(self) -> None:
        """A slice of what is on the flash into its SHA-256; behind the last one: taken, or given up."""
        if self.f is None:
            self.f = open(slots.PART, "rb")
            self.digest = hashlib.sha256()
        half = memoryview(self.part)
        for _ in range(SLICE // BUFFER):
            got = self.f.readinto(half)
            if not got:
                self.close()
                self.verified()
                return
            self.digest.update(half[:got])
            self.have += got
        self.show()

    def verified(self) -> None:
        """All of it was read: is it what was ordered?"""
        order = self.order
        if hexlify(self.digest.digest()).decode() != order.sha256:
            self.give_up(slots.HASH)
            return
        if slots.head(slots.PART) != (order.size, order.version, order.floor, order.board):
            self.give_up(slots.PACK_WRONG)
            return
        self.state.phase = self.phase = slots.WAITING
        self.state.save()
        from . import switch
        switch.settle(self)
        self.note("%s is verified and waits for a calm moment", slots.words(order.version))

    def give_up(self, why: int) -> None:
        """Nothing of it stays; the order is used up."""
        self.close()
        slots.remove(slots.PART)
        self.phase = self.state.phase = slots.NONE
        self.state.why = self.app.node.p.update_why = why
        self.order = self.later = None
        self.n = self.have = 0
        self.show()
        self.note("given up: %s", self.named(why))
        self.state.save()

    def failed(self, error: OSError) -> int:
        """The file system refused."""
        why = slots.NO_ROOM if error.args and error.args[0] == 28 else slots.FLASH
        try:
            self.give_up(why)
        except OSError:
            self.phase = slots.NONE
        return why

    def close(self) -> None:
        """The open file, if there is one."""
        f = self.f
        self.f = None
        if f is not None:
            f.close()

    def leave(self) -> bool:
        """Whether nothing is left to do here: then what was loaded for it leaves the heap."""
        idle = self.phase == slots.RECEIVING and self.app.node.p.uptime_s - self.heard_s >= IDLE_S
        if self.busy or not (idle or self.phase == slots.NONE):
            return False
        self.close()
        if on_board():
            package = __name__.rpartition(".app.")[0]
            for name in USED:
                module = sys.modules.get(package + "." + name)
                if module is not None:
                    drop(module)
        return True
