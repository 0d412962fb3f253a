"""The clock in the running firmware: its sources in their order of trust, power cuts, resets, a dead chip, and jumps."""

from __future__ import annotations

import datetime

import pytest

from doubles.houses import app_of, make_inside, make_rig, make_village, run_until_of
from doubles.selection import some
from harness import scenarios
from wellhearth.console import views
from wellhearth.control import wall

MONDAY = datetime.datetime(2026, 11, 29, 16)  # UTC, as local midnight in China
SETBACK_MC, COMFORT_MC = 17000, 20000


def house(**node):
    data = scenarios.house_config(1)
    data["node"].update(node)
    data["rooms"][0].update(schedule="daily 06:00-22:00", setback_mc=SETBACK_MC, early_max_min=0)
    return data


def quality(rig):
    return wall.QUALITIES[rig.points()["node.clock_quality"]]


def seconds(rig):
    """Seconds that the node's clock is ahead of the world: whole ones, read, published and told each up to a second late."""
    p = rig.points()
    return p["node.utc_day"] * 86400 + p["node.utc_s"] - 9830 * 86400 + 28800 - rig.t_s


@pytest.mark.both
def test_setback_works_again_after_a_power_cut_with_a_clock_chip():
    with make_rig(data=house(rtc="ds3231")) as rig:
        rig.wiring.rtc.set(MONDAY)
        rig.wiring.host_gives = False
        rig.run(15)
        p = rig.points()
        assert quality(rig) == "rtc" and p["node.week_min"] == 0 and p["room1.target_mc"] == SETBACK_MC
        rig.blackout(True)
        rig.run(3600)
        rig.blackout(False)
        rig.run(15)
        p = rig.points()
        assert quality(rig) == "rtc" and p["node.week_min"] == 60 and p["room1.target_mc"] == SETBACK_MC
        assert abs(seconds(rig)) <= 3 and p["node.scan_faults"] == 0


@pytest.mark.both
def test_without_a_chip_a_power_cut_takes_the_time_and_a_reset_does_not():
    with make_rig(data=house()) as rig:
        rig.run(5)
        assert quality(rig) == "host" and rig.points()["room1.target_mc"] == SETBACK_MC
        rig.wiring.host_gives = False
        rig.run(60)
        assert quality(rig) == "host" and 58 <= rig.points()["node.clock_age_s"] <= 66
        rig.write("sitl.adc_fails", 3)  # three failed scans: a reset
        rig.run(5)
        assert rig.resets == 1 and quality(rig) == "kept" and -4 <= seconds(rig) <= 0.1
        assert rig.points()["room1.target_mc"] == SETBACK_MC
        rig.restart()
        rig.run(5)
        p = rig.points()
        assert quality(rig) == "none" and p["node.week_min"] == -1 and p["node.utc_day"] == -1
        assert p["room1.target_mc"] == COMFORT_MC, "no clock, no setback"


@pytest.mark.both
def test_a_new_chip_is_set_by_the_first_good_source_and_then_leads():
    with make_rig(data=house(rtc="ds3231")) as rig:
        chip = rig.wiring.rtc
        rig.run(15)
        assert quality(rig) == "rtc" and not chip.stopped, "the host's time went into it"
        assert abs(seconds(rig)) <= 3
        rig.wiring.jump_s = 86400
        rig.run(30)
        assert abs(seconds(rig)) <= 3, "from now on the chip is trusted, not a stranger's clock"
        chip.fault = "dead"
        rig.run(3700)
        assert quality(rig) == "rtc" and abs(seconds(rig)) <= 3, "it runs on by the scan's ticks"
        assert rig.points()["node.clock_age_s"] > 3600


def test_why_there_is_no_clock_is_said():
    with make_inside(1, house(rtc="ds3231")) as rig:
        rig.wiring.clock_set = False
        rig.run(2)
        rig.wiring.rtc.stopped = True  # its cell is empty
        rig.wiring.clock_set, rig.wiring.host_gives = True, False
        rig.run(12)
        app = app_of(rig)
        assert "has no time: its oscillator has stood still" in views.clock_text(app)
        assert "no setback in" in views.clock_text(app) and "wellhearth clock --set" in views.clock_text(app)
        rig.wiring.rtc.fault = "dead"
        rig.run(12)
        assert "does not answer" in views.clock_text(app)
        rig.wiring.rtc.fault = "rubbish"
        rig.run(12)
        assert "which is no number" in views.clock_text(app)
        rig.wiring.rtc.fault = ""
        assert app.clock.set(wall.HOST, 9900, 100) == ""
        rig.run(3)
        assert "2027-02-08 08:01:4" in views.clock_text(app) and "from rtc" in views.clock_text(app)
        assert "better source: rtc" in app.clock.set(wall.BUS, 9900, 0)
        assert "is wanted" in app.clock.set(wall.HOST, 9000, 0)
        journal = "\n".join(app.journal.read(30))
        assert "clock: the DS3231 does not answer" in journal
        assert "clock set by host: day 9900 since 2000, 100 s UTC" in journal


def meters(rig):
    p = rig.points()
    return {name: p[name] for name in p if not name.startswith("node.") and name.rpartition("_")[2] in
            ("s", "h", "l", "m3", "wh", "mwh", "min", "w", "starts", "mc", "lph", "pm", "state", "trips")} | {
                "uptime": p["node.uptime_s"], "starts_1h": p["room1.starts_1h"]}


@pytest.mark.long
@pytest.mark.both
@pytest.mark.parametrize("jump_s", some([-86400, 86400]))
def test_a_jump_of_a_day_moves_no_timer_and_no_meter(jump_s):
    """Two equal houses; the clock of one jumps while its compressor runs and its timers count."""
    found = []
    for jump in (0, jump_s):
        with make_rig(data=scenarios.house_config(1), start_c=17.0) as rig:
            rig.run(5)
            assert rig.write("room1.boost_min", 20) == "" and rig.write("room1.timer_min", 40) == ""
            rig.run(900)
            before = rig.points()["node.utc_day"]
            rig.wiring.jump_s = jump
            rig.run(3000)
            assert rig.points()["node.utc_day"] == before + jump // 86400
            found.append((meters(rig), rig.events))
    assert found[0] == found[1]
    assert found[0][0]["room1.run_s"] > 300 and found[0][0]["room1.timer_min"] == 0


@pytest.mark.both
def test_a_rooms_node_has_its_time_from_the_well():
    def lonely(data):
        for one in data["room_nodes"]:
            one["rooms"][0].update(schedule="daily 06:00-22:00", setback_mc=SETBACK_MC, early_max_min=0)
    with make_village(2, change=lonely) as v:
        for board in v.rooms:
            board.wiring.host_gives = False
        run_until_of(v, lambda p: all(p.get(f"room{i}.node.clock_quality") == wall.BUS for i in (1, 2)), 70)
        v.run(2)
        p = v.points()
        assert abs(p["room2.node.utc_s"] - p["node.utc_s"]) <= 1 and p["room1.node.utc_day"] == p["node.utc_day"]
        v.run(5)
        assert v.points()["room1.target_mc"] == SETBACK_MC
        v.rooms[0].restart()
        v.run(3)
        assert v.points()["room1.node.clock_quality"] == wall.NONE
        v.run(70)
        assert v.points()["room1.node.clock_quality"] == wall.BUS, "within a minute of its start"
