"""Run by the real MicroPython (test_update_cuts.py): boot.py and app/update.py (update_life.py) on its own littlefs over NOR
flash in RAM.

Programming only clears bits, an erase sets a block's; a power cut stops it before, in the middle of, or behind an operation.
argv: folder of the firmware, bytes of each pack, blocks of the flash, every how many-th operation is cut, and of those how
many-th goes on to its end. Prints what it did; an exception is a failure.
"""

import json
import random
import sys
from binascii import crc32

from nor_flash import BLOCK, Nor, done, mount
from update_life import CASE, SECRET, boot, life, read, record, slots, write


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
    write("a.pack", CASE.old)
    text = json.dumps(SECRET).encode()
    write("secret.json", record.head(text, 1).encode() + text)
    write("config.json", CASE.config)
    write("journal.txt", b"1.5 boot 0 power\n" * 40)
    nor.log.clear()
    return nor


def again(memory, seed):
    """From here on to the new firmware; and once more with another cut on that way."""
    nor = Nor(bytearray(memory))
    life(nor, CASE.new, 5000, False)
    if not nor.log:
        return
    random.seed(seed)
    n = random.randrange(len(nor.log))
    second = Nor(bytearray(memory))
    for op in nor.log[:n]:
        done(second.memory, op)
    done(second.memory, nor.log[n], seed % 3)
    assert read(boot(second) + ".pack") in (CASE.old, CASE.new)
    life(second, CASE.new, 9000, False)


def cuts(blocks, step, further, hang):
    """A power cut at every step-th operation, in all three ways."""
    nor = fresh(blocks)
    begin = bytes(nor.memory)
    life(nor, CASE.new, 1000, hang)
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
            assert found in (CASE.old, CASE.new), (n, how)
            old += found == CASE.old
            cases += 1
            if cases % further == 0:
                again(bytes(spoilt.memory), cases)
                ended += 1
    print("cuts", "hang" if hang else "proved", len(log), "operations,", cases, "cuts,", old, "ran the old one,", ended,
          "went on to the new one, cut once more on the way")


MARKER = read(sys.argv[2])
SIZE, BLOCKS, STEP, FURTHER = [int(word) for word in sys.argv[3:7]]
CASE.old, CASE.new = pack("0.1.0", SIZE), pack("0.2.0", SIZE)
write_to = sys.argv[7] if len(sys.argv) > 7 else ""
if write_to:
    write(write_to, CASE.new)
for hangs in (False, True):
    cuts(BLOCKS, STEP, FURTHER, hangs)
