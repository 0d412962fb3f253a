"""A water-source hot-air unit: capacity and power by hplib, dynamics of our own.

Capacity and power come from hplib's generic water/water on/off heat pump (group 6, fitted to
Keymark data), asked at start-up and used as the planes that they are in entering water and
sink temperature. Sink temperature is that of the coil, which gives its heat to the air.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

RATED_W = 5600.0
RATED_SOURCE_C = 10.0
RATED_SINK_C = 35.0
SENSIBLE = 0.8  # share of the cooling that lowers the temperature; the rest dries the air
AIR_WH_M3K = 0.335  # heat capacity of air by volume, 1.2 kg/m3 * 1005 J/(kg K) / 3600


@dataclass(frozen=True)
class Plane:
    """value = a * source_c + b * sink_c + c."""

    a: float
    b: float
    c: float

    def at(self, source_c: float, sink_c: float) -> float:
        return self.a * source_c + self.b * sink_c + self.c


@functools.lru_cache(maxsize=8)
def planes(rated_w: float = RATED_W) -> tuple[Plane, Plane]:
    """(electric power in W, COP) of a unit that gives `rated_w` at W10/W35.

    Raises ValueError when hplib's answer is no plane (another version with another model).
    """
    import hplib.hplib as hpl

    pump = hpl.HeatPump(hpl.get_parameters("Generic", group_id=6, t_in=10, t_out=35, p_th=rated_w))

    def ask(source_c: float, sink_c: float) -> tuple[float, float]:
        answer = pump.simulate(t_in_primary=source_c, t_in_secondary=sink_c - pump.delta_t, t_amb=-7, mode=1)
        return float(answer["P_el"]), float(answer["COP"])

    low, warm, hot = ask(10, 35), ask(15, 35), ask(10, 45)
    scale = rated_w / (low[0] * low[1])
    result = []
    for i in (0, 1):
        a, b = (warm[i] - low[i]) / 5, (hot[i] - low[i]) / 10
        plane = Plane(a, b, low[i] - a * 10 - b * 35)
        if abs(plane.at(15, 45) - ask(15, 45)[i]) > 1e-6 * abs(low[i]):
            raise ValueError("hplib's model is not linear any more; pin the version in requirements.txt")
        result.append(plane)
    power, cop = result
    return Plane(power.a * scale, power.b * scale, power.c * scale), cop


class HeatPump:
    """One unit, stepped once a second.

    State: `load` (0..1, refrigerant circuit up to speed), `coil_c`, pressures in kPa absolute.
    """

    TAU_START_S = 25.0  # circuit to full capacity
    COIL_J_K = 14_000.0  # condenser coil, casing and the air in it
    UA_STILL_W_K = 12.0  # coil to room with the fan off

    def __init__(self, room_c: float, rated_w: float = RATED_W, fan_max_m3h: float = 1000.0):
        self.power, self.cop = planes(rated_w)
        self.fan_max_m3h = fan_max_m3h
        self.load = 0.0
        self.coil_c = room_c
        self.supply_air_c = room_c
        self.heat_w = 0.0  # given to the room's air
        self.electric_w = 0.0
        self.source_w = 0.0  # taken from the water
        self.high_kpa = self.low_kpa = 1100.0
        self.loss = 0.0  # share of refrigerant lost
        self.rated_w = rated_w
        self.cooling = False

    def cold(self, load: float, entering_c: float) -> tuple[float, float]:
        """(cooling capacity, electric power) in W, reversed.

        35 % of Carnot between the coil and the water, which gives EER 5.7 at 13 degC air and 17.4 degC
        water (units of GB/T 19409 at W18: 5 to 6); capacity as rated for heating at 20 degC water.
        """
        coil = self.coil_c
        capacity = self.rated_w * (1.0 - 0.012 * (entering_c - 20.0)) * (1.0 + 0.03 * (coil - 13.0)) * load
        evaporating, condensing = coil - 4.0 + 273.15, entering_c + 9.0 + 273.15
        eer = 0.35 * evaporating / max(8.0, condensing - evaporating)
        return max(0.0, capacity), max(0.0, capacity) / eer

    def step(self, on: bool, speed: float, fan: float, water_on: bool, entering_c: float, room_c: float,
             cooling: bool = False) -> None:
        """One second. `speed`: 0..1 of a variable compressor. `fan`: 0..1 of its air flow."""
        self.cooling = cooling
        target = speed * (1.0 - self.loss) if on else 0.0
        self.load += (target - self.load) / (self.TAU_START_S if on else 5.0)
        load = self.load
        coil = self.coil_c
        capacity = 0.0
        self.source_w = self.electric_w = 0.0
        if load > 0.001 and cooling:
            capacity, power = self.cold(load, entering_c)
            if on:
                self.electric_w = power
            self.source_w = -(capacity + power) if water_on else 0.0
            capacity *= -SENSIBLE
        elif load > 0.001:
            sink = coil if coil > 28.0 else 28.0
            power = self.power.at(entering_c, sink) * load
            capacity = power * max(1.0, self.cop.at(entering_c, sink))
            if on:
                self.electric_w = power
            self.source_w = (capacity - power) if water_on else 0.0
        air_w_k = AIR_WH_M3K * self.fan_max_m3h * fan
        conductance = air_w_k if air_w_k > self.UA_STILL_W_K else self.UA_STILL_W_K
        self.heat_w = conductance * (coil - room_c)
        self.coil_c = coil + (capacity - self.heat_w) / self.COIL_J_K
        self.supply_air_c = self.coil_c if fan > 0 else room_c + 0.5 * (self.coil_c - room_c)
        self.pressures(load, entering_c)
        if fan > 0:
            self.electric_w += 15.0 + 70.0 * fan**3

    def pressures(self, load: float, entering_c: float) -> None:
        """R410A-like saturation pressures of condensing and evaporating temperature, equalising when off."""
        if self.cooling:
            high, low = saturation_kpa(entering_c + 9.0 * load), saturation_kpa(self.coil_c - 4.0 * load)
        else:
            high, low = saturation_kpa(self.coil_c + 4.0 * load), saturation_kpa(entering_c - 8.0 * load)
        rest = saturation_kpa(0.5 * (self.coil_c + entering_c))
        self.high_kpa += (load * high + (1 - load) * rest - self.high_kpa) / 8.0
        self.low_kpa += (load * low + (1 - load) * rest - self.low_kpa) / 8.0


def saturation_kpa(t_c: float) -> float:
    """Saturation pressure of R410A in kPa absolute, within 3 % from -20 to 60 degC (798 kPa at 0 degC)."""
    return 798.0 * math.exp(0.0308 * t_c - 0.000062 * t_c * t_c)
