"""Weather files: what is broken, short or without a place is refused with a reason; what light is missing."""

from __future__ import annotations

import math

import pytest

from plant import sun, weather


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
