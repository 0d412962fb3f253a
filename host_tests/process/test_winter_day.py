"""The promise: a design winter day, six rooms, 24 hours on the real firmware in the real MicroPython."""

from __future__ import annotations

import promises
import pytest

from doubles import houses
from harness import runner

SHORT = {
    ("winter_day", "comfort"): "a 5.6 kW unit that runs for at least 3 min moves a room's air (10 kJ/(m2 K)) by 1 K and"
                               " more, and each sensor is off by up to 0.5 K: issue of comfort and control",
}


@pytest.fixture
def day(tmp_path_factory):
    """The summary of the day, run once for all workers."""
    folder = tmp_path_factory.getbasetemp().parent
    return promises.once(folder, "micropython_winter_day", lambda: promises.run(runner.Options()))


@pytest.mark.parametrize(("scenario", "key"), promises.params({"winter_day": promises.QUIET}, SHORT))
def test_bar(scenario, key, day):
    promises.check(day, key)


@pytest.mark.long
def test_the_day_is_whole_and_its_meters_are_within_their_class(day):
    assert day["hours"] == 24 and day["scan"]["scans"] >= 863_980
    assert [bar["key"] for bar in day["bars"]] == list(promises.QUIET)
    assert day["metered_lifted_m3"] == pytest.approx(day["lifted_m3"], rel=0.02)
    assert day["metered_returned_m3"] == pytest.approx(day["returned_m3"], rel=0.02)
    # Two clamps, each within 0.5 K and 3 % of the air around, on a difference of some 4 K, and a meter within 2 %.
    assert day["metered_source_kwh"] == pytest.approx(day["source_kwh"], rel=0.3)
    assert day["heat_kwh"] == pytest.approx(day["source_kwh"] + day["electric_kwh"] - day["pump_kwh"], rel=0.01)


@pytest.mark.long
def test_the_day_costs_what_such_machines_cost(day):
    assert 3.0 <= day["system_cop"] <= 4.0, "the field says about 4; these units cycle"
    assert 0.05 <= day["cycling_share"] <= 0.2, "C_D of 0.1 to 0.26 at a third of full load"


def some_hours(**options):
    """The house of six, four hours."""
    return promises.run(runner.Options(hours=4, rooms=6, **options))


@pytest.mark.both
@pytest.mark.long
@pytest.mark.parametrize("seed", [3, 4])
def test_other_seeds_harm_nothing_in_some_hours(seed):
    summary = some_hours(seed=seed)
    short = {bar["key"] for bar in summary["bars"] if not bar["ok"]}
    flow = next(bar["seen"] for bar in summary["bars"] if bar["key"] == "flow")
    # Units that start one after the other step the flow more often: 94.2 % seen in these hours.
    assert short <= {"comfort", "pump_starts", "flow"} and flow > 0.93, [bar for bar in summary["bars"] if not bar["ok"]]


@pytest.mark.long
@pytest.mark.both
@pytest.mark.skipif(not houses.EPW.exists(), reason="no weather file of Chicago beside the repository")
def test_the_coldest_real_day_runs_and_is_told_honestly():
    summary = some_hours(weather=str(houses.EPW), first_day=27)
    assert summary["outside_mean_c"] < -15
    assert summary["scan"]["faults"] == 0 and summary["trips"] == [] and not any(summary["harm"].values())
    assert all(bar["ok"] is not None for bar in summary["bars"])
