"""The emulated board's USB console on a TCP port of 127.0.0.1, for the real mpremote: `socket://127.0.0.1:PORT`."""

from __future__ import annotations

import contextlib
import socket
import threading
import time


class Bridge:
    """Runs a Pico in a thread; one client at a time. Emulated time never runs ahead of the wall clock."""

    SLICE_S = 0.01

    def __init__(self, pico):
        self.pico = pico
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.url = f"socket://127.0.0.1:{self.server.getsockname()[1]}"
        self.client: socket.socket | None = None
        self.sent = 0
        self.stopping = False
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self.loop, daemon=True)

    def __enter__(self) -> Bridge:
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopping = True
        self.thread.join(30)
        self.server.close()
        if self.error:
            raise self.error

    def loop(self) -> None:
        try:
            while not self.stopping:
                begin = time.monotonic()
                self.pico.run(self.SLICE_S)
                self.exchange()
                rest = self.SLICE_S - (time.monotonic() - begin)
                if rest > 0:
                    time.sleep(rest)
        except BaseException as e:  # told to the test, which waits in another thread
            self.error = e

    def exchange(self) -> None:
        """Bytes in both directions."""
        if self.client is None:
            self.sent = len(self.pico.text)  # a console nobody reads
            with contextlib.suppress(BlockingIOError):
                self.client, _ = self.server.accept()
                self.client.setblocking(False)
            return
        try:
            data = self.client.recv(4096)
            if not data:
                self.hang_up()
                return
            self.pico.send(data)
        except BlockingIOError:
            pass
        except OSError:
            self.hang_up()
            return
        if len(self.pico.text) > self.sent:
            with contextlib.suppress(OSError):
                self.sent += self.client.send(bytes(self.pico.text[self.sent:]))

    def hang_up(self) -> None:
        self.client.close()
        self.client = None
