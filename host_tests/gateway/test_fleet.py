"""The fleet: what houses say by MQTT into the history, the page of it, and a real broker that keeps houses apart."""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import time

import numpy as np
import paho.mqtt.client as mqtt
import pytest
import sqlalchemy as sa
from paho.mqtt.enums import CallbackAPIVersion

from doubles.brokers import MOSQUITTO, started, until
from doubles.networked import free_port
from plant import fleet
from whtools.device.link import LinkError
from whtools.gateway import fleet_run
from whtools.gateway.fleet import frame
from whtools.gateway.fleet.features import Frame
from whtools.gateway.fleet.judge import judge
from whtools.gateway.fleet.subscriber import Settings, Subscriber
from whtools.gateway.history.schema import LINE, TEN, open_store

from .conftest import PASSWORD, Visitor

ROOT = pathlib.Path(__file__).parents[2]
WELL = {"supply_c": 13.2, "return_c": 9.1, "circulated_m3": 1.5, "source_kwh": 2500.25, "run_h": 1.5, "starts": 4,
        "pump_percent": 62, "capacity_percent": 98, "faults": ["over_pressure"], "lockouts": [], "alarm": "ON"}
DAY = 20_000


@pytest.fixture
def heard(tmp_path):
    made = Subscriber(open_store(str(tmp_path / "fleet.db")), Settings(), now=lambda: made.at)
    made.at = DAY * 86400.0
    return made


def say(subscriber, topic, payload, old=False):
    subscriber.take(f"wellhearth/{topic}", payload if isinstance(payload, bytes) else json.dumps(payload).encode(), old,
                    subscriber.at)


def test_a_block_becomes_tens_and_its_fault_a_line(heard):
    for minute in range(21):
        say(heard, "li-1/wh-7/well", WELL | {"supply_c": 13.0 if minute < 5 else 14.0})
        heard.at += 60.0
    assert heard.flush() == 2 * 11
    with heard.engine.connect() as connection:
        lines = connection.execute(sa.select(LINE)).all()
        tens = {heard_path: row for (node, heard_path), i in heard.tens.ids.items()
                for row in connection.execute(sa.select(TEN).where(TEN.c.series == i, TEN.c.at == DAY * 144))}
    assert [(one.node, one.place, one.event, one.key) for one in lines] == [("li-1/wh-7", "well", "trip", "over_pressure")]
    assert tens["well.supply_mc"].mean == 13500 and tens["well.supply_mc"].high == 14000
    assert (tens["well.source_mwh"].mean, tens["well.source_wh"].mean) == (2, 500_250)
    assert tens["well.pump_speed_pm"].mean == 620 and tens["well.run_s"].mean == 1800


def test_what_the_broker_kept_is_no_measurement_of_now(heard):
    say(heard, "li-1/wh-7/well", WELL, old=True)
    heard.at += 1200.0
    assert heard.flush() == 0 and heard.houses()["li-1"].seen == 0.0 and heard.houses()["li-1"].alarms


@pytest.mark.parametrize(("topic", "payload"), [
    ("li-1/wh-7/well", b"{"), ("li-1/wh-7/well", b"[1]"), ("li-1/wh-7/well", b"\xff"), ("li-1/wh-7/well", b"[" * 9000),
    ("li 1/wh-7/well", b"{}"), ("li-1/../well", b"{}"), ("li-1/wh-7/well", b"[" * 8000)])
def test_what_is_no_message_of_a_house_is_refused(heard, topic, payload):
    with pytest.raises(ValueError):
        say(heard, topic, payload)


@pytest.mark.parametrize("value", [True, "13", None, float("inf"), float("nan"), 1e300, -1e300, [], {}])
def test_what_is_no_number_is_unknown(heard, value):
    say(heard, "li-1/wh-7/well", {"supply_c": value, "source_kwh": value, "faults": value})
    assert not heard.tens.open


def test_one_house_cannot_fill_the_database(heard):
    with pytest.raises(ValueError, match="too many values"):
        for n in range(200):
            say(heard, f"li-1/wh-7/room{n}", {"room_c": 20, "setpoint_c": 20, "starts": 1})
    say(heard, "li-2/wh-1/room1", {"room_c": 20})
    assert ("li-2/wh-1", "room1.room_mc") in heard.tens.open


