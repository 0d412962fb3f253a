"""`wellhearth onewire`: live temperatures, strangers, a sensor found by a warm hand, a dead one replaced, trims."""

from __future__ import annotations

import json
import random
import types

import pytest

from doubles.command import call
from doubles.folder_link import FolderLink, InsideLink
from doubles.houses import app_of, house_config, make_inside, make_rig
from harness.devices.ds18b20 import Ds18b20, make_rom
from wellhearth.console import sensors as board_side
from wellhearth.tables import config
from whtools.device import attended, sensors, settings
from whtools.device.link import LinkError

STRANGER = make_rom(4711)


@pytest.fixture
def bench(monkeypatch):
    """A node in this process with a stranger on its bus; time goes on while the tool sleeps."""
    with make_inside(1, start_c=20.0) as rig:
        rig.run(10)
        rig.air_c = 20.0
        rig.wiring.bus.devices[STRANGER] = Ds18b20(STRANGER, lambda: rig.air_c, 5.0, random.Random(1))
        rig.firmware.board.search_onewire = lambda: [rom.hex() for rom in rig.wiring.bus.devices]
        link = InsideLink(rig)
        rig.warm = None  # (rom, when): somebody takes that sensor in the hand
        monkeypatch.setattr(sensors, "Link", lambda port: link)
        monkeypatch.setattr(sensors, "find_port", lambda port: "/dev/fake")
        monkeypatch.setattr(attended, "into_service", lambda link, max_s, say: (link, False))
        monkeypatch.setattr(settings, "reconnect", lambda port: link)
        monkeypatch.setattr(settings.Node, "board", lambda self: None)
        monkeypatch.setattr(sensors.time, "sleep", rig.run)
        yield types.SimpleNamespace(rig=rig, link=link)


def in_the_hand(rig, rom, rise_k=8.0):
    """From now on this sensor's place is warmer."""
    device = rig.wiring.bus.devices[rom]
    read = device.mount.read
    device.mount.read = lambda: read() + rise_k
    device.mount.tau_s = 10.0
    return device


def test_all_sensors_are_listed_with_what_they_read(bench, capsys):
    status, text = call(capsys, "onewire")
    assert status == 0 and STRANGER.hex() in text and "(no role in the config)" in text
    lines = {line.split()[0]: line for line in text.splitlines() if line.startswith("28")}
    assert len(lines) == 6 and "20.0" in lines[STRANGER.hex()] and "room1.room" in text and "room1.room_mc" not in text
    assert app_of(bench.rig).node.p.scan_faults == 0
    assert len(app_of(bench.rig).node.onewire.sensors) == 6
    call(capsys, "onewire")
    assert len(app_of(bench.rig).node.onewire.sensors) == 6, "a stranger is taken in once"


def test_a_warm_hand_finds_the_sensor_and_a_dead_ones_place_is_kept(bench, capsys, monkeypatch):
    rig = bench.rig
    data = json.loads((rig.folder / "config.json").read_text())
    data["rooms"][0]["room_trim_mk"] = 300
    (rig.folder / "config.json").write_text(json.dumps(data))
    old = data["rooms"][0]["room_rom"]
    rig.wiring.bus.devices[bytes.fromhex(old)].fault = "open"
    rig.run(40)
    status, text = call(capsys, "onewire")
    assert f"room1.room does not answer and {STRANGER.hex()} has no role" in text
    assert f"wellhearth onewire --assign room1.room={STRANGER.hex()}" in text
    run = rig.run
    monkeypatch.setattr(sensors.time, "sleep", lambda s: (rig.tick > 700 and not rig.warm and setattr(
        rig, "warm", in_the_hand(rig, STRANGER))) or run(s))
    status, text = call(capsys, "onewire", "--assign", "room1.room", "--no-restart")
    assert status == 0 and STRANGER.hex() in text and "trim of the sensor before is gone" in text, text
    now = json.loads((rig.folder / "config.json").read_text())
    assert now["rooms"][0]["room_rom"] == STRANGER.hex() and "room_trim_mk" not in now["rooms"][0]
    assert now["well"] == data["well"]


def test_nobody_warm_and_two_warm_find_nothing(bench, capsys):
    rig = bench.rig
    before = (rig.folder / "config.json").read_bytes()
    for _ in range(2):
        status, text = call(capsys, "onewire", "--assign", "room1.room")
        assert status == 2 and "no sensor rose 1.5 K over all the others" in text
        assert (rig.folder / "config.json").read_bytes() == before
        roms = list(rig.wiring.bus.devices)
        in_the_hand(rig, STRANGER)
        in_the_hand(rig, roms[0])
        rig.run(120)


def test_which_one_rose():
    def at(**celsius):
        return [sensors.Sensor(rom, "", value, "ok" if value is not None else "crc") for rom, value in celsius.items()]
    before = {"a": 20.0, "b": 10.0, "c": 15.0}
    assert sensors.riser(before, at(a=21.4, b=10.0, c=15.0)) == ""
    assert sensors.riser(before, at(a=21.5, b=10.0, c=15.0)) == "a"
    assert sensors.riser(before, at(a=21.5, b=10.1, c=15.0)) == "", "not 1.5 K over b"
    assert sensors.riser(before, at(a=20.0, b=8.0, c=16.6)) == "c", "one that falls does not count against it"
    assert sensors.riser(before, at(a=None, b=10.0, c=17.0)) == "c"
    assert sensors.riser(before, at(a=25.0, b=15.0, c=20.0)) == "", "a room that warms up is no hand"
    assert sensors.riser({}, at(a=30.0)) == ""


