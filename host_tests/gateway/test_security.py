"""The page attacked: neighbours' rooms, injection, traversal, forgery, fixation, brute force, old sessions, used links."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from whtools.gateway.accounts.limits import KEYS_MAX, Limit
from whtools.gateway.history.schema import AUDIT, PERSON, SESSION
from whtools.gateway.nodes import tables

from .conftest import PASSWORD

NASTY = ("'", '"', "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "%00", "\x00", "{{7*7}}", "room2",
         "room1", "-1", "1e9", "🦊" * 50, "room1.setpoint_mc", "node", "well")


def points_of(world):
    return {path: value for path, value in world.rig.points().items()
            if path.split(".")[1] in ("setpoint_mc", "mode", "boost_min", "timer_min", "fan_fixed_pm", "schedule_on",
                                      "demand_limit_pm", "grid_state", "peak_w", "reset_trip")}


def test_zero_ways_into_a_neighbours_room(visit, world, site):
    """Every point of every block, by every field that a form has."""
    li, node = visit("li"), next(iter(site.hub.nodes()))
    csrf, before, tried = li.csrf, points_of(world), 0
    world.run(1)
    before = points_of(world)
    for block, table in ((b, tables.by_name(b)) for b in ("room2", "well", "node", "bms", "room3", "far1", "water")):
        for row in table.rows:
            for field, value in (("value", str(max(row.lo, 1))), ("step", "500")):
                site.orders.times.clear()
                answer = li.post("/order", csrf=csrf, node=node, block=block, point=row.name, **{field: value})
                assert answer.status_code == 404, (block, row.name)
                tried += 1
    others = ("room2", "room1.x", "room1/../room2", "room2 ", "ROOM2", "room1\x00room2", "room02")
    for block, point in itertools.product(others, ("setpoint_mc", "mode", "x.setpoint_mc")):
        assert li.post("/order", csrf=csrf, node=node, block=block, point=point, value="1").status_code == 404
    world.run(2)
    assert points_of(world) == before and tried > 200
    for path in ("/settings/name", "/settings/forget"):
        assert li.post(path, csrf=csrf, room=f"{node}--room2", name="mine").status_code == 404
    for path in ("/", "/decisions", "/journal", "/trends?span=hour", "/water", "/settings"):
        assert "Room 2" not in li.get(path).text and "room2" not in li.get(path).text
    assert li.get("/diagnosis").status_code == 403
    for path in ("/settings/invite", "/settings/remove"):
        assert li.post(path, csrf=csrf, role="installer", person="1").status_code == 403
    assert len(site.people.everybody()) == 4


def test_a_neighbour_is_answered_like_nobody(visit, site):
    li, node = visit("li"), next(iter(site.hub.nodes()))
    there, absent = (li.order(block, "setpoint_mc", node, value="20000") for block in ("room2", "room7"))
    assert there.status_code == absent.status_code == 404 and there.text == absent.text


@pytest.mark.parametrize("name", ["chen", "wang", "li"])
def test_the_page_is_no_more_than_a_bus_on_the_node(visit, world, site, name):
    """Whoever has the page, the gateway's process even: over Modbus nothing but what stands at the wall."""
    visitor, node = visit(name), site.hub.nodes()[next(iter(site.hub.nodes()))]
    before = points_of(world)
    for path in node.snapshot():
        row = node.row(path)
        if row.who and "b" not in row.who:
            assert "not for the bus" in site.hub.order(node.key, path, max(row.lo, 0), name)
            assert visitor.order(*path.split("."), value=str(max(row.lo, 0))).status_code in (403, 404)
    world.run(2)
    assert points_of(world) == before


@pytest.mark.parametrize("field", ["node", "block", "point", "value", "step", "name", "room", "role", "person", "password"])
def test_injection_and_rubbish_change_nothing(visit, world, site, field):
    chen = visit("chen")
    csrf, before, people = chen.csrf, points_of(world), site.people.everybody()
    node = next(iter(site.hub.nodes()))
    good = {"node": node, "block": "room1", "point": "setpoint_mc", "value": "oops"}
    for text in NASTY:
        for path in ("/order", "/settings/name", "/settings/remove", "/settings/invite", "/settings/forget"):
            site.orders.times.clear()
            answer = chen.post(path, csrf=csrf, **{**good, field: text})
            assert answer.status_code in (303, 400, 403, 404), (path, text)
        answer = visit().client.post("/login", data={"name": "chen", "password": "x", field: text})
        assert answer.status_code in (403, 429)
        assert "<script>" not in answer.text
    world.run(2)
    after = points_of(world)
    assert {k for k in after if after[k] != before[k]} <= {"room1.setpoint_mc"}
    assert site.people.everybody() == people


