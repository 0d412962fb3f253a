"""Ctrl-C in a simulation: noted when it comes, obeyed between two simulated seconds."""

from __future__ import annotations

import signal
import sys


class Stop:
    """While entered, the first SIGINT or SIGTERM only sets `asked`; a second Ctrl-C ends at once (KeyboardInterrupt).

    With `--in-process` the firmware runs on the stack of the command, and a node's scan by design takes a Ctrl-C for a
    person's at its prompt, counts it and goes on (node/scan.py): two of five were lost so. And a second half simulated
    would be neither in the trace nor in a checkpoint.
    """

    def __init__(self):
        self.asked = False

    def note(self, _signal, _frame) -> None:
        """The first one: obeyed when the second under way is simulated."""
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def __enter__(self) -> Stop:
        self.before = signal.signal(signal.SIGINT, self.note), signal.signal(signal.SIGTERM, self.note)
        return self

    def __exit__(self, *_exc) -> None:
        signal.signal(signal.SIGINT, self.before[0])
        signal.signal(signal.SIGTERM, self.before[1])


def interrupted() -> int:
    """Say that the results end early; the command's status."""
    print("wellhearth: interrupted, results are those until then", file=sys.stderr)
    return 130
