"""What a litre of antifreeze carries, by the freezing point it was set to. Loaded only where there is a secondary loop.

Density times heat capacity of the mixture at 0 degC that freezes at so many degrees, from the coefficients of Melinder (IIR
2010) as CoolProp 8.0.0 has them (INCOMP::MEG, INCOMP::MPG). From -5 to +10 degC the mixture itself changes by 1.2 %. Of a
filling that is neither (`other`) nobody knows more than that it lies near both: their mean, and up to 3 % off.
"""

STEP_MC = 5000
WATER = 117180
# 0 to -40 degC in steps of 5 K, 1e-5 Wh/(L K)
ETHYLENE = (WATER, 112400, 109000, 105900, 103100, 100600, 98200, 96000, 94000)
PROPYLENE = (WATER, 112600, 110200, 107900, 105700, 103600, 101600, 99800, 98200)


def at(table: tuple, freezing_mc: int) -> int:
    """A table's value for a mixture that freezes at `freezing_mc` (0 to -40,000)."""
    i = min(-freezing_mc // STEP_MC, 7)
    return table[i] + (table[i + 1] - table[i]) * (-freezing_mc - i * STEP_MC) // STEP_MC


def carries(fluid: str, freezing_mc: int) -> int:
    """1e-5 Wh/(L K) of a filling. fluid: ethylene_glycol, propylene_glycol or other."""
    ethylene = at(ETHYLENE, freezing_mc)
    propylene = at(PROPYLENE, freezing_mc)
    if fluid == "other":
        return (ethylene + propylene) // 2
    return ethylene if fluid == "ethylene_glycol" else propylene
