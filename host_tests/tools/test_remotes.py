"""`wellhearth remote` and `rooms` over the prompt: the host's side against diag.py in this process."""

from __future__ import annotations

import contextlib
import io
import json
import time
import types

import pytest

from doubles.handset import CODES, Room, frame
from doubles.toyhouse import Toy
from wellhearth import app as app_module
from wellhearth.console import views
from wellhearth.equipment import bus_room
from wellhearth.links import commands
from wellhearth.storage import events
from wellhearth.tables import config, points
from whtools.device import clock as clock_tool
from whtools.device import remotes
from whtools.device.link import LinkError


class Prompt:
    """Stands for a Link: runs the code here, with an App around the toy house."""

    def __init__(self, monkeypatch, toy, links=None):
        self.toy = toy
        self.app = types.SimpleNamespace(
            node=toy.node, links=links or types.SimpleNamespace(client=None, remote=None), board=types.SimpleNamespace(),
            write=lambda path, value, who="console", role="i": toy.give(role, commands.CONSOLE, path, value, who))
        monkeypatch.setattr(app_module, "current", self.app)
        monkeypatch.setattr(views, "learner", None)

    def run(self, code, timeout_s=30):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, {})
        return out.getvalue().strip()

    def ask(self, view, *arguments):
        return json.loads(self.run(f"from wellhearth import diag\ndiag.send({', '.join(map(repr, [view, *arguments]))})"))

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        pass


@pytest.fixture
def prompt(monkeypatch):
    link = Prompt(monkeypatch, Toy())
    monkeypatch.setattr(remotes, "Link", lambda port: link)
    monkeypatch.setattr(remotes, "find_port", lambda port: "/dev/fake")
    return link


def call(capsys, *words):
    from whtools import cli
    status = cli.main(list(words))
    out = capsys.readouterr()
    return status, out.out + out.err


def test_a_room_is_commanded_as_its_resident(prompt, capsys):
    status, text = call(capsys, "remote", "--room", "2", "--set", "21.5", "--mode", "auto", "--fan", "auto", "--boost", "30",
                        "--timer", "60")
    room = prompt.toy.node.rooms[1].p
    assert status == 0 and text.count("accepted") == 5 and "room2.setpoint_mc = 21500: accepted" in text
    assert (room.mode, room.setpoint_mc, room.fan_fixed_pm, room.boost_min, room.timer_min) == (3, 21500, 0, 30, 60)
    assert any("host@console room2.mode=3 accepted" in note for note in prompt.toy.notes)
    prompt.toy.node.cfg.rooms[1].setpoint_max_mc = 23000
    status, text = call(capsys, "remote", "--room", "2", "--set", "24")
    assert status == 1 and "refused: setpoint_mc = 24000: this room allows 5000 to 23000" in text
    assert room.setpoint_mc == 21500


@pytest.mark.parametrize(("words", "says"), [
    ((), "nothing to do"), (("--set", "40"), "allowed is 5000 to 30000"), (("--fan", "fast"), "wanted auto, or a speed"),
    (("--room", "9", "--mode", "heat"), "no room 9; it has room1, room2"), (("--boost", "999"), "0 to 240")])
def test_what_a_person_can_get_wrong(prompt, capsys, words, says):
    status, text = call(capsys, "remote", *words)
    assert status == 2 and says in text and text.count("\n") == 1


def test_at_the_wells_prompt_mode_and_setpoint_are_carried_on(monkeypatch, capsys):
    toy = Toy()
    far = bus_room.BusRoom(12, 4, events.EventRing(16))
    toy.node.far = [far]
    toy.node.points.blocks.append(far.p)
    link = Prompt(monkeypatch, toy)
    carried = []
    toy.commands.hook = lambda block, row, value: carried.append((block.name, row.name, value)) or 0
    monkeypatch.setattr(remotes, "Link", lambda port: link)
    monkeypatch.setattr(remotes, "find_port", lambda port: "/dev/fake")
    status, text = call(capsys, "remote", "--room", "5", "--set", "19")
    assert status == 0 and ("far5", "setpoint_mc", 19000) in carried, text
    status, text = call(capsys, "remote", "--room", "5", "--boost", "10")
    assert status == 2 and "carries only mode and setpoint" in text
    far.p.online = 1
    far.p.room_mc, far.p.answers = 20250, 1
    status, text = call(capsys, "rooms")
    assert status == 0 and "far5" in text and "20.250" in text


