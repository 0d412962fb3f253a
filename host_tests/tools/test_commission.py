"""`wellhearth commission`: a good house passes, five planted mistakes are found and named, a run is resumed."""

from __future__ import annotations

import json

import pytest

from doubles.commissioning import failed, hints, rig_of, walked
from doubles.selection import some
from harness import faults, inprocess, scenarios
from harness import prompt as prompts
from plant import house, weather
from whtools import cli
from whtools.commission import bench, record, run, simulated, units, wellsteps
from whtools.device.link import LinkError

FOUND = {  # by planted mistake: the steps that fail, and what the hint of one of them says
    "backwards": ({"pump", "meters", "pressure", "capacity", "tuning", "zero", "heat room1", "heat room2"},
                  "turns backwards"),
    "swapped": ({"heat room1", "heat room2"}, "sensors are swapped: room2.leaving follows room1"),
    "pulses": ({"pump", "meters", "pressure", "capacity", "tuning", "zero", "heat room1", "heat room2"},
               "pulses_per_m3 = 25000 does not fit the meter"),
    "dry_unit": ({"heat room2"}, "no water passes room2"),
    "other_range": ({"pressure"}, "pressure_range_kpa = 400 is not the transmitter's: it is likely 1000"),
}


@pytest.mark.parametrize("seeds", [range(1, 2), pytest.param(range(2, 33), marks=pytest.mark.long(minutes=1))])
def test_a_good_house_passes_every_step(tmp_path, seeds):
    for seed in seeds:
        state, passed = walked(tmp_path, (), seed)
        assert passed and not failed(state), (seed, hints(state))
        data = state.data
        assert [round(point["speed_pm"], -1) for point in data["curve"]] == list(wellsteps.SPEEDS)
        assert 90 < data["tuned"]["flow_ff_pm_m3h"] < 130 and 0.95 < data["ratio"] < 1.05
        assert 6500 < data["capacity_lph_bar"] < 10500, "100 kPa / 12 kPa per m3/h, and a transmitter of +-1 %"


@pytest.mark.parametrize("seeds", [range(1, 2), pytest.param(range(2, 22), marks=pytest.mark.long(minutes=1))])
@pytest.mark.parametrize("planted", some(simulated.PLANTED, 2))
def test_each_planted_mistake_is_found_and_named(tmp_path, planted, seeds):
    for seed in seeds:
        state, passed = walked(tmp_path, (planted,), seed)
        fails, words = FOUND[planted]
        assert not passed and failed(state) == fails, (seed, hints(state))
        assert words in hints(state), (seed, hints(state))


@pytest.mark.parametrize(("a", "b", "words"), some([
    ("supply", "return", "well.supply and well.return are swapped"),
    ("supply_air1", "supply_air2", "room2.supply_air follows room1")]))
def test_other_sensors_in_each_others_place(tmp_path, monkeypatch, a, b, words):
    def planted(rig, _config):
        faults.change(rig, "sensor_swapped", f"{a}+{b}", 1.0, False)
    monkeypatch.setitem(simulated.PLANTED, "swapped", planted)
    state, passed = walked(tmp_path, ("swapped",), 1)
    assert not passed and words in hints(state), hints(state)


@pytest.mark.parametrize("wear", some([0.35, 0.45]))
def test_a_pump_that_still_lifts_some_water_backwards_is_told_by_its_flow(tmp_path, monkeypatch, wear):
    monkeypatch.setattr(simulated, "BACKWARDS", wear)
    state, _passed = walked(tmp_path, ("backwards",), 1)
    assert "pump" in failed(state) and "turns backwards" in hints(state), hints(state)


