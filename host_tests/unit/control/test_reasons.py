"""Each reason shows where it should, has words, and says how long."""

from types import SimpleNamespace

import pytest

from doubles import houses
from wellhearth.console import why
from wellhearth.control import plan, reasons, room, secondary
from wellhearth.tables import rows


def controller(**changes):
    data = houses.house_config(1)
    data["rooms"][0].update(changes)
    c = room.RoomController(houses.valid(data).rooms[0], 30)
    c.direction, c.room_ok, c.off_ms = plan.HEAT, True, 10_000_000
    return c


def told(c, now_s=100_000) -> str:
    c.tell(now_s)
    assert rows.REASONS[c.reason] in why.WORDS
    return rows.REASONS[c.reason]


def test_every_reason_has_its_words():
    assert tuple(why.WORDS) == rows.REASONS
    assert why.sentence("starts_used", 340) == "the compressor waits: the starts of this hour are used up, 340 s"
    assert why.sentence("off", 0) == "switched off"


def test_why_it_does_not_start():
    c = controller()
    assert told(c) == "warm_enough"
    c.thermostat.relay = True
    assert told(c) == "limited"
    c.thermostat.call = True
    c.off_ms = 0
    assert told(c) == "restart" and c.wait_s == 210
    c.hold_ms = c.min_off_ms
    c.off_ms = 100_001
    assert told(c) == "rest" and c.wait_s == 80
    c.off_ms = 10_000_000
    c.turn = False
    assert told(c) == "turn" and c.wait_s == 0
    for start in (99_000, 99_400, 99_800):
        c.limiter.note(start)
    assert told(c) == "spread" and c.wait_s == 400
    for start in (99_801, 99_802, 99_803):
        c.limiter.note(start)
    assert told(c) == "starts_used" and c.wait_s == 2600
    c.compressor_bar = True
    assert told(c) == "protection"
    c.direction = plan.NONE
    assert told(c) == "off"


def test_why_it_waits_for_water():
    c = controller()
    c.thermostat.call = True
    c.enter(room.WAIT_WATER)
    assert told(c) == "water"
    c.permissive = True
    assert told(c) == "enough"


@pytest.mark.parametrize(("changes", "state", "reason"), [
    ({}, {}, "heats"), ({}, {"joined": True}, "early"), ({}, {"far": True}, "warms_up"),
    ({"compressor": "variable"}, {}, "follows")])
def test_why_it_runs(changes, state, reason):
    c = controller(**changes)
    c.enter(room.RUN)
    c.compressor_on = True
    vars(c.thermostat).update(state)
    assert told(c) == reason
    c.room_ok = False
    assert told(c) == "blind"


def test_what_comes_after_a_run():
    c = controller()
    c.enter(room.POST_RUN)
    assert told(c) == "post_run" and c.wait_s == c.cfg.postrun_s + 1
    c.cut = True
    assert told(c) == "cold_water"


def test_the_view_shows_the_units_asked_for():
    from wellhearth.console import views
    from wellhearth.tables import kinds, points

    blocks = [points.new_block(kinds.ROOM, i) for i in range(2)]
    blocks[1].reason, blocks[1].wait_s = reasons.STARTS_USED, 340
    a = SimpleNamespace(node=SimpleNamespace(rooms=[SimpleNamespace(p=p) for p in blocks], plant_parts=[]))
    headings, rows = views.view_why(a, "room2")
    assert headings[0] == "unit" and rows == [("room2", "starts_used", 340, why.sentence("starts_used", 340))]
    assert len(views.view_why(a)[1]) == 2


def test_the_keys_stand_in_the_order_of_the_numbers():
    """The keys are words for people, and stand with the table's words (tables/rows.py)."""
    numbers = {name.lower(): value for name, value in vars(reasons).items() if name.isupper()}
    assert [numbers[key] for key in rows.REASONS] == list(range(len(rows.REASONS)))
    loop = {"off": secondary.OFF, "prove": secondary.PROVE, "run": secondary.RUN, "post_run": secondary.POST_RUN}
    assert [loop[key] for key in rows.LOOP_STATES] == [0, 1, 2, 3]
