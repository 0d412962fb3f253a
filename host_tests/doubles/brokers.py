"""A Mosquitto of a test's own on 127.0.0.1, and waiting for what comes over it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .networked import free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")  # not in everybody's path
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="no mosquitto here (apt install mosquitto)")


def until(what: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until it is true; what is not there yet (OSError, KeyError) is waited for too."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, KeyError):
            if what():
                return
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def started(config: Path, port: int) -> subprocess.Popen:
    """A broker by this file, once its port answers."""
    process = subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None)
    return process


class Broker:
    """One that can be killed and started again. extra: further lines of its configuration."""

    def __init__(self, folder: Path, extra: str = "", anonymous: bool = True):
        self.port = free_port()
        self.config = folder / "mosquitto.conf"
        # As root it would give its rights away and could not read a test's key files.
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous {str(anonymous).lower()}\n"
                               f"persistence false\n{'user root' if os.geteuid() == 0 else ''}\n{extra}")
        self.start()

    def start(self) -> None:
        self.process = started(self.config, self.port)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
