"""An ESP32's flash partition as esp32.Partition gives it, for the area of starts."""

from __future__ import annotations

from pathlib import Path


class Partition:
    """The `vfs` partition: the host's file starts.bin is in block 7 of it, everything else is erased.

    esp_partition_write clears bits and erases nothing (ports/esp32/esp32_partition.c, writeblocks with an offset).
    """

    BLOCK, BLOCKS, OURS = 4096, 512, 7

    def __init__(self):
        self.file = Path("starts.bin")
        self.ops: list[str] = []

    def readblocks(self, block, buf, offset=0):
        mine = block == self.OURS and self.file.exists()
        buf[:] = (self.file.read_bytes() if mine else b"\xff" * self.BLOCK)[offset:offset + len(buf)]

    def writeblocks(self, block, buf, offset):
        assert block == self.OURS
        self.ops.append(f"program {len(buf)}")
        data = bytearray(self.file.read_bytes())
        for i, byte in enumerate(buf, offset):
            data[i] &= byte
        self.file.write_bytes(data)

    def ioctl(self, op, arg):
        if op == 6:
            assert arg == self.OURS
            self.ops.append("erase")
            self.file.write_bytes(b"\xff" * self.BLOCK)
        return {4: self.BLOCKS, 5: self.BLOCK, 6: 0}[op]
