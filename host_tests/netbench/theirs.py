"""The same network in pandapipes: every link as the component that pandapipes has for it."""

from __future__ import annotations

import numpy as np
import pandapipes
from pandapipes.pf.pipeflow_setup import PipeflowNotConverged

from plant.central.network import MU_PA_S, RHO_KG_M3, ROUGH_M, Network, local

BAR = 100.0  # kPa
NEAR_BAR = 1.01325
POINTS = 3  # a pump's curve is a polynomial of the second degree


def water():
    """Our water: density and viscosity of 10 degC, constant."""
    return pandapipes.create_constant_fluid("water", "liquid", density=RHO_KG_M3, viscosity=MU_PA_S, heat_capacity=4187.0,
                                            molar_mass=18.0, der_compressibility=0.0, compressibility=1.0)


def standing(ours: Network, i: int) -> bool:
    """A link through which nothing goes: shut, or its non-return valve holds."""
    return bool(ours.shut[i]) or (bool(ours.one_way[i]) and ours.q[i] == 0.0)


def live(ours: Network) -> set[int]:
    """Nodes that hang together with a kept one through links that are open."""
    reached = set(ours.kept)
    while True:
        near = {end for i, link in enumerate(ours.links) if not standing(ours, i)
                for end in (link.start, link.end) if link.start in reached or link.end in reached} - reached
        if not near:
            return reached
        reached |= near


def add_pump(net, ours: Network, i: int, start: int, end: int) -> None:
    """A pump with our curve at its speed now; pandapipes takes the pressure (bar) by the flow (m3/h)."""
    curve = [-ours.r2[i] / BAR, -ours.r1[i] / BAR, ours.lift[i] / BAR]
    flows = [0.0, max(1.0, ours.q[i]), 2.0 * max(1.0, ours.q[i])]
    name = f"curve {i}"
    pandapipes.create_pump_from_parameters(net, start, end, name, pressure_list=[np.polyval(curve, q) for q in flows],
                                           flowrate_list=flows, reg_polynomial_degree=POINTS - 1,
                                           name=ours.links[i].name)


def add_split_pump(net, ours: Network, i: int, start: int, end: int) -> None:
    """The same pump as its shut-off pressure with a loss behind it: pandapipes' Newton finds no way where curves that it
    cuts off at no pressure lie side by side without any resistance.
    """
    between = pandapipes.create_junction(net, pn_bar=3.0, tfluid_k=283.15, name=f"in {ours.links[i].name}")
    lift = [ours.lift[i] / BAR] * POINTS
    pandapipes.create_pump_from_parameters(net, start, between, f"curve {i}", pressure_list=lift,
                                           flowrate_list=[0.0, 500.0, 1000.0], reg_polynomial_degree=POINTS - 1,
                                           name=ours.links[i].name)
    pandapipes.create_pipe_from_parameters(net, between, end, length_km=1e-6, inner_diameter_mm=100.0, k_mm=1000.0 * ROUGH_M,
                                           loss_coefficient=ours.r2[i] / local(1.0, 0.1), name=f"in {ours.links[i].name}")


def add_duct(net, ours: Network, i: int, start: int, end: int) -> None:
    """A pipe with all its local losses, the valve's at its opening among them."""
    link = ours.links[i]
    zeta = (ours.r2[i] - rough(link)) / local(1.0, link.diameter_m)
    length = max(link.length_m, 1e-3)
    pandapipes.create_pipe_from_parameters(net, start, end, length_km=length / 1000.0,
                                           inner_diameter_mm=1000.0 * link.diameter_m, k_mm=1000.0 * ROUGH_M,
                                           loss_coefficient=zeta, name=link.name)


def rough(link) -> float:
    """Our quadratic part of a pipe's friction."""
    from plant.central.network import friction

    return friction(link.length_m, link.diameter_m)[1] if link.length_m else 0.0


def solve(ours: Network) -> tuple[dict[str, float], dict[str, float]]:
    """(m3/h by link, kPa by node) as pandapipes finds them; links that stand are left out."""
    sloped = any(ours.r1[i] for i, link in enumerate(ours.links) if link.kind == "pump")
    tries = [(add_pump, alpha) for alpha in (1.0, 0.5, 0.3)] + ([] if sloped else [(add_split_pump, 1.0)])
    for pump, alpha in tries:
        try:
            flows, kpa = attempt(ours, pump, alpha)
        except PipeflowNotConverged:
            continue
        # pandapipes lets water back through a pump without any loss, and may settle there; ours have non-return valves.
        if all(q > -1e-6 for name, q in flows.items() if ours.links[ours.places[name]].kind == "pump"):
            return flows, kpa
    raise PipeflowNotConverged("pandapipes finds no state in which every pump lifts")


def attempt(ours: Network, pump, alpha: float) -> tuple[dict[str, float], dict[str, float]]:
    """With one of the two ways to say what a pump is, and Newton's steps damped by `alpha`."""
    net = pandapipes.create_empty_network(fluid=water())
    nodes = live(ours)
    junctions = {i: pandapipes.create_junction(net, pn_bar=3.0, tfluid_k=283.15, name=name)
                 for name, i in ours.nodes.items() if i in nodes}
    for i, kpa in ours.kept.items():
        pandapipes.create_ext_grid(net, junctions[i], p_bar=kpa / BAR + NEAR_BAR, t_k=283.15)
    for i, m3h in ours.drawn.items():
        if m3h:
            pandapipes.create_sink(net, junctions[i], mdot_kg_per_s=m3h / 3600.0 * RHO_KG_M3)
    for i, link in enumerate(ours.links):
        if not standing(ours, i) and link.start in nodes:
            (pump if link.kind == "pump" else add_duct)(net, ours, i, junctions[link.start], junctions[link.end])
    pandapipes.pipeflow(net, friction_model="nikuradse", max_iter_hyd=600, alpha=alpha, tol_p=1e-9,
                        tol_m=1e-9)
    return results(net, ours, junctions)


def results(net, ours: Network, junctions: dict[int, int]) -> tuple[dict[str, float], dict[str, float]]:
    """What pandapipes' tables say, by our names."""
    flows = dict(zip(net.pipe.name, net.res_pipe.mdot_from_kg_per_s * 3600.0 / RHO_KG_M3))
    if len(net.pump):
        flows |= dict(zip(net.pump.name, net.res_pump.mdot_from_kg_per_s * 3600.0 / RHO_KG_M3))
    kept = next(iter(ours.kept))
    base = net.res_junction.p_bar[junctions[kept]]
    kpa = {name: (net.res_junction.p_bar[junctions[i]] - base) * BAR + ours.kept[kept]
           for name, i in ours.nodes.items() if i in junctions}
    return ({k: float(v) for k, v in flows.items() if k in ours.places}, {k: float(v) for k, v in kpa.items()})