@pytest.mark.long
def test_a_run_goes_on_where_it_stopped_and_a_step_is_repeated_when_asked_for(tmp_path):
    rig, one = simulated.make((), 1)
    with rig:
        state = run.State(tmp_path / "state.json", "simulator")
        stop = dict(run.WELL_STEPS)["pump"]

        def cable_pulled(*_args):
            raise LinkError("unplugged")
        run_steps = run.WELL_STEPS
        try:
            run.WELL_STEPS = tuple((name, cable_pulled if step is stop else step) for name, step in run_steps)
            with pytest.raises(LinkError, match="unplugged"):
                run.walk(one, state, [], lambda text: None)
        finally:
            run.WELL_STEPS = run_steps
        again = run.State(tmp_path / "state.json", "simulator")
        assert list(again.steps) == ["leak test", "contacts", "sensors", "outputs"]
        said = []
        assert run.walk(one, again, [], said.append)
        assert "contacts: passed on 20" in said[1] and any("pump ..." in line for line in said)
        said.clear()
        assert run.walk(one, run.State(tmp_path / "state.json", "simulator"), ["tuning"], said.append)
        assert sum(line.endswith("...") for line in said) == 1
        with pytest.raises(LinkError, match="no step is named polish"):
            run.walk(one, again, ["polish"])
        assert one.points("node.service", "room1.mode", "room2.mode") == {
            "node.service": 0, "room1.mode": 1, "room2.mode": 1}


def test_a_state_of_another_unit_or_a_damaged_one_is_refused(tmp_path):
    path = tmp_path / "state.json"
    run.State(path, "abc").store("contacts", [bench.Check("x", 1.0, "", 0, 2)])
    with pytest.raises(LinkError, match="of unit abc, this is xyz"):
        run.State(path, "xyz")
    for text, words in (("{", "damaged"), ("[]", "damaged"), ('{"version": 9, "steps": {}}', "version 9")):
        path.write_text(text)
        with pytest.raises(LinkError, match=words):
            run.State(path, "abc")


@pytest.mark.long
def test_the_whole_command_on_a_board_with_its_record(tmp_path, monkeypatch, capsys):
    rig, one = simulated.make((), 1)
    with rig:
        monkeypatch.setattr(run, "Link", lambda port: one.link)
        monkeypatch.setattr(run, "find_port", lambda port: "/dev/fake")
        monkeypatch.setattr(run, "Person", lambda: one.person)
        monkeypatch.chdir(tmp_path)
        status = cli.main(["commission", "--pdf", "--out", "record"])
        text = capsys.readouterr().out
        assert status == 0 and "passed; record/commissioning.html, record/commissioning.pdf" in text
        assert "tuned: wellhearth config set well.flow_ff_pm_m3h=" in text
        assert json.loads((tmp_path / "commissioning.json").read_text())["unit"] == "village house"
    page = (tmp_path / "record" / "commissioning.html").read_text()
    assert page.count("Plotly.newPlot(") == 2 and "passed 合格" in page and "FAIL 不合格" not in page
    assert (tmp_path / "record" / "commissioning.pdf").read_bytes().startswith(b"%PDF")


def test_every_view_of_the_tool_is_there_on_the_board_and_why_names_a_reason():
    from wellhearth.console import views
    from whtools.device import diagview
    assert set(diagview.VIEWS) <= set(views.VIEWS)
    with rig_of() as rig:
        rig.run(5)
        rows = prompts.Prompt(rig).ask("why", "room2")["rows"]
        assert [(block, bool(said)) for block, _state, _reason, said, *_ in rows] == [("room2", True)]


def test_a_unit_that_does_not_start_says_why(tmp_path):
    with rig_of() as rig:
        rig.run(5)
        one = bench.Bench(prompts.Prompt(rig), None, rig.config)
        checks = units.heats(one, {}, "room1") if one.set("room1.setpoint_mc", 10000) == "" else []
        assert not checks[0].ok and "protections: none; the room is at its setpoint" in checks[0].hint, checks


