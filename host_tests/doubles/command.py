"""The command line, run as a person runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from whtools import cli

from .houses import ROOT

ENV = dict(os.environ, PYTHONPATH=os.pathsep.join(str(ROOT / d) for d in ("tools", "host_tests", "firmware")))


def wellhearth(*args, timeout=120):
    return subprocess.run([sys.executable, "-m", "whtools", *map(str, args)], cwd=ROOT, env=ENV, capture_output=True,
                          text=True, timeout=timeout)


def begun(command):
    """A command that runs on, for a test to press Ctrl-C on: a Popen, both outputs as text.

    A shell starts what it puts into the background with SIGINT ignored, and children inherit that: the same test would
    hold at a terminal and fail under a CI that runs in the background. A child gets the default of a handled signal.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(list(map(str, command)), cwd=ROOT, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)
    finally:
        signal.signal(signal.SIGINT, before)


def call(capsys, *words):
    """The same in this process: (status, all that was said)."""
    status = cli.main(list(map(str, words)))
    out = capsys.readouterr()
    return status, out.out + out.err
