"""R410A and a scroll compressor, as short formulas.

The polynomials were fitted to CoolProp 8.0 (Bell et al. 2014, doi 10.1021/ie4033999): saturation pressure within 0.3 %,
suction density within 1.3 % (5 K of superheat, -40 to 30 degC), enthalpies within 3 kJ/kg (liquid 5 K subcooled).
"""

from __future__ import annotations

import math

EFFICIENCY = 0.74  # of motor and scroll together at their best, without what they lose at rest (IDLE in heatpump.py)
OVER_K = 10.0  # lift below which a scroll's built-in pressure ratio compresses too far
CUT_KPA = 200.0  # suction pressure at which nothing more is drawn


def saturation_kpa(t_c: float) -> float:
    """Saturation pressure in kPa absolute, -40 to 66 degC."""
    return math.exp(6.68293207 + t_c * (3.19636774e-2 + t_c * (-1.27826218e-4 + t_c * 5.16677236e-7)))


def suction_kg_m3(t_c: float) -> float:
    """Density of the suction gas at an evaporating temperature of `t_c`, 5 K superheated."""
    return math.exp(3.38842677 + t_c * (3.24846666e-2 - 9.97422787e-5 * t_c))


def enthalpy_kj_kg(evaporating_c: float, condensing_c: float) -> float:
    """What a kilogram takes up in the evaporator: superheated suction gas minus subcooled liquid, kJ/kg."""
    return 231.018944 + 0.358290558 * evaporating_c - condensing_c * (1.28924179 + 6.8613026e-3 * condensing_c)


def work_kj_kg(evaporating_c: float, condensing_c: float) -> float:
    """Electric work per kilogram, kJ/kg: isentropic work (CoolProp's within 2 %) over the efficiency.

    A small lift costs more than its share (over-compression), and so does a large one (leakage: 0.3 % for each kelvin
    beyond 40 K, about 3 % for each step of the pressure ratio).
    """
    lift = condensing_c - evaporating_c
    per_k = 0.856 - 0.0046 * evaporating_c - 0.0018 * condensing_c
    leak = 1.0 + 0.003 * (lift - 40.0) if lift > 40.0 else 1.0
    return per_k * leak / EFFICIENCY * math.sqrt(lift * lift + OVER_K * OVER_K)


def filling(low_kpa: float, high_kpa: float) -> float:
    """Volumetric efficiency, 0 to 0.98: falls with the pressure ratio, and to nothing at CUT_KPA of suction."""
    ratio = high_kpa / low_kpa if low_kpa > 1.0 else 99.0
    full = 1.0 - 0.02 * ratio if ratio > 1.0 else 0.98
    thin = (low_kpa - CUT_KPA) / 150.0
    if thin >= 1.0:
        return full if full > 0.0 else 0.0
    return full * thin if thin > 0.0 and full > 0.0 else 0.0
