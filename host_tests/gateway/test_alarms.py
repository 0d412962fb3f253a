"""Alarms to people: ranks, quiet hours, acknowledgement, escalation, floods, normal again, restarts, dead services."""

from __future__ import annotations

import http.server
import json
import re
import threading

import pytest

from harness import faults
from wellhearth.tables import causes, kinds
from whtools.gateway.alarms import HIGH, LOW, NORMAL, URGENT, Alarms, Book, Person, book, people, rank, texts
from whtools.gateway.nodes import Hub, Trip
from whtools.gateway.nodes.simulated import World

NOON, NIGHT = 12 * 60, 3 * 60
LI = Person("li", ["json://x"])


def trip(cause="room_sensor", block="room1", locked=False):
    return Trip(block, cause, locked)


class Desk:
    """A book, people and their letters, on a clock of its own."""

    def __init__(self, *persons, minute=NOON):
        self.book, self.people, self.minute, self.now = Book(), persons or (LI,), minute, 1000.0
        self.letters = []
        self.trips, self.online = [], True

    def go(self, seconds, step=10):
        for _ in range(int(seconds // step)):
            self.now += step
            self.book.see("house", self.trips, self.online, self.now, 1.8e9 + self.now)
            for person in self.people:
                due = self.book.due(person, self.now, self.minute)
                if due:
                    title, body = texts.message(due, self.now, person.lang, lambda *_: "", lambda utc: "07:12")
                    self.letters.append((person.name, title, body))
                    self.book.told(person, due, self.now)
            self.book.forget(self.people, self.now)
        return [letter[0] for letter in self.letters]


def test_every_cause_has_a_rank_and_what_waits_for_a_hand_is_urgent():
    for row in causes.CAUSES:
        assert rank.rank(row.key, True) == URGENT and rank.wait_s(row.key, True) == 0
        assert LOW <= rank.rank(row.key, False) <= URGENT
    assert [rank.rank(key, False) for key in ("room_sensor", "clogging", "flow_lost", "leaving_sensor", "leak", "welded",
                                              "from_a_newer_firmware", rank.SILENT)] == [
        LOW, NORMAL, NORMAL, HIGH, URGENT, URGENT, HIGH, HIGH]
    assert rank.wait_s("flow_lost", False) == 600, "it mends itself; people hear of it when it does not"


def test_told_once_and_again_when_it_is_over():
    desk = Desk()
    desk.trips = [trip("clogging", "well")]
    assert desk.go(3600) == ["li"] and "reinjection capacity below" in desk.letters[0][2]
    desk.trips = []
    assert desk.go(3600) == ["li", "li"] and desk.letters[1][1] == "Wellhearth: back to normal"
    assert not desk.book.alarms, "nothing is kept of what is over and told"


def test_a_flicker_is_one_alarm_and_what_was_never_told_has_no_end():
    desk = Desk()
    for _ in range(30):
        desk.trips = [trip("clogging", "well")]
        desk.go(60)
        desk.trips = []
        desk.go(120)
    assert len(desk.letters) == 1
    desk.go(3600)
    assert len(desk.letters) == 2
    desk.trips = [trip("clogging", "well")]
    desk.go(20)
    desk.trips = []
    desk.go(3600)
    assert len(desk.letters) == 2, "it was gone before anybody was told"


def test_quiet_hours_let_only_the_urgent_through_and_the_rest_waits_for_the_morning():
    desk = Desk(Person("li", ["json://x"], quiet="22:00-07:00"), minute=NIGHT)
    desk.trips = [trip("clogging", "well")]
    assert desk.go(3600) == []
    desk.trips.append(trip("leak", "well", True))
    assert desk.go(60) == ["li"] and "clogging" not in desk.letters[0][2] and "urgent" in desk.letters[0][1]
    desk.trips = [trip("clogging", "well")]
    assert desk.go(3600) == ["li"], "the end of it waits too"
    desk.minute = 7 * 60
    assert desk.go(60) == ["li", "li"] and "1 fault(s)" in desk.letters[1][1] and "back to normal: " in desk.letters[1][2]


@pytest.mark.parametrize(("quiet", "inside", "outside"), [("22:00-07:00", (22 * 60, 0, 419), (420, 1319)),
                                                          ("12:00-14:00", (720, 839), (840, 719)), ("", (), (0, 720))])
def test_quiet_hours_go_over_midnight(quiet, inside, outside):
    person = Person("li", ["json://x"], quiet=quiet)
    assert all(person.is_quiet(m) for m in inside) and not any(person.is_quiet(m) for m in outside)


def test_escalation_goes_on_until_somebody_takes_it():
    persons = (LI, Person("wang", ["json://x"], after_min=15), Person("chief", ["json://x"], after_min=60))
    desk = Desk(*persons)
    desk.trips = [trip("leak", "well", True)]
    assert desk.go(600) == ["li"] and desk.go(600) == ["li", "wang"]
    number = desk.book.active()[0].number
    assert desk.book.ack(number, "wang") and not desk.book.ack(99, "wang")
    assert desk.go(10 * 3600) == ["li", "wang"], "neither the chief nor a repetition"
    assert [alarm.acked_by for alarm in desk.book.active()] == ["wang"], "visible until it ends"
    desk.trips = []
    assert sorted(desk.go(3600)) == ["li", "li", "wang", "wang"]


def test_an_urgent_one_that_nobody_takes_is_repeated_and_a_lockout_is_news():
    desk = Desk()
    desk.trips = [trip("freeze", "room2")]
    desk.go(1200)
    desk.book.ack(1, "li")
    desk.trips = [trip("freeze", "room2", True)]
    desk.go(600)
    assert len(desk.letters) == 2 and "locked out" in desk.letters[1][2] and desk.book.active()[0].acked_by == ""
    desk.go(2 * book.REPEAT_S + 600)
    assert len(desk.letters) == 4


def test_a_flood_becomes_one_message():
    desk = Desk()
    desk.trips = [trip(row.key, f"room{n}") for row in causes.CAUSES if row.scope == 1 for n in range(1, 9)]
    desk.go(3600)
    assert len(desk.letters) == 2, "the urgent ones at once, what mends itself after ten minutes"
    assert len(desk.letters[0][2].splitlines()) == texts.LINES_MOST + 1 and "and " in desk.letters[0][2]
    assert max(len(body) for *_, body in desk.letters) < 2000
    desk.trips = []
    desk.go(3600)
    assert len(desk.letters) == 3, "and one for all ends"


def test_a_thousand_houses_cannot_fill_the_memory():
    desk = Desk()
    for n in range(3000):
        desk.book.see(f"house{n}", [trip()], True, 0.0, 0.0)
    assert len(desk.book.alarms) == book.KEPT_MOST


def test_a_silent_node_is_told_and_what_was_last_seen_stands():
    desk = Desk(Person("li", ["json://x"], least=LOW))
    desk.trips = [trip()]
    desk.go(60)
    desk.online, desk.trips = False, []
    desk.go(200)
    assert len(desk.letters) == 1
    desk.go(600)
    assert "does not answer" in desk.letters[1][2] and len(desk.book.active()) == 2
    desk.online, desk.trips = True, [trip()]
    desk.go(600)
    assert [alarm.cause for alarm in desk.book.active()] == ["room_sensor"]


def test_chinese_words_and_names():
    desk = Desk(Person("li", ["json://x"], lang="zh"))
    desk.trips = [trip("leak", "well", True), trip("leaving_sensor", "far12")]
    desk.go(60)
    title, body = desk.letters[0][1:]
    assert title == "Wellhearth: 紧急, 2 个故障" and "水井" in body and "房间 12" in body and "已锁定,需人工复位" in body
    assert not any(key in body for key in ("leak", "leaving"))


def test_a_damaged_person_is_refused_in_words():
    for row, why in (({"name": "li"}, "at least one"), ({"name": "li", "urls": "x", "lang": "fr"}, "en or zh"),
                     ({"name": "li", "urls": "x", "quiet": "22-7"}, "hh:mm-hh:mm"), ({"nme": "li"}, "unknown nme"),
                     ({"name": "li", "urls": "x", "from": "loud"}, "wanted one of low, normal"),
                     ({"name": "li", "urls": "x", "after_min": -1}, "0 or more")):
        with pytest.raises(people.PersonError, match=why):
            people.of_config(row)
    person = people.of_config({"name": "li", "urls": "json://secret", "from": "high", "nodes": ["a"]})
    assert person.least == HIGH and "secret" not in repr(person)
    assert not Desk(person).go(0)


# -- with a hub, a store and apprise --

@pytest.fixture
def world():
    made = World(rooms=1, paced=False)
    made.run(60)
    yield made
    made.end()


def service(world, hub, tmp_path, sent, taken=True):
    made = Alarms(hub, [Person("li", ["json://x"], least=LOW)], tmp_path / "alarms.json",
                  send=lambda person, title, body, rank: sent.append(title) or taken)
    made.minute = lambda: NOON
    return made


def go_on(world, hub, alarms, minutes):
    for _ in range(minutes):
        world.run(60)
        hub.turn()
        alarms.step()


def test_a_fault_of_the_house_reaches_people_and_outlives_a_restart(world, tmp_path):
    hub = Hub([world], world.clock)
    sent = []
    alarms = service(world, hub, tmp_path, sent)
    faults.change(world.rig, "sensor_open", "room1", None, False)
    go_on(world, hub, alarms, 3)
    assert sent == ["Wellhearth: 1 fault(s)"] and [a.cause for a in alarms.active()] == ["room_sensor"]
    assert alarms.ack(alarms.active()[0].number, "li@page")
    alarms.stop()
    later = service(world, hub, tmp_path, sent)
    go_on(world, hub, later, 3)
    assert len(sent) == 1 and [a.acked_by for a in later.active()] == ["li@page"]
    faults.change(world.rig, "sensor_open", "room1", None, True)
    go_on(world, hub, later, 7)
    assert sent[1:] == ["Wellhearth: back to normal"] and later.active() == []
    later.stop()
    (tmp_path / "alarms.json").write_text('{"version": 1, "alarms": [{"x"')
    third = service(world, hub, tmp_path, sent)
    assert third.active() == [] and "alarms.json.bad" in third.problems["store"]
    third.stop()


class Time:
    """A hub without nodes: only its clock."""

    def __init__(self):
        self.now, self.clock = 0.0, self

    def mono(self):
        return self.now

    def wall(self):
        return 1.8e9 + self.now

    def subscribe(self, _call):
        return lambda: None


def test_a_dead_service_is_tried_again_more_and_more_rarely(tmp_path):
    hub, sent = Time(), []
    alarms = service(None, hub, tmp_path, sent, taken=False)
    for _ in range(40):
        hub.now += 60
        alarms.book.see("house", [trip()], True, hub.now, hub.wall())
        alarms.step()
    assert 5 <= len(sent) <= 7 and "apprise" in alarms.problems["li"] and len(alarms.active()) == 1
    alarms.send = lambda *_: 1 // 0
    hub.now += 3600
    alarms.step()
    assert "ZeroDivisionError" in alarms.problems["li"]
    alarms.stop()


class Post(http.server.BaseHTTPRequestHandler):
    """A service that takes apprise's JSON."""

    def do_POST(self):
        self.server.letters.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_args):
        """Quiet."""


def test_apprise_carries_it():
    from whtools.gateway.alarms.service import by_apprise

    server = http.server.HTTPServer(("127.0.0.1", 0), Post)
    server.letters, server.answer = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"json://127.0.0.1:{server.server_port}/"
    try:
        assert by_apprise(Person("li", [url]), "Wellhearth: 紧急", "! 水井\n<b>", URGENT)
        assert server.letters[0]["title"] == "Wellhearth: 紧急" and server.letters[0]["type"] == "failure"
        assert server.letters[0]["message"] == "! 水井\n<b>"
        assert by_apprise(Person("li", ["nonsense", url]), "t", "b", -1) and server.letters[1]["type"] == "success"
        server.answer = 500
        assert not by_apprise(Person("li", [url]), "t", "b", LOW)
        assert not by_apprise(Person("li", ["nonsense://"]), "t", "b", LOW)
    finally:
        server.shutdown()


def test_the_thread_ends(world, tmp_path):
    alarms = service(world, Hub([world], world.clock), tmp_path, []).start()
    alarms.stop()
    assert not alarms.thread.is_alive()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_block_that_can_trip_has_a_name_for_people(lang):
    """No `machine3` in somebody's message: words, and the number where there are several."""
    for kind in [kind for kind in kinds.KINDS if any(row.name == "trips" for row in kind.rows)]:
        block = f"{kind.name}7" if kind.most > 1 else kind.name
        told = texts.place(book.Alarm(1, "house", block, "x", 0.0, 0.0), lang, lambda *_: "").removeprefix("house, ")
        assert told.isascii() == (lang == "en") and ("7" in told) == (kind.most > 1), told
        assert not re.fullmatch(r"[a-z_]+\d", told), told
