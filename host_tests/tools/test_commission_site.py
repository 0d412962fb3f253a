"""`wellhearth commission` on the site: the second section, leak tests, cold oil, links, and the autumn's repeat."""

from __future__ import annotations

import datetime
import json

import pytest

from doubles.commissioning import failed, hints, rig_of
from harness import prompt as prompts
from whtools import cli
from whtools.commission import autumn, bench, record, run, simulated, site, wellsteps
from whtools.device.link import LinkError


@pytest.mark.long
def test_the_second_section_has_all_steps_of_the_first(tmp_path):
    rig, one = simulated.make((), 1, well_type="multi_aquifer")
    with rig:
        state = run.State(tmp_path / "state.json", "simulator")
        assert run.walk(one, state, [], lambda text: None), hints(state)
        assert {f"{name} well2" for name, _step in run.WELL_STEPS} <= set(state.steps)
        two = state.data["well2"]
        assert [round(point["speed_pm"], -1) for point in two["curve"]] == list(wellsteps.SPEEDS)
        assert two["capacity_lph_bar"] > 1000 and rig.points()["node.service"] == 0
        lines = run.settings_of(state.data)
        assert any("well2.flow_ff_pm_m3h=" in line for line in lines) and "well2.return_trim_mk=" in lines[-1]


@pytest.mark.long
def test_a_meter_of_the_second_section_is_told_from_the_first(tmp_path):
    rig, one = simulated.make((), 1, well_type="multi_aquifer")
    with rig:
        config = json.loads(json.dumps(one.config))
        config["well2"]["pulses_per_m3"] = 60000
        (rig.folder / "config.json").write_text(json.dumps(config))
        rig.restart()
        rig.run(5)
        one.config = config
        state = run.State(tmp_path / "state.json", "simulator")
        assert not run.walk(one, state, [], lambda text: None)
        assert "meters" not in failed(state) and "meters well2" in failed(state), failed(state)
        assert "config set well2.pulses_per_m3=" in hints(state)


def test_only_the_pump_under_test_runs_and_stops_by_itself():
    rig, one = simulated.make((), 1, well_type="multi_aquifer")
    with rig:
        one.service(True)
        one.wait(65)
        for mine, other in (("well2", "well"), ("well", "well2")):
            assert one.force(wellsteps.pump_of(mine), 1) == ""
            one.wait(20)
            assert one.points(f"{mine}.pump_on", f"{other}.pump_on") == {f"{mine}.pump_on": 1, f"{other}.pump_on": 0}
            one.wait(120)
            assert not one.point(f"{mine}.pump_on"), "its minute is over"


@pytest.mark.parametrize(("percent_h", "step"), [(0.0, ""), (0.1, "leak test 24 h"), (4.0, "leak test")])
def test_a_leak_is_found_in_half_an_hour_or_in_a_day_and_warm_nitrogen_is_none(tmp_path, percent_h, step):
    rig, one = simulated.make((), 1)
    with rig:
        one.person.leak_percent_h = percent_h
        todo = {name: call for name, call in run.plan(one).items() if name.startswith("leak")}
        state = run.State(tmp_path / "state.json", "simulator")
        assert run.walk(one, state, [], lambda text: None, todo) is (not step)
        assert not step or step in failed(state) and "soap" in hints(state)


def test_the_second_leak_test_waits_for_its_day_over_a_restart_of_the_tool(tmp_path):
    rig, one = simulated.make((), 1)
    with rig:
        todo = {name: call for name, call in run.plan(one).items() if name.startswith("leak")}
        one.person.waits = lambda hours: False
        assert not run.walk(one, run.State(tmp_path / "state.json", "simulator"), [], lambda text: None, todo)
        again = run.State(tmp_path / "state.json", "simulator")
        assert failed(again) == {"leak test 24 h"} and "it goes on from here" in hints(again)
        one.person.slept += datetime.timedelta(hours=23)
        assert not run.walk(one, again, [], lambda text: None, todo)
        one.person.slept += datetime.timedelta(hours=1.1)
        assert run.walk(one, again, [], lambda text: None, todo)


def test_nitrogen_is_brought_back_to_its_first_temperature():
    before = {"mpa": 0.25, "degc": 20.0}
    assert site.loss_percent(before, {"mpa": 0.25, "degc": 20.0}) == pytest.approx(0)
    cold = (0.25 + 0.1013) * 283.15 / 293.15 - 0.1013
    assert site.loss_percent(before, {"mpa": cold, "degc": 10.0}) == pytest.approx(0, abs=1e-9)
    assert site.loss_percent(before, {"mpa": 0.24, "degc": 20.0}) == pytest.approx(4)
    assert not site.loss_check("x", {"mpa": 0, "degc": 20}, {"mpa": 0.2, "degc": 20}).ok
    assert not site.loss_check("x", before, {"mpa": 0.2, "degc": 288}).ok, "kelvin, or a slip of the finger"


