"""What hangs on the emulated pins: meter, voltages, contacts, relay probes, infra-red receiver; DS18B20s: onewire.py."""

from __future__ import annotations


class Probe:
    """Watches output pins: every change with its emulated time, chip resets included."""

    def __init__(self, pins: dict[str, int]):
        self.pins = pins
        self.changes: list[tuple[float, str, bool]] = []
        self.now: dict[str, bool] = {}

    def attach(self, pico) -> None:
        self.pico = pico
        self.now = dict.fromkeys(self.pins, False)
        for name, number in self.pins.items():
            pico.mcu.gpio[number].add_listener(lambda *_, name=name: self.look(name))
        pico.listeners.append(self.look_all)

    def look(self, name: str) -> None:
        high = self.pico.level(self.pins[name])
        if high != self.now[name]:
            self.now[name] = high
            self.changes.append((self.pico.now_s, name, high))

    def look_all(self) -> None:
        for name in self.pins:
            self.look(name)

    def on(self) -> list[str]:
        return [name for name in self.pins if self.now[name]]


class Contact:
    """A contact to ground on an input with a pull-up: closed is low."""

    def __init__(self, number: int, closed: bool):
        self.number, self.closed = number, closed

    def attach(self, pico) -> None:
        self.pico = pico
        pico.mcu.gpio[self.number].set_input_value(not self.closed)
        self.level = not self.closed

    def set(self, closed: bool) -> None:
        if closed == self.level:  # high is open
            self.level = not closed
            self.pico.mcu.gpio[self.number].set_input_value(not closed)


class Follower(Contact):
    """An auxiliary contact that follows its relay's coil after a few milliseconds."""

    def __init__(self, number: int, coil: int, delay_s: float = 0.015):
        super().__init__(number, False)
        self.coil, self.delay_s = coil, delay_s

    def attach(self, pico) -> None:
        super().attach(pico)
        self.alarm = pico.clock.create_alarm(lambda: self.set(pico.level(self.coil)))
        pico.mcu.gpio[self.coil].add_listener(lambda *_: self.alarm.schedule(self.delay_s * 1e9))


class Receiver:
    """An infrared receiver's output: high at rest, low while it sees the carrier."""

    def __init__(self, number: int):
        self.number = number

    def attach(self, pico) -> None:
        self.pico = pico
        self.pin = pico.mcu.gpio[self.number]
        self.pin.set_input_value(True)

    def play(self, times) -> float:
        """Marks (positive) and spaces (negative) in us, from now on; returns how many seconds they take."""
        at = 0.0
        for us in times:
            self.pico.at(at / 1e6, lambda level=us < 0: self.pin.set_input_value(level))
            at += abs(us)
        self.pico.at(at / 1e6, lambda: self.pin.set_input_value(True))
        return at / 1e6


class Voltage:
    """A voltage at the terminal, 0 to 5 V, behind the board's divider by two."""

    def __init__(self, channel: int, volts: float):
        self.channel, self.volts = channel, volts

    def attach(self, pico) -> None:
        self.pico = pico
        self.set(self.volts)

    def set(self, volts: float) -> None:
        self.volts = volts
        self.pico.mcu.adc.channel_values[self.channel] = round(min(volts / 2 / 3.3, 1.0) * 4095)


class Meter:
    """A pulse flow meter with an open-collector output, half of each period low."""

    def __init__(self, number: int, bounce_s: float = 0.0):
        self.number, self.bounce_s = number, bounce_s
        self.hz = 0.0
        self.sent = 0
        self.running = False

    def attach(self, pico) -> None:
        self.pico = pico
        self.level = False
        pico.mcu.gpio[self.number].set_input_value(False)
        self.alarm = pico.clock.create_alarm(self.half)

    def set(self, hz: float) -> None:
        self.hz = hz
        if hz and not self.running:
            self.running = True
            self.alarm.schedule(0.5e9 / hz)

    def half(self) -> None:
        if not self.hz:
            self.running = False
            return
        self.put(not self.level)
        if self.level:
            self.sent += 1
            if self.bounce_s:
                self.pico.at(self.bounce_s, lambda: self.put(False))
                self.pico.at(2 * self.bounce_s, lambda: self.put(True))
        self.alarm.schedule(0.5e9 / self.hz)

    def put(self, high: bool) -> None:
        if high != self.level:
            self.level = high
            self.pico.mcu.gpio[self.number].set_input_value(high)
