"""The heat of one well: water in the bore, the ground's network around it, and the account of both."""

from __future__ import annotations

import math

from . import Network, networks
from .params import WellParams

WATER_WH_M3K = 1163.0  # 4.187 kJ/(kg K) * 1000 kg/m3 / 3600
WATER_J_M3K = 3600.0 * WATER_WH_M3K


class Bore:
    """What `thermal` moves, once a second; steps of up to an hour are stable. Temperatures in degC, heats in J.

    Over any time the change of `stored_j()` is far_j + forced_j + motor_j - taken_j - lost_j, to rounding.
    """

    BLOCK_S = 300.0  # the ground is stepped this often; its fastest cell needs hours
    LONG_BLOCK_S = 3600.0  # in long steps

    params: WellParams
    flow_m3h: float
    returning_m3h: float
    forced_c: float
    was_forced: bool
    _speed: float

    def _begin_heat(self) -> None:
        p = self.params
        area = math.pi * p.bore_m**2 * p.share
        self.network = Network(networks()[p.ground], p.regional_m_d, p.share, p.ground_c, 2.0 * WATER_WH_M3K * p.nominal_m3h)
        self._block_s = min(self.BLOCK_S, self.network.limit_s)
        self._out_c = self.supply_c = self.reinjection_c = p.ground_c
        riser = 0.1 * p.nominal_m3h  # water in riser and pipes: 0.1 m3 per m3/h
        self._lower_j_k = WATER_J_M3K * (area * (p.extract_to_m - p.extract_from_m) + riser)
        self._upper_j_k = WATER_J_M3K * (area * (p.inject_to_m - p.inject_from_m) + riser)
        self._cross_w_k = p.short_circuit / (1.0 - p.short_circuit) * WATER_WH_M3K * p.nominal_m3h
        # Standing water to the ground around a screen: conduction over half a metre beyond the bore.
        rest = 2.0 * math.pi * p.ground_w_mk / math.log(1.0 + 0.5 / p.bore_m) * p.share
        self._lower_w_k = rest * (p.extract_to_m - p.extract_from_m)
        self._upper_w_k = rest * (p.inject_to_m - p.inject_from_m)
        self._short_s = 0.25 * min(self._lower_j_k, self._upper_j_k) / (2.0 * WATER_WH_M3K * p.nominal_m3h)
        self._rest_s = 0.25 * min(self._lower_j_k / self._lower_w_k, self._upper_j_k / self._upper_w_k)
        self._pend_s = self._pend_j_k = self._pend_j = self._rest_upper_j = self._rest_lower_j = 0.0
        self.taken_j = 0.0  # heat given to the house with the water
        self.forced_j = 0.0  # heat that the fault `cold_source` brought
        self.lost_j = 0.0  # heat (over the ground's) that left with water lost outside
        self.motor_j = 0.0  # the motor's heat into standing water

    @property
    def near_c(self) -> float:
        """The ground at the extraction screen."""
        return self.network.ends_c()[1]

    @property
    def far_j(self) -> float:
        """Heat that came from the undisturbed ground."""
        return self.network.far_j

    def stored_j(self) -> float:
        """Heat in bore and ground over the undisturbed ground's."""
        g = self.params.ground_c
        water = self._lower_j_k * (self.supply_c - g) + self._upper_j_k * (self.reinjection_c - g)
        pending = self._pend_j - self._pend_j_k * (self._out_c - g) + self._rest_upper_j + self._rest_lower_j
        return water + pending + self.network.stored_j()

    def thermal(self, return_c: float, dt_s: float) -> None:
        """Return water into the reinjection zone, down through the ground, and up again."""
        if dt_s <= self._short_s:
            self._second(return_c, dt_s)
            block_s = self._block_s
        elif self.flow_m3h > 0.0:
            self._hour(return_c, dt_s)
            block_s = min(self.LONG_BLOCK_S, self.network.limit_s)
        else:
            n = int(dt_s / self._rest_s) + 1
            for _ in range(n):
                self._stand(self.supply_c, self.reinjection_c, dt_s / n)
            block_s = min(self.LONG_BLOCK_S, self.network.limit_s)
        if self.forced_c or self.was_forced:
            self._force(dt_s)
        self._pend_s += dt_s
        if self._pend_s >= block_s:
            self._step_ground()

    def _second(self, return_c: float, dt_s: float) -> None:
        """A step that is short against the bore's own time."""
        supply, upper = self.supply_c, self.reinjection_c
        flow = self.flow_m3h
        if flow > 0.0:
            ground_c = self.params.ground_c
            moved = WATER_WH_M3K * flow * dt_s  # J/K
            back = moved if self.returning_m3h >= flow else WATER_WH_M3K * self.returning_m3h * dt_s
            cross = self._cross_w_k * (supply - return_c) * dt_s
            self.taken_j += moved * (supply - return_c)
            self.supply_c = supply + (moved * (self._out_c - supply) - cross) / self._lower_j_k
            self.reinjection_c = upper + (back * (return_c - upper) + cross) / self._upper_j_k
            self._pend_j_k += moved
            self._pend_j += back * (upper - ground_c)
            if back < moved:
                self.lost_j += (moved - back) * (return_c - ground_c)
        else:
            self._stand(supply, upper, dt_s)

    def _hour(self, return_c: float, dt_s: float) -> None:
        """A long step of a flowing well: both bodies of water relax, and the means over the step carry the heat."""
        ground_c, lower_j_k, upper_j_k = self.params.ground_c, self._lower_j_k, self._upper_j_k
        supply, upper = self.supply_c, self.reinjection_c
        moved = WATER_WH_M3K * self.flow_m3h * dt_s
        back = min(moved, WATER_WH_M3K * self.returning_m3h * dt_s)
        cross = self._cross_w_k * dt_s
        goal = (moved * self._out_c + cross * return_c) / (moved + cross)
        self.supply_c = goal + (supply - goal) * math.exp(-(moved + cross) / lower_j_k)
        mean = goal - lower_j_k * (self.supply_c - supply) / (moved + cross)
        self.taken_j += moved * (mean - return_c)
        crossed = cross * (mean - return_c)
        if back > 0.0:
            goal = return_c + crossed / back
            self.reinjection_c = goal + (upper - goal) * math.exp(-back / upper_j_k)
            self._pend_j += back * (goal - ground_c) - upper_j_k * (self.reinjection_c - upper)
        else:
            self.reinjection_c = upper + crossed / upper_j_k
        self._pend_j_k += moved
        self.lost_j += (moved - back) * (return_c - ground_c)

    def _stand(self, supply: float, upper: float, dt_s: float) -> None:
        """Standing water drifts to the ground around it; a motor that turns in it warms it."""
        first, last = self.network.ends_c()
        down = self._lower_w_k * (supply - last) * dt_s
        up = self._upper_w_k * (upper - first) * dt_s
        heat = self._motor_w() * dt_s if self._speed > 0 else 0.0
        self.supply_c = supply + (heat - down) / self._lower_j_k
        self.reinjection_c = upper - up / self._upper_j_k
        self._rest_lower_j += down
        self._rest_upper_j += up
        self.motor_j += heat

    def _force(self, dt_s: float) -> None:
        """The fault `cold_source`: an outside source drives the lifted water; its heat is accounted."""
        was = self.supply_c
        if self.forced_c:
            self.supply_c = was + (1.0 - 0.95**dt_s) * (self.forced_c - was)
        else:
            self.supply_c = self._out_c
        self.was_forced = bool(self.forced_c)
        self.forced_j += self._lower_j_k * (self.supply_c - was)

    def _step_ground(self) -> None:
        """Hand what has come together to the ground."""
        network, moved = self.network, self._pend_j_k
        ground_c = self.params.ground_c
        network.step(moved, ground_c + self._pend_j / moved if moved else ground_c, self._pend_s)
        network.give(self._rest_upper_j, self._rest_lower_j)
        self._pend_s = self._pend_j_k = self._pend_j = self._rest_upper_j = self._rest_lower_j = 0.0
        self._out_c = network.out_c()

    def _motor_w(self) -> float:
        """The motor's power, W: the well knows."""
        raise NotImplementedError