def fill(site, season, last):
    """A season's rows as the history's days, the way the subscriber and roll_days leave them."""
    counters = {"heat_kwh": ("well", "source_mwh", "source_wh", 1e6, 1e3),
                "lifted_m3": ("well", "circulated_m3", "circulated_l", 1e3, 1e3),
                "run_h": ("well", "run_h", "run_s", 3600, 3600), "room_heat_kwh": ("", "source_mwh", "source_wh", 1e6, 1e3),
                "room_run_h": ("", "run_h", "run_s", 3600, 3600), "room_starts": ("", "starts", "", 1e9, 1),
                "electricity_kwh": ("account", "electricity_mwh", "electricity_wh", 1e6, 1e3)}
    means = {"supply_c": ("well.supply_mc", 1e3), "return_c": ("well.return_mc", 1e3),
             "capacity_percent": ("well.capacity_percent", 1),
             "outside_c": ("node.outside_mc", 1e3), "room_c": (".room_mc", 1e3), "setpoint_c": (".setpoint_mc", 1e3)}
    tens, rows = site.fleet.subscriber.tens, []
    days = next(iter(season.rows.values())).shape[-1]
    speed = season.rows["speed_pm"] * season.rows["run_h"] / 24.0

    def put(connection, node, path, values):
        series = tens.series(connection, (node, path))
        rows.extend({"series": series, "at": last - days + 1 + d, **dict.fromkeys(("mean", "low", "high", "last"), int(v))}
                    for d, v in enumerate(values) if np.isfinite(v))
    with site.engine.begin() as connection:
        for h, place in enumerate(season.place):
            node = f"p{place}-{h}/wh-1"
            put(connection, node, "well.pump_speed_pm", np.round(speed[h]))
            for name, values in season.rows.items():
                for r, one in enumerate(values[h] if values.ndim == 3 else values[h][None]):
                    if np.isnan(one).all():
                        continue
                    block = f"room{r + 1}" if values.ndim == 3 else ""
                    if name in means:
                        put(connection, node, block + means[name][0], np.round(one * means[name][1]))
                    elif name in counters:
                        kind, whole, part, size, unit = counters[name]
                        total = np.where(np.isnan(one), np.nan, np.round(np.cumsum(np.nan_to_num(one)) * unit))
                        if part:
                            put(connection, node, f"{kind or block}.{whole}", total // size)
                            put(connection, node, f"{kind or block}.{part}", total % size)
                        else:
                            put(connection, node, f"{block}.{whole}", total)
        connection.execute(sa.insert(frame.DAY), rows)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    site = fleet_run.site_for(Settings(), str(tmp_path_factory.mktemp("fleet") / "fleet.db"), 0)
    season = fleet.season(11, 30)
    fill(site, season, DAY)
    site.fleet.judge(DAY)
    for role, name in (("installer", "chen"), ("operator", "wang"), ("resident", "li")):
        site.people.join(site.people.invite(role, []), name, PASSWORD)
    return site, season


def test_the_history_s_days_give_the_same_verdict_as_the_rows(full):
    site, season = full
    names = [f"p{place}-{h}" for h, place in enumerate(season.place)]
    direct = {one.house: one.reason for one in judge(Frame(names, season.place, season.rows))}
    assert {house: one.reason for house, one in site.fleet.found.items()} == direct and len(direct) >= 3


def test_the_page_shows_the_worst_first_with_its_reason_in_both_languages(full):
    site, season = full
    sick = {f"p{season.place[h]}-{h}": kind for h, kind in season.sick.items()}
    english, chinese = Visitor(site, "en", "wang"), Visitor(site, "zh", "chen")
    text = english.get("/").text
    order = sorted(site.fleet.frame.houses, key=lambda one: text.index(f'"/house/{one}"'))
    assert set(order[:len(site.fleet.found)]) == set(site.fleet.found) and "unusual" in text
    clogged = next(house for house, kind in sick.items() if kind == "clogging")
    one = english.get(f"/house/{clogged}").text
    assert "reinjection capacity is gone" in one and one.count("<svg") >= 5
    assert one.index("Reinjection capacity") < one.index("Pump speed")
    assert "回灌能力下降" in chinese.get(f"/house/{clogged}").text
    assert english.get("/house/nobody").status_code == 404


def test_a_resident_and_a_stranger_see_nothing(full):
    site, _season = full
    house = site.fleet.frame.houses[0]
    resident, stranger = Visitor(site, "en", "li"), Visitor(site)
    for path in ("/", f"/house/{house}", "/settings"):
        assert resident.get(path).status_code == 403
        assert stranger.get(path).headers["location"] == "/login"
    assert house not in resident.get("/").text
    boss = Visitor(site, "en", "chen")
    assert boss.post("/settings/invite", role="resident").status_code == 400
    assert "/join/" in boss.post("/settings/invite", role="operator").text
    assert Visitor(site, "en", "wang").post("/settings/invite", role="operator").status_code == 403


def test_a_config_of_another_gateway_is_refused():
    with pytest.raises(LinkError, match="tcp"):
        fleet_run.settings_of({"tcp": {}})
    with pytest.raises(LinkError, match="unknown"):
        fleet_run.settings_of({"fleet": {"hots": "x"}})


# -- a real broker with the files of tools/fleet --

def tls(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "broker.key",
                    "-out", folder / "broker.crt"], check=True, capture_output=True)