@pytest.mark.parametrize(("hours", "air_c", "ok"), [(24, 15, True), (5, 15, False), (0, 15, True), (0, 6, False)])
def test_a_compressor_is_not_started_on_cold_oil(hours, air_c, ok):
    with rig_of() as rig:
        rig.run(30)
        for room in rig.plant.rooms:
            room.air_c = air_c
        one = bench.Bench(prompts.Prompt(rig), simulated.SimulatedPerson(rig, 1), rig.config)
        one.person.heater_h = hours
        one.points = lambda *paths: {p: round(1000 * air_c) if p.endswith("_mc") else 1 for p in paths}
        assert all(check.ok for check in site.crankcase(one, {})) is ok


class Line:
    """A bench whose lines say what the test wants."""

    def __init__(self, config, before, after, blocks=("node", "bus", "bms", "far1", "far2", "water")):
        self.config, self.blocks, self.values, self.after = config, blocks, before, after
        self.person = simulated.SimulatedPerson.__new__(simulated.SimulatedPerson)
        self.person.sees = lambda question, what: "temperatures" in question

    def service(self, on):
        assert not on

    def wait(self, seconds):
        self.values = self.values | self.after

    def points(self, *paths):
        return {path: self.values[path] for path in paths}

    def point(self, path):
        return self.values[path]


QUIET = {f"{line}.{name}": 0 for line in ("bus", "bms") for name in ("frames", "errors", "answers")}


@pytest.mark.parametrize(("config", "after", "words"), [
    ({}, {}, ""),
    ({"bus": {"role": "client"}}, {"bus.frames": 60, "far1.online": 1, "far2.online": 1}, ""),
    ({"bus": {"role": "client"}}, {"bus.frames": 60, "far1.online": 1, "far2.online": 0}, "far2"),
    ({"bus": {"role": "server"}}, {"bus.frames": 60, "water.age_s": 2}, ""),
    ({"bus": {"role": "server"}}, {}, "bus: frames in 30 s"),
    ({"bus": {"role": "server"}}, {"bus.frames": 9, "water.age_s": 99}, "the well was heard before"),
    ({"bms": {}}, {"bms.frames": 40, "bms.errors": 2}, "bms: damaged frames"),
    ({"bms": {}, "remote": {"room": 2}}, {"bms.frames": 40}, "remote of room2")])
def test_links_are_proved_at_both_ends(config, after, words):
    line = Line(config, QUIET | {"water.age_s": 0}, after)
    bad = [check for check in site.links(line, {}) if not check.ok]
    assert [words in f"{check.name} {check.value}" for check in bad] == ([True] if words else []), bad or words


@pytest.mark.long(minutes=0.2)
def test_the_autumns_repeat_takes_ten_minutes_and_names_what_has_changed(tmp_path, capsys):
    rig, one = simulated.make((), 1)
    with rig:
        state = run.State(tmp_path / "first.json", "simulator")
        assert run.walk(one, state, [], lambda text: None)
        first = autumn.first_of(tmp_path / "first.json", "simulator")
        simulated.rest(one)
        begun_s = rig.t_s
        later = run.State(tmp_path / "second.json", "simulator")
        assert run.walk(one, later, [], lambda text: None, autumn.plan(one, first, run.second)), hints(later)
        assert rig.t_s - begun_s < 600
        rig.plant.well.clog += 0.6
        third = run.State(tmp_path / "third.json", "simulator")
        assert not run.walk(one, third, [], lambda text: None, autumn.plan(one, first, run.second))
        assert failed(third) == {"compared"} and "the ground clogs" in hints(third), hints(third)
    assert "then," in record.page_of(third, False)
    with pytest.raises(LinkError, match="of unit simulator, this is other"):
        autumn.first_of(tmp_path / "first.json", "other")
    with pytest.raises(LinkError, match="--first"):
        autumn.first_of(tmp_path / "none.json", "other")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(LinkError, match="damaged"):
        autumn.first_of(tmp_path / "bad.json", "other")


@pytest.mark.long(minutes=0.2)
def test_the_simulated_autumn(tmp_path, capsys):
    status = cli.main(["commission", "--simulate", "--autumn", "--out", str(tmp_path)])
    text = capsys.readouterr().out
    assert status == 0 and "the repeat took" in text and "reinjection capacity" in text
    assert (tmp_path / "autumn.html").exists() and (tmp_path / "commissioning.html").exists()
