"""The sun by geometry: against EnergyPlus's committed sums, by night, within the hour; design days; Minutes."""

from __future__ import annotations

import math
import pickle

import pytest

from doubles import houses
from energyplus import compare
from plant import sun, weather

needs_epw = pytest.mark.skipif(not houses.EPW.exists(), reason="no weather file of Chicago beside the repository")


@pytest.fixture(scope="module")
def chicago():
    return weather.EpwYear(houses.EPW)


def epw_text(hours: int, location: str = "LOCATION,x,-,-,-,0,40.0,-90.0,-6.0,200", **columns) -> str:
    """A made-up year: 10 degC, 600 W/m2 of direct and 100 of diffuse light from 6 to 18 o'clock."""
    lines = [location] * 8
    for hour in range(hours):
        day = 6 <= hour % 24 < 18
        cells = ["0"] * 35
        cells[6], cells[12], cells[14], cells[15] = "10.0", "300", "600" if day else "0", "100" if day else "0"
        for index, value in columns.items():
            cells[int(index[1:])] = value
        lines.append(",".join(cells))
    return "\n".join(lines)


def write(tmp_path, text: str):
    path = tmp_path / "year.epw"
    path.write_text(text)
    return path


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


@pytest.mark.parametrize(("text", "words"), [
    ("", "not an EPW file"), ("hello", "not an EPW file"), ("LOCATION,x\n" * 8 + "1,2,3", "line 9"),
    ("LOCATION,x\n" * 8 + ",".join(["99.9"] * 35), "out of range"), ("LOCATION,x\n" * 8, "0 hours")])
def test_broken_weather_says_why(tmp_path, text, words):
    with pytest.raises(weather.WeatherError, match=words):
        weather.EpwYear(write(tmp_path, text))


@pytest.mark.parametrize("hours", [48, 8736, 8759, 8761])
def test_what_is_no_whole_year_is_refused(tmp_path, hours):
    with pytest.raises(weather.WeatherError, match=f"{hours} hours of data; a whole year"):
        weather.EpwYear(write(tmp_path, epw_text(hours)))


def test_a_place_is_needed_and_a_day_of_the_file(tmp_path):
    with pytest.raises(weather.WeatherError, match="time zone"):
        weather.EpwYear(write(tmp_path, epw_text(8760, "LOCATION,somewhere")))
    with pytest.raises(weather.WeatherError, match="day 366 is not in the file"):
        weather.EpwYear(write(tmp_path, epw_text(8760)), 366)
    assert weather.EpwYear(write(tmp_path, epw_text(8784)), 366).at(0.0)[0] == 10.0


def test_missing_light_is_no_sun_and_a_missing_sky_a_common_one(tmp_path):
    whole = weather.EpwYear(write(tmp_path, epw_text(8760)))
    # Equinox: the sun is up from six to six; at noon 600 W/m2 come in at 50 degrees.
    noon = whole.at((79 * 24 + 12) * 3600.0)[1]
    assert noon == pytest.approx(600 * math.sin(math.radians(40)) + 50 + 0.1 * (600 * 0.766 + 100), rel=0.15)
    blind = weather.EpwYear(write(tmp_path, epw_text(8760, _14="9999", _15="9999", _12="9999")))
    assert max(blind.suns) == 0.0
    assert blind.skin(0.0).roof_k == pytest.approx(-sun.SKY_K * sun.SKY_W_M2K / sun.OUTSIDE_W_M2K)
    no_diffuse = weather.EpwYear(write(tmp_path, epw_text(8760, _15="9999")))
    assert 0.0 < sum(no_diffuse.suns) < sum(whole.suns)


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
