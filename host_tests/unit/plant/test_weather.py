"""The sun by geometry, design days, and Minutes."""

from __future__ import annotations

import math
import pickle

import pytest

from plant import sun, weather


def test_solstices_and_equinoxes_stand_where_they_should():
    beijing = sun.Place(39.9, 116.4, 8.0)
    for day, degrees in ((172, 23.45), (355, -23.44), (80, 0.0), (266, 0.0)):
        declination, _, half = beijing.noon(day)
        assert math.degrees(declination) == pytest.approx(degrees, abs=0.6)
        assert half == pytest.approx({172: 7.42, 355: 4.58}.get(day, 6.0), abs=0.06)
    # Equation of time: almanac +16.4 min on 3 November, -14.2 min on 11 February.
    assert sun.Place(40.0).noon(307)[1] == pytest.approx(12 - 16.4 / 60, abs=0.02)
    assert sun.Place(40.0).noon(42)[1] == pytest.approx(12 + 14.2 / 60, abs=0.02)
    assert beijing.noon(307)[1] == pytest.approx(12 + (120 - 116.4) / 15 - 16.4 / 60, abs=0.02)
    east, north, up = beijing.vector(beijing.noon(172)[0], 0.0)
    assert east == pytest.approx(0.0) and north < 0 < up and math.degrees(math.asin(up)) == pytest.approx(73.5, abs=0.2)
    assert beijing.vector(0.0, -3.0)[0] > 0 > beijing.vector(0.0, 3.0)[0], "east in the morning"


def test_a_grey_sky_is_nearly_isotropic_and_glass_takes_less_at_a_slant():
    place = sun.Place(40.0)
    high = place.vector(0.0, 0.0)
    falls, counts = sun.on_surface(high, sun.SOUTH, 0.0, 100.0, 80)
    assert falls == pytest.approx(100.0 * (0.5 + 0.1), rel=0.15), "Perez: brighter above than at the horizon"
    assert counts == pytest.approx(falls * sun.GLASS_DIFFUSE, rel=0.03)
    assert sun.on_surface(high, sun.facing(0.0, 0.0), 500.0, 100.0, 80)[0] == pytest.approx(500 * high[2] + 100, rel=0.01)
    assert sun.on_surface(high, sun.facing(0.0), 500.0, 0.0, 80)[0] == pytest.approx(0.5 * 0.2 * 500 * high[2]), "north wall"
    gains = [sun.glass(math.cos(math.radians(a))) for a in range(0, 91, 5)]
    assert gains[0] == 1.0 and gains[-1] == 0.0 and gains == sorted(gains, reverse=True)


def test_design_day_of_beijing():
    day = weather.DesignDay(1)
    temps = [day.at(60.0 * m)[0] for m in range(1440)]
    assert sum(temps) / 1440 == pytest.approx(-7.6, abs=0.3)
    assert -13.6 < min(temps) < -12.3 and temps.index(min(temps)) in range(330, 450)
    suns = [day.at(60.0 * m)[1] for m in range(1440)]
    assert max(suns) == pytest.approx(420.0)
    # 21 January at 39.9 degN: the sun is up for 9 h 38 min.
    assert sum(s > 0 for s in suns) == pytest.approx(578, abs=6)
    assert suns.index(max(suns)) == pytest.approx(12 * 60 + 11, abs=15), "true noon, eleven minutes late"


def test_a_summer_day_has_a_long_low_sun_on_the_south_window():
    winter, summer = weather.DesignDay(1), weather.DesignDay(1, 31.5, 4.5, 350.0, latitude_deg=31.9, day=202)
    shine = [sum(d.at(60.0 * m)[1] > 0 for m in range(1440)) / 60 for d in (winter, summer)]
    assert shine[0] < 10 < 13.5 < shine[1]
    assert max(summer.at(60.0 * m)[1] for m in range(1440)) == pytest.approx(350.0)
    assert 0.8 < summer.scale < 1.25, "what 350 W/m2 on a south window in July needs is a clear sky, no more"
    noon = 12 * 3600.0
    assert summer.skin(noon).glass < 0.65 < 0.95 < winter.skin(noon).glass, "glass takes little of a sun that stands high"
    assert summer.skin(noon).roof_k > 15 > winter.skin(noon).roof_k
    assert winter.skin(0.0).roof_k < 0.0 and winter.skin(0.0).wall_k < 0.0, "the night sky is cold"


@pytest.mark.parametrize("wrong", [{"latitude_deg": 80.0}, {"day": 0}, {"day": 367}])
def test_no_design_day_beyond_the_polar_circles_or_the_year(wrong):
    with pytest.raises(weather.WeatherError, match="out of range"):
        weather.DesignDay(1, **wrong)


def test_minutes_follow_their_source_and_ask_it_once_a_minute(monkeypatch):
    day = weather.DesignDay(1)
    asked = []
    at = day.at
    monkeypatch.setattr(day, "at", lambda t_s: asked.append(t_s) or at(t_s))
    minutes = weather.Minutes(day)
    got = [minutes.at(float(s)) for s in range(40_000, 43_600)]
    assert len(asked) == 62 and minutes.skin(40_000.0) == day.skin(40_000.0)
    for s, values in zip(range(40_000, 43_600), got):
        assert values == pytest.approx(at(float(s)), abs=0.25)
    assert minutes.at(50_030.0) == pytest.approx(at(50_030.0), abs=0.25), "a jump"
    assert minutes.at(30.0) == pytest.approx(at(30.0), abs=0.25), "and back"
    copy = pickle.loads(pickle.dumps(weather.Minutes(weather.DesignDay(2))))
    assert copy.at(99.0) == weather.Minutes(weather.DesignDay(2)).at(99.0)
