"""How far our solver is from what pandapipes said, and the bar: 1 % of flows and of pressure differences."""

from __future__ import annotations

from plant.central.network import Network

BAR = 0.01
STILL_SHARE = 0.002  # of a network's largest flow or pressure difference: less is judged against that


def errors(ours: Network, flows: dict[str, float], kpa: dict[str, float]) -> tuple[float, float]:
    """(worst flow, worst pressure over the kept node's), each as a share of what pandapipes said."""
    most = max((abs(q) for q in flows.values()), default=0.0)
    kept = ours.kept[next(iter(ours.kept))]
    high = max(abs(p - kept) for p in kpa.values())
    flow = max((abs(ours.flow(name) - q) / max(abs(q), STILL_SHARE * most, 1e-9) for name, q in flows.items()), default=0.0)
    pressure = max(abs(ours.kpa(name) - p) / max(abs(p - kept), STILL_SHARE * high, 1e-9) for name, p in kpa.items())
    return flow, pressure
