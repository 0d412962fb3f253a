"""Links to a board without a cable: a folder with a real MicroPython, or a firmware that runs in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess

from harness.process import micropython
from whtools.device.link import LinkError

from .houses import ROOT


class FolderLink:
    """A board's file system in a folder; every `run` is a MicroPython of its own there, without the control."""

    port = "/dev/fake"

    def __init__(self, folder):
        self.folder = folder
        self.left = []

    def run(self, code, timeout_s=30):
        env = dict(os.environ, MICROPYPATH=f"{ROOT / 'firmware'}:{ROOT / 'boards' / 'sitl'}")
        done = subprocess.run([micropython(), "-c", code], cwd=self.folder, env=env, capture_output=True, text=True,
                              timeout=timeout_s)
        if done.returncode:
            raise LinkError((done.stdout + done.stderr).strip().splitlines()[-1])
        return done.stdout.strip()

    def leave_with(self, code, last_word):
        self.left.append(code)

    def ask(self, view, *_arguments):
        return {"headings": ("what", "now"), "rows": [("mode", "running")]}

    def close(self, stay=False):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        pass


class InsideLink(FolderLink):
    """The prompt of a rig's firmware in this process (harness/inprocess.py); `sleep` lets its world go on."""

    def __init__(self, rig):
        super().__init__(rig.folder)
        self.rig = rig

    def run(self, code, timeout_s=30):
        from harness import inprocess, shims

        app = inprocess.firmware()
        out = io.StringIO()
        before = os.getcwd()
        shims.FILES.folder = str(self.folder)
        vars(app).update(current=self.rig.firmware.board.app, hardware=self.rig.firmware.board)
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(out):
                exec(code.replace("from wellhearth", "from " + inprocess.PACKAGE), {})
        except Exception as e:
            raise LinkError(repr(e)) from e
        finally:
            os.chdir(before)
            vars(app).update(current=None, hardware=None)
        return out.getvalue().strip()

    def ask(self, view, *arguments):
        words = ", ".join(map(repr, (view, *arguments)))
        return json.loads(self.run(f"from wellhearth import diag\ndiag.send({words})"))
