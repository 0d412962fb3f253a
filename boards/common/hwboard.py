"""The Board of a real chip: terminals by name, service mode, the console."""

import os
import select
import sys
import time

import hw
import micropython
from machine import PWRON_RESET, Pin, reset, reset_cause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from wellhearth.hardware import Served
    from wellhearth.tables.points import Points
    from wellhearth.tables.section import Config

SOFT_MS = 4000  # a Pico takes 1.9 s from its reset to here
SOFT_GAP_MS = 60000  # and a soft reset no longer than this from the last scan
RADIOS = ("rpi_pico_w", "rpi_pico2_w", "esp32_generic", "esp32_s3")  # boards with Wi-Fi
SEEN = 3  # in `kept`: ticks_ms of the last scan (wellhearth/storage/boot_record.py)


class Board:
    """Terminals by name. A chip's own module adds `ANALOG_IN`, `new_pulse_in`, `new_onewire` and `kept`."""

    CONFIG_PATH = "config.json"
    SETTINGS_PATH = "settings.json"
    LEDGER_PATH = "ledger.json"
    SERVICE_PATH = "service.txt"
    JOURNAL_PATH = "journal.txt"
    SECRET_PATH = "secret.json"
    TIMER = -1
    FIRST_UART = 0
    HEAP: "Any" = None  # (lock, unlock) where a scan runs with the heap locked
    ANALOG_IN: "Any" = None  # these two the chip's module brings
    kept: "Any"

    def __init__(self, name: str, pins: tuple, instead: tuple = (), inputs_only: tuple = ()):
        """instead: rows of pins that take the place of another function, its name at their end. inputs_only: GPIOs whose
        pull-up stands outside."""
        self.name = name
        self.pins = pins
        self.instead = instead
        self.by_name = {name: (number, kind) for name, number, kind in pins}
        self.aux_contacts = True
        self.speeds = {}
        self.clock = hw.Clock()
        self.watchdog = hw.Watchdog()
        self.timer = hw.ScanTimer(self.TIMER)
        self.inputs_only = inputs_only
        self.pulses = {}
        self.bus = None
        self.button = None
        for name, number, kind in pins:
            if kind == "led":
                self.timer.led = Pin(number, Pin.OUT, value=0).value
            if name == "button":
                self.button = hw.Contact(number, self.pull(number))
            elif kind == "contact":
                Pin(number, Pin.IN, self.pull(number))  # pyright: ignore[reportArgumentType]

    def safe(self) -> None:
        """Every output off."""
        hw.safe(self.pins)

    def configure(self, cfg: "Config"):
        """Take what the config says of the wiring; returns what it asks for and this board has not."""
        self.aux_contacts = cfg.node.aux_contacts != 0
        missing = []
        needs = [what for what, needed in wanted(cfg) if needed]
        for name, number, kind, other in self.instead:
            if name not in needs:
                continue
            rivals = [rival for rival, _number, _kind, its in self.instead if its == other and rival in self.by_name]
            if other in needs or rivals:
                missing.append("board %s has one terminal for %s and %s: the config may ask for one of them"
                               % (self.name, name, rivals[0] if rivals else other))
            self.by_name.pop(other, None)
            self.by_name[name] = (number, kind)
        if cfg.network is not None and (self.name not in RADIOS or cfg.network.tls):
            missing.append("network: no radio here, or no time for tls")
        for what in needs:
            if what not in self.by_name:
                missing.append("board %s has no terminal %s" % (self.name, what))
        return missing

    def radio(self, ssid: str, key: str) -> "Any":
        """The Wi-Fi."""
        import radio
        return radio.Radio(ssid, key)

    def number(self, name: str, kind: str) -> int:
        """GPIO of a terminal; -1 when there is none of that name and kind."""
        number, its = self.by_name.get(name, (-1, ""))
        return number if its == kind else -1

    def pull(self, number: int):
        """The pull-up of an input, None where it stands outside."""
        return None if number in self.inputs_only else Pin.PULL_UP

    def pulse_in(self, name: str):
        """Flow meter by name."""
        meter = self.pulses[name] = self.new_pulse_in(name, self.number(name, "pulse"))
        return meter

    def onewire(self):
        """The 1-Wire bus."""
        if self.bus is None:
            self.bus = self.new_onewire(self.number("onewire", "onewire"))
        return self.bus

    def search_onewire(self):
        """ROMs on the bus, as hex."""
        return ["".join(["%02x" % b for b in rom]) for rom in self.onewire().search()]

    def analog_in(self, name: str):
        """Analog input by name."""
        return self.ANALOG_IN(self.number(name, "adc"))

    def power_on(self) -> bool:
        """Whether this boot followed a power cut (or the chip's reset pin)."""
        return reset_cause() == PWRON_RESET

    def new_pulse_in(self, name: str, number: int) -> "Any":
        """A flow meter's counter; the chip's module brings it, and the bus."""
        raise NotImplementedError

    def new_onewire(self, number: int) -> "Any":
        """The 1-Wire bus."""
        raise NotImplementedError

    def digital_out(self, name: str):
        """Relay by name."""
        number = self.number(name, "relay")
        return hw.NoOut() if number < 0 else hw.RelayOut(number)

    def digital_in(self, name: str):
        """A contact; the feedback of a relay is called as the relay and its terminal `aux_...`."""
        number = self.number(name, "contact")
        if number < 0 and self.aux_contacts:
            number = self.number("aux_" + name, "contact")
        return None if number < 0 else hw.Contact(number, self.pull(number))

    def analog_out(self, name: str):
        """0 to 10 V output by name."""
        number = self.number(name, "pwm")
        if number < 0:
            return hw.NoOut()
        out = self.speeds[name] = hw.PwmOut(number)
        return out

    def io(self):
        """(terminal, GPIO, kind, level now) of every terminal."""
        return [(name, number, kind, self.level(name, number, kind)) for name, number, kind in self.pins]

    def level(self, name: str, number: int, kind: str) -> str:
        """One terminal's level, for a person."""
        if kind == "adc":
            uv = self.analog_in(name).read_uv()
            return "%d.%03d V" % (uv // 1000000, uv // 1000 % 1000)
        if kind == "pulse":
            return "%d pulses" % self.pulses[name].count() if name in self.pulses else "not used"
        if kind in ("relay", "drive", "led"):
            return "on" if Pin(number).value() else "off"
        if kind == "contact":
            return "open" if Pin(number).value() else "closed"
        if kind == "pwm":
            out = self.speeds.get(name)
            return "not used" if out is None else "%d.%d %%" % (out.pm // 10, out.pm % 10)
        return "high" if Pin(number).value() else "low"

    def serial(self, name: str, baud: int, parity: str):
        """The UART of the line `bus` (to the rooms or the well) or `bms` (the second one, whatever its use)."""
        prefix = "rs485" if name == "bus" else name
        unit = self.FIRST_UART + ("bus", "bms").index(name)
        return hw.Serial(unit, self.number(prefix + "_tx", "tx"), self.number(prefix + "_rx", "rx"),
                         self.number(prefix + "_de", "drive"), baud, parity, self.new_release)

    def new_release(self, pin: "Pin") -> "Any":
        """What takes a transmitter off the line when its last byte is out; None: `receive` sees to it."""
        return None

    def i2c(self):
        """The I2C bus of the clock chip, for the main thread only: it waits for the wire (1 ms for a time of day)."""
        from machine import SoftI2C
        scl, sda = self.number("rtc_scl", "i2c"), self.number("rtc_sda", "i2c")
        if "led" not in self.by_name:
            self.timer.led = hw.no_led  # the chip has its GPIO
        return SoftI2C(Pin(scl), Pin(sda), freq=hw.I2C_HZ, timeout=hw.I2C_US)

    def ir_in(self) -> "Any":
        """The infra-red receiver; the chip's module brings it."""
        raise NotImplementedError

    def answer(self, good: bool) -> None:
        """A key of the remote was obeyed (one long flash of the LED) or refused (three short ones)."""
        self.timer.answer(good)

    def entropy(self) -> int:
        """A random number from 0 to 65,535."""
        noise = os.urandom(2)
        return noise[0] << 8 | noise[1]

    def deaf(self) -> None:
        """From here to the reset no Ctrl-C may cut in."""
        micropython.kbd_intr(-1)

    def reset(self) -> None:
        """Restart the chip."""
        self.safe()
        reset()

    def soft_reset(self) -> bool:
        """Whether the chip itself went on running: its clock stands far from zero, and goes on from the last scan's.

        A reset sets it to zero, and a boot that died at once has scanned, if at all, later than where the next one is now.
        """
        now = time.ticks_ms()
        seen = self.kept.get(SEEN)
        return (now > SOFT_MS and seen != 0  # pyright: ignore[reportOperatorIssue]
                and 0 <= time.ticks_diff(now, seen) < SOFT_GAP_MS)

    def say(self, text: str) -> None:
        """A line for the person at the console."""
        print(text)

    def event(self, event: "Sequence[int]") -> None:
        """Events go to the journal; the console stays free for the person."""

    def telemetry(self, points: "Points") -> None:
        """Once a second. Nobody listens: `wellhearth diag` asks."""

    def serve(self, app: "Served | None", retry_s: int = 0) -> None:
        """The main thread's loop, until a key is pressed; then the prompt, and the scan goes on.

        app None: the safe state. retry_s: then reset after so long, whatever anybody types: a stray byte on the console
        must not make a cold house of a pause.
        """
        # Ctrl-C would end this loop in the middle of anything; as a key it ends it between two turns.
        micropython.kbd_intr(-1)
        self.timer.app = app
        if app is not None:
            self.timer.serve_links()
        keys = select.poll()
        keys.register(sys.stdin, select.POLLIN)
        if app is None and retry_s:
            self.timer.after(retry_s * 1000, self.reset)
        nap_ms = 20 if app is None else app.idle_ms()
        while not keys.poll(nap_ms):
            if app is not None:
                app.poll()
        sys.stdin.read(1)
        self.say("REPL. %s  Type: from wellhearth import diag; diag.help()"
                 % ("The control goes on." if app is not None else "All outputs are off."))


def wanted(cfg: "Config"):
    """(terminal, whether this config needs it) of everything that not every board has."""
    lines = cfg.plant.lines if cfg.plant is not None else ()
    second = cfg.bms is not None or cfg.gateway is not None or cfg.meter_line is not None or "bms" in lines
    s0 = cfg.electricity is not None and cfg.electricity.source == "s0"
    buses = [("rs485_tx", cfg.bus is not None or "bus" in lines), ("bms_tx", second), ("bms_rx", second),
             ("ir", cfg.remote is not None), ("s0", s0),
             ("rtc_sda", cfg.node.rtc != "none"), ("rtc_scl", cfg.node.rtc != "none")]
    rooms = [("room%d_compressor" % (i + 1), True) for i in range(len(cfg.rooms))]
    speeds = [("room%d_compressor_speed" % (i + 1), room.compressor == "variable") for i, room in enumerate(cfg.rooms)]
    for i, room in enumerate(cfg.rooms):
        rooms += [("room%d_condensate_ok" % (i + 1), room.condensate_input > 0),
                  ("room%d_protection_ok" % (i + 1), room.compressor_protection_input > 0)]
    if cfg.well is None:
        return buses + rooms + speeds
    stacked = cfg.well2 is not None
    for number, well in (("", cfg.well), ("2", cfg.well2)):
        if well is not None:
            buses += [("well%s_motor_ok" % number, well.motor_protection_input > 0),
                      ("well%s_strainer_ok" % number, well.strainer_input > 0)]
    return buses + rooms + speeds + [
        ("well_pump_speed", cfg.well.pump_drive == "variable"),
        ("well_pump2", stacked), ("reinjection2", stacked), ("lift2", stacked),
        ("loop_pump", cfg.loop is not None), ("loop_flow", cfg.loop is not None),
        ("loop_pressure", cfg.loop is not None),
        ("return", cfg.well.return_pulses_per_m3 > 0), ("well_drive_ok", cfg.well.drive_fault_input > 0),
        ("current", cfg.well.current_range_ma > 0), ("level", cfg.well.level_range_kpa > 0)]
