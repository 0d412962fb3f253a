"""The closed secondary loop of type II and III units: antifreeze between a plate heat exchanger and the units."""

from __future__ import annotations

from .heatpump import ICE_J_KG
from .well import WATER_WH_M3K

MIX_SHARE = 0.93  # heat capacity of 30 % propylene glycol by volume, against water (at 0 degC)
EFFECTIVENESS = 0.75  # of the plate heat exchanger at these flows
TAU_S = 30.0  # filling of the loop over its flow
PUMP_W = 60.0  # all of it ends in the filling
WATER_KG_M3H = 0.7  # well water in the exchanger for each m3/h of the loop
STANDING_W_K = 150.0  # loop to well water that stands or freezes
SWITCH_SHARE = 0.4  # of the flow: the flow switch opens below it


class Loop:
    """Stepped once a second. Temperatures in degC, pressure in kPa gauge, flow in m3/h.

    Two nodes hold the filling (supply, return), one the well's water in the exchanger, which may freeze: half of it
    ice blocks the flow. Faults: `seized` (the pump's relay is on, the pump stands), `throttle` (0 open, 1 closed),
    `full_kpa` (pressure of the filling).
    """

    def __init__(self, m3h: float, start_c: float):
        self.m3h = m3h
        self.supply_c = self.return_c = self.well_side_c = start_c
        self.full_kpa = 150.0
        self.kpa = 150.0
        self.seized = False
        self.throttle = 0.0
        self.flowing = False  # what the flow switch says
        self.flow_m3h = 0.0
        self.ice_j = 0.0
        self.pump_w = 0.0
        self.node_j_k = m3h * WATER_WH_M3K * MIX_SHARE * TAU_S / 2.0
        self.well_side_j_k = WATER_KG_M3H * m3h * 4187.0
        self.ice_full_j = WATER_KG_M3H * m3h * ICE_J_KG

    def stored_j(self) -> float:
        """Heat in filling and exchanger, J above 0 degC, ice counted negative."""
        return (self.supply_c + self.return_c) * self.node_j_k + self.well_side_c * self.well_side_j_k - self.ice_j

    def step(self, pump_on: bool, units_w: float, well_c: float, well_m3h: float) -> float:
        """One second: `units_w` out of the loop; returns the heat taken from the well's water, in W."""
        self.kpa += (self.full_kpa - self.kpa) / 20.0
        turning = pump_on and not self.seized
        self.pump_w = PUMP_W if pump_on else 0.0
        self.flow_m3h = flow = self.m3h * (1.0 - self.throttle) if turning and self.kpa > 20.0 else 0.0
        self.flowing = flow > SWITCH_SHARE * self.m3h
        mix_w_k = flow * WATER_WH_M3K * MIX_SHARE
        open_share = max(0.0, 1.0 - 2.0 * self.ice_j / self.ice_full_j)
        well_w_k = well_m3h * WATER_WH_M3K * open_share
        if flow > 0.0 and well_w_k > 50.0:
            crossed_w = EFFECTIVENESS * min(mix_w_k, well_w_k) * (well_c - self.return_c)
        else:
            crossed_w = (STANDING_W_K if flow > 0.0 else 5.0) * (self.well_side_c - self.return_c)
        taken_w = well_w_k * (well_c - self.well_side_c)
        self._well_side(taken_w - crossed_w)
        back = mix_w_k * (self.supply_c - self.return_c)
        self.return_c += (back - units_w) / self.node_j_k
        self.supply_c += (crossed_w - back + self.pump_w) / self.node_j_k
        return taken_w

    def _well_side(self, gain_w: float) -> None:
        """Well water in the exchanger: warms, cools, freezes at 0 degC, melts."""
        water = self.well_side_c + gain_w / self.well_side_j_k
        if water < 0.0 or self.ice_j > 0.0:
            ice = self.ice_j - water * self.well_side_j_k
            water = 0.0
            if ice < 0.0:
                water, ice = -ice / self.well_side_j_k, 0.0
            elif ice > self.ice_full_j:
                water, ice = (self.ice_full_j - ice) / self.well_side_j_k, self.ice_full_j
            self.ice_j = ice
        self.well_side_c = water
