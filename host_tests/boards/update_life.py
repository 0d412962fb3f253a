"""What an update does to a board's flash, in the real MicroPython: boot.py and app/update.py on a littlefs over NOR flash in
RAM, with as much of a board and of a host as they ask for. For update_guest.py and update_record_guest.py; argv[1]: the
firmware's folder.
"""

import hashlib
import sys
from binascii import hexlify

from nor_flash import mount

sys.path[:0] = [sys.argv[1]]

from wellhearth import version  # noqa: E402
from wellhearth.app import trial, update  # noqa: E402
from wellhearth.storage import record, seal, slots  # noqa: E402, F401

KEY = "6b" * 32
with open(sys.argv[1] + "/boot.py") as f:
    BOOT = f.read()
SECRET = {"id": "abc123abc123", "owner": 1, "unit": "11" * 32, "operator": KEY, "installer": "22" * 32}


class Reset(Exception):
    """The chip starts again."""


def read(name):
    with open(name, "rb") as f:
        return f.read()


def write(name, data):
    with open(name, "wb") as f:
        f.write(data)


class Case:
    """The two packs and the config of a run. toy: they hold a module `marker`, and no firmware. seen: what is told of how
    far an update is (a word)."""

    old = new = b""
    config = b'{"node": {"name": "house"}}' * 30
    toy = True

    def seen(self, word):
        pass


CASE = Case()


class Base:
    """What stands beside the slots: outputs off, and the watchdog of a trial."""

    @staticmethod
    def safe():
        pass

    guard = safe


def boot(nor):
    """boot.py itself; the slot that it chose."""
    mount(nor)
    sys.modules["board"] = Base
    space = {"__name__": "__main__"}
    exec(BOOT, space)
    if CASE.toy:
        sys.modules.pop("marker", None)
        import marker
        assert marker.__file__ == "/%s/marker.mpy" % space["slot"]
    return space["slot"]


class Clock:
    def ticks_ms(self):
        return 0


class Board:
    SECRET_PATH = "secret.json"
    CONFIG_PATH = "config.json"
    clock = Clock()

    def __init__(self):
        self.kept = self

    def get(self, _i):
        return 0

    def set(self, _i, _value):
        pass

    def deaf(self):
        pass

    def say(self, text):
        raise AssertionError(text)

    def reset(self):
        raise Reset


class Row:
    """A row of the point table: any of its values is `?`."""

    unit = "enum:" + "|".join(["?"] * 30)


class P:
    def row(self, _name):
        return Row

    uptime_s = 0
    slot = version = update = update_percent = update_why = scan_faults = damaged = 0


class App:
    """As much of main_loop.App as an update asks for."""

    service = None

    def __init__(self):
        self.board = Board()
        self.p = P()
        self.node = self.wall = self.records = self.journal = self.links = self
        self.rooms = self.far = self.wells = self.lines = []
        self.commands = self
        self.noted_s = self.tried_s = -60
        self.day = 9831
        self.notes = []

    def note(self, _now_s, text):
        self.notes.append(text)

    def safe(self):
        pass

    def write_all(self, _now_s):
        pass


def order_of(data, counter):
    text = "wellhearth-update 1 abc123abc123 1 %d 9840 %s %d 1000 %d %s" % (
        counter, version.BOARD, int.from_bytes(data[16:20], "little"), len(data),
        hexlify(hashlib.sha256(data).digest()).decode())
    return text + " " + hexlify(seal.hmac(bytes.fromhex(KEY), text.encode())).decode()


def life(nor, target, counter, hang):
    """Boots, and what main loop and host do, until `target` runs and nothing is under way. hang: its trials do not live."""
    for _ in range(12):
        slot = boot(nor)
        CASE.seen("boot of " + slot)
        data = read(slot + ".pack")
        assert data in (CASE.old, CASE.new), "half a firmware"
        assert read("config.json") == CASE.config
        app = App()
        work = None
        if slots.told(app.p):
            work = trial.resume(app)
        if data == target and work is None and slots.State().phase == slots.NONE:
            return app
        if hang and data == CASE.old and slots.State().why == slots.BOOTS:
            return app
        if hang and work is not None and work.phase == slots.TRIAL and work.later is not None:
            continue
        serve(app, work, target, counter)
        counter += 1
    raise AssertionError("it never ended: %s" % app.notes)


def serve(app, work, target, counter):
    """One run of the firmware, with the host's part, until it resets itself or nothing is left to do."""
    try:
        run(app, work, target, counter)
    except Reset:
        return


def run(app, work, target, counter):
    if work is None:
        work = update.Update(app)
        text = work.state.order if work.phase == slots.RECEIVING and work.state.order else order_of(target, counter)
        code = work.begin(text)
        assert code == slots.FINE, code
        while work.phase == slots.RECEIVING:
            at = work.received()
            code = work.piece(at, target[at:at + 240])
            assert code in (slots.FINE, slots.FULL), code
            if code == slots.FULL or at + 240 >= len(target):
                work.turn()
        CASE.seen("received")
        while work.phase == slots.CHECKING:
            work.turn()
        assert work.phase == slots.WAITING, app.notes
    for _ in range(1500):
        app.p.uptime_s += 1
        work.turn()
        if work.leave():
            return
    raise AssertionError("neither switched nor proved")
