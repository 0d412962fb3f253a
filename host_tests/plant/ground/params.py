"""Wells as built: pump, pipes, screens and the ground around them.

Flows in m3/h, heads in m of water, pressures in kPa gauge, temperatures in degC, depths in m below the wellhead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class WellParams:
    """One well as built. Pump: head = shutoff * s^2 - curve * Q^2 (affinity laws). Depths in m below the wellhead.

    The ground's fields are what the offline reference model computes the tables of `ground` from; the fast well reads its
    network by that name, so a well with other depths or another soil needs `make reference`. What may be changed at will:
    `ground_c`, `regional_m_d`, `share`, `short_circuit` and everything of the pump and its pipes.
    """

    ground: str = "house"  # which committed network of plant/ground/networks.json
    ground_c: float = 15.0  # undisturbed ground
    # With an open return the pump never sees the injection: the lift and the pipes choose it, and 30 Hz (0.6) must not
    # give more than a house's minimum flow, 1.2 m3/h (a section: one unit's 0.75).
    shutoff_m: float = 38.5
    curve: float = 0.55
    pipe: float = 0.30
    static_m: float = 12.0  # resting water level to well head
    drawdown: float = 0.51  # m per m3/h, well losses included
    injection_kpa: float = 12.0  # kPa per m3/h, well losses included
    efficiency: float = 0.45  # pump and motor
    nominal_m3h: float = 4.8
    submergence_m: float = 8.0  # water over the pump at rest
    sealed: bool = False  # return pipe closed down to the reinjection zone: the falling column recovers the lift
    sustain_kpa: float | None = None  # set pressure of the back-pressure valve of a sealed return; None: no valve
    # Construction
    bore_m: float = 0.15  # radius
    inject_from_m: float = 15.0  # reinjection screen
    inject_to_m: float = 22.0
    extract_from_m: float = 30.0  # extraction screen
    extract_to_m: float = 38.0
    bed_m_s: float = 0.0  # hydraulic conductivity of what fills the bore between the screens; 0: sealed
    short_circuit: float = 0.02  # share of the difference that crosses from riser to return pipe at nominal flow
    riser_w_mk: float = 3.0  # riser's water to the ground around the seal, W per metre and K
    # Ground
    aquifer_from_m: float = 12.0
    aquifer_to_m: float = 40.0
    k_m_s: float = 5e-5  # horizontal hydraulic conductivity
    anisotropy: float = 5.0  # horizontal over vertical
    ground_w_mk: float = 2.2  # saturated sand, VDI 4640: 2.0 to 3.0
    ground_j_m3k: float = 2.6e6  # saturated sand, VDI 4640: 2.2 to 2.8 MJ/(m3 K)
    dispersivity_m: float = 0.5  # along the flow: layers too thin to be drawn
    regional_m_d: float = 0.02  # regional flow, Darcy; at most 0.5
    share: float = 1.0  # so many of these wells side by side, undisturbed by each other


HOUSE = WellParams()
# Heat-exchange particles in a wide annulus instead of a seal; insulated riser; more resistance.
PARTICLE = WellParams(ground="particle", pipe=0.34, injection_kpa=16.0, short_circuit=0.008, bore_m=0.4, bed_m_s=3e-4)


def scaled(params: WellParams, share: float) -> WellParams:
    """A field of `share` such wells on one pump: curves and resistances fall, the ground grows."""
    square = share * share
    return replace(
        params, curve=params.curve / square, pipe=params.pipe / square, drawdown=params.drawdown / share,
        injection_kpa=params.injection_kpa / share, nominal_m3h=params.nominal_m3h * share, share=params.share * share)


# One of two stacked sections: a smaller pump on its own, thinner aquifer.
SECTION = WellParams(
    ground="section", shutoff_m=36.5, curve=0.9, drawdown=0.7, injection_kpa=16.0, nominal_m3h=3.0,
    inject_to_m=20.0, extract_from_m=27.0, extract_to_m=33.0, aquifer_to_m=34.0,
)
# Chengde hospital, one of 18 wells in a river's gravel: 30 m3/h (China Geothermal Energy 42, June 2025). Depths and soil
# are assumed.
CHENGDE = WellParams(
    ground="chengde", shutoff_m=60.0, curve=0.012, pipe=0.008, static_m=18.0, drawdown=0.15, injection_kpa=3.0,
    efficiency=0.6, short_circuit=0.02, nominal_m3h=30.0, bore_m=0.25, inject_from_m=22.0, inject_to_m=37.0,
    extract_from_m=62.0, extract_to_m=78.0, aquifer_from_m=18.0, aquifer_to_m=80.0, k_m_s=8e-4, regional_m_d=0.2,
)
# The first well: 60 m, said to give 200 kW in winter. Flow and depth from the same source, screens and soil assumed.
FIRST_WELL = WellParams(
    ground="first", shutoff_m=55.0, curve=0.006, pipe=0.004, static_m=15.0, drawdown=0.1, injection_kpa=2.0,
    efficiency=0.6, short_circuit=0.02, nominal_m3h=40.0, bore_m=0.25, inject_from_m=18.0, inject_to_m=30.0,
    extract_from_m=47.0, extract_to_m=59.0, aquifer_from_m=15.0, aquifer_to_m=60.0, k_m_s=1e-3, regional_m_d=0.3,
)