def test_names_are_text_everywhere(visit, site):
    chen, node = visit("chen"), next(iter(site.hub.nodes()))
    for text in ("<img src=x onerror=alert(1)>", "{{ person.csrf }}", "=cmd|' /C calc'!A0"):
        chen.post("/settings/name", room=f"{node}--room1", name=text)
        for path in ("/", "/trends", "/decisions", "/settings", "/water"):
            body = chen.get(path).text
            assert "<img src=x" not in body and (chen.csrf not in body or path in ("/", "/settings") or "logout" in body)


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2frun.py",
                                  "/static//etc/passwd", "/static/....//app.py", "/download/..%2fgateway.db",
                                  "/download/history.db", "/static/%2e%2e%5capp.py"])
def test_traversal(visit, path):
    answer = visit("li").get(path)
    assert answer.status_code in (303, 404) and "import" not in answer.text and "root:" not in answer.text


def test_forgery(visit, world):
    li, other = visit("li"), visit("zhao")
    node = next(iter(li.site.hub.nodes()))
    press = {"node": node, "block": "room1", "point": "setpoint_mc", "value": "25000"}
    for csrf in ("", "x", other.csrf, li.csrf[:-1]):
        assert li.post("/order", csrf=csrf, **press).status_code == 403
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
                    {"origin": "http://well.example.evil.example"}):
        assert li.post("/order", headers=headers, **press).status_code == 403
        assert visit().client.post("/login", data={"name": "li", "password": PASSWORD}, headers=headers).status_code == 403
    assert li.get("/order").status_code == 405 and li.get("/logout").status_code == 405
    world.run(2)
    assert world.rig.points()["room1.setpoint_mc"] == 20000
    assert li.post("/order", headers={"origin": "http://well.example"}, **press).status_code == 303


def test_session_fixation(visit, site):
    nobody = visit()
    nobody.client.cookies.set("wellhearth", "planted-by-somebody", domain="well.example")
    answer = nobody.log_in("li")
    token = answer.cookies["wellhearth"]
    assert token != "planted-by-somebody" and len(token) > 40
    first = visit("li").client.cookies["wellhearth"]
    assert first != token
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    site.tls = True
    assert "secure" in visit().log_in("li").headers["set-cookie"].lower()


def test_a_login_ends_the_session_before_it(visit, site):
    li = visit("li")
    old = li.client.cookies["wellhearth"]
    li.log_in("li")
    assert site.people.of_session(old) is None
    now = li.client.cookies["wellhearth"]
    li.post("/logout")
    assert site.people.of_session(now) is None and li.get("/").headers["location"] == "/login"


def test_brute_force(visit, site):
    guesses = [visit().log_in("li", f"guess {n}").status_code for n in range(40)]
    assert guesses[:5] == [403] * 5 and set(guesses[5:]) == {429}
    assert visit().log_in("li").status_code == 429, "even the right one waits"
    assert visit().log_in("zhao").status_code == 303, "others are not locked out"
    sprayed = [visit().log_in(f"name {n}", PASSWORD).status_code for n in range(60)]
    assert sprayed.count(403) <= 30 and sprayed[-1] == 429
    joins = [visit().get(f"/join/guess{n}").status_code for n in range(40)]
    assert set(joins) == {429}, "the same peer guesses no links either"


def test_limits_forget_and_stay_small():
    now = [0.0]
    limit = Limit(3, 60, lambda: now[0])
    for _ in range(3):
        assert not limit.full("a")
        limit.count("a")
    assert limit.full("a") and not limit.full("b")
    now[0] = 61
    assert not limit.full("a")
    for n in range(KEYS_MAX + 10):
        limit.count(str(n))
    assert len(limit.times) <= KEYS_MAX


def test_presses_are_limited(visit):
    li = visit("li")
    csrf, node = li.csrf, next(iter(li.site.hub.nodes()))
    codes = [li.post("/order", csrf=csrf, node=node, block="room1", point="setpoint_mc", value="20000").status_code
             for _ in range(70)]
    assert codes[:60] == [303] * 60 and set(codes[60:]) == {429}


@pytest.mark.parametrize(("name", "idle_s"), [("li", 30 * 86400), ("wang", 8 * 3600), ("chen", 3600)])
def test_sessions_expire(visit, site, name, idle_s):
    visitor = visit(name)
    site.people.clock.s += idle_s - 60
    assert visitor.get("/").status_code == 200
    site.people.clock.s += idle_s + 60
    assert visitor.get("/").headers["location"] == "/login"
    with site.engine.connect() as connection:
        assert not connection.execute(sa.select(SESSION)).first()


