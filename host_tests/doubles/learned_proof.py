"""A flow proof that has learned its plant."""

from __future__ import annotations

from doubles.houses import flow_second, scan_flow
from wellhearth.control import flowproof


def learned(two_meters=True):
    """A well that gives 2000 L/h at 700 pm and 24 kPa."""
    f = flowproof.FlowProof(1200, two_meters, 85)
    for _ in range(60):
        scan_flow(f, 2000, 2000 if two_meters else 0, 24, True, True, 700)
        flow_second(f, 2000, 24, True, True, 0, 700, False)
    assert (f.steady_lph, f.steady_pm, f.lph_bar, f.rest_kpa) == (2000, 700, 8333, 0)
    return f
