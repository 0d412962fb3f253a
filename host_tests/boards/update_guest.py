"""Run by the real MicroPython (test_update_cuts.py): boot.py and app/update.py on its own littlefs over NOR flash in RAM.

Programming only clears bits, an erase sets a block's; a power cut stops it before, in the middle of, or behind an operation.
argv: folder of the firmware, bytes of each pack, blocks of the flash, every how many-th operation is cut, and of those how
many-th goes on to its end. Prints what it did; an exception is a failure.
"""

import json
import random
import sys
from binascii import crc32, hexlify

from nor_flash import BLOCK, Nor, done, mount

KEY = "6b" * 32
CONFIG = b'{"node": {"name": "house"}}' * 30
SECRET = {"id": "abc123abc123", "owner": 1, "unit": "11" * 32, "operator": KEY, "installer": "22" * 32}


class Reset(Exception):
    """The chip starts again."""


def read(name):
    with open(name, "rb") as f:
        return f.read()


def write(name, data):
    with open(name, "wb") as f:
        f.write(data)


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
    text = "wellhearth-update 1 abc123abc123 1 %d 9840 sitl %d 1000 %d %s" % (
        counter, slots.number(VERSIONS[data == NEW]), len(data), hexlify(hashlib.sha256(data).digest()).decode())
    return text + " " + hexlify(seal.hmac(bytes.fromhex(KEY), text.encode())).decode()


VERSIONS = ("0.1.0", "0.2.0")


def life(nor, target, counter, hang):
    """Boots, and what main loop and host do, until `target` runs and nothing is under way. hang: its trials do not live."""
    for _ in range(12):
        slot = boot(nor)
        data = read(slot + ".pack")
        assert data in (OLD, NEW), "half a firmware"
        assert read("config.json") == CONFIG
        app = App()
        work = None
        if slots.told(app.p):
            work = trial.resume(app)
        if data == target and work is None and slots.State().phase == slots.NONE:
            return app
        if hang and data == OLD and slots.State().why == slots.BOOTS:
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
        while work.phase == slots.CHECKING:
            work.turn()
        assert work.phase == slots.WAITING, app.notes
    for _ in range(1500):
        app.p.uptime_s += 1
        work.turn()
        if work.leave():
            return
    raise AssertionError("neither switched nor proved")


def pack(version, size):
    """A pack as whtools makes it (the host's test compares one), of a module and of noise."""
    code = MARKER
    paths = ("marker.mpy", "noise.mpy")
    random.seed(slots.number(version))
    noise = bytes([random.getrandbits(8) for _ in range(size - len(code) - 64 - 16 - 4 - 1)])
    noise += b"\x01" if version == "0.2.0" else b"\x00"
    total = 64 + 16 + len(code) + len(noise) + 4
    head = b"WHPACK1\n" + total.to_bytes(4, "little") + b"\0\0\2\0" + slots.number(version).to_bytes(4, "little")
    head += slots.number("0.1.0").to_bytes(4, "little") + b"sitl" + bytes(20 + 16)
    body = head + b"".join([crc32(path.encode()).to_bytes(4, "little") for path in paths])
    body += (80).to_bytes(4, "little") + (80 + len(code)).to_bytes(4, "little") + code + noise
    return body + crc32(body).to_bytes(4, "little")


def fresh(blocks):
    nor = Nor(bytearray(b"\xff" * (blocks * BLOCK)))
    mount(nor, True)
    write("a.pack", OLD)
    text = json.dumps(SECRET).encode()
    write("secret.json", record.head(text, 1).encode() + text)
    write("config.json", CONFIG)
    write("journal.txt", b"1.5 boot 0 power\n" * 40)
    nor.log.clear()
    return nor


def again(memory, seed):
    """From here on to the new firmware; and once more with another cut on that way."""
    nor = Nor(bytearray(memory))
    life(nor, NEW, 5000, False)
    if not nor.log:
        return
    random.seed(seed)
    n = random.randrange(len(nor.log))
    second = Nor(bytearray(memory))
    for op in nor.log[:n]:
        done(second.memory, op)
    done(second.memory, nor.log[n], seed % 3)
    assert read(boot(second) + ".pack") in (OLD, NEW)
    life(second, NEW, 9000, False)


def cuts(blocks, step, further, hang):
    """A power cut at every step-th operation, in all three ways."""
    nor = fresh(blocks)
    begin = bytes(nor.memory)
    life(nor, NEW, 1000, hang)
    log = nor.log
    memory = bytearray(begin)
    at = cases = ended = old = 0
    for n in range(0, len(log), step):
        while at < n:
            done(memory, log[at])
            at += 1
        for how in range(3):
            random.seed(3 * n + how)
            spoilt = Nor(bytearray(memory))
            done(spoilt.memory, log[n], how)
            slot = boot(spoilt)
            found = read(slot + ".pack")
            assert found in (OLD, NEW), (n, how)
            old += found == OLD
            cases += 1
            if cases % further == 0:
                again(bytes(spoilt.memory), cases)
                ended += 1
    print("cuts", "hang" if hang else "proved", len(log), "operations,", cases, "cuts,", old, "ran the old one,", ended,
          "went on to the new one, cut once more on the way")


sys.path[:0] = [sys.argv[1]]
BOOT = read(sys.argv[1] + "/boot.py").decode()
MARKER = read(sys.argv[2])

import hashlib  # noqa: E402

from wellhearth.app import trial, update  # noqa: E402
from wellhearth.storage import record, seal, slots  # noqa: E402

SIZE, BLOCKS, STEP, FURTHER = [int(word) for word in sys.argv[3:7]]
OLD, NEW = pack("0.1.0", SIZE), pack("0.2.0", SIZE)
write_to = sys.argv[7] if len(sys.argv) > 7 else ""
if write_to:
    write(write_to, NEW)
for hangs in (False, True):
    cuts(BLOCKS, STEP, FURTHER, hangs)
