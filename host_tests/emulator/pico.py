"""A Raspberry Pi Pico in rp2040py, driven from the tests batch by batch: the emulated clock is the only clock.

What the emulator does not do as the chip does is put right from outside: a USB host that
NAKs while it has nothing to say, idle time that stops at the next PIO instruction, nets resolved outside the chip.
"""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

from rp2040py.boards import BoardSpec, FlashLayout
from rp2040py.device.base_device import BaseDevice, ResetCause
from rp2040py.memory_map import FLASH_START_ADDRESS

IMAGE_ENV = "WELLHEARTH_RP2_UF2"
FS_START = (2048 - 1408) * 1024
FS_BLOCK, FS_BLOCKS = 4096, 352
CYCLE_NS = 8.0  # 125 MHz
FP_NS = CYCLE_NS / 256  # the emulator's PIO counts in 1/256 of a cycle
NEVER = 1 << 60
CLK_PERI_HZ = 48_000_000  # what MicroPython sets


class Pacer:
    """An alarm at the next instruction of a running PIO state machine: an idle core jumps from alarm to alarm, and
    a jump is worth one PIO instruction however long it is."""

    REST_NS = 500_000  # no state machine runs; the core that starts one is busy for longer than this
    LOOKS = 32

    def __init__(self, mcu):
        self.clock = mcu.clock
        self.blocks = [Lag(pio) for pio in mcu.pio]
        self.looks = 0
        self.alarm = mcu.clock.create_alarm(self.fire)
        self.alarm.schedule(self.REST_NS)

    def fire(self) -> None:
        wait = self.REST_NS
        now = self.clock.nanos
        self.looks += 1
        if self.looks >= self.LOOKS:
            self.looks = 0
            for block in self.blocks:
                block.forget()
        for block in self.blocks:
            if not block.pio.stopped:
                wait = min(wait, block.wait_ns(now))
        self.alarm.schedule(wait)


class Lag:
    """How far a PIO block's own time, that of its last step, lies behind the clock: it shows only in the smallest of
    many looks. (This runs 16,000 times an emulated second: no search in it.)"""

    def __init__(self, pio):
        self.pio = pio
        self.older = self.newer = 0.0

    def forget(self) -> None:
        """What was seen before the last change of guard counts no more."""
        self.older, self.newer = self.newer, float("inf")

    def wait_ns(self, now: float) -> float:
        """Until the block's next instruction."""
        pio = self.pio
        lag = now - pio.cycle_fp * FP_NS
        if lag < self.newer:
            self.newer = lag
        due = pio.next_due_fp
        if due >= NEVER:
            return Pacer.REST_NS
        return max(CYCLE_NS, due * FP_NS + min(self.older, self.newer) - now)


def find_image() -> Path | None:
    """The rp2 UF2: a path in WELLHEARTH_RP2_UF2, or what rp2040py downloads, or None."""
    named = os.environ.get(IMAGE_ENV)
    if named:
        return Path(named)
    try:
        from rp2040py.boards import resolve_board_spec
        from rp2040py.utils.firmware_retrieve import MICROPYTHON
        image = resolve_board_spec("pico", MICROPYTHON, "1.28.0").image
    except Exception:  # no network, no cache: the caller says why it skips
        return None
    return Path(image) if image else None