@pytest.fixture
def broker(tmp_path):
    tls(tmp_path)
    port = free_port()
    keys = {}
    for user in ("li-1", "li-2"):
        made = subprocess.run([ROOT / "tools/fleet/add-house", user, tmp_path / "passwd"], check=True, capture_output=True,
                              text=True)
        keys[user] = made.stdout.strip()
    subprocess.run(["mosquitto_passwd", "-b", tmp_path / "passwd", "fleet", "fleet-secret"], check=True, capture_output=True)
    text = (ROOT / "tools/fleet/mosquitto.conf").read_text().replace("/etc/mosquitto/fleet", str(tmp_path))
    text = text.replace("listener 8883", f"listener {port} 127.0.0.1").replace("persistence true", "persistence false")
    (tmp_path / "acl").write_text((ROOT / "tools/fleet/acl").read_text())
    (tmp_path / "conf").write_text(f"user {pathlib.Path(tmp_path).owner()}\n{text}")
    process = started(tmp_path / "conf", port)
    yield port, tmp_path, keys
    process.kill()
    process.wait()


def client_of(port, folder, user, password, heard=None):
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(user, password)
    client.tls_set(ca_certs=str(folder / "broker.crt"))
    client.on_message = lambda _c, _u, message: heard.append(message.topic)
    client.connect("127.0.0.1", port)
    client.loop_start()
    until(client.is_connected)
    return client


@pytest.mark.skipif(MOSQUITTO is None or shutil.which("openssl") is None, reason="Mosquitto or openssl is not installed")
def test_a_house_publishes_under_its_own_topics_and_no_other(broker, tmp_path):
    port, folder, keys = broker
    settings = Settings("127.0.0.1", port, "fleet", "fleet-secret", str(folder / "broker.crt"))
    subscriber = Subscriber(open_store(str(tmp_path / "fleet.db")), settings, pauses_s=(0.1, 0.1)).start()
    spied: list[str] = []
    first, second = (client_of(port, folder, user, keys[user], spied) for user in ("li-1", "li-2"))
    try:
        until(subscriber.client.is_connected)
        second.subscribe([("wellhearth/#", 1), ("wellhearth/li-1/#", 1), ("#", 1)])
        time.sleep(0.3)
        for topic in ("li-2/wh-1/well", "li-3/wh-1/well", "fleet/wh-1/well"):
            first.publish(f"wellhearth/{topic}", json.dumps(WELL), qos=1)
        first.publish("other/li-1/wh-1", "x", qos=1)
        first.publish("wellhearth/li-1/wh-1/well", json.dumps(WELL), qos=1)
        until(lambda: "li-1" in subscriber.houses())
        time.sleep(0.3)
        assert set(subscriber.houses()) == {"li-1"} and subscriber.messages == 1 and spied == []
    finally:
        for one in (first, second):
            one.loop_stop()
            one.disconnect()
        subscriber.stop()
    stranger = mqtt.Client(CallbackAPIVersion.VERSION2)
    stranger.username_pw_set("li-1", keys["li-2"])
    stranger.tls_set(ca_certs=str(folder / "broker.crt"))
    answers: list[bool] = []
    stranger.on_connect = lambda _c, _u, _f, reason, _p: answers.append(reason.is_failure)
    stranger.connect("127.0.0.1", port)
    stranger.loop_start()
    until(lambda: answers)
    stranger.loop_stop()
    assert answers[0]
