"""The serial prompt of a firmware that runs in this process, for tools that want a board at the other end of a cable.

It has what whtools.device.link.Link has: `run`, `ask`, `leave_with`, `close`. `wait` lets the simulated world go on; a
person who waits at a real board sleeps instead.
"""

from __future__ import annotations

import contextlib
import io
import json
import os

from . import inprocess, shims


class PromptError(Exception):
    """What the code at the prompt raised."""


class Prompt:
    """rig: an inprocess.Rig."""

    port = "simulator"

    def __init__(self, rig: inprocess.Rig):
        self.rig = rig

    def wait(self, seconds: float) -> None:
        """Simulated time passes."""
        self.rig.run(seconds)

    def run(self, code: str, timeout_s: float = 30) -> str:
        """Run code beside the firmware, between two scans; what it printed."""
        app = inprocess.firmware()
        board = self.rig.firmware.board
        out = io.StringIO()
        before = os.getcwd()
        shims.FILES.folder = str(self.rig.folder)
        vars(app).update(current=board.app, hardware=board)
        os.chdir(self.rig.folder)
        try:
            with contextlib.redirect_stdout(out):
                exec(code.replace("from wellhearth", "from " + inprocess.PACKAGE), {})
        except SystemExit:  # the board reset itself: the next answer is none, and the rig boots it again
            self.rig.firmware.ended = True
            self.rig.run(2)
        except Exception as e:
            raise PromptError(repr(e)) from e
        finally:
            os.chdir(before)
            vars(app).update(current=None, hardware=None)
        return out.getvalue().strip()

    def ask(self, view: str, *arguments) -> dict:
        """One view of diag.py."""
        words = ", ".join(map(repr, (view, *arguments)))
        return json.loads(self.run(f"from wellhearth import diag\ndiag.send({words})").splitlines()[-1])

    def leave_with(self, code: str, last_word: bytes) -> None:
        """Code that ends in a reset."""
        self.run(code)

    def close(self, stay: bool = False) -> None:
        """Nothing to let go of."""
