"""The DS18B20s for a person: those of the config, and strangers, which are read too once somebody has looked for them.

A node that runs reads the strangers in its scan, until its next start. A board without a config reads them here, and waits.
"""

from ..drivers import ds18b20

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..drivers.ds18b20 import Ds18b20
    from ..equipment.probe import Probe
    from ..hardware import Board, OneWire

NO_ROLE = "(no role in the config)"
MOST = 16  # strangers that are read
ANSWER_MS = 100

resting = []  # the chips of a board without a control, between two looks


class Stranger:
    """Stands where a probe.Probe stands: a sensor that feeds no point."""

    trim_mk = 0

    def __init__(self, chip: "Ds18b20"):
        self.chip = chip

    def publish(self) -> None:
        """Nobody goes by it."""

    def role(self) -> str:
        """None."""
        return NO_ROLE


def code_of(chip: "Ds18b20") -> str:
    """Its ROM as text."""
    return "".join(["%02x" % b for b in chip.read_tx[1:9]])


def row_of(chip: "Ds18b20", probe: "Probe | Stranger"):
    """One line of the view."""
    from .text import number
    known = chip.ok or chip.good or chip.value_mc
    return (code_of(chip), probe.role(), number(chip.value_mc + probe.trim_mk, 1000) if known else "-", "degC",
            ds18b20.FAULTS[chip.fault], "valid" if chip.ok else "not valid")


def rows(a: "Any", search: int):
    """All of them; a: the App, or a views.Bare."""
    found = a.board.search_onewire() if search else []
    if not hasattr(a.node, "onewire"):
        if search:
            resting[:] = [ds18b20.Ds18b20(ds18b20.rom_bytes(code)) for code in found]
        read_all(a.board, resting)
        return [row_of(chip, Stranger(chip)) for chip in resting]
    by_chip = a.node.by_chip
    known = [code_of(chip) for chip in by_chip]
    strangers = 0
    for chip in by_chip:
        if by_chip[chip].role() == NO_ROLE:
            strangers += 1
            chip.each_second()  # nobody else counts its age
    for code in found:
        if code not in known and strangers < MOST:
            strangers += 1
            chip = ds18b20.Ds18b20(ds18b20.rom_bytes(code))
            by_chip[chip] = Stranger(chip)
            a.node.onewire.join(chip)
    return [row_of(chip, by_chip[chip]) for chip in by_chip]


def read_all(board: "Board", chips: "list[Ds18b20]") -> None:
    """One conversion, one reading of each, by a board that does not scan."""
    bus = board.onewire()
    rx = bytearray(9)
    bus.post(bytes((ds18b20.SKIP_ROM, ds18b20.CONVERT_T)), 0)
    answer(board, bus, rx)
    wait(board, ds18b20.CONVERT_MS)
    for chip in chips:
        bus.post(chip.read_tx, 9)
        chip.accept(answer(board, bus, rx), rx)


def answer(board: "Board", bus: "OneWire", rx: bytearray) -> int:
    """The status of what was posted; no presence when nothing comes."""
    clock = board.clock
    begin = clock.ticks_ms()
    while clock.ticks_diff(clock.ticks_ms(), begin) < ANSWER_MS:
        status = bus.collect(rx)
        if status >= 0:
            return status
    return ds18b20.NO_PRESENCE


def wait(board: "Board", ms: int) -> None:
    """Let so long go by."""
    clock = board.clock
    begin = clock.ticks_ms()
    while clock.ticks_diff(clock.ticks_ms(), begin) < ms:
        pass
