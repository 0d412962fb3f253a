"""The network solver against what pandapipes said of the same networks (`make bench-network` asks it again)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from netbench import compare, nets

RESULTS = json.loads((Path(nets.__file__).with_name("results.json")).read_text())


@pytest.mark.parametrize("seed", range(1, nets.RANDOM + 1))
def test_flows_and_pressures_are_those_of_pandapipes(seed):
    said = RESULTS[f"random {seed}"]
    net = nets.meshed(seed)
    assert len(said["flows_m3h"]) >= 0.8 * sum(q != 0.0 for q in net.q)
    assert max(compare.errors(net, said["flows_m3h"], said["kpa"])) < compare.BAR


def test_the_comparison_sees_an_error_of_two_per_cent():
    said = RESULTS["random 1"]
    wrong = {name: 1.02 * q for name, q in said["flows_m3h"].items()}
    assert max(compare.errors(nets.meshed(1), wrong, said["kpa"])) > compare.BAR
