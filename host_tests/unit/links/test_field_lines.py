"""A plant's lines: the client's rounds, orders, silence, wrong answers, a whole plant."""

from __future__ import annotations

from doubles.field_line import Line
from doubles.toyplant import ToyPlant, plant_config


def test_what_is_silent_expires_and_does_not_slow_down_the_others():
    line = Line(*["pump"] * 8)
    line.run(5)
    assert all(one.ok for one in line.stations)
    for address in (3, 5, 6):
        line.devices[address].silent = True
    line.run(30)
    assert [one.ok for one in line.stations] == [True, True, False, True, False, False, True, True]
    assert not line.stations[2].knows("running") and line.stations[2].p.timeouts
    assert max(one.age_s for one in line.stations if one.ok) <= 2
    line.devices[3].silent = False
    line.run(10)
    assert line.stations[2].ok


def test_an_order_goes_out_at_once_and_again_when_it_was_lost():
    line = Line("pump", "pump")
    line.run(5)
    line.stations[1].tell("run", 1)
    line.run(1)
    assert line.devices[2].told["run"] == 1
    line.devices[2].told["run"] = 0  # it was reset
    line.run(11)
    assert line.devices[2].told["run"] == 1, "everything is told again"
    line.devices[1].silent = True
    line.stations[0].tell("run", 1)
    line.run(30)
    line.devices[1].silent = False
    line.run(20)
    assert line.devices[1].told["run"] == 1


def test_much_to_tell_leaves_room_to_ask():
    """An order that changes in each turn must not make silence of its own."""
    line = Line(*["pump"] * 8)
    line.run(5)
    for k in range(3000):
        for one in line.stations:
            one.tell("speed_pm", 400 + k % 500)
        line.ms += 10
        line.client.poll(line.ms)
        if line.ms % 1000 == 0:
            for one in line.stations:
                one.each_second()
    assert all(one.ok and one.age_s <= 3 for one in line.stations)


def test_a_little_more_or_less_is_not_worth_a_frame():
    line = Line("pump")
    line.run(2)
    one = line.stations[0]
    for value, told in ((500, 500), (503, 500), (496, 496), (0, 0), (2, 2), (1000, 1000)):
        one.tell("speed_pm", value, 4)
        assert one.want["speed_pm"] == told, value


def test_a_change_while_its_frame_is_on_its_way_is_not_lost():
    line = Line("pump")
    line.run(3)
    one = line.stations[0]
    one.tell("speed_pm", 500)
    line.ms += 10
    line.client.poll(line.ms)  # the frame with 500 is out
    one.tell("speed_pm", 700)
    line.run(1)
    assert line.devices[1].told["speed_pm"] == 700


def test_machines_by_contacts_share_a_module():
    """Channel 2 of a module: its coils, bits and registers lie behind those of channel 1."""
    line = Line("contacts", channels=[2])
    device = line.devices[1]
    for read in device.map.READS:
        assert read
    one = line.stations[0]
    assert one.offset == 4
    one.tell("run", 1)
    line.run(1)
    frames = [frame for frame in line.port.sent if frame[1] == 5]
    assert frames[0][2:6] == bytes([0, 4, 0xFF, 0]), "coil 4 is run of channel 2"


def test_a_wrong_or_hostile_answer_is_no_value():
    line = Line("machine")
    line.run(3)
    device = line.devices[1]
    honest = device.answer
    device.says["lwt_mc"] = 40000
    for spoil in (lambda frame: honest(frame)[:-2], lambda frame: honest(frame) + b"\0\0",
                  lambda frame: bytes([frame[0], frame[1] | 0x80, 4]),
                  lambda frame: bytes([frame[0], 3]) + honest(frame)[2:]):
        device.answer = spoil
        p = line.stations[0].p
        before = p.errors + p.timeouts
        line.run(8)
        assert p.errors + p.timeouts > before
    line.run(10)
    assert not line.stations[0].ok
    device.answer = honest
    line.run(10)
    assert line.stations[0].ok and line.stations[0].get("lwt_mc", 0) == 40000


def test_a_whole_plant_hears_all_of_its_devices():
    plant = ToyPlant(plant_config(2, 2, tank={"line": "bms", "address": 55}))
    plant.run(10)
    assert all(one.ok for one in plant.plant.stations)
