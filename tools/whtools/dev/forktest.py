"""Runs pytest in forks of a process that has its libraries loaded: a mutant costs its tests, not pytest's start-up.

`forktest.py serve SOCKET` waits; `forktest.py ask SOCKET FILE...` runs these test files and ends with pytest's status.
"""

import os
import signal
import socket
import sys

TIMEOUT_S = 40


def ask(path, files):
    """The client; started with -S -E, so it imports next to nothing."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.sendall("\n".join(files).encode())
        s.shutdown(socket.SHUT_WR)
        return int(s.recv(16) or b"3")


def child(files):
    """In the fork: the mutated module is imported here, for the first time."""
    import pytest

    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    signal.alarm(TIMEOUT_S)
    status = pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--tb=no", *files])
    os._exit(int(status))


def serve(path):
    """The server: one request at a time."""
    import hypothesis  # noqa: F401  (what the tests need, loaded once)
    import pytest  # noqa: F401

    with socket.socket(socket.AF_UNIX) as s:
        s.bind(path)
        s.listen()
        print("ready", flush=True)
        while True:
            connection, _ = s.accept()
            with connection:
                text = b""
                while part := connection.recv(4096):
                    text += part
                pid = os.fork()
                if pid == 0:
                    child(text.decode().split("\n"))
                _, status = os.waitpid(pid, 0)
                connection.sendall(b"%d" % (os.waitstatus_to_exitcode(status) & 0xFF))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    raise SystemExit(ask(sys.argv[2], sys.argv[3:]))
