"""The closed secondary loop of type II and III units: antifreeze between a plate heat exchanger and the units."""

from __future__ import annotations

from .well import WATER_WH_M3K

MIX_SHARE = 0.93  # heat capacity of 30 % propylene glycol by volume, against water (at 0 degC)
EFFECTIVENESS = 0.75  # of the plate heat exchanger at these flows
TAU_S = 30.0  # filling of the loop over its flow


class Loop:
    """Stepped once a second. Temperatures in degC, pressure in kPa gauge, flow in m3/h."""

    def __init__(self, m3h: float, start_c: float):
        self.m3h = m3h
        self.supply_c = start_c
        self.return_c = start_c
        self.full_kpa = 150.0
        self.kpa = 150.0
        self.seized = False  # the pump's relay is on, the pump stands
        self.flowing = False

    def step(self, pump_on: bool, units_w: float, well_c: float, well_m3h: float) -> float:
        """One second: `units_w` out of the loop; returns the heat taken from the well's water, in W."""
        self.flowing = pump_on and not self.seized and self.kpa > 20.0
        self.kpa += (self.full_kpa - self.kpa) / 20.0
        if not self.flowing:
            return 0.0
        mix_w_k = self.m3h * WATER_WH_M3K * MIX_SHARE
        self.return_c += (self.supply_c - units_w / mix_w_k - self.return_c) / TAU_S * 3.0
        taken_w = EFFECTIVENESS * min(mix_w_k, well_m3h * WATER_WH_M3K) * (well_c - self.return_c)
        self.supply_c += (self.return_c + taken_w / mix_w_k - self.supply_c) / TAU_S
        return taken_w
