"""What the world suffered: protections are judged by these figures, not by the firmware's own word."""

from __future__ import annotations

STANDING_SHARE = 0.05  # of a unit's flow: below it the water stands
COLD_WATER_C = 0.5
COLD_ROOM_C = 12.0
FROZEN_SHARE = 0.6  # of an exchanger's water: its plates have burst
ICED_J = 100_000.0  # on the air coil of a 5.6 kW unit: half of its air does not pass, liquid goes to the compressor


class Harm:
    """Sums over a run, told once a second by the house. All are 0 on a good day."""

    def __init__(self, limit_kpa: float):
        self.limit_kpa = limit_kpa
        self.dry_pump_s = 0  # a well pump turned without water
        self.dead_head_s = 0  # a well pump turned against a closed way
        self.over_pressure_s = 0  # reinjection pressure over the configured limit
        self.standing_compressor_s = 0  # a compressor ran on water that stood
        self.cold_water_s = 0  # water below 0.5 degC in a unit or exchanger (not antifreeze)
        self.lost_l = 0.0  # water lost outside
        self.cold_room_kh = 0.0  # kelvin-hours of rooms below 12 degC
        self.wrong_way_wh = 0.0  # heat moved the other way than commanded, or heating above 30, cooling below 15 degC
        self.exchangers_frozen = 0  # exchangers that froze through, each counted once
        self.overcurrent_s = 0  # a motor under power with a phase missing
        self.iced_coil_s = 0  # a compressor ran on an air coil half closed by ice
        self.spilt_l = 0.0  # condensate over the rim of its pan
        self._frozen: set[int] = set()

    def summary(self) -> dict:
        """Plain numbers for summary.json."""
        return {"dry_pump_s": self.dry_pump_s, "dead_head_s": self.dead_head_s, "over_pressure_s": self.over_pressure_s,
                "standing_compressor_s": self.standing_compressor_s, "cold_water_s": self.cold_water_s,
                "lost_l": round(self.lost_l, 1), "cold_room_kh": round(self.cold_room_kh, 3),
                "wrong_way_wh": round(self.wrong_way_wh, 1), "exchangers_frozen": self.exchangers_frozen,
                "overcurrent_s": self.overcurrent_s, "iced_coil_s": self.iced_coil_s, "spilt_l": round(self.spilt_l, 2)}

    def well(self, w, on: bool, speed: float) -> None:
        """One second of one well section."""
        if on and speed > 0.0 and not w.drive_dead:
            if w.dry or w.level_m <= 0.0:
                self.dry_pump_s += 1
            elif w.dead_headed:
                self.dead_head_s += 1
            if w.phase_lost:
                self.overcurrent_s += 1
        if w.pressure_kpa > self.limit_kpa:
            self.over_pressure_s += 1

    def unit(self, number: int, unit, m3h: float, rated_m3h: float, reversing: bool, room_c: float) -> None:
        """One second of one unit and its room."""
        if unit.compressor_w > 0.0:
            if m3h < STANDING_SHARE * rated_m3h and not unit.phase_lost:  # on two phases it hums and moves no heat
                self.standing_compressor_s += 1
            wrong = unit.cooling != reversing or (room_c < 15.0 if unit.cooling else room_c > 30.0)
            if wrong:
                self.wrong_way_wh += abs(unit.heat_w) / 3600.0
            if unit.phase_lost:
                self.overcurrent_s += 1
            if unit.frost_j > ICED_J * unit.size:
                self.iced_coil_s += 1
        if unit.freeze_c == 0.0 and unit.water_c < COLD_WATER_C:
            self.cold_water_s += 1
        if unit.ice_j > FROZEN_SHARE * unit.ice_full_j:
            self.froze(number)
        if room_c < COLD_ROOM_C:
            self.cold_room_kh += (COLD_ROOM_C - room_c) / 3600.0

    def exchanger(self, loop) -> None:
        """One second of a secondary loop's exchanger."""
        if loop.well_side_c < COLD_WATER_C:
            self.cold_water_s += 1
        if loop.ice_j > FROZEN_SHARE * loop.ice_full_j:
            self.froze(-1)

    def froze(self, number: int) -> None:
        """An exchanger froze through."""
        if number not in self._frozen:
            self._frozen.add(number)
            self.exchangers_frozen += 1
