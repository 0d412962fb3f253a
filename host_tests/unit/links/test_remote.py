"""The hand-held remote: NEC waveforms with jitter, noise and interference into codes; keys into commands of a resident."""

from __future__ import annotations

import random

import pytest

from doubles import houses
from doubles.handset import CODES, ONE, REPEAT, ZERO, Room, decode, frame, received, train
from doubles.selection import some
from doubles.wire import Alone
from harness import scenarios
from harness.sitl import frames
from wellhearth.links.infrared import learn, nec, remote


def test_a_clean_frame_and_its_repeats():
    assert decode(train(None, frame(0x00FF45), REPEAT, REPEAT)) == [0x00FF45, nec.REPEAT, nec.REPEAT]
    assert decode(train(None, frame(0xFFFFFF))) == [0xFFFFFF] and decode(train(None, frame(0))) == [0]


# Written down by hand in the shape a TSOP38238 gives (data sheet, "output function"): marks some 50 us long, spaces as
# much short, edges uneven. No recording of anybody's is committed.
RECEIVED = [9124, -4440, 618, -508, 614, -510, 616, -508, 620, -504, 616, -508, 616, -510, 614, -508, 618, -508, 614, -1632,
            620, -1626, 620, -1628, 616, -1630, 618, -1628, 618, -1628, 616, -1630, 616, -1630, 618, -1628, 618, -506, 618,
            -1630, 614, -510, 616, -508, 616, -508, 618, -1628, 616, -510, 614, -510, 616, -1630, 616, -508, 616, -1632, 614,
            -1632, 616, -1630, 616, -508, 618, -1630, 614, -39800, 9120, -2190, 620]


def test_a_receivers_waveform():
    assert decode(RECEIVED) == [0xFF0045, nec.REPEAT]


@pytest.mark.parametrize(("jitter", "stretch", "least"), [(0, 0, 1.0), (50, 100, 1.0), (100, 80, 1.0), (150, 60, 1.0),
                                                         (200, 0, 0.99)])
def test_decode_rate_under_jitter_and_no_false_code(jitter, stretch, least):
    rng = random.Random(jitter)
    good = 0
    for _ in range(400):
        code = rng.randrange(1 << 24)
        seen = decode(received(rng, train(rng, frame(code)), jitter, stretch))
        assert seen in ([code], []), "a code that nobody sent"
        good += seen == [code]
    assert good >= least * 400, f"{good} of 400"


def spiked(rng, times, spikes):
    """Short pulses of light (or of a 1-Wire slot coupled into the wire) inside the waveform: a level is cut in two."""
    times = list(times)
    for _ in range(spikes):
        i = rng.randrange(len(times))
        us = times[i]
        sign = 1 if us > 0 else -1
        width = rng.randint(5, 90)
        if abs(us) < width + 40:
            continue
        at = rng.randint(20, abs(us) - width - 19)
        times[i : i + 1] = [sign * at, -sign * width, sign * (abs(us) - at - width)]
    return times


@pytest.mark.parametrize(("spikes", "frames"), some([
    (1, 300), (3, 1500), (10, 300), (40, 300), (1, 1500), (10, 1500), (40, 1500)], 4))
def test_interference_may_cost_a_frame_but_never_makes_another_key(spikes, frames):
    rng = random.Random(spikes)
    seen_at_all = 0
    for _ in range(frames):
        code = rng.randrange(1 << 24)
        seen = [c for c in decode(spiked(rng, received(rng, train(rng, frame(code), REPEAT), 60, 60), spikes)) if c >= 0]
        assert seen in ([code], [])
        seen_at_all += bool(seen)
    assert seen_at_all > 0 or spikes > 3


@pytest.mark.long
def test_an_hour_of_sunlight_and_lamps_is_no_key():
    rng = random.Random(9)
    decoder = nec.Decoder()
    lengths = ((10, 700), (400, 2500), (2000, 10000))
    codes = decode((rng.choice((1, -1)) * rng.randint(*rng.choice(lengths)) for _ in range(400_000)), decoder)
    assert [code for code in codes if code >= 0] == []
    assert decode(train(rng, frame(0x1234AB)), decoder) == [0x1234AB], "and afterwards it hears a key at once"


def test_a_frame_whose_command_does_not_agree_with_its_complement_is_nothing():
    times = frame(0x00FF45)
    times[2 + 2 * 20 + 1] = -ONE if times[2 + 2 * 20 + 1] == -ZERO else -ZERO
    assert decode(train(None, times)) == []


