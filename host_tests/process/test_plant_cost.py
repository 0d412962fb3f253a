"""The bench of a plant's node: eighteen wells and eight machines on its lines, and no scan of it allocates."""

from __future__ import annotations

import pytest

from whtools.dev import plant_cost


@pytest.mark.long(minutes=2)
def test_no_scan_of_a_plant_s_node_allocates():
    found = plant_cost.measure(1)
    assert (found["wells"], found["machines"], found["scans"]) == (18, 8, 300)
    assert found["faults"] == found["resets"] == found["overruns"] == 0
    assert found["scan"]["plant"]["p50_us"] > found["scan"]["well"]["p50_us"] > 0 and found["heap_free_b"] > 300_000
    assert "18 wells, 8 machines" in plant_cost.words(found) and "nothing" in plant_cost.words(found)


def test_a_percentile_is_a_value_that_was_seen():
    assert [plant_cost.percentile(list(range(100)), share) for share in (0.0, 0.5, 0.99, 1.0)] == [0, 50, 99, 99]
    assert plant_cost.told([3, 1, 2]) == {"p50_us": 2, "p90_us": 3, "p99_us": 3, "max_us": 3}
