"""pymodbus on a serial adapter at a building system's line.

Only one master may ask on a line: another one is heard before the first request and between two, and then nothing is sent.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from wellhearth.links.modbus import rtu

from .modbus import ADDRESS_MAX, ANSWER_S, Unit
from .transport import Clock, Silent, Unusable

LISTEN_S = 3.0  # a well's node that is the master of a line speaks once a second
AT_ONCE = 8  # addresses tried in one search
FOREIGN_MAX = 3  # frames of another master, in FOREIGN_S, until nothing more is sent
FOREIGN_S = 60.0


class SerialBus:
    """A serial adapter with nodes at addresses (Way and Line). parity: N (two stop bits), E or O."""

    def __init__(self, port: str, baud: int = 19200, parity: str = "N", addresses: Iterable[int] = (),
                 clock: Clock | None = None):
        """addresses: where nodes are; none given: all of 1 to 247 are tried, eight in a search."""
        self.name = port
        self.baud, self.parity = baud, parity
        self.given = tuple(addresses)
        self.known: set[int] = set()
        self.next = 1
        self.clock = clock or Clock()
        self.client = None
        self.foreign: list[float] = []
        self.last = (0, 0)

    def open(self) -> None:
        """The port, exclusively; then listen whether somebody else is the master here."""
        if self.client is not None:
            return
        from pymodbus.client import ModbusSerialClient
        client = ModbusSerialClient(self.name, baudrate=self.baud, parity=self.parity, retries=0, timeout=ANSWER_S,
                                    stopbits=2 if self.parity == "N" else 1)
        if not client.connect():
            raise Unusable(f"{self.name} cannot be opened; is the adapter plugged in, and nothing else using it?")
        client.set_max_no_responses(1 << 30)  # silent units are no reason to close the port
        self.client = client
        self.foreign.clear()
        heard = self.listen(LISTEN_S)
        if heard:
            self.close()
            raise Unusable(f"another master speaks on {self.name} (it asked unit {heard}): only one may; take this "
                         "adapter to the well's second line (`bms`), or end the other gateway")

    def listen(self, seconds: float) -> int:
        """The first address that somebody else asks within so many seconds; 0 when the line is quiet."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            heard = self.overheard()
            if heard:
                return heard
            time.sleep(0.05)
        return 0

    def overheard(self) -> int:
        """The address of a whole frame that came without having been asked for; 0 when there is none."""
        socket = self.client.socket if self.client is not None else None
        try:
            waiting = socket.in_waiting if socket is not None else 0
            data = bytearray(socket.read(waiting)) if socket is not None and waiting else bytearray()
        except OSError:
            self.close()
            raise Unusable(f"{self.name} was unplugged") from None
        frames = rtu.split(data, len(data)) if len(data) >= 4 else []
        frames = [begin for begin, _end in frames if (data[begin], data[begin + 1] & 0x7F) != self.last]
        return data[frames[0]] if frames else 0

    def watch(self) -> None:
        """Another master that began to speak after us: nothing more is sent until the line is quiet again."""
        if not self.overheard():
            return
        now = time.monotonic()
        self.foreign = [at for at in self.foreign if now - at < FOREIGN_S] + [now]
        if len(self.foreign) >= FOREIGN_MAX:
            self.close()
            raise Unusable(f"another master began to speak on {self.name}: only one may; end one of them")

    def ask(self, request: ModbusPDU, timeout_s: float) -> ModbusPDU:
        """One request."""
        self.open()
        self.watch()
        client = self.client
        assert client is not None
        client.comm_params.timeout_connect = timeout_s
        if client.socket is not None:
            client.socket.timeout = timeout_s
        self.last = (request.dev_id, request.function_code)
        try:
            return client.execute(False, request)
        except ModbusException:
            if client.socket is None:
                self.close()
                raise Unusable(f"{self.name} was unplugged") from None
            raise Silent(f"nobody answers at {self.name} unit {request.dev_id}; check cable, power, baud rate, parity"
                         ) from None
        except OSError:
            self.close()
            raise Unusable(f"{self.name} was unplugged") from None

    def units(self) -> list[Unit]:
        """Those given, or those known and the next few of all addresses."""
        if self.given:
            return [Unit(self, address, True) for address in self.given]
        tried = [1 + (self.next - 1 + i) % ADDRESS_MAX for i in range(AT_ONCE)]
        self.next = 1 + tried[-1] % ADDRESS_MAX
        return [Unit(self, address, True) for address in sorted(self.known | set(tried))]

    def found(self, transport) -> None:
        """An address where somebody answered."""
        self.known.add(transport.address)

    def close(self) -> None:
        """Free the port."""
        client, self.client = self.client, None
        if client is not None:
            client.close()