# -- keys --


@pytest.fixture
def room():
    return Room()


def test_one_key_turns_it_on_and_it_heats_to_the_last_setpoint(room):
    room.p.setpoint_mc = 21500
    room.press("power")
    assert room.p.mode == 0
    room.press("power")
    assert (room.p.mode, room.p.setpoint_mc) == (1, 21500) and room.answers == [True, True]
    room.press("mode")
    room.press("power")
    room.press("power")
    assert room.p.mode == 2, "it comes back in the mode it had"


def test_every_key_does_its_work(room):
    for key, point, values in (("up", "setpoint_mc", [20500, 21000]), ("down", "setpoint_mc", [20500]),
                               ("mode", "mode", [2, 3, 1]), ("fan", "fan_fixed_pm", [400, 700, 1000, 0]),
                               ("timer", "timer_min", [60, 120]), ("boost", "boost_min", [60, 0])):
        for value in values:
            room.press(key)
            assert getattr(room.p, point) == value
    assert all(room.answers)


def test_a_held_key_takes_some_steps_and_no_more(room):
    room.press("up", held=4)
    assert room.p.setpoint_mc == 21000, "one step at once, one after half a second"
    room.press("up", held=500)
    assert room.p.setpoint_mc <= 21000 + 500 * remote.HELD_STEPS, "a key that is stuck"
    room.press("power", held=200)
    assert room.p.mode == 0, "held or not, it was meant once"
    for _ in range(30):  # a remote that repeats the whole frame
        room.send(frame(CODES["power"]))
    assert room.p.mode == 1
    count = len(room.answers)
    room.now_ms += 5000
    room.send(REPEAT)
    assert len(room.answers) == count, "a repeat code of a key that nobody heard"


def test_a_replayed_remote_does_no_more_than_the_wall_could(room):
    changes = 0
    for n in range(3000):
        before = room.p.mode
        room.send(frame(CODES["power" if n % 2 else "mode"]))
        if n % 9 == 0:
            room.toy.second()  # 108 ms a frame
        changes += room.p.mode != before
    assert changes <= 8 + 3000 // 9 + 1, "the link's rate"
    assert False in room.answers and room.toy.node.p.refused > 0
    changed = {name for name, value in room.toy.values().items() if ".mode" in name and value != 1}
    assert changed <= {"room1.mode"}


def test_the_limits_of_the_room_are_answered_with_a_refusal(room):
    room.toy.node.cfg.rooms[0].setpoint_max_mc = 20500
    room.press("up")
    room.press("up")
    assert room.p.setpoint_mc == 20500 and room.answers == [True, False]


def test_a_strange_remote_is_not_heard_and_a_key_can_be_learned(room):
    room.send(frame(0xABCDEF))
    assert room.answers == []
    learned = []
    room.remote.learning = learned.append
    room.send(frame(0xABCDEF))
    room.send(frame(0xABCDEF))
    assert learned == [0xABCDEF] and room.answers == []


def test_the_first_keys_are_learned_where_the_config_has_no_remote_yet():
    with houses.make_inside(1) as rig:
        rig.run(2)
        app = houses.app_of(rig)
        assert app.links.remote is None
        learner = learn.Learner(app, 1)
        assert learner.learn("power") == ""
        app.board.light.times += train(None, frame(CODES["power"]))
        rig.run(2)
        assert learner.codes == {"power": CODES["power"]} and app.links.remote is learner.remote
        with pytest.raises(ValueError, match="has 1 rooms"):
            app.links.remote = None
            learn.Learner(app, 2)


def test_through_the_real_node_and_back_on_its_speaker(tmp_path):
    data = scenarios.village_config(1)["room_nodes"][0]
    data["remote"] = {"power": CODES["power"], "up": CODES["up"]}
    node = Alone(tmp_path, data)
    try:
        node.run_to(2e6)
        for key in ("up", "power"):
            times = train(None, frame(CODES[key]))
            for part in (times[:40], times[40:]):
                halves = [us & 0xFFFF for us in (max(-32000, min(32000, t)) for t in part)]
                node.board.firmware.link(0, 0, halves, frames.LIGHT)
        node.run_to(4e6)
        p = node.board.points()
        assert (p["room1.setpoint_mc"], p["room1.mode"]) == (20500, 0)
        assert [t for t in node.board.texts if t.startswith("beep")] == ["beep: done", "beep: done"]
    finally:
        node.close()