def test_places_and_what_moves():
    data = house_config(2)
    places = sensors.roles(data)
    assert list(places)[:2] == ["well.supply", "well.return"] and "room2.leaving" in places and "loop.supply" not in places
    rom = data["well"]["return_rom"]
    said = sensors.assign(data, "well.supply", rom)
    assert said == ["well.return has no sensor any more"] and "return_rom" not in data["well"]
    assert sensors.chosen(data, []) == ["well.return"] and len(sensors.chosen(house_config(2), [])) == 8
    for role, given, words in (("cellar.x", rom, "no place for a sensor here; there are well.supply"),
                             ("room1.room", "28", "16 hex digits"), ("room1.room", "28ff641d8fdf18c2", "not the CRC")):
        with pytest.raises(LinkError, match=words):
            sensors.assign(data, role, given)


def test_a_rom_that_is_given_goes_into_a_file(bench, tmp_path, capsys):
    path = tmp_path / "house.json"
    path.write_text(json.dumps(house_config(1)))
    status, text = call(capsys, "onewire", "--assign", f"room1.leaving={STRANGER.hex().upper()}", "--file", path)
    assert status == 0 and f"written to {path}" in text
    assert json.loads(path.read_text())["rooms"][0]["leaving_rom"] == STRANGER.hex()
    status, text = call(capsys, "onewire", "--assign", f"room1.leaving={STRANGER.hex()}", "--file", path)
    assert status == 0 and "no difference" in text
    status, text = call(capsys, "onewire", "--assign", f"room1.room={STRANGER.hex()}", f"room1.leaving={STRANGER.hex()}",
                        "--file", path)
    assert status == 2 and "another place" in text


def test_a_board_without_a_config_reads_its_sensors_too():
    world = types.SimpleNamespace(ms=0, answer=None)
    devices = {rom: Ds18b20(rom, lambda c=c: c, 1.0, random.Random(2)) for rom, c in
               ((make_rom(1), 21.0), (make_rom(2), -3.5))}
    from harness.devices.onewire import OneWireBus
    bus = OneWireBus(list(devices.values()))

    def ticks():
        world.ms += 10
        return world.ms

    def post(tx, n):
        world.answer = bus.transact(bytes(tx), n, world.ms / 1000)

    def collect(rx):
        if world.answer is None:
            return -1
        status, data = world.answer
        rx[:len(data)], world.answer = data, None
        return status
    wire = types.SimpleNamespace(post=post, collect=collect)
    board = types.SimpleNamespace(clock=types.SimpleNamespace(ticks_ms=ticks, ticks_diff=lambda a, b: a - b),
                                  onewire=lambda: wire, search_onewire=lambda: [rom.hex() for rom in devices])
    bare = types.SimpleNamespace(board=board, node=types.SimpleNamespace(by_chip={}))
    rows = board_side.rows(bare, 1)
    assert [rom for rom, *_ in rows] == [rom.hex() for rom in devices]
    assert abs(float(rows[0][2]) - 21) < 0.2 and abs(float(rows[1][2]) + 3.5) < 0.2 and rows[0][4] == "ok"
    assert board_side.rows(bare, 0) != [] and world.ms > 1600
    devices[make_rom(1)].fault = "open"
    assert board_side.rows(bare, 0)[0][4] == "crc"
    board.onewire = lambda: types.SimpleNamespace(post=lambda tx, n: None, collect=lambda rx: -1)
    assert board_side.rows(bare, 0)[1][4] == "no_presence"
    board_side.resting.clear()


@pytest.mark.both
@pytest.mark.parametrize("trim_mk", [-2000, 2000])
def test_a_trim_is_added_to_what_its_sensor_reads_and_to_no_other(trim_mk):
    found = []
    for trim in (0, trim_mk):
        data = house_config(1)
        data["well"]["supply_trim_mk"] = trim
        with make_rig(data=data, ideal=True) as rig:
            rig.run(30)
            found.append(rig.points())
    assert abs(found[1]["well.supply_mc"] - found[0]["well.supply_mc"] - trim_mk) <= 126
    for name in ("well.return_mc", "room1.room_mc", "room1.supply_air_mc", "room1.leaving_mc"):
        assert abs(found[1][name] - found[0][name]) <= 126, name
    for bad in (2001, -2001, 0.5):
        data["well"]["supply_trim_mk"] = bad
        assert len(config.validate(data)[1]) == 1


def test_a_node_at_work_is_put_into_service_and_one_that_rests_is_left_alone(tmp_path, monkeypatch):
    link, after = FolderLink(tmp_path), FolderLink(tmp_path)
    states = iter(["running", "service", "none"])
    link.run = after.run = lambda code, timeout_s=30: next(states)
    monkeypatch.setattr(attended, "reconnect", lambda port: after)
    said = []
    assert attended.into_service(link, 600, said.append) == (after, True)
    assert "enter_service(600)" in link.left[0] and "outputs off" in said[0]
    assert attended.into_service(after, 600, said.append) == (after, False) and len(said) == 1
