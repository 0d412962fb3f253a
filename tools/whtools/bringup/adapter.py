"""An RS-485 adapter on this computer, as the other end of the line."""

from __future__ import annotations

import json
import time

from ..device.link import LinkError, open_error, patience

BAUD = 19200


class Adapter:
    """A serial port with a transceiver."""

    def __init__(self, port: str):
        import serial

        try:
            self.line = serial.Serial(port, BAUD, timeout=0.5)
        except (serial.SerialException, OSError, ValueError) as e:
            raise open_error(port, e) from None

    def exchange(self, bare, sent: bytes, code: str) -> tuple[bytes, bytes]:
        """Send while the board listens, hear its answer: (what the adapter heard, what the board heard)."""
        board = bare.link.board
        self.line.reset_input_buffer()
        board.exec_raw_no_follow(code)
        board.read_until(1, b"listening", timeout=5 * patience())
        time.sleep(0.1)
        self.line.write(sent)
        self.line.flush()
        heard = self.line.read(len(sent) + 8)
        end = time.monotonic() + 4 * patience()
        while len(heard) < len(sent) and time.monotonic() < end:
            heard += self.line.read(len(sent))
        out, err = board.follow(timeout=10 * patience())
        if err:
            raise LinkError(f"the board stopped listening: {err.decode(errors='replace').strip().splitlines()[-1]}")
        return heard, bytes(json.loads(out.decode().strip().splitlines()[-1]))
