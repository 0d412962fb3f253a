"""The firmware's Node on a board of a few lines, with a world that answers by its contacts; saved and restored in 50 us."""

from __future__ import annotations

from harness import scenarios

from . import abstraction as a
from .firmware import Firmware
from .memory import flat
from .world import SEIZED, STARTS, Board, Closed, Kept, Meter, World

HOUSE = {"reinjection_limit_kpa": 300, "return_pulses_per_m3": 0, "pump_drive": "variable", "min_flow_lph": 1200}
FALL_MC_S = 150  # water that stands in a unit whose compressor runs; see SEIZED_MS


class Violation(Exception):
    """Something that must hold does not; the message says what."""


class Machine:
    """One well section, one unit, their node, and the world. `scan`, `change`, `cut`, `save`, `restore`."""

    def __init__(self, planted: dict | None = None):
        self.firmware = Firmware(planted)
        self.world = w = World()
        data = scenarios.house_config(1)
        data["well"].update(HOUSE)
        data["node"]["period_ms"] = a.SCAN_MS
        data["rooms"][0]["setpoint_mc"] = 24000
        cfg = self.firmware.config(data)
        self.board = Board(w)
        self.node = node = self.firmware.module("node.node").Node(cfg, self.board)
        node.onewire = Closed()
        self.well, self.unit = node.well, node.rooms[0]
        self.well.lift_meter = Meter(w)
        self.well_p, self.unit_p, self.node_p = self.well.p, self.unit.p, node.p
        self.freeze_mc = cfg.rooms[0].freeze_limit_mc
        self.min_off_ms = cfg.rooms[0].min_off_s * 1000
        self.pump_rest_ms = cfg.well.pump_min_off_s * 1000
        self.water_ms = self.firmware.module("control.verify").WATER_S * 1000
        self.well_rows = self.effective(self.well.trips)
        self.unit_rows = self.effective(self.unit.trips)
        for side in (self.well, self.unit):
            side.gate.used = True  # starts are stored first, as on a board
        self.silence()
        self.ledger = self.firmware.module("storage.ledger").Ledger("", *node.ledger_parts())
        self.ledger.record = Kept()
        skip = {id(x) for x in (cfg, node.events, self.board)}
        self.save_world, self.restore_world = flat([self.world], skip)
        skip.add(id(self.world))
        self.save_node, self.restore_node = flat([node, *self.board.pins.values()], skip)
        self.fresh = self.save_node()

    def silence(self) -> None:
        """Events are put into a ring that nobody reads."""
        ring = Closed()
        for side in (self.well, self.unit):
            side.ring = side.trips.ring = ring
            for probe in side.sensors():
                probe.ring = ring
        self.node.trips.ring = ring

    @staticmethod
    def effective(trip_set) -> int:
        """Bits of the rows that do more than alarm."""
        return sum(1 << i for i, trip in enumerate(trip_set.trips) if trip.key not in a.ALARM_ONLY)

    # -- moves --

    def change(self, which: int, value: int) -> None:
        """One input takes another value; a scan sees it."""
        inputs: list[int] = list(self.world.inputs)
        inputs[which] = value
        self.world.inputs = tuple(inputs)
        self.scan(a.SCAN_MS)

    def hold(self, how: str) -> bool:
        """Time goes on; False when an "event" did not come."""
        if how == "brief":
            for _ in range(a.BRIEF_MS // a.SCAN_MS):
                self.scan(a.SCAN_MS)
            return True
        was = a.signature(self)
        ms = 0
        while ms < a.WAIT_S * 1000:
            dt = a.SCAN_MS if ms < a.FAST_MS else a.SLOW_MS
            self.scan(dt)
            ms += dt
            if a.signature(self) != was:
                return True
        return False

    def cut(self) -> None:
        """The power goes and comes back: relays off, a new boot on what the ledger holds."""
        self.ledger.save(self.node_p.uptime_s)
        self.restore_node(self.fresh)
        self.ledger.load()
        self.world.silent_ms = 0
        self.look(0)
        self.scan(a.SCAN_MS)

    def reset_locked(self) -> None:
        """Somebody resets all that is locked out."""
        for name, side in (("well", self.well), ("room1", self.unit)):
            bits = side.p.lockouts
            i = 0
            while bits >> i:
                if bits >> i & 1:
                    self.node.reset_trip(name, i)
                i += 1

    # -- a scan --

    def scan(self, dt: int) -> None:
        """The world for `dt` ms, then one scan and the main thread's part of it. Violation when the world was harmed."""
        node, world = self.node, self.world
        self.physics(dt)
        self.sense()
        self.unit_p.mode = 0 if world.inputs[a.DEMAND] else 1
        node.read(dt, 0)
        node.protect()
        node.control()
        node.meter()
        node.write()
        for side in (self.well, self.unit):
            if side.gate.posted:
                side.gate.stored = True
        self.look(dt)

    def physics(self, dt: int) -> None:
        """What the contacts make of water and air."""
        w, pins = self.world, self.board.pins
        inputs = w.inputs
        w.ms += dt
        w.part ^= 1
        w.pump_turns = pins["well_pump"].get()
        w.flow_lph = a.FLOW_LPH[inputs[a.FLOW]] if w.pump_turns else 0
        w.compressor_runs = runs = pins["room1_compressor"].get() and pins["master"].on
        turns = pins["room1_pump"].get() and inputs[a.UNIT_PUMP] != SEIZED
        w.unit_flows = flows = turns and w.flow_lph > 0
        entering = a.WATER_MC[inputs[a.LEAVING]]
        mc = w.leaving_mc
        if flows:
            goal, tau = (entering - a.DROP_MC, 12_000) if runs else (entering, 6000)
            w.leaving_mc = mc + (goal - mc) * dt // tau
        elif runs:
            w.leaving_mc = max(-2000, mc - FALL_MC_S * dt // 1000)
        else:
            w.leaving_mc = mc + (a.ROOM_MC - mc) * dt // 370_000
        w.air_mc += ((42_000 if runs else a.ROOM_MC) - w.air_mc) * dt // 15_000

    def sense(self) -> None:
        """Readings, as the 1-Wire bus would bring them."""
        w = self.world
        kind = w.inputs[a.LEAVING]
        entering = a.WATER_MC[kind]
        reading(self.well.supply, entering)
        reading(self.well.back, entering - (3500 if w.compressor_runs else 0))
        reading(self.unit.air, a.ROOM_MC)
        reading(self.unit.supply, w.air_mc)
        if kind != 2:
            reading(self.unit.leaving, w.leaving_mc)

    # -- what must hold --

    def look(self, dt: int) -> None:
        """The outputs as they now stand, and how long something bad has lasted by the truth before them."""
        w, pins = self.world, self.board.pins
        self.rests(pins["well_pump"].on, pins["room1_compressor"].on)
        runs = pins["room1_compressor"].get() and pins["master"].on
        pump = pins["well_pump"].on
        w.dry_ms = w.dry_ms + dt if runs and w.flow_lph == 0 else 0
        w.own_ms = w.own_ms + dt if runs and not pins["room1_pump"].get() else 0
        w.seized_ms = w.seized_ms + dt if runs and w.inputs[a.UNIT_PUMP] == SEIZED else 0
        w.pressed_ms = w.pressed_ms + dt if pump and w.inputs[a.PRESSURE] == 1 and pins["well_pump"].get() else 0
        w.pump_dry_ms = w.pump_dry_ms + dt if pump and w.flow_lph == 0 else 0
        cold = w.leaving_mc < self.freeze_mc and self.unit.leaving.chip.ok
        w.cold_ms = w.cold_ms + dt if runs and cold else 0
        heats = runs and w.unit_flows
        w.heat_ms = w.heat_ms + dt if heats else 0
        if runs or w.inputs[a.DEMAND]:  # (what a compressor does without water has its own bound)
            w.silent_ms = 0
        elif not (self.well.trips.bits or self.told()):
            w.silent_ms += dt
        self.bounds()

    def bounds(self) -> None:
        """Violation when something has lasted too long."""
        w = self.world
        if w.dry_ms > a.DRY_COMPRESSOR_MS:
            raise Violation(f"compressor on for {w.dry_ms / 1000} s without flow in the well")
        if w.own_ms > a.OWN_FLOW_MS or w.seized_ms > a.SEIZED_MS:
            raise Violation(f"compressor on for {max(w.own_ms, w.seized_ms) / 1000} s without flow of its own unit")
        if w.pressed_ms > a.PRESSED_MS:
            raise Violation(f"well pump on for {w.pressed_ms / 1000} s against its pressure limit")
        if w.pump_dry_ms > a.DRY_PUMP_MS:
            raise Violation(f"well pump on for {w.pump_dry_ms / 1000} s without water")
        if w.cold_ms > a.COLD_MS:
            raise Violation(f"compressor on for {w.cold_ms / 1000} s with leaving water below its freeze limit")
        if w.silent_ms > a.SILENT_MS:
            raise Violation(f"heat asked for and none given for {w.silent_ms / 1000} s, and no row says why")

    def rests(self, pump: bool, compressor: bool) -> None:
        """No motor restarts before its rest, no compressor more often than its hour allows: at the relays."""
        w = self.world
        if pump != w.pump_was:
            w.pump_was = pump
            rested = w.ms - w.pump_off_at
            if not pump:
                w.pump_off_at = w.ms
            elif rested < self.pump_rest_ms:
                raise Violation(f"well pump restarts after {rested / 1000} s; its rest is {self.pump_rest_ms / 1000} s")
        if compressor != w.compressor_was:
            w.compressor_was = compressor
            rested = w.ms - w.compressor_off_at
            if not compressor:
                w.compressor_off_at = w.ms
                return
            if rested < self.min_off_ms:
                raise Violation(f"compressor restarts after {rested / 1000} s; its rest is {self.min_off_ms / 1000} s")
            if self.starts_used():
                raise Violation(f"{STARTS + 1} compressor starts within an hour")
            w.starts[:] = [*w.starts[1:], w.ms]

    def resting(self) -> bool:
        """The firmware waits for the unit's starts of the hour: it may count one that a power cut kept from its relay."""
        return self.unit.controller.limiter.wait_s(self.node_p.uptime_s) > 0

    def told(self) -> bool:
        """Why the unit waits is known: a row, its starts, or water too cold for a run (`source_cold` in half an hour)."""
        return bool(self.unit.trips.bits or self.resting() or self.unit.protections.futile)

    def starts_used(self) -> bool:
        """The compressor's starts of this hour, counted at its relay, are used up."""
        return self.world.ms - self.world.starts[0] < (a.HOUR_S - 1) * 1000

    # -- memory --

    def save(self):
        """All of it."""
        return self.save_node(), self.save_world()

    def restore(self, saved) -> None:
        """Back to what `save` gave."""
        self.restore_node(saved[0])
        self.restore_world(saved[1])


def reading(probe, value_mc: int) -> None:
    """A good reading of a live sensor."""
    chip = probe.chip
    chip.value_mc = value_mc
    chip.ok = True
    chip.fault = chip.age_s = chip.same_s = 0
    setattr(probe.block, probe.mc, value_mc)
