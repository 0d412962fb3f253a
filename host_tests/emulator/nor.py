"""The flash chip's own time: rp2040py's model erases and programs in none, and its status register is never busy.

W25Q16JV data sheet, 9.6: sector erase 45 ms, at most 400 ms; page program 0.7 ms (older ones 0.4), at most 3 ms.
The boot ROM's own routines, which MicroPython calls with interrupts off, ask the status register until the chip is done.
"""

from __future__ import annotations

import os

PAGE_PROGRAM, READ_STATUS, SECTOR_ERASE = 0x02, 0x05, 0x20
BUSY = 0x01


class TimedFlash:
    """A device of the Pico. ops: (emulated s, "erase" or "program", address, ms it took) of each operation."""

    def __init__(self, erase_ms: float | None = None, program_ms: float | None = None):
        """Both in ms; None: of WELLHEARTH_ERASE_MS and WELLHEARTH_PROGRAM_MS, or typical ones."""
        self.erase_ms = erase_ms or float(os.environ.get("WELLHEARTH_ERASE_MS", "45"))
        self.program_ms = program_ms or float(os.environ.get("WELLHEARTH_PROGRAM_MS", "0.7"))
        self.ops: list[tuple[float, str, int, float]] = []
        self.busy_until_ns = 0.0

    def attach(self, pico) -> None:
        """Between the chip's select pin and the model of its commands."""
        clock, ssi = pico.clock, pico.mcu.ssi
        shift, apply = ssi._shift_byte, ssi._apply_command

        def shifted(byte: int) -> int:
            answer = shift(byte)
            command = ssi._tx_buffer
            if len(command) > 1 and command[0] == READ_STATUS and clock.nanos < self.busy_until_ns:
                answer |= BUSY
            return answer

        def applied() -> None:
            command, enabled = bytes(ssi._tx_buffer[:4]), ssi._write_enabled
            assert len(command) < 4 or command[0] == READ_STATUS or clock.nanos >= self.busy_until_ns, "used while busy"
            apply()
            if enabled and len(command) == 4 and command[0] in (PAGE_PROGRAM, SECTOR_ERASE):
                erase = command[0] == SECTOR_ERASE
                took_ms = self.erase_ms if erase else self.program_ms
                self.ops.append((clock.nanos / 1e9, "erase" if erase else "program", int.from_bytes(command[1:], "big"),
                                 took_ms))
                self.busy_until_ns = clock.nanos + took_ms * 1e6
        ssi._shift_byte, ssi._apply_command = shifted, applied

    def between(self, begin_s: float, end_s: float) -> list[str]:
        """What was done then, in order."""
        return [kind for at_s, kind, _address, _ms in self.ops if begin_s <= at_s < end_s]
