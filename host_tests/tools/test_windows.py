"""The laptop's side without what only a Unix has: a Windows in so far as it can be had here. COM ports are pyserial's.

Seen nowhere but here: no Windows was at hand. What is taken away is every module and function of Python's library that its
documentation marks as Unix only and that one of these tools could reach for.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from doubles.houses import ROOT

BARE = """
import os, signal, sys, time
# Who chooses by the system himself: Python, and packages that have a Windows of their own.
import asyncio, multiprocessing, shutil, subprocess, tarfile
import mpremote.console, numpy, serial.tools.list_ports, textual.app
for name in ("termios", "fcntl", "pty", "tty", "resource", "grp", "pwd", "syslog", "readline", "crypt"):
    sys.modules[name] = None
for module, names in ((os, "fork openpty ttyname getuid geteuid getgid chown fchmod killpg setsid getpgid mkfifo nice"),
                      (signal, "SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGALRM alarm setitimer pause"), (time, "tzset")):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
EVERY = """
import importlib, pkgutil, whtools
for folder in ("", "device.", "update.", "papers.", "bringup.", "commission.", "monitor.", "gateway.nodes.", "words."):
    top = importlib.import_module(("whtools." + folder).rstrip("."))
    for one in pkgutil.iter_modules(top.__path__, top.__name__ + "."):
        if not one.name.endswith(("__main__", ".conftest")):
            importlib.import_module(one.name)
"""
COMMAND = """
from whtools import cli
raise SystemExit(cli.main(sys.argv[1:]))
"""


def bare(code: str, *words: object, cwd=ROOT) -> subprocess.CompletedProcess[str]:
    """Python without Unix."""
    return subprocess.run([sys.executable, "-c", BARE + code, *map(str, words)], cwd=cwd, capture_output=True, text=True,
                          timeout=120, env={**os.environ, "PYTHONPATH": os.pathsep.join(
                              str(ROOT / name) for name in ("tools", "host_tests", "firmware"))})


def test_everything_of_the_laptop_can_be_imported():
    done = bare(EVERY)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("words", [
    ("config", "check", "--board", "rpi_pico", ROOT / "boards" / "example.json"), ("docs", "--check"),
    ("sim", "--in-process", "--plain", "--hours", "0.02", "--out", "OUT"), ("diag", "--port", "COM99", "points")])
def test_a_command_runs_or_says_what_is_wrong(words, tmp_path):
    done = bare(COMMAND, *(tmp_path / "out" if word == "OUT" else word for word in words))
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    if "COM99" in words:
        assert done.returncode and "COM99" in done.stderr
    else:
        assert done.returncode == 0, done.stderr


def test_a_village_is_refused_with_what_to_do_instead():
    done = bare(COMMAND, "sim", "--scenario", "village", "--in-process", "--plain", "--hours", "0.02")
    assert done.returncode and "Linux and macOS" in done.stderr and "Traceback" not in done.stderr
