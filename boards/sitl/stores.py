"""What outlives a reset or a power cut on the sitl board, in files."""

import array
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wellhearth.hardware import Buffer


class Kept:
    """Small ints that outlive a reset, but not a power cut: a reset leaves them in a file for the next boot."""

    PATH = "kept.json"

    def __init__(self):
        self.values = array.array("i", [0] * 4)
        self.by_reset = False
        try:
            with open(self.PATH) as f:
                for i, word in enumerate(f.read().split()):
                    self.values[i] = int(word)
            os.unlink(self.PATH)
            self.by_reset = True
        except OSError:
            pass

    def get(self, i: int) -> int:
        """0 after a power cut."""
        return self.values[i]

    def set(self, i: int, value: int) -> None:
        """Store a small int; allocates nothing."""
        self.values[i] = value

    def save(self) -> None:
        """What a reset does not lose."""
        with open(self.PATH, "w") as f:
            f.write(" ".join([str(value) for value in self.values]))


class StartArea:
    """What is erased flash on a chip: a small file, written in place."""

    PATH = "starts.log"
    size = 2048
    ready = True

    def __init__(self):
        self.gone = False
        try:
            with open(self.PATH, "rb"):
                pass
        except OSError:
            self.gone = True
            self.erase()

    def read(self, offset: int, n: int) -> bytes:
        """`n` bytes."""
        with open(self.PATH, "rb") as f:
            f.seek(offset)
            return f.read(n)

    def program(self, offset: int, data: "Buffer") -> None:
        """Into erased space."""
        with open(self.PATH, "r+b") as f:
            f.seek(offset)
            f.write(data)

    def erase(self) -> None:
        """All of it to 0xFF."""
        with open(self.PATH, "wb") as f:
            f.write(b"\xff" * self.size)
