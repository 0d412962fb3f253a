"""Field devices, the plant room, lines on one clock, scenarios and faults of a central plant's harness."""

from __future__ import annotations

import struct

import pytest

from harness.central import breaking, configs, nodes, play, scenarios, season
from harness.central.devices import WATCHDOG_S, FieldDevice
from harness.central.room import PlantRoom, RoomError
from plant.central import case, faults
from plant.central.world import Central
from wellhearth.links.modbus import rtu
from wellhearth.tables import config


class Ear:
    """Somebody on the line who hears everything."""

    plugged, address, on_frame = True, None, None

    def __init__(self):
        self.heard = []

    def hear(self, data):
        self.heard.append(data)


def sealed(body: bytes) -> bytes:
    frame = bytearray(body) + bytearray(2)
    rtu.seal(frame, len(body))
    return bytes(frame)


def exact(kind: str, address: int = 7) -> FieldDevice:
    """A device whose sensors have no tolerance."""
    one = FieldDevice(kind, address, 1)
    one.offsets, one.factors = dict.fromkeys(one.says, 0.0), dict.fromkeys(one.says, 1.0)
    return one


def read(one: FieldDevice, number: int = 0) -> list[int]:
    code, first, count = one.map.READS[number][:3]
    answer = one.answer(bytes([one.address, code]) + struct.pack(">HH", first, count))
    assert answer[:3] == bytes([one.address, code, 2 * count])
    return list(struct.unpack(f">{count}H", answer[3:]))


def test_registers_are_those_of_the_firmwares_map():
    one = exact("machine")
    one.says.update(running=1, fault=0, flow_ok=1, lwt_mc=45120.0, ewt_mc=-1500.0, load_pm=730.0, power_w=48_700.0,
                    source_valve=1, load_valve=1)
    words = read(one)
    assert words[0] == 0b101 and words[1] == 4512 and words[2] == 0x10000 - 150 and words[5] == 730
    assert words[6] == 487 and words[7] == 0b11
    one.unknown.add("lwt_mc")
    assert read(one)[1] == 0x8000
    net = exact("network")
    net.says.update(makeup_l=70_000.0, flow_lph=123_400.0)
    assert read(net)[7:9] == [1, 4464] and read(net)[2] == 1234


def test_what_it_is_told_is_forgotten_after_a_minute_of_silence():
    one = exact("machine")
    body = bytes([7, 16]) + struct.pack(">HHB5H", 0, 5, 10, 1, 3, 800, 5800, 1)
    assert one.answer(body) == body[:6]
    assert one.told == {"run": 1, "mode": 3, "capacity_pm": 800, "setpoint_mc": 58000, "valves": 1}
    for _ in range(int(WATCHDOG_S)):
        one.second()
    assert one.told["run"] == 1
    one.second()
    assert not any(one.told.values())
    assert one.answer(bytes([7, 3, 0, 99, 0, 1])) == bytes([7, 0x83, 2]), "a read that its map has not"


def test_a_device_answers_on_the_line_in_its_own_time_and_not_when_it_is_silent():
    clock = nodes.Clock()
    line = nodes.ClockedLine(clock, 19200, 1)
    one, ear = exact("weather"), Ear()
    one.on_line(line)
    line.stations.append(ear)
    one.says["outside_mc"] = -7320.0
    asked = sealed(bytes([7, 4, 0, 0, 0, 1]))
    line.send(0.0, None, asked)
    clock.run_to(50_000.0)
    assert ear.heard == [asked, sealed(bytes([7, 4, 2]) + struct.pack(">h", -732))]
    one.silent = True
    line.send(60_000.0, None, asked)
    clock.run_to(90_000.0)
    one.silent = False
    line.send(100_000.0, None, asked[:-1] + b"\0")  # a spoilt frame is no request
    clock.run_to(150_000.0)
    assert len(ear.heard) == 4


def test_lines_on_one_clock_keep_their_order():
    clock, order = nodes.Clock(), []
    one, other = nodes.ClockedLine(clock, 19200, 1), nodes.ClockedLine(clock, 19200, 2)
    one.at(20.0, lambda: order.append(("one", other.now_us)))
    other.at(10.0, lambda: order.append(("other", one.now_us)))
    clock.run_to(30.0)
    assert order == [("other", 10.0), ("one", 20.0)] and one.now_us == other.now_us == 30.0


@pytest.mark.parametrize("name", case.names())
def test_every_case_has_configs_that_the_firmware_takes(name):
    data = case.find(name)
    world = Central(data, data.weather(1), 1)
    assert config.validate(configs.plant_node(data, world.tertiary.m3h))[1] == []
    assert config.validate(configs.well_node(data, data.wells["count"]))[1] == []


def test_a_room_that_is_not_its_worlds_is_refused():
    data, other = case.find("forest_park"), case.find("school")
    world = Central(data, data.weather(1), 1)
    lines = {name: season.InstantLine() for name in ("bus", "bms")}
    with pytest.raises(RoomError):
        PlantRoom(configs.plant_node(other, 100.0), world, lines, 1)


def running(hours=0.5) -> season.Season:
    one = season.of_case(case.find("forest_park"), 1, 24)
    one.advance(int(3600 * hours))
    return one


