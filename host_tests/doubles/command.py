"""The command line, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys

from whtools import cli

from .houses import ROOT

ENV = dict(os.environ, PYTHONPATH=os.pathsep.join(str(ROOT / d) for d in ("tools", "host_tests", "firmware")))


def wellhearth(*args, timeout=120):
    return subprocess.run([sys.executable, "-m", "whtools", *map(str, args)], cwd=ROOT, env=ENV, capture_output=True,
                          text=True, timeout=timeout)


def call(capsys, *words):
    """The same in this process: (status, all that was said)."""
    status = cli.main(list(map(str, words)))
    out = capsys.readouterr()
    return status, out.out + out.err
