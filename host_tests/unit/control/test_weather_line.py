"""What a room loses per kelvin, learned on plants; what it is good for when the room's own sensor is lost."""

import random

import pytest
from comfort import quick

from doubles.houses import house_config
from wellhearth.control import weather
from wellhearth.tables import config


def fed(line, hours, slope, offset, outside, target_mc=20_000, noise=0.0, seed=1):
    """`line` after so many hours of a room whose mean heat is offset + slope x difference (pm/K)."""
    rng = random.Random(seed)
    for minute in range(0, round(hours * 60), 5):
        c = outside(minute / 60)
        duty = offset + slope * (target_mc / 1000 - c) + rng.gauss(0, noise)
        line.slow, line.begun, line.second = round(c * 16000), True, weather.SAMPLE_S - 1
        line.each_second(round(c * 1000), True, target_mc, round(duty), True)
    return line


def waves(h):
    return 2 + 5 * (h % 24 > 12) - h / 24


@pytest.mark.parametrize("slope", [4.0, 11.0, 40.0])
def test_the_line_of_a_room_is_found_and_goes_on_beyond_what_was_seen(slope):
    line = fed(weather.Weather(), 48, slope, 20, waves, noise=25)
    assert line.slope / 25.6 == pytest.approx(slope, rel=0.25)
    fed(line, 0.1, slope, 20, lambda h: -20.0)
    assert line.duty_pm() == pytest.approx(min(1000, 20 + slope * 40), rel=0.2, abs=20)


def test_it_does_not_know_before_the_weather_has_changed_nor_from_nonsense():
    assert weather.Weather().duty_pm() == -1
    assert fed(weather.Weather(), 48, 11, 20, lambda h: 3.0, noise=30).duty_pm() == -1, "always the same weather"
    assert fed(weather.Weather(), 8, 11, 20, waves).duty_pm() == -1, "a night"
    assert fed(weather.Weather(), 48, -5, 500, waves).duty_pm() == -1, "more heat in warmer weather"


def test_a_sensor_outside_that_is_lost_teaches_nothing():
    line = weather.Weather()
    for _ in range(100_000):
        line.each_second(-55_000, False, 20_000, 300, True)
    assert line.count == 0 and not line.begun


def test_it_outlives_a_power_cut_and_takes_no_rubbish():
    line = fed(weather.Weather(), 48, 11, 20, waves)
    other = weather.Weather()
    other.take(line.values())
    assert other.slope == line.slope and all(0 <= value < 1 << 30 for value in line.values())
    fed(other, 0.1, 11, 20, lambda h: -10.0)
    assert other.duty_pm() == pytest.approx(350, abs=30)
    for at in range(5):
        bad = line.values()
        bad[at] = 1 << 29
        with pytest.raises(ValueError):
            weather.Weather().take(bad)


@pytest.mark.parametrize("values", [(800, 1000), (-800, 0), (800, 0), (-800, 1000)])
def test_every_sum_stays_in_31_bits(values):
    line = weather.Weather()
    x, y = values
    for i in range(2000):
        line.sample(x if i % 2 else -x, y if i % 2 else 1000 - y)
        for value in (line.mean_x, line.mean_y, line.own, line.both, line.both * 64):
            assert abs(value) < 1 << 30
        line.begun, line.difference = True, -x
        assert -1 <= line.duty_pm() <= 1000 and line.slope * 1600 < 1 << 30


def lost(kind, line):
    """A room of `kind` that learns in three mild days, then loses its sensor as it gets 12 K colder: its air after 24 h."""
    cfg, errors = config.validate(house_config(1))
    assert not errors
    q = quick.Quick(cfg.rooms[0], kind, "mild")
    th = q.control.thermostat
    mild = q.weather

    class Colder:
        def at(self, t):
            c, *rest = mild.at(t)
            return (c - (12.0 if blind else 0.0), *rest)

    blind = False
    q.weather = Colder()
    for second in range(4 * 86400):
        blind = second >= 3 * 86400
        q.step()
        if line:
            c = q.weather.at(float(second))[0]
            line.each_second(round(c * 1000), True, q.target_mc, th.mean_pm, not blind)
            th.weather_pm = line.duty_pm()
        if blind:
            th.each_second = blind_second(th)
    return q.room.air_c


def blind_second(th):
    """The thermostat with its room's sensor lost."""
    own = type(th).each_second
    return lambda target, _room, _ok, run: own(th, target, 20_000, False, run)


@pytest.mark.long(minutes=0.3)
@pytest.mark.parametrize("kind", ["light", "heavy", "leaky"])
def test_a_room_without_its_sensor_keeps_its_warmth_in_a_cold_wave(kind):
    without, followed = lost(kind, None), lost(kind, weather.Weather())
    print(f"\n{kind}: {without:.1f} degC by the last duty, {followed:.1f} degC by the weather")
    assert abs(followed - 20) < abs(without - 20) and followed > 17.5
