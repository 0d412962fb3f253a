"""A temperature sensor and the points it feeds."""

from ..drivers import ds18b20
from ..metering import zero
from ..storage import events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..metering.zero import PairZero
    from ..storage.events import EventRing
    from ..tables import shapes
    from ..tables.points import Block
    from ..tables.section import Section

GRACE_S = 30  # after boot, before a missing sensor is a fault


def clip_mk(difference_mk: int) -> int:
    """Temperature difference inside what the heat meter takes, +-50 K."""
    return min(50000, max(-50000, difference_mk))


def less_zero(pair: "PairZero", p: "shapes.Well | shapes.Room", ring: "EventRing", where: int, still: bool,
              difference_mk: int, now_s: int) -> int:
    """Once a second: a pair's difference less its zero (metering/zero.PairZero), which it learns while all is still.

    p: the block that shows the zero; where: its address in events.
    """
    if pair.each_second(still, clip_mk(difference_mk)) and (
            pair.state != p.zero or abs(pair.offset_mk - p.zero_mk) > zero.MOVED_MK):
        ring.put(now_s, events.ZERO, where, pair.offset_mk)
    p.zero_mk = pair.offset_mk
    p.zero = pair.state
    return clip_mk(difference_mk - pair.offset_mk)


def trim(probes: "list[Probe]", cfg: "Section") -> None:
    """Give each sensor of an equipment its trim; cfg: that one's section."""
    for one in probes:
        one.trim_mk = getattr(cfg, one.mc[:-3] + "_trim_mk")


class Probe:
    """Binds one DS18B20 to `<name>_mc` and `<name>_ok` of a points block.

    where: event address (1 the well, 2.. the rooms). number: its place there, for events.
    """

    def __init__(self, rom: str, block: "Block", name: str, ring: "EventRing", where: int, number: int, frozen_s: int):
        self.chip = ds18b20.Ds18b20(ds18b20.rom_bytes(rom.lower()), frozen_s)
        self.block = block
        self.mc = name + "_mc"
        self.ok = name + "_ok"
        self.ring = ring
        self.where = where
        self.number = number
        self.was_ok = False
        self.trim_mk = 0  # what this part reads too little

    def role(self) -> str:
        """The point it feeds."""
        return self.block.name + "." + self.mc

    def publish(self) -> None:
        """After a reading: value into its point."""
        setattr(self.block, self.mc, self.chip.value_mc + self.trim_mk)

    def each_second(self, now_s: int) -> None:
        """Age, validity, and the event when it changes."""
        chip = self.chip
        chip.each_second()
        if chip.ok != self.was_ok:
            self.was_ok = chip.ok
            setattr(self.block, self.ok, 1 if chip.ok else 0)
            code = events.SENSOR_BACK if chip.ok else events.SENSOR_LOST
            self.ring.put(now_s, code, self.where, self.number * 16 + chip.fault)
