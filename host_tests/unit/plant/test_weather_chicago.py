"""A real year, Chicago's: its sun against EnergyPlus's committed sums, within the hour, by night; its days."""

from __future__ import annotations

import pickle

import pytest

from doubles import houses
from energyplus import compare
from plant import weather

needs_epw = pytest.mark.skipif(not houses.EPW.exists(), reason="no weather file of Chicago beside the repository")


@pytest.fixture(scope="module")
def chicago():
    return weather.EpwYear(houses.EPW)


@needs_epw
@pytest.mark.parametrize("season", compare.SEASONS)
def test_sun_of_a_real_year_is_energyplus_s_within_five_percent(chicago, season):
    said = compare.load()["weather"]["chicago"]
    assert compare.digest(houses.EPW) == said["sha256"], "the results are of another file"
    mine = compare.season(compare.monthly(chicago.suns), season) / 1000.0
    assert mine == pytest.approx(compare.season(said["sun_kwh_m2"], season), rel=0.05)
    # Through the glass: what counts for the window, at EnergyPlus's transmittance of two panes at right angles.
    hours = [chicago.suns[h] * chicago.skin(h * 3600.0).glass for h in range(8760)]
    through = compare.season(compare.monthly(hours), season) / 1000.0 * 0.747
    assert through == pytest.approx(compare.season(said["through_kwh_m2"], season), rel=0.05)


@needs_epw
def test_sun_within_the_hour_keeps_its_energy_and_never_shines_by_night(chicago):
    for hour, mean in enumerate(chicago.suns):
        parts = [chicago.at((hour + (k + 0.5) / 30) * 3600.0)[1] for k in range(30)]
        assert min(parts) >= 0.0
        got = sum(parts) / 30
        begin, length = chicago._up(hour)
        if length == 1.0:
            assert got == pytest.approx(mean, rel=0.01)
        else:
            for k, part in enumerate(parts):
                assert begin <= (k + 0.5) / 30 <= begin + length or part == 0.0, (hour, k)
    total = sum(chicago.at(s)[1] for s in range(0, 8760 * 3600, 300)) * 300 / 3600
    assert total == pytest.approx(sum(chicago.suns), rel=0.002)
    # No step from one minute to the next beyond what a sunrise in full light brings.
    noon = [chicago.at(24 * 3600 * 180 + 36000 + 60 * m)[1] for m in range(240)]
    assert max(abs(b - a) for a, b in zip(noon, noon[1:])) < 20


@needs_epw
def test_real_year(chicago):
    assert len(chicago.temps) == 8760
    assert chicago.day_mean_c(27) == pytest.approx(-18.1, abs=0.1)
    first = chicago.coldest_week()
    assert first <= 27 <= first + 6
    late = weather.EpwYear(houses.EPW, 27)
    assert late.at(12 * 3600) == chicago.at((26 * 24 + 12) * 3600) and late.skin(0.0) == chicago.skin(26 * 24 * 3600.0)
    assert chicago.at(3600.0)[0] == chicago.temps[0], "a record's temperature is that of its hour's end"
    again = pickle.loads(pickle.dumps(late))
    assert again.at(1e5) == late.at(1e5) and again.skin(1e5) == late.skin(1e5)
