"""A PostgreSQL of our own for a test or a measurement: in a folder under /tmp, on a free port of 127.0.0.1, thrown away.

Debian's servers are found in /usr/lib/postgresql/*/bin; WELLHEARTH_POSTGRES_BIN names another folder (one with TimescaleDB).
PostgreSQL does not run as root: root starts it as the user `postgres`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

START_S = 60
OWNER = "postgres"


class Missing(Exception):
    """No server is installed here; the words say what to install."""


def programs() -> Path:
    """The folder with initdb and pg_ctl, of the newest version; Missing when there is none."""
    given = os.environ.get("WELLHEARTH_POSTGRES_BIN")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found = [Path(given)] if given else sorted(debian, key=lambda one: int(one.parent.name))
    path = shutil.which("initdb")
    found = ([Path(path).parent] if path and not given else []) + found
    there = [one for one in found if (one / "initdb").exists() and (one / "pg_ctl").exists()]
    if not there:
        raise Missing("PostgreSQL is not installed here (Debian: apt install postgresql)")
    return there[-1]


def has(extension: str) -> bool:
    """Whether the server that would be started has an extension's files."""
    with contextlib.suppress(Missing, OSError, subprocess.CalledProcessError):
        shared = subprocess.run([programs() / "pg_config", "--sharedir"], capture_output=True, text=True, check=True).stdout
        return (Path(shared.strip()) / "extension" / f"{extension}.control").exists()
    return False


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def call(*words: object) -> None:
    """One of its programs; RuntimeError with its own words when it fails."""
    user = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          cwd="/", stdin=subprocess.DEVNULL, **user)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stdout}")


@contextlib.contextmanager
def server(preload: str = "") -> Iterator[str]:
    """A running server's postgresql:// address. preload: libraries it is started with (timescaledb). Raises Missing."""
    where = programs()
    with tempfile.TemporaryDirectory(prefix="wellhearth-postgres-") as folder:
        data, word, log = Path(folder) / "data", Path(folder) / "password", Path(folder) / "log"
        password, port = secrets.token_hex(16), free_port()
        word.write_text(password)
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER, OWNER)
            shutil.chown(word, OWNER, OWNER)
        call(where / "initdb", "-D", data, "-U", "wellhearth", "-E", "UTF8", "--locale=C", f"--pwfile={word}",
             "--auth=scram-sha-256")
        options = (f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
                   f"-c shared_preload_libraries={preload}")
        try:  # its log goes to a file: a pipe that the server keeps open would never end
            call(where / "pg_ctl", "-D", data, "-w", "-t", START_S, "-l", log, "-o", options, "start")
        except RuntimeError as e:
            raise RuntimeError(f"{e}{log.read_text() if log.exists() else ''}") from None
        try:
            yield f"postgresql://wellhearth:{password}@127.0.0.1:{port}/postgres"
        finally:
            call(where / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
