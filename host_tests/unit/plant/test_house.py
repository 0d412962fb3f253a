"""The simulated house: water, heat and harm, in every state."""

from __future__ import annotations

import pytest

from doubles import houses
from harness import scenarios
from harness.wiring import at_rest
from plant import house, weather


def house_of(rooms=2, data=None, **world):
    data = data or houses.house_config(rooms)
    return house.create(data, {"seed": 3, "scenario": world, "weather": weather.Minutes(weather.DesignDay(3))})


def commands(rooms=2, **changes):
    c = at_rest(rooms)
    c.update(pump_on=True, pump_speed=0.8, master_on=True, compressor_on=[True] * rooms, pump_room_on=[True] * rooms,
             compressor_speed=[1.0] * rooms, fan=[0.8] * rooms)
    c.update(changes)
    return c


class Books:
    """Joules of a house over a while: what came from ground, mains and cellar went to the rooms or is still there."""

    def __init__(self, h):
        self.h = h
        self.begin_j = h.stored_j() - h.cellar_j
        self.heat = self.electric = self.ground = 0.0

    def run(self, seconds, c):
        h = self.h
        for _i in range(seconds * 10):
            if h.tick % 10 == 9:
                before = h.return_c
                flows = [(w.flow_m3h * 1163.0, w.supply_c) for w in h.wells]
            h.step(h.tick / 10, 0.1, c)
            if h.tick % 10 == 0:
                # Flow at the moment of the exchange is that of the scan's end.
                self.ground += sum(w.flow_m3h * 1163.0 * (up - before) for w, (_q, up) in zip(h.wells, flows))
                self.heat += sum(u.heat_w + u.latent_w for u in h.units)
                self.electric += sum(u.electric_w for u in h.units) + sum(w.pump_heat_w for w in h.wells)
                self.electric += h.loop.pump_w if h.loop else 0.0
        return self

    def gap(self):
        stored = self.h.stored_j() - self.h.cellar_j - self.begin_j
        return abs(self.heat + stored - self.ground - self.electric) / max(1e6, abs(self.heat))


STOPPED = {"compressor_on": [False, False], "pump_room_on": [False, False], "fan": [0.0, 0.0], "pump_on": False}


def nothing(h):
    return None


def dry(h):
    h.well.dry = True


def seized(h):
    h.unit_seized[0] = True


def closed(h):
    h.unit_open[1] = 0.3


def leaking(h):
    h.well.lost_share = 0.3


CASES = {
    "heating": (nothing, {}), "one unit": (nothing, {"compressor_on": [True, False], "pump_room_on": [True, False]}),
    "slow pump": (nothing, {"pump_speed": 0.62}), "pump off, units on": (nothing, {"pump_on": False}),
    "dry well": (dry, {}), "a seized unit pump": (seized, {}), "a valve three quarters closed": (closed, {}),
    "water lost": (leaking, {}), "cooling": (nothing, {"reversing": [True, True]}), "all off": (nothing, STOPPED),
    "fans off": (nothing, {"fan": [0.0, 0.0]}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_house_conserves_energy_over_an_hour(case):
    change, how = CASES[case]
    h = house_of()
    books = Books(h).run(600, commands())
    change(h)
    books.run(2400, commands(**how))
    books.run(600, commands(**STOPPED))
    assert books.gap() < 0.005, books.gap()


@pytest.mark.parametrize("kind", ["III", "stacked"])
def test_a_house_with_a_loop_or_two_sections_conserves_energy(kind):
    data = scenarios.house_config(2, *(("multi_aquifer",) if kind == "stacked" else ("single_aquifer", kind)))
    h = house_of(data=data)
    on = {"loop_pump_on": True, "pump2_on": True, "pump2_speed": 0.7}
    books = Books(h).run(1800, commands(**on)).run(900, commands(**on | {"pump_on": False})).run(900, commands(**STOPPED))
    assert books.gap() < 0.005, books.gap()


def test_a_loop_on_standing_well_water_freezes_its_exchanger():
    h = house_of(data=scenarios.house_config(2, unit_type="III"))
    on = {"loop_pump_on": True}
    books = Books(h).run(600, commands(**on))
    assert h.harm.cold_water_s == 0 and h.loop.flowing
    books.run(3000, commands(**on | {"pump_on": False}))
    assert h.loop.well_side_c <= 0.0 and h.loop.ice_j > 0 and h.harm.cold_water_s > 100
    assert books.gap() < 0.005
    h.loop.throttle = 0.8
    books.run(5, commands(**on))
    assert not h.loop.flowing


def test_water_is_conserved_and_shared():
    h = house_of(6)
    c = commands(6, pump_speed=0.65)
    for i in range(3000):
        h.step(i / 10, 0.1, c)
    assert h.truth["lifted_l"] == pytest.approx(h.truth["returned_l"]) and h.truth["lifted_l"] > 50
    assert sum(h.through_m3h) == pytest.approx(h.total_m3h, rel=0.01) and h.total_m3h < sum(h.unit_m3h)
    h.unit_open[0] = 0.5
    for i in range(3000, 3020):
        h.step(i / 10, 0.1, c)
    assert h.through_m3h[0] == pytest.approx(h.through_m3h[1] / 2, rel=0.01)


def test_a_good_day_harms_nothing_and_harm_is_seen():
    h = house_of()
    for i in range(6000):
        h.step(i / 10, 0.1, commands(compressor_on=[i > 100] * 2))  # water first
    assert not any(h.harm.summary().values()), h.harm.summary()
    h.well.dry = True
    for i in range(6000, 12000):
        h.step(i / 10, 0.1, commands())
    seen = h.harm.summary()
    assert seen["dry_pump_s"] == 600 and 590 < seen["standing_compressor_s"] / 2 <= 600
    assert seen["cold_water_s"] > 600 and seen["exchangers_frozen"] == 2 and seen["lost_l"] == 0


@pytest.mark.parametrize(("change", "figure"), [
    (lambda h: setattr(h.units[0], "valve_stuck", True), "wrong_way_wh"),
    (lambda h: setattr(h.well, "clog", 40.0), "over_pressure_s"),
    (lambda h: setattr(h.well, "throttle", 1.0), "dead_head_s"),
    (lambda h: setattr(h.well, "lost_share", 0.2), "lost_l"),
    (lambda h: [setattr(r, "air_c", 5.0) for r in h.rooms], "cold_room_kh"),
    (lambda h: h.unit_seized.__setitem__(0, True), "standing_compressor_s"),
    (lambda h: setattr(h.well, "phase_lost", True), "overcurrent_s"),
    (lambda h: setattr(h.units[1], "frost_j", 2e5), "iced_coil_s"),
    (lambda h: [setattr(h.units[0], key, 2.0) for key in ("drain_blocked", "pan_kg", "film_kg")], "spilt_l"),
])
def test_each_harm_has_its_figure(change, figure):
    h = house_of(data=houses.house_config(2, reinjection_limit_kpa=100))
    h.step(0.0, 0.1, commands())
    for i in range(1, 600):
        h.step(i / 10, 0.1, commands())
    change(h)
    for i in range(600, 1800):
        h.step(i / 10, 0.1, commands(reversing=[True, True] if figure == "wrong_way_wh" else [False, False]))
    assert h.harm.summary()[figure] > 0


def test_a_dark_house_draws_nothing():
    h = house_of()
    h.dark = True
    for i in range(600):
        h.step(i / 10, 0.1, at_rest(2))
    assert h.truth["electric_w_1"] == 0 and h.truth["pump_w"] == 0
