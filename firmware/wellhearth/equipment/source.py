"""The source as the heat pumps see it: one well section, or two stacked ones run as one."""

from ..control import stack, well
from . import probe, well_section


class Source:
    """Shares the demand, joins the permissives. `wells` holds the sections, the lower one first."""

    def __init__(self, cfg, board, ring, period_ms: int):
        self.cfg = cfg.well
        first = well_section.WellSection(cfg.well, board, ring, period_ms)
        self.wells = [first]
        self.entering = first.p
        self.stack = None
        if cfg.well2 is not None:
            second = well_section.WellSection(cfg.well2, board, ring, period_ms, "2")
            self.wells.append(second)
            self.entering = Mixed(first.p, second.p)
            self.stack = stack.Stack(cfg.well.max_flow_lph, cfg.well2.max_flow_lph, cfg.well.rotate_h * 3600)
        self.demand_lph = 0
        self.lead = 0
        self.permissive = False
        self.enough = False
        self.refused = False

    def read(self, now_us: int) -> None:
        """Inputs of every section."""
        for section in self.wells:
            section.read(now_us)

    def protect(self, dt_ms: int, now_s: int) -> int:
        """Rows of every section; returns the bits of all that are active."""
        bits = 0
        for section in self.wells:
            section.protect(dt_ms, now_s)
            bits |= section.trips.bits
        return bits

    def control(self, heat_w: int, cool_w: int, running: bool, move: bool, dt_ms: int, now_s: int) -> None:
        """One scan: demand into flow, flow into pumps. heat_w, cool_w: 0 to 1,000,000 W."""
        cfg = self.cfg
        demand = well.flow_for(heat_w, cfg.flow_lph_per_kw) + well.flow_for(cool_w, cfg.flow_lph_per_kw_cool)
        self.demand_lph = demand
        first = self.wells[0]
        stacked = self.stack
        if stacked is None:
            first.control(demand, heat_w + cool_w, running, move, dt_ms, now_s)
            self.permissive = first.permissive
            self.enough = first.controller.enough
            ts = first.trips
            self.refused = ts.bits & ts.start_refused != 0
        else:
            self.both(stacked, demand, heat_w + cool_w, running, move, dt_ms, now_s)

    def both(self, stacked, demand: int, demand_w: int, running: bool, move: bool, dt_ms: int,
             now_s: int) -> None:
        """Two sections. Each has its own protections; one that is held off leaves the other the whole demand."""
        first, second = self.wells
        stacked.scan(demand, first.available(), second.available())
        self.lead = stacked.lead
        permissive = False
        enough = True
        refused = True
        i = 0
        for section in self.wells:
            serves = stacked.serves(i)
            part = stacked.parts[i]
            section.control(part, demand_w if serves else 0, running and serves, move and serves, dt_ms, now_s)
            if section.permissive:
                permissive = True
            if serves and not section.controller.enough:
                enough = False
            # Water that cannot be trusted in one section is no reason to leave the other unused.
            if not section.trips.bits & section.trips.start_refused:
                refused = False
            i += 1
        self.permissive = permissive
        self.enough = enough
        self.refused = refused

    def each_second(self, running: bool, quiet: bool, now_s: int) -> None:
        """Once a second."""
        stacked = self.stack
        i = 0
        for section in self.wells:
            section.each_second(running and (stacked is None or stacked.serves(i)), quiet, now_s)
            i += 1
        if stacked is not None:
            stacked.each_second(self.wells[stacked.lead].controller.pump_on, self.wells[1 - stacked.lead].available())
            self.entering.mix()

    def meter(self, is_second: bool) -> None:
        """Water every scan, the rest once a second."""
        for section in self.wells:
            section.meter()
            if is_second:
                section.meter_heat()

    def write(self, now_s: int) -> None:
        """Outputs of every section."""
        for section in self.wells:
            section.write(now_s)

    def safe(self) -> None:
        """Pumps off."""
        for section in self.wells:
            section.safe()
        self.permissive = False


class Mixed:
    """Water of two sections where it enters the units: weighted by their flows."""

    def __init__(self, a, b):
        self.a = a
        self.b = b
        self.supply_mc = 0
        self.supply_ok = 0

    def mix(self) -> None:
        """Once a second; without flow the first section's temperature stands for both."""
        a = self.a
        b = self.b
        fa = a.flow_lph // 10
        fb = b.flow_lph // 10
        if fa and fb and a.supply_ok and b.supply_ok:
            # 100,000 L/h / 10 * a difference of at most 50 K stays below 2^30.
            self.supply_mc = a.supply_mc + probe.clip_mk(b.supply_mc - a.supply_mc) * fb // (fa + fb)
            self.supply_ok = 1
        else:
            one = b if fb and not (fa and a.supply_ok) else a
            self.supply_mc = one.supply_mc
            self.supply_ok = one.supply_ok
