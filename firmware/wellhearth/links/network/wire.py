"""One TCP connection that never waits: opening, reading, writing and the handshake of TLS go on a little with each turn.

An address is numeric here (names.py finds it), so that nothing below asks a name server and waits for it.
"""

import errno
import select
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLOSED = -1
OPENING, OPEN = 0, 1
WOULD_WAIT = (errno.EAGAIN, errno.EINPROGRESS, 115, 119)  # lwIP of the ESP32 has another number for the second one


def endpoint(address: str, port: int):
    """What a socket takes as an address; a numeric one is not looked up."""
    return socket.getaddrinfo(address, port)[0][-1]


class Wire:
    """One connection, opened here or taken from a listening socket. context: a tls.SSLContext, None without TLS."""

    def __init__(self, sock: "Any", context: "Any" = None, host: str = ""):
        self.sock = sock
        self.stream = sock
        self.context = context
        self.host = host
        self.events = select.poll()
        self.events.register(sock, select.POLLIN | select.POLLOUT)

    def state(self) -> int:
        """OPENING, OPEN, or CLOSED when it cannot be opened."""
        for _sock, flags in self.events.poll(0):
            if flags & (select.POLLERR | select.POLLHUP) and not flags & select.POLLIN:
                return CLOSED
            if flags & select.POLLOUT:
                if self.context is not None:
                    self.stream = self.context.wrap_socket(self.sock, server_hostname=self.host,
                                                           do_handshake_on_connect=False)
                    self.context = None
                return OPEN
        return OPENING

    def read(self, into: bytearray) -> int:
        """Bytes that came, 0 while there are none, CLOSED at the end."""
        try:
            n = self.stream.readinto(into)
        except OSError as e:
            return 0 if e.args[0] in WOULD_WAIT else CLOSED
        return 0 if n is None else n or CLOSED

    def write(self, view: memoryview) -> int:
        """Bytes that were taken, 0 while there is no room, CLOSED at the end."""
        try:
            n = self.stream.write(view)
        except OSError as e:
            return 0 if e.args[0] in WOULD_WAIT else CLOSED
        return n or 0

    def close(self) -> None:
        """Let go; nothing is waited for."""
        for part in (self.stream, self.sock):
            try:
                part.close()
            except OSError:
                pass


def open_wire(address: str, port: int, context: "Any" = None, host: str = "") -> Wire:
    """Begin to connect. OSError when that is refused at once."""
    sock = socket.socket()
    try:
        sock.setblocking(False)
        sock.connect(endpoint(address, port))
    except OSError as e:
        if e.args[0] not in WOULD_WAIT:
            sock.close()
            raise
    return Wire(sock, context, host)


def udp(address: str, port: int):
    """A datagram socket to one peer: what others send does not arrive. OSError when there is no way."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.connect(endpoint(address, port))
    except OSError:
        sock.close()
        raise
    return sock


def listening(port: int, waiting: int):
    """A socket that takes connections. OSError when the port is in use."""
    sock = socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(endpoint("0.0.0.0", port))
        sock.listen(waiting)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