class Pico(BaseDevice):
    """The board with its flash; devices are attached before power-on."""

    def __init__(self, image: Path, filesystem: bytes = b"", devices=()):
        super().__init__(board=BoardSpec(image=image, layout=FlashLayout(FS_START, FS_BLOCKS, FS_BLOCK)))
        self.clock = self.simulator.clock
        self.pacer = Pacer(self.mcu)
        self.mcu.clk_peri = CLK_PERI_HZ
        if filesystem:
            self.mcu.flash[FS_START:FS_START + len(filesystem)] = filesystem
        self.text = bytearray()
        self.outgoing: deque[int] = deque()
        self.waiting_read: tuple[int, int] | None = None
        self.resets: list[float] = []
        self.listeners = []
        self.patch_usb()
        for device in devices:
            device.attach(self)
        self.stop_alarm = self.clock.create_alarm(self.pause)
        self.powered = False

    # -- time --

    @property
    def now_s(self) -> float:
        """Emulated seconds since power-on."""
        return self.clock.nanos / 1e9

    def pause(self) -> None:
        """Ends the running batch."""
        self.simulator.stopped = True

    def at(self, delay_s: float, callback):
        """Call back after so much emulated time."""
        alarm = self.clock.create_alarm(callback)
        alarm.schedule(delay_s * 1e9)
        return alarm

    def run(self, seconds: float) -> None:
        """Run for so many emulated seconds."""
        self.power_on()
        end = self.clock.nanos + seconds * 1e9
        self.stop_alarm.schedule(seconds * 1e9)
        while self.clock.nanos < end - 1:
            self.simulator.stopped = False
            self.simulator._execute_batch()
        self.stop_alarm.cancel()

    def until(self, condition, timeout_s: float, step_s: float = 0.01) -> float:
        """Run until `condition()`; returns the emulated seconds it took. AssertionError after `timeout_s`."""
        begin = self.now_s
        while not condition():
            assert self.now_s - begin < timeout_s, f"not within {timeout_s} emulated s; console: {self.tail()}"
            self.run(step_s)
        return self.now_s - begin

    def power_on(self) -> None:
        """Start the core at the flash's entry."""
        if not self.powered:
            self.powered = True
            self.mcu.core.pc = FLASH_START_ADDRESS

    def hard_reset(self, *, cause=ResetCause.RUN_PIN) -> None:
        """A chip reset from whatever cause; no listener fires for it, so the probes look again."""
        super().hard_reset(cause=cause)
        self.mcu.clk_peri = CLK_PERI_HZ
        self.resets.append(self.now_s)
        self.outgoing.clear()
        self.waiting_read = None
        for look in self.listeners:
            look()

    # -- the USB console --

    def patch_usb(self) -> None:
        """A host that NAKs: the guest's OUT buffer stays pending until there is a byte."""
        inner = self.mcu.usb_ctrl.on_endpoint_read

        def on_read(endpoint: int, size: int) -> None:
            if endpoint != self.cdc._out_endpoint or endpoint < 0:
                inner(endpoint, size)
                return
            self.waiting_read = (endpoint, size)
            self.offer()
        self.mcu.usb_ctrl.on_endpoint_read = on_read
        self.cdc.on_serial_data = self.text.extend
        self.cdc.on_device_connected = lambda: None

    def offer(self) -> None:
        """Hand the guest what it waits for."""
        if self.waiting_read and self.outgoing:
            endpoint, size = self.waiting_read
            self.waiting_read = None
            size = min(size, len(self.outgoing))
            self.mcu.usb_ctrl.endpoint_read_done(endpoint, bytes(self.outgoing.popleft() for _ in range(size)))

    def send(self, data: bytes) -> None:
        """Bytes for the guest's console."""
        self.outgoing.extend(data)
        self.offer()

    def tail(self, n: int = 400) -> str:
        """The last of what the guest printed."""
        return bytes(self.text[-n:]).decode(errors="replace")

    def ask(self, line: str, timeout_s: float = 5.0) -> str:
        """Type a line at the prompt; returns what is printed before the next prompt."""
        begin = len(self.text)
        self.send(line.encode() + b"\r")
        self.until(lambda: b"\n>>> " in self.text[begin + len(line):], timeout_s)
        text = bytes(self.text[begin:]).decode(errors="replace").replace("\r", "")
        return text.partition("\n")[2].rpartition("\n>>> ")[0]

    def prompt(self, timeout_s: float = 5.0) -> None:
        """A key ends the main thread's loop; wait for the prompt."""
        begin = len(self.text)
        self.send(b"\r")
        self.until(lambda: b">>> " in self.text[begin:], timeout_s)

    # -- pins --

    def level(self, number: int) -> bool:
        """Whether the chip drives this pin high now."""
        pin = self.mcu.gpio[number]
        return bool(pin.output_enable and pin.output_value)