def test_rooms_are_looked_for_by_the_wells_node(monkeypatch, capsys):
    toy = Toy()
    client = types.SimpleNamespace(found=[], probing=0)

    def scan():
        client.probing, client.found = 0, [1, 7]
    client.scan = scan
    toy.node.far = [bus_room.BusRoom(1, 0, events.EventRing(16))]
    link = Prompt(monkeypatch, toy, types.SimpleNamespace(client=client, remote=None))
    monkeypatch.setattr(remotes, "Link", lambda port: link)
    monkeypatch.setattr(remotes, "find_port", lambda port: "/dev/fake")
    status, text = call(capsys, "rooms", "--scan")
    assert status == 0 and "known" in text and "new" in text and '"rooms": "1,7"' in text
    link.app.links.client = None
    status, text = call(capsys, "rooms", "--scan")
    assert status == 2 and "not the client of a bus" in text


def test_keys_are_learned_one_after_the_other_and_stored(monkeypatch, capsys, tmp_path):
    room = Room()
    room.remote.codes = {}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(room.toy.world.data))
    link = Prompt(monkeypatch, room.toy, types.SimpleNamespace(client=None, remote=room.remote))
    link.app.board.CONFIG_PATH = str(path)
    keys = iter([CODES["power"], CODES["up"]])

    def person(link_, key):
        code = next(keys, None)
        if code is not None:
            room.send(frame(code))
        return "heard"
    monkeypatch.setattr(remotes, "wait_for", person)
    monkeypatch.setattr(remotes, "Link", lambda port: link)
    monkeypatch.setattr(remotes, "find_port", lambda port: "/dev/fake")
    status, text = call(capsys, "remote", "learn")
    assert status == 0 and "press POWER" in text and "press BOOST" in text
    stored = json.loads(path.read_text())
    assert stored["remote"] == {"power": CODES["power"], "up": CODES["up"], "room": 1}
    assert config.validate(stored)[1] == []
    room.press("power")
    assert room.p.mode == 0, "it works at once"
    views.learner.codes.clear()
    monkeypatch.setattr(remotes, "wait_for", lambda link_, key: "nothing heard")
    status, text = call(capsys, "remote", "learn")
    assert status == 2 and "no key was heard" in text


def test_a_code_that_is_learned_again_belongs_to_the_last_key(monkeypatch, tmp_path):
    room = Room()
    link = Prompt(monkeypatch, room.toy, types.SimpleNamespace(client=None, remote=room.remote))
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**room.toy.world.data, "remote": {"up": CODES["up"], "down": CODES["down"]}}))
    link.app.board.CONFIG_PATH = str(path)
    assert link.run("from wellhearth import diag\ndiag.learn('nothing')").startswith("refused: no key is named nothing")
    assert link.run("from wellhearth import diag\ndiag.learn_save()") == "ok"
    for key in ("mode", "fan"):
        link.run(f"from wellhearth import diag\ndiag.learn({key!r})")
        room.send(frame(CODES["up"]))
        room.now_ms += 2000
    assert link.run("from wellhearth import diag\ndiag.learn_save()") == "ok"
    assert json.loads(path.read_text())["remote"] == {"down": CODES["down"], "fan": CODES["up"], "room": 1}


def test_the_register_of_each_wish_is_the_tables():
    assert {point: points.ROOM[[r[0] for r in points.ROOM].index(point)][6] for point in ("mode", "setpoint_mc")} == {
        "mode": 14, "setpoint_mc": 16}
    with pytest.raises(LinkError, match="cannot be opened"):
        remotes.Adapter("/dev/nothing", 19200, "E")


def test_this_computers_time_is_given_to_the_node(prompt, monkeypatch, capsys):
    given = []
    prompt.app.clock = types.SimpleNamespace(set=lambda *time: given.append(time) or refusal, chip=None, quality=3, age_s=2)
    prompt.toy.node.wall.day = 9900
    monkeypatch.setattr(clock_tool, "Link", lambda port: prompt)
    monkeypatch.setattr(clock_tool, "find_port", lambda port: "/dev/fake")
    monkeypatch.setattr("time.sleep", lambda s: None)
    refusal = ""
    status, text = call(capsys, "clock", "--set")
    now = time.time()
    quality, day, second = given[0]
    assert status == 0 and quality == 3 and abs((day * 86400 + second) - (now - 946684800)) < 5
    assert "2027-02-08" in text and "from host" in text
    refusal = "a time from 2026-11-28 to the end of 2099 is wanted"
    status, text = call(capsys, "clock", "--set")
    assert status == 2 and "the clock was not set: refused: a time from" in text