def test_the_simulated_command_says_what_failed(tmp_path, capsys):
    status = cli.main(["commission", "--simulate", "--planted", "dry_unit", "--out", str(tmp_path)])
    text = capsys.readouterr().out
    assert status == 1 and "NOT passed: heat room2" in text and "no water passes room2" in text
    assert "FAIL" in (tmp_path / "commissioning.html").read_text()
    assert cli.main(["commission", "--simulate", "--planted", "gremlins", "--out", str(tmp_path)]) == 2


def test_a_speed_under_test_stays_inside_the_overrides_and_ends_by_itself():
    with rig_of(reinjection_limit_kpa=45) as rig:
        rig.run(5)
        one = bench.Bench(prompts.Prompt(rig), None, rig.config)
        one.service(True)
        one.wait(65)
        assert "0 to 1000" in one.force("well_pump", 1001) and one.force("well_pump", 1) == ""
        one.wait(30)
        assert one.force("well_pump", 1000) == ""
        one.wait(40)
        p = one.mean(("well.pump_speed_pm", "well.reinjection_kpa", "well.limiter"), 15)
        assert 600 < p["well.pump_speed_pm"] < 900 and p["well.limiter"] > 0.2 and 38 < p["well.reinjection_kpa"] < 43, p
        assert not one.trips() and rig.plant.sensed["reinjection_kpa"] < 45
        one.wait(125)
        assert one.point("well.pump_on") == 0


def test_a_pump_of_one_speed_is_not_tuned(tmp_path):
    with rig_of(pump_drive="fixed") as rig:
        rig.run(5)
        one = bench.Bench(prompts.Prompt(rig), simulated.SimulatedPerson(rig, 1), rig.config)
        data: dict = {}
        assert all(check.ok for check in wellsteps.pump(one, data)), data
        assert len(data["curve"]) == 1 and all(check.ok for check in wellsteps.tuning(one, data)) and "tuned" not in data


@pytest.mark.long
def test_the_tuned_flow_controller_follows_better_than_a_wrong_one(tmp_path):
    """Mean distance of the flow from its setpoint over 40 minutes of a house of six rooms, L/h."""
    def apart(**well):
        config = scenarios.house_config(6)
        config["well"].update(well)
        world = {"seed": 1, "scenario": {"start_c": 15.0}, "weather": weather.Minutes(weather.DesignDay(1))}
        with inprocess.Rig(config, house.create(config, world), 1) as rig:
            rig.run(5)
            seen = []
            for _ in range(2400):
                rig.run(1)
                p = rig.points()
                if p["well.state"] == 2:
                    seen.append(abs(p["well.flow_lph"] - p["well.flow_setpoint_lph"]))
            return sum(seen) / len(seen)

    tuned = walked(tmp_path, (), 1)[0].data["tuned"]
    wrong = {"flow_ff_pm_m3h": 40, "flow_kp_pm_m3h": 19}
    assert apart(**tuned) < 0.8 * apart(**wrong) and apart(**tuned) < 1.1 * apart(), "by hand: 85 and 40"


def test_what_a_person_types_is_asked_again_until_it_is_an_answer(monkeypatch):
    typed = iter(["", "x", "12,5", "maybe", "Y", "no"])
    monkeypatch.setattr("builtins.input", lambda question: next(typed))
    person = bench.Person()
    assert person.number("kPa", "gauge") == 12.5 and person.sees("fan?", "f") and not person.sees("fan?", "f")


def test_a_check_knows_its_range_and_says_its_hint_when_it_fails():
    for value, ok in ((None, False), (0.9, False), (1.0, True), (2, True), (2.1, False), ("yes", True), ("none", True),
                      ("no", False)):
        check = bench.Check("x", value, "K", 1, 2, "look")
        assert check.ok is ok and ("look" in check.shown()) is not ok
    assert "expected at most 2" in bench.Check("x", 1, "", None, 2).shown()
    assert record.seen(bench.Check("x", 1.5, "K").stored()) == "1.5 K"
    assert "diag trips" in units.no_water("room1", ["room1.high_pressure"], units.Moves({}, {}, {}))
