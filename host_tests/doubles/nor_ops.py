"""One operation of a NOR flash chip on its memory, and what a power cut makes of it; in CPython and in MicroPython alike.

Programming only clears bits, an erase sets a block's.
"""

import random

BLOCK = 4096


def done(memory, op, how=2):
    """One operation on the memory; how: 0 not at all, 1 half of it and some bits besides, 2 whole."""
    block, offset, data = op
    at = block * BLOCK + offset
    if data is None:
        if how == 2:
            memory[at:at + BLOCK] = b"\xff" * BLOCK
        elif how == 1:
            for i in range(at, at + BLOCK):
                memory[i] |= random.getrandbits(8)
        return
    n = (0, len(data) // 2 + 3, len(data))[how]
    for i in range(n):
        memory[at + i] &= data[i] | (random.getrandbits(8) if how == 1 and i > n - 9 else 0)