def test_a_session_in_use_ends_too_and_a_clock_that_jumps_back_forgives_nothing(visit, site):
    chen = visit("chen")
    for _ in range(50):
        site.people.clock.s += 1800
        last = chen.get("/").status_code
    assert last == 303
    chen = visit("chen")
    site.people.clock.s -= 86400
    assert chen.get("/").status_code == 303


def test_an_invitation_works_once_and_a_day(visit, site):
    chen, node = visit("chen"), next(iter(site.hub.nodes()))
    text = chen.post("/settings/invite", role="resident", **{f"home {node}--room2": "1"}).text
    link = text.partition("<code>")[2].partition("</code>")[0]
    path = link.removeprefix("http://well.example")
    new = visit()
    assert new.client.post(path, data={"name": "sun", "password": "short"}).status_code == 400
    assert new.client.post(path, data={"name": "li", "password": PASSWORD}).status_code == 400, "the name is taken"
    assert new.client.post(path, data={"name": "sun", "password": PASSWORD}).status_code == 303
    assert "Room 2" in new.get("/").text and "Room 1" not in new.get("/").text
    assert visit().client.post(path, data={"name": "two", "password": PASSWORD}).status_code == 404
    assert chen.post("/settings/invite", role="emperor").status_code == 400
    token = site.people.invite("installer", [])
    site.people.clock.s += 86401
    assert visit().get(f"/join/{token}").status_code == 404


def test_the_first_start_prints_a_link_and_there_is_no_default_password(tmp_path, world, capsys):
    from whtools.gateway import run

    site = run.site_for([world], str(tmp_path / "new.db"), world.clock, 1.0, False, 0)
    run.first_words(site, "http://127.0.0.1:8080")
    path = capsys.readouterr().out.rstrip().rpartition("http://127.0.0.1:8080")[2]
    assert path.startswith("/join/") and site.people.everybody() == []
    site.people.join(path[6:], "chen", PASSWORD)
    run.first_words(site, "http://127.0.0.1:8080")
    assert "join" not in capsys.readouterr().out


def test_nothing_secret_is_stored(visit, site):
    li = visit("li")
    token = li.client.cookies["wellhearth"]
    invite = site.people.invite("resident", [])
    site.recorder.flush()
    with site.engine.connect() as connection:
        dump = "".join(str(tuple(row)) for table in (PERSON, SESSION, AUDIT) for row in connection.execute(sa.select(table)))
    assert PASSWORD not in dump and token not in dump and invite not in dump and dump.count("$argon2id$") == 4


def test_a_removed_person_is_out_at_once_and_forgotten(visit, site):
    chen, li = visit("chen"), visit("li")
    number = next(row.id for row in site.people.everybody() if row.name == "li")
    assert chen.post("/settings/remove", person=str(number)).status_code == 303
    assert li.get("/").headers["location"] == "/login"
    assert "li" not in {row.who for row in site.people.trail()}
    me = next(row.id for row in site.people.everybody() if row.name == "chen")
    assert chen.post("/settings/remove", person=str(me)).status_code == 400, "the last installer stays"


def test_every_press_is_in_the_audit_trail(visit, site):
    visit("li").order("room1", "setpoint_mc", value="21000")
    visit("zhao").order("room1", "setpoint_mc", value="30000")
    trail = [(row.who, row.what) for row in site.people.trail()]
    assert ("li", "order") in trail and ("zhao", "order refused") in trail and ("li", "login") in trail


def test_headers_and_sizes(visit):
    li = visit("li")
    for path in ("/", "/login", "/static/style.css", "/nothing"):
        headers = li.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"] and headers["x-frame-options"] == "DENY"
    assert li.client.post("/login", content=b"x" * 20_000).status_code == 413
    assert li.client.post("/login", content=(b"x" * 5000 for _ in range(9))).status_code == 413
    assert li.client.post("/login", content=b"\xff\xfe=\xff").status_code in (400, 403)
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil"):
        assert li.get("/language/zh", params={"back": back}).headers["location"] == "/"


def test_no_page_without_a_session(visit):
    nobody = visit()
    for path in ("/", "/water", "/trends", "/journal", "/decisions", "/diagnosis", "/settings", "/download/history.csv"):
        assert nobody.get(path).headers.get("location") == "/login"
    assert nobody.get("/events").status_code == 401
    for path in ("/order", "/settings/name", "/settings/invite", "/settings/remove", "/settings/forget", "/logout"):
        assert nobody.client.post(path, data={}).headers.get("location") == "/login"
