"""A PL011 on the emulated clock, in place of the emulator's: bytes take their time, the transmitter has a FIFO and is busy,
received bytes wait for their level or their time-out (RP2040 data sheet, 4.2). No DMA, no modem lines.
"""

from __future__ import annotations

from rp2040py.peripherals.uart import RPUART

DR, FR, IFLS, ICR = 0x00, 0x18, 0x34, 0x44
TXFE, RXFF, TXFF, RXFE, BUSY = 1 << 7, 1 << 6, 1 << 5, 1 << 4, 1 << 3
RX, TX, RT = 1 << 4, 1 << 5, 1 << 6
DEPTH = 32
LEVELS = (4, 8, 16, 24, 28)
TIMEOUT_BITS = 32


class Pl011(RPUART):
    """One UART. `sent` is called with (byte, when its start bit began, when its last stop bit ended), in ns."""

    def __init__(self, mcu, number: int):
        old = mcu.uart[number]
        super().__init__(mcu, f"UART{number}", old.irq, old.dreq)
        self.clock = mcu.clock
        self.ifls = 0x12
        self.tx: list[int] = []
        self.shifting = False
        self.sent = lambda byte, begin_ns, end_ns: None
        self.overruns = 0
        self.tx_alarm = self.clock.create_alarm(self.shifted)
        self.rx_alarm = self.clock.create_alarm(self.rx_idle)
        mcu.uart[number] = self
        mcu.peripherals[0x40034 + 4 * number] = self

    @property
    def bits(self) -> int:
        """Of a whole character: start, data, parity, stop."""
        lcr = self._line_ctrl_register
        return 1 + self.word_length + (lcr >> 1 & 1) + 1 + (lcr >> 3 & 1)

    @property
    def char_ns(self) -> float:
        """Time of a character."""
        return self.bits * 1e9 / self.baud_rate

    @property
    def flags(self) -> int:
        """FR as it is now."""
        return ((RXFF if self.rx_fifo.full else 0) | (RXFE if self.rx_fifo.empty else 0) | (0 if self.tx else TXFE)
                | (TXFF if len(self.tx) >= DEPTH else 0) | (BUSY if self.shifting or self.tx else 0))

    def check_interrupts(self) -> None:
        """Raise or drop the line."""
        self.rp2040.set_interrupt(self.irq, bool(self._interrupt_status & self._interrupt_mask))

    def change(self, bit: int, on: bool) -> None:
        """One interrupt's raw state."""
        self._interrupt_status = self._interrupt_status | bit if on else self._interrupt_status & ~bit
        self.check_interrupts()

    # -- transmitter --

    def shift(self) -> None:
        """The next byte into the shift register."""
        self.byte = self.tx.pop(0)
        self.shifting = True
        self.begin_ns = self.clock.nanos
        self.tx_alarm.schedule(self.char_ns)
        if len(self.tx) == LEVELS[self.ifls & 7]:  # the interrupt comes as the level is passed
            self.change(TX, True)

    def shifted(self) -> None:
        """Its last stop bit is out."""
        self.shifting = False
        self.sent(self.byte, self.begin_ns, self.clock.nanos)
        if self.tx:
            self.shift()
        if not self.shifting and not self.tx:
            self.change(TX, True)

    # -- receiver --

    def feed_byte(self, value: int) -> None:
        """A character's stop bit has come in."""
        if self.rx_fifo.full:
            self.overruns += 1
        self.rx_fifo.push(value)
        if self.rx_fifo.item_count >= LEVELS[self.ifls >> 3 & 7]:
            self._interrupt_status |= RX
        self.rx_alarm.schedule(TIMEOUT_BITS * 1e9 / self.baud_rate)
        self.check_interrupts()

    def rx_idle(self) -> None:
        """Nothing for 32 bit times, and something lies there."""
        if not self.rx_fifo.empty:
            self.change(RT, True)

    # -- registers --

    def read_uint32(self, offset: int) -> int:
        """As the data sheet's table 426."""
        if offset == DR:
            value = self.rx_fifo.pull()
            if self.rx_fifo.item_count < LEVELS[self.ifls >> 3 & 7]:
                self._interrupt_status &= ~RX
            if self.rx_fifo.empty:
                self._interrupt_status &= ~RT
            self.check_interrupts()
            return value
        if offset == IFLS:
            return self.ifls
        if offset == FR:
            return self.flags
        return super().read_uint32(offset)

    def write_uint32(self, offset: int, value: int) -> None:
        """DR, IFLS and ICR; the rest is the emulator's."""
        if offset == DR:
            if len(self.tx) < DEPTH:
                self.tx.append(value & 0xFF)
            if len(self.tx) > LEVELS[self.ifls & 7]:
                self.change(TX, False)
            if not self.shifting:
                self.shift()
        elif offset == IFLS:
            self.ifls = value & 0x3F
        elif offset == 0x48:
            pass  # DMA control: there is none
        else:
            super().write_uint32(offset, value)


class Rs485:
    """The other end of the line: speaks and listens at the line's pace, and watches the driver's enable."""

    def __init__(self, number: int, de: int):
        self.number, self.de = number, de
        self.heard: list[tuple[int, float, float]] = []  # byte, begin and end in s
        self.de_edges: list[tuple[float, bool]] = []
        self.said_until_s = 0.0

    def attach(self, pico) -> None:
        """Before power-on."""
        self.pico = pico
        self.uart = Pl011(pico.mcu, self.number)
        self.uart.sent = lambda byte, begin, end: self.heard.append((byte, begin / 1e9, end / 1e9))
        pico.mcu.gpio[self.de].add_listener(lambda *_: self.enabled())
        pico.listeners.append(self.enabled)

    def enabled(self) -> None:
        level = self.pico.level(self.de)
        if not self.de_edges or self.de_edges[-1][1] != level:
            self.de_edges.append((self.pico.now_s, level))

    def say(self, data: bytes) -> float:
        """Put a frame on the line now; returns when it will be over, in s."""
        char_s = self.uart.char_ns / 1e9
        for i, byte in enumerate(data, start=1):
            self.pico.at(i * char_s, lambda byte=byte: self.uart.feed_byte(byte))
        self.said_until_s = self.pico.now_s + len(data) * char_s
        return self.said_until_s

    def answer(self, timeout_s: float = 0.5) -> tuple[bytes, float, float]:
        """(bytes, when they began, when they ended) after the line was quiet for four characters; b"" when nobody spoke."""
        begin = len(self.heard)
        pico, char_s = self.pico, self.uart.char_ns / 1e9
        end = self.said_until_s + timeout_s
        while pico.now_s < end:
            pico.run(0.002)
            new = self.heard[begin:]
            if new and not self.uart.shifting and pico.now_s - new[-1][2] > 4 * char_s:
                return bytes(byte for byte, _b, _e in new), new[0][1], new[-1][2]
        return b"", 0.0, 0.0
