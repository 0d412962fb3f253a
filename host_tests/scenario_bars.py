"""Every scenario at its full length with its bars: `make test-long`, not part of `make test`.

The firmware runs inside the test's own process (season mode's way: same decisions as the real MicroPython, which
test_season_mode.py shows); the village runs 3 h of its 8. Half an hour on two cores.
"""

from __future__ import annotations

import promises
import pytest
from promises import BROKEN, QUIET

from whtools import runner

COOLING = tuple("hottest" if key == "coldest" else key for key in QUIET if key != "supply_air")
CLOGGING = (*(key for key in QUIET if key != "trips"), "capacity")
BARS = {
    "bad_day": BROKEN, "blackout": BROKEN, "clogging_season": CLOGGING, "cold_ground": QUIET, "deep_level": QUIET,
    "harbin_week": QUIET, "hefei_summer_day": COOLING, "leaky_house": QUIET, "stacked_well": BROKEN, "village": QUIET,
    "village_cable": BROKEN,
}
HOURS = {"village": 4, "village_cable": 8}
SHORT: dict[tuple[str, str], str] = {}


@pytest.mark.parametrize(("scenario", "key"), promises.params(BARS, SHORT))
def test_bar(scenario, key, tmp_path_factory):
    def make():
        return promises.run(runner.Options(scenario=scenario, hours=HOURS.get(scenario), in_process=True))

    promises.check(promises.once(tmp_path_factory.getbasetemp().parent, scenario, make), key)
