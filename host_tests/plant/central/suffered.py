"""What the plant and its people suffered: seconds, litres and starts by the world's own word."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from . import noise

COLD_WATER_C = 0.5
COOL_ROOM_C, COLD_ROOM_C = 18.0, 16.0
TAP_C = 50.0
STARTING_S = 15.0  # a pump (a well's too) that starts beside others stands behind its non-return valve until it has theirs
SETTLE_S = 3600.0  # of the taps: nobody judges the hour in which a plant is begun


@dataclass
class Suffered:
    """Sums over a run; all but the starts are 0 on a good day. Times in s."""

    dry_pump_s: float = 0.0  # a pump turned without water, wells' among them
    dead_head_s: float = 0.0  # a pump turned against closed valves
    boiler_empty_s: float = 0.0  # flame on water that stands
    cold_water_s: float = 0.0  # water below 0.5 degC in an exchanger that holds no antifreeze
    frozen: int = 0  # exchangers that froze through
    lost_l: float = 0.0  # water lost, wells' and networks'
    room_below_18_s: float = 0.0  # a heated zone, while people are in
    room_below_16_s: float = 0.0  # a heated zone, at any time
    tap_below_50_s: float = 0.0  # while somebody draws
    loud_s: float = 0.0  # noise over the night's limit
    over_pressure_s: float = 0.0  # a well's reinjection over 300 kPa
    well_starts: int = 0
    machine_trips: int = 0  # of all machines, by their own flow switches, freeze-stats and pressure switches
    machine_starts: int = 0
    most_machine_starts: int = 0  # of one machine
    pump_starts: int = 0
    boiler_starts: int = 0

    def step(self, world, dt_s: float) -> None:
        """One step of the world."""
        wells = world.field.wells
        pumps = world.secondary.pumps + world.tertiary.pumps
        turning = [w for w, on in zip(wells, world.orders.well_on) if on and w.turns]
        if any(p.dry for p in pumps) or any(w.dry or w.level_m <= 0.0 for w in turning):
            self.dry_pump_s += dt_s
        for one in pumps + wells:
            one.dead_s = one.dead_s + dt_s if one.dead_headed else 0.0
        if any(p.dead_s > STARTING_S for p in pumps) or any(w.dead_s > STARTING_S for w in turning):
            self.dead_head_s += dt_s
        if any(w.pressure_kpa > 300.0 for w in wells):
            self.over_pressure_s += dt_s
        self.boiler_empty_s = world.boiler.empty_s if world.boiler else 0.0
        if world.coldest_water_c() < COLD_WATER_C:
            self.cold_water_s += dt_s
        self.frozen = sum(ice >= world.full_j[body] for body, ice in world.ice_j.items())
        self.lost_l = sum(w.lost_l for w in wells) + world.secondary.lost_l + world.tertiary.lost_l
        self._people(world, dt_s)
        if world.noise_db > noise.limit_db(world):
            self.loud_s += dt_s
        self._starts(world)

    def _people(self, world, dt_s: float) -> None:
        """Rooms and taps."""
        heated = [b for b in world.buildings if b.heated]
        if any(b.coldest_c < COLD_ROOM_C for b in heated):
            self.room_below_16_s += dt_s
        if any(b.coldest_c < COOL_ROOM_C and b.use.presence(world.t_s) >= 0.3 for b in heated):
            self.room_below_18_s += dt_s
        tank = world.tank
        if tank is not None and tank.drawn_m3h > 0.0 and world.t_s > SETTLE_S and tank.tap_c(world.lumps) < TAP_C:
            self.tap_below_50_s += dt_s

    def _starts(self, world) -> None:
        self.well_starts = world.well_starts
        self.machine_trips = sum(m.trips for m in world.machines)
        self.machine_starts = sum(m.starts for m in world.machines)
        self.most_machine_starts = max(m.starts for m in world.machines)
        self.pump_starts = sum(p.starts for p in world.secondary.pumps + world.tertiary.pumps)
        self.boiler_starts = world.boiler.starts if world.boiler else 0

    def summary(self) -> dict:
        """Plain numbers."""
        return {key: round(value, 1) if isinstance(value, float) else value for key, value in asdict(self).items()}