def test_orders_reach_the_water_and_water_reaches_the_registers():
    one = running(0.0)
    world, devices = one.world, one.room.devices
    devices["pump1"].told.update(run=1, speed_pm=800)
    devices["pump3"].told.update(run=1, speed_pm=700)
    devices["machine1"].told.update(run=1, mode=1, capacity_pm=1000, setpoint_mc=42000, valves=1)
    devices["network2"].told.update(bypass_pm=1000)
    one.wells[0].told["plant_w"] = 150_000
    one.room.enabled = True
    for _ in range(300):
        for device in [*devices.values(), *one.wells]:
            device.heard_s = 0.0
            device.second()
        one.room.obey()
        one.room.say()
        world.step(1.0)
    assert world.machines[0].running and devices["machine1"].says["running"] and devices["machine1"].says["flow_ok"]
    assert devices["machine1"].says["lwt_mc"] > 22000.0 and devices["network2"].says["flow_lph"] > 5000.0
    assert one.wells[0].says["permissive"] and one.wells[0].says["flow_lph"] == pytest.approx(20_100.0, rel=0.1)
    one.room.enabled = False  # the hardware enable opens
    one.room.obey()
    world.step(1.0)
    assert not world.machines[0].running


def test_the_plant_node_finds_every_device_and_heats():
    one = running(0.5)
    shown = one.shown()
    online = [path for path in shown if path.endswith(".online")]
    assert len(online) == 15 and all(shown[path] for path in online)
    assert shown["plant.outside_ok"] and shown["plant.direction"] == 1
    assert abs(shown["plant.outside_mc"] / 1000.0 - one.world.outside[0]) < 0.5
    assert one.world.machines[0].starts + one.world.machines[1].starts + one.world.machines[2].starts > 0


@pytest.mark.parametrize(("name", "target", "path"), [
    ("well_silent", "1", "source1.online"), ("device_silent", "machine1", "machine1.online"),
    ("device_silent", "tank", "tank.online")])
def test_who_is_silent_is_seen(name, target, path):
    one = running(0.05)
    assert one.point(path) == 1
    breaking.change(one, name, target)
    one.advance(60)
    assert one.point(path) == 0
    breaking.change(one, name, target, mend=True)
    one.advance(60)
    assert one.point(path) == 1


def test_sensors_drift_and_slip_off():
    one = running(0.05)
    before = one.point("network2.supply_mc")
    breaking.change(one, "sensor_drift", "network2.supply_mc", 3000.0)
    breaking.change(one, "tank_sensor_off", "top_mc")
    one.advance(20)
    assert one.point("network2.supply_mc") - before == pytest.approx(3000, abs=200)
    assert one.point("tank.top_mc") == 22000
    breaking.change(one, "sensor_drift", "network2.supply_mc", mend=True)
    breaking.change(one, "tank_sensor_off", "top_mc", mend=True)
    one.advance(20)
    assert one.point("network2.supply_mc") == pytest.approx(before, abs=300) and one.point("tank.top_mc") > 40000
    with pytest.raises(faults.FaultError, match="no device"):
        breaking.change(one, "device_silent", "kettle")
    with pytest.raises(faults.FaultError, match="no signal"):
        breaking.change(one, "sensor_off", "tank.colour")


def test_scenarios_are_read_and_their_days_are_what_they_say():
    for name in scenarios.names():
        one = scenarios.find(name)
        assert one.help and 1 <= one.first_day(1) <= 365
    cold, design = scenarios.find("chengde_longest_day"), scenarios.find("chengde")
    year = case.find("chengde").weather(1)
    assert year.day_mean_c(cold.first_day(1)) == min(year.means)
    assert year.day_mean_c(design.first_day(1)) == pytest.approx(-13.3, abs=1.0)
    assert len(cold.faults) == 3 and cold.faults[0].at_s == 3600


@pytest.mark.parametrize(("text", "reason"), [
    ('case = "moon"\n', "case"), ('case = "school"\nday = 400\n', "day"), ('case = "school"\nhours = 0\n', "hours"),
    ('case = "school"\nspeed = 3\n', "unknown key speed"), ("case = \n", "cannot be used"),
    ('case = "school"\n[[fault]]\nname = "rain"\nat = "01:00"\nminutes = 5\n', "no such fault"),
    ('case = "school"\n[[fault]]\nname = "well_trip"\nat = "noon"\nminutes = 5\n', "hh:mm")])
def test_a_scenario_file_is_refused_with_a_reason(tmp_path, text, reason):
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(scenarios.ScenarioError, match=reason):
        scenarios.find(str(path))
    with pytest.raises(scenarios.ScenarioError, match="chengde"):
        scenarios.find("nowhere")


def test_a_run_is_judged_by_the_plants_truth(tmp_path):
    job = play.Play(scenarios.find("forest_night"), real=False, hours=0.2, out=tmp_path)
    found = job.run()
    rows = {bar["name"]: bar for bar in found["bars"]}
    assert rows["exchangers frozen through"]["ok"] and len((tmp_path / "trace.csv").read_text().splitlines()) == 13
    job.world.suffered.loud_s = 3.0
    bars = {bar["name"]: bar for bar in job.summary()["bars"]}
    assert not bars["noise over the night's limit, s"]["ok"]
