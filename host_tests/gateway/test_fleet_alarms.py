"""What is wrong with a fleet's houses reaches people: routes, silence, a broker away, floods, restarts, the page."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from doubles.brokers import Broker, needs_mosquitto, until
from doubles.houses import ROOT
from doubles.networked import free_port
from wellhearth.tables import causes
from whtools.device.link import LinkError
from whtools.gateway import fleet_run
from whtools.gateway.alarms import LOW, NORMAL, URGENT, Book, Person, book
from whtools.gateway.alarms.rank import BROKER_AWAY, HOUSE_SILENT, SILENT, rank
from whtools.gateway.fleet.alarms import FleetAlarms
from whtools.gateway.fleet.subscriber import Settings
from whtools.gateway.nodes import Trip

from .conftest import PASSWORD, Visitor
from .test_alarms import Post

BEGIN_S = 1_800_000_000.0
GOOD = {"supply_c": 13.0, "faults": [], "lockouts": []}
ALL = next(row.key for row in causes.CAUSES if rank(row.key, False) == NORMAL and not row.scope)


class Fleet:
    """A fleet on a clock turned by hand: houses speak by `say`, letters are kept by person."""

    def __init__(self, folder, *persons):
        self.now, self.letters, self.quiet = BEGIN_S, [], set()
        self.houses: set[str] = set()
        self.site = fleet_run.site_for(Settings(), str(folder / "fleet.db"), 0)
        self.site.clock.wall = self.site.clock.mono = lambda: self.now
        self.watch, self.heard = self.site.fleet, self.site.fleet.subscriber
        self.watch.now = self.heard.now = lambda: self.now
        self.watch.begun, self.heard.deaf = self.now, False
        self.persons, self.store = persons or (Person("li", ["json://x"], least=LOW),), folder / "fleet-alarms.json"
        self.begin()

    def begin(self):
        """The alarms, as after a restart of theirs."""
        self.alarms = FleetAlarms(self.watch, self.site.hub, self.persons, self.store,
                                  send=lambda person, *letter: self.letters.append((person.name, *letter)) or True)
        self.alarms.minute = lambda: 720
        self.watch.alarms = self.alarms

    def say(self, topic, payload, old=False):
        self.houses.add(topic.partition("/")[0])
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.heard.take(f"wellhearth/{topic}", data, old, self.now)

    def go(self, seconds, step=10):
        """Each house says once a minute that it lives, unless it is quiet."""
        for _ in range(int(seconds // step)):
            self.now += step
            if self.now % 60 < step and not self.heard.deaf:
                for house in self.houses - self.quiet:
                    self.say(f"{house}/wh-1/node", {"outside_c": 1.0})
            self.alarms.step()
        return [(name, title) for name, title, *_ in self.letters]

    def causes(self):
        return [(alarm.node, alarm.cause) for alarm in self.alarms.active()]


@pytest.fixture
def fleet(tmp_path):
    made = Fleet(tmp_path)
    yield made
    made.alarms.stop()


def test_a_fault_of_a_house_is_told_with_house_and_block_and_so_is_its_end(fleet):
    fleet.say("li-1/wh-7/well", GOOD | {"faults": ["leak"], "lockouts": ["leak"]})
    assert fleet.go(60) == [("li", "Wellhearth: urgent, 1 fault(s)")]
    assert "li-1/wh-7, well: " in fleet.letters[0][2] and "locked out" in fleet.letters[0][2]
    fleet.say("li-1/wh-7/well", GOOD)
    assert fleet.go(600)[1:] == [("li", "Wellhearth: back to normal")] and not fleet.causes()


@pytest.mark.parametrize("restart", [False, True])
def test_the_end_of_the_only_fault_of_a_node_that_says_nothing_else(fleet, restart):
    fleet.say("li-1/wh-7/well", {"faults": ["leak"]})
    fleet.go(60)
    fleet.say("li-1/wh-7/well", {"faults": []})
    if restart:
        fleet.alarms.stop()
        fleet.begin()
    fleet.go(600)
    assert not fleet.causes() and fleet.letters[-1][1] == "Wellhearth: back to normal"


def test_what_the_broker_kept_is_told_after_a_start_and_what_was_told_is_not_told_again(fleet):
    fleet.say("li-1/wh-7/well", GOOD | {"lockouts": ["leak"]}, old=True)
    assert len(fleet.go(60)) == 1
    fleet.alarms.ack(fleet.alarms.active()[0].number, "wang@page")
    fleet.alarms.stop()
    fleet.begin()
    assert len(fleet.go(6 * 3600, 60)) == 1 and fleet.alarms.active()[0].acked_by == "wang@page"


def test_a_house_that_says_nothing_for_an_hour_and_one_whose_will_is_published(fleet):
    fleet.say("li-1/gateway", b"online")
    fleet.say("li-2/wh-1/well", GOOD)
    fleet.quiet = {"li-2"}
    fleet.go(3600)
    assert not fleet.letters
    fleet.go(600)
    assert fleet.causes() == [("li-2", HOUSE_SILENT)] and "li-2: the house says nothing any more" in fleet.letters[0][2]
    fleet.say("li-1/gateway", b"offline")
    fleet.quiet.add("li-1")
    fleet.go(600)
    assert sorted(fleet.causes()) == [("li-1", HOUSE_SILENT), ("li-2", HOUSE_SILENT)] and len(fleet.letters) == 2
    assert {row.house for row in fleet.watch.rows() if row.silent_h is not None} == {"li-1", "li-2"}
    fleet.say("li-1/gateway", b"online")
    fleet.quiet.clear()
    fleet.go(900)
    assert not fleet.causes() and fleet.letters[-1][1] == "Wellhearth: back to normal"


def test_a_node_that_its_gateway_does_not_reach_is_silent_and_not_the_house(fleet):
    fleet.say("li-1/wh-7/well", GOOD | {"faults": ["leak"]})
    fleet.say("li-1/wh-7/state", b"offline")
    fleet.go(600)
    assert sorted(fleet.causes()) == [("li-1/wh-7", "leak"), ("li-1/wh-7", SILENT)], "what was last seen of it stands"


def test_a_broker_that_is_away_is_one_alarm_and_not_one_of_each_house(fleet):
    for n in range(300):
        fleet.say(f"li-{n}/wh-1/well", GOOD)
    fleet.go(60)
    fleet.heard.deaf = True
    fleet.go(3 * 3600, 60)
    assert fleet.causes() == [("fleet", BROKER_AWAY)] and len(fleet.letters) == 1
    fleet.heard.deaf, fleet.heard.since = False, fleet.now
    fleet.quiet = set(fleet.houses)
    fleet.go(3000, 60)
    assert not fleet.causes(), "who has not spoken yet is given an hour from the connection on"


def test_each_hears_of_his_houses(tmp_path):
    fleet = Fleet(tmp_path, *(Person(name, ["json://x"], nodes=nodes) for name, nodes in (
        ("wang", ("lishu-*",)), ("chen", ("harbin-3",)), ("all", ()))))
    for house in ("lishu-017", "harbin-3", "harbin-30"):
        fleet.say(f"{house}/wh-1/well", GOOD | {"faults": ["leak"]})
    fleet.go(60)
    told = {name: body for name, _title, body, _rank in fleet.letters}
    assert "lishu-017" in told["wang"] and "harbin" not in told["wang"]
    assert "harbin-3/" in told["chen"] and "harbin-30" not in told["chen"] and told["all"].count("/wh-1") == 3


def test_a_book_full_of_small_things_still_takes_an_urgent_one():
    full = Book()
    for n in range(2 * book.KEPT_MOST):
        full.see(f"house{n}", [Trip("room1", "room_sensor", False)], True, float(n), 0.0)
    full.see("house-x", [Trip("well", "leak", True)], True, 1e6, 0.0)
    assert len(full.alarms) == book.KEPT_MOST and full.active()[0].node == "house-x"
    assert full.active()[0].rank == URGENT and not full.make_room(LOW)


def test_ten_thousand_houses_are_looked_at_in_time(fleet):
    """Every look but one a minute, which offers a full book again what it had no room for."""
    for n in range(10_000):
        fleet.say(f"li-{n}/wh-1/well", GOOD | {"faults": [ALL]} if n % 5 == 0 else GOOD)
    begun = time.perf_counter()
    fleet.alarms.look(fleet.now)
    first = time.perf_counter() - begun
    fleet.alarms.look(fleet.now + 1)
    begun = time.perf_counter()
    fleet.alarms.look(fleet.now + 2)
    again = time.perf_counter() - begun
    assert len(fleet.alarms.book.alarms) == book.KEPT_MOST
    print(f"look at 10,000 houses, 2,000 in alarm: {first:.2f} s, again {again:.2f} s")
    assert again < 0.5 and first < 5.0


def test_the_page_shows_them_and_somebody_takes_one(fleet):
    for role, name in (("operator", "wang"), ("resident", "zhao")):
        fleet.site.people.join(fleet.site.people.invite(role, []), name, PASSWORD)
    fleet.say("li-1/wh-7/well", GOOD | {"faults": ["leak"]})
    fleet.go(60)
    wang, zhao = Visitor(fleet.site, "en", "wang"), Visitor(fleet.site, "zh", "zhao")
    assert "li-1/wh-7, well" in wang.get("/alarms").text and zhao.get("/alarms").status_code == 403
    number = fleet.alarms.active()[0].number
    assert wang.post("/alarms/take", number=number, csrf="x").status_code == 403
    assert wang.post("/alarms/take", number=99).status_code == 404
    assert wang.post("/alarms/take", number=number).headers["location"] == "/alarms"
    assert "Taken by wang@page" in wang.get("/alarms").text and fleet.alarms.active()[0].acked_by == "wang@page"
    assert zhao.post("/alarms/take", number=number, csrf="x").status_code in (403, 404)
    fleet.watch.alarms = None
    assert "names no person" in wang.get("/alarms").text


def test_a_config_that_tells_nobody_rightly_is_refused(fleet):
    assert fleet_run.alarms_of({"fleet": {}}, fleet.site, fleet.store) is None
    with pytest.raises(LinkError, match="at least one"):
        fleet_run.alarms_of({"alarms": {"person": [{"name": "li"}]}}, fleet.site, fleet.store)
    assert fleet_run.settings_of({"alarms": {}, "fleet": {"port": 1}}).port == 1


@needs_mosquitto
def test_the_process_carries_a_house_s_fault_from_a_real_broker_to_a_service(tmp_path):
    broker = Broker(tmp_path)
    server = http.server.HTTPServer(("127.0.0.1", 0), Post)
    server.letters, server.answer = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = tmp_path / "fleet.toml"
    config.write_text(f'[fleet]\nhost = "127.0.0.1"\nport = {broker.port}\n[[alarms.person]]\nname = "li"\nlang = "zh"\n'
                      f'urls = ["json://127.0.0.1:{server.server_port}/"]\n')
    config.chmod(0o600)
    command = [sys.executable, "-m", "whtools", "gateway", "--fleet", "--config", config, "--database",
               tmp_path / "fleet.db", "--http", str(free_port())]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    try:
        assert process.stdout is not None and "the page is at" in process.stdout.readline()
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        client.publish("wellhearth/li-1/wh-7/well", json.dumps(GOOD | {"lockouts": ["leak"]}), qos=1, retain=True)
        until(lambda: server.letters, 30)
        assert server.letters[0]["type"] == "failure" and "li-1/wh-7, 水井" in server.letters[0]["message"]
    finally:
        client.loop_stop()
        process.terminate()
        process.wait(20)
        server.shutdown()
        broker.stop()
    assert json.loads((tmp_path / "fleet-alarms.json").read_text())["alarms"][0]["cause"] == "leak"
