"""The gateway's config file: what runs beside the page, and what is said of a mistake in it."""

from __future__ import annotations

import os

import pytest
from pymodbus.client import ModbusTcpClient

from whtools.device.link import LinkError
from whtools.gateway import beside, run
from whtools.gateway.beside import Beside

WHOLE = """
[homeassistant]
host = "127.0.0.1"
port = 1
password_file = "{secret}"
lang = "zh"
[tcp]
port = 0
units = {{ "7" = "simulator-unit-100" }}
[[alarms.person]]
name = "li"
urls = "json://127.0.0.1:1"
from = "low"
"""


def config(tmp_path, text, mode=0o600):
    path = tmp_path / "gateway.toml"
    path.write_text(text)
    os.chmod(path, mode)
    return path


def test_every_service_of_a_whole_file_runs_and_ends(site, tmp_path):
    (tmp_path / "secret").write_text("pass\n")
    before = list(site.hub.subscribers)
    path = config(tmp_path, WHOLE.format(secret=tmp_path / "secret"))
    services = Beside(beside.read(path), site.hub, tmp_path, lambda node, block: "north room").start()
    try:
        assert services.services["homeassistant"].settings.password == "pass"
        client = ModbusTcpClient("127.0.0.1", port=services.services["tcp"].port, retries=0)
        assert client.connect() and not client.read_input_registers(0, count=2, device_id=7).isError()
        client.close()
        assert services.alarms.active() == [] and services.alarms.people[0].name == "li"
    finally:
        services.stop()
    assert not any(thread.is_alive() for thread in services.services["homeassistant"].threads)
    assert site.hub.subscribers == before, "none of its own is left"


@pytest.mark.parametrize(("text", "words"), [
    ("[mqtt]\n", "unknown mqtt; the sections are homeassistant, alarms, tcp"), ("x = 1\n", "unknown x"),
    ("[tcp\n", "xpected"), ("[tcp]\nport = '502'\n", "'502' is no int"), ("[tcp]\nwrite = 1\n", "1 is no bool"),
    ("[tcp]\nport = true\n", "True is no int"), ("[tcp]\nunits = { 0 = 'a' }\n", "1 to 247"),
    ("[tcp]\nunits = { x = 'a' }\n", "units"), ("[tcp]\nhots = 'a'\n", "unknown hots"),
    ("[homeassistant]\nlang = 'fr'\n", "wanted en or zh"), ("[homeassistant]\npassword_file = '/none'\n", "/none"),
    ("[homeassistant]\nca = '/none.pem'\n", "none.pem"), ("[[alarms.person]]\nname = 'li'\n", "at least one apprise URL"),
    ("[[alarms.person]]\nname='a'\nurls='x'\n[[alarms.person]]\nname='a'\nurls='x'\n", "one name"),
    ("[alarms]\nperson = 3\n", "no list"), ("[alarms]\nperson = [3]\n", "alarms.person")])
def test_a_mistake_is_said(site, tmp_path, text, words):
    with pytest.raises(LinkError, match=words):
        Beside(beside.read(config(tmp_path, text)), site.hub, tmp_path)


def test_a_file_that_others_may_read_is_refused(tmp_path):
    with pytest.raises(LinkError, match="chmod 600"):
        beside.read(config(tmp_path, "", 0o644))
    with pytest.raises(LinkError, match="No such file"):
        beside.read(tmp_path / "none.toml")


def test_rooms_have_the_names_that_the_page_gave_them(site, tmp_path):
    from whtools.gateway.history.schema import NAME, put

    (node,) = site.hub.nodes()
    with site.engine.begin() as connection:
        put(connection, NAME, [{"node": node, "block": "room1", "text": "北屋"}])
    args = type("Args", (), {"config": str(config(tmp_path, "[homeassistant]\n")), "database": str(tmp_path / "x.db")})
    services = run.beside_of(args, site)
    assert services.named(node, "room1") == "北屋" and services.named(node, "room2") == ""
    bridge = services.services["homeassistant"]
    said = bridge.of_node(node, site.hub.nodes()[node])
    assert '"sa":"北屋"' in said[bridge.topics.config(f"wellhearth_{node}_room1")]
    assert run.beside_of(type("Args", (), {"config": None}), site) is None
