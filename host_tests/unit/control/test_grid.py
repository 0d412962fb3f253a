"""What the grid would like, and what a household gives: tariff, SG Ready, the room's limits, the reason shown."""

import pytest

from doubles import houses
from wellhearth.control import grid, plan


def at(text: str) -> int:
    """Minute of the week of "mo 07:30"."""
    day, _, clock = text.partition(" ")
    hours, minutes = clock.split(":")
    return ("mo", "tu", "we", "th", "fr", "sa", "su").index(day) * 1440 + int(hours) * 60 + int(minutes)


@pytest.mark.parametrize(("when", "wish"), [
    ("mo 02:00", 0), ("mo 05:00", 1), ("mo 07:00", 0), ("mo 08:00", -1), ("mo 10:59", -1), ("mo 11:00", 0),
    ("mo 16:00", 0), ("mo 18:30", -1), ("mo 23:00", 0), ("sa 09:00", 0)])
def test_cheap_hours_pre_heat_only_for_the_dear_ones_that_come(when, wish):
    g = grid.Grid("daily 22:00-06:00", "mo-fr 08:00-11:00,18:00-21:00")
    g.each_minute(at(when))
    assert g.each_second(grid.NORMAL) == wish


def test_without_a_clock_or_a_tariff_nothing_is_wished():
    for g in (grid.Grid("daily 22:00-06:00", "mo-fr 08:00-11:00"), grid.Grid("", "")):
        g.each_minute(-1)
        assert g.each_second(grid.NORMAL) == 0
    bare = grid.Grid("", "")
    bare.each_minute(at("mo 09:00"))
    assert bare.each_second(grid.NORMAL) == 0
    cheap = grid.Grid("daily 22:00-06:00", "")
    cheap.each_minute(at("mo 23:00"))
    assert cheap.each_second(grid.NORMAL) == 1, "no dear hours given: cheap ones alone"


def test_the_states_from_outside_come_before_the_tariff():
    g = grid.Grid("", "daily 08:00-11:00")
    g.each_minute(at("mo 09:00"))
    assert [g.each_second(state) for state in range(4)] == [-1, -1, 1, 1]


def new_plan(**room):
    data = houses.house_config(1)
    data["rooms"][0].update(room)
    return plan.RoomPlan(houses.valid(data).rooms[0])


def target(p, wish, mode=plan.MODE_HEAT, setpoint=20000, **kwargs):
    p.grid = wish
    p.each_second(mode, setpoint, kwargs.get("boost", False), kwargs.get("room", 20000), True, kwargs.get("frost", False))
    return p.target_mc


def test_a_room_gives_what_its_household_says_and_nothing_by_default():
    plain = new_plan()
    assert [target(plain, wish) for wish in (-1, 0, 1)] == [20000] * 3 and plain.shift_mk == 0
    p = new_plan(flex_mk=1000)
    assert [target(p, wish) for wish in (-1, 0, 1)] == [19000, 20000, 21000] and p.shift_mk == 1000
    assert [target(p, wish, plan.MODE_COOL, 26000) for wish in (-1, 0, 1)] == [27000, 26000, 25000]


def test_limits_boost_setback_and_frost_come_first():
    p = new_plan(flex_mk=2000, setpoint_min_mc=19000, setpoint_max_mc=21000)
    assert (target(p, -1), target(p, 1)) == (19000, 21000)
    assert target(p, -1, boost=True) == 22000, "a boost is a wish of its own"
    night = new_plan(flex_mk=2000, schedule="daily 06:00-22:00", setback_mc=17000)
    night.each_minute(60)
    assert target(night, 1) == 17000, "nobody pre-heats a room at rest"
    cold = new_plan(flex_mk=2000)
    assert target(cold, -1, plan.MODE_OFF, frost=True, room=4000) == 8000 and cold.direction == plan.HEAT


def test_the_whole_node_shows_it():
    data = houses.house_config(2)
    data["node"] = {"tariff_dear": "daily 00:00-24:00"}
    data["rooms"][0]["flex_mk"] = 1500
    with houses.make_inside(data=data, start_c=21.0) as rig:
        rig.run(120)
        p = rig.points()
        assert (p["room1.target_mc"], p["room2.target_mc"]) == (18500, 20000)
        reasons = rig.firmware.board.app.node.rooms[0].p.row("reason").unit[5:].split("|")
        assert reasons[p["room1.reason"]] == "spares"
        assert rig.write("node.grid_state", 3) == ""
        rig.run(2)
        assert rig.points()["room1.target_mc"] == 21500
        assert rig.write("node.peak_w", 1400) == ""
        rig.run(2)
        assert rig.firmware.board.app.node.together.turns.peak_w == 1400
