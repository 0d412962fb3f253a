"""Files on the flash: spoilt, and what a start says of them."""

from __future__ import annotations

from doubles.houses import app_of


def spoilt(data: bytes, every: int):
    """(what, bytes): each single-bit flip and each cut; every: only each n-th of them."""
    n = 0
    for i in range(len(data)):
        for bit in range(8):
            n += 1
            if n % every == 0:
                yield f"bit {bit} of byte {i}", data[:i] + bytes([data[i] ^ 1 << bit]) + data[i + 1:]
    for i in range(len(data)):
        n += 1
        if n % every == 0:
            yield f"cut to {i} bytes", data[:i]


def said(rig):
    return [body.decode() for kind, body in rig.firmware.board.said if kind == 3]


def boot(rig):
    """Another boot; its App."""
    rig.restart()
    app = app_of(rig)
    assert app is not None, said(rig)
    return app
