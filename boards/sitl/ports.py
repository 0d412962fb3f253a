"""Lines of the sitl board: UARTs behind pseudo-terminals, and the infra-red receiver."""

import os

from pins import WIFI_GONE, _faults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wellhearth.hardware import Buffer


class Serial:
    """A UART whose line is a pseudo-terminal; the simulator says where the frames in it end."""

    def __init__(self, name: str, baud: int, parity: str):
        self.char_us = 11_000_000 // baud
        self.pty = open(descriptor_path(name), "r+b")
        self.lengths = []
        self.written = 0

    def receive(self, into: "Buffer") -> int:
        """The next whole frame; 0 when there is none."""
        if not self.lengths:
            return 0
        n = self.lengths.pop(0)
        kept = min(n, len(into))
        got = 0
        while got < kept:
            got += self.pty.readinto(memoryview(into)[got:kept]) or 0
        while got < n:  # longer than any frame: noise
            got += len(self.pty.read(n - got) or b"")
        return kept if n == kept else 0

    def send(self, frame: "Buffer", n: int) -> None:
        """Onto the line."""
        self.pty.write(memoryview(frame)[:n])
        self.written += n

    def sending(self) -> bool:
        """The simulator sends it in no time of ours."""
        return False


class Receiver:
    """The infra-red receiver: LIGHT frames bring marks and spaces."""

    def __init__(self):
        self.times = []

    def get(self) -> int:
        """us of a mark (positive) or space (negative); 0 when there is no more."""
        return self.times.pop(0) if self.times else 0


class Radio:
    """The host's own network stands for the Wi-Fi; the simulator can take it away (`sitl.wifi_gone`)."""

    def up(self) -> bool:
        """Whether it is joined."""
        return not _faults[WIFI_GONE]

    def join(self) -> None:
        """The host is there already."""

    def address(self) -> str:
        """Where this node is."""
        return "127.0.0.1"

    def dns(self) -> str:
        """The simulator gives none: `network.dns`."""
        return ""


def descriptor_path(name: str) -> str:
    """Path of a line's pseudo-terminal from the environment."""
    value = os.getenv("WELLHEARTH_" + name.upper())
    if not value:
        raise ValueError("the simulator gave no line for " + name)
    return value
