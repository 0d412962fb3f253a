"""Electricity of one household: S0 pulses, meters on the second line, or an estimate. Belongs to the main thread."""

from ..metering import meters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..hardware import Board
    from ..node.node import Node
    from ..tables import sections
    from .far_meter import FarMeter

NONE, ESTIMATE, S0, METER = range(4)
COUNT_MASK = 0xFFFFFF
CARRY = 1000000  # Wh in a MWh
POWER_S = 600  # without a pulse for so long nobody knows the power


class Electricity:
    """cfg: the section `electricity`. Metered and estimated energy are counted apart: one never becomes the other."""

    def __init__(self, cfg: "sections.Electricity", node: "Node", board: "Board"):
        self.cfg = cfg
        self.node = node
        self.source = ("none", "estimate", "s0", "meter").index(cfg.source)
        self.pulses = meters.WaterMeter(cfg.s0_pulses_per_kwh, CARRY)
        self.metered = self.pulses.water
        self.estimate = meters.TwoWord(CARRY, 3600)
        self.input: "Any" = board.pulse_in("s0") if self.source == S0 else None
        self.count = -1  # where the counter stands; the first look only learns it
        self.power_w = -1
        self.since_s = 0
        self.power_pulses = 0

    def energy(self):
        """The counter that is shown."""
        return self.estimate if self.source == ESTIMATE else self.metered

    def each_second(self, seconds: int, far_meters: "list[FarMeter]") -> None:
        """So many seconds went by (0 to 600)."""
        if self.source == S0:
            self.count_pulses(seconds)
        elif self.source == ESTIMATE:
            self.power_w = watt = self.estimated_w()
            ws = self.estimate.rest + watt * seconds
            self.estimate.add(ws // 3600)
            self.estimate.rest = ws % 3600
        else:
            mine = [meter.p for meter in far_meters if meter.counts_for == "house" and not meter.is_heat]
            shown = [p.power_w for p in mine if p.ok and "power_w" not in p.unknown]
            self.power_w = min(1000000, max(0, sum(shown))) if len(shown) == len(mine) else -1

    def count_pulses(self, seconds: int) -> None:
        """Every pulse since the last look; the power from the pulses of half a minute and more."""
        now = self.input.count()
        if self.count < 0:
            self.count = now
        new = (now - self.count) & COUNT_MASK
        self.count = now
        while new > 500000:
            self.pulses.add(500000)
            new -= 500000
            self.power_pulses += 500000
        self.pulses.add(new)
        self.power_pulses += new
        self.since_s += seconds
        if self.power_pulses and self.since_s >= 30:
            self.power_w = min(1000000, self.power_pulses * 3600000 // self.cfg.s0_pulses_per_kwh // self.since_s)
        elif self.since_s >= POWER_S:
            self.power_w = -1
        else:
            return
        self.power_pulses = self.since_s = 0

    def estimated_w(self) -> int:
        """What all that is on should take, by the config's table; a pump's power goes with the cube of its speed."""
        cfg = self.cfg
        watt = cfg.standby_w
        for room in self.node.rooms:
            p = room.p
            if p.compressor_on:
                watt += (cfg.compressor_w or room.cfg.rated_w // 4) * (p.compressor_pm or 1000) // 1000
            if p.pump_on:
                watt += cfg.circulation_w
            watt += cfg.fan_w * p.fan_pm // 1000
        for well in self.node.wells:
            if well.p.pump_on:
                watt += cfg.well_pump_w * (well.p.pump_speed_pm or 1000) ** 3 // 10 ** 9
        return watt
