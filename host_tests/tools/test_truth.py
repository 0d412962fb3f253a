"""The campaign by plant truth: a seeded sample of it, and that its judge, its numbers and its shards are to be trusted.

The whole of it: `make test-truth`.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from truth import __main__ as command
from truth import campaign, cases, judge, play

from doubles.houses import valid
from harness import faults, scenarios
from plant import harm
from plant.well import HOUSE, Well

SAMPLE = 6  # cases in each of two parts: 2.5 s of one core each
HARMLESS = dict.fromkeys(judge.LIMITS, 0)
QUIET = cases.Case(0, 1, "meters", 16.0, -8.0, ())


def said(line):
    return f"{cases.from_json(line['spec'])}: {campaign.news(line)}; trips {line.get('trips')}"


# -- the sample --


@pytest.mark.long
@pytest.mark.parametrize("part", [1, 2])
def test_a_sample_of_the_campaign_does_nothing_new(part):
    """Hypothesis chooses the cases and shrinks one that breaks a limit: fewer faults, smaller numbers."""

    @seed(part)
    @settings(max_examples=SAMPLE, database=None, phases=(Phase.generate, Phase.shrink), deadline=None,
              suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False, note_method_calls=False))
    def sample(rng):
        line = campaign.result_of(cases.draw(rng), False)
        assert not campaign.news(line), said(line)

    sample()


@pytest.mark.parametrize("number", [3, 8])
@pytest.mark.long
def test_two_numbered_cases_on_the_real_micropython_end_the_same(number):
    one = cases.case(campaign.SEED, number)
    short = replace(one, faults=tuple(replace(fault, at_min=5 + i) for i, fault in enumerate(one.faults)))
    a, b = (play.play(short, in_process, trace=True, hours=0.4) for in_process in (True, False))
    assert play.differences(a, b) == [] and a["outputs"] and a["starts"][1] > 0
    assert play.differences(a, {**b, "harm": {**b["harm"], "dry_pump_s": 1}}) != []


# -- numbers --


def test_a_case_is_the_same_from_its_number():
    drawn = [cases.case(7, n) for n in range(200)]
    assert drawn == [cases.case(7, n) for n in range(200)] and drawn != [cases.case(8, n) for n in range(200)]
    assert [cases.from_json(json.loads(json.dumps(cases.to_json(one)))) for one in drawn] == drawn
    assert {len(one.faults) for one in drawn} == {1, 2, 3} and {one.house for one in drawn} == set(cases.HOUSES)


def test_every_fault_is_drawn_with_every_kind_of_target(tmp_path):
    drawn = [fault.name for n in range(2000) for fault in cases.case(campaign.SEED, n).faults]
    assert set(drawn) == set(faults.FAULTS) - set(cases.NOT_HERE)
    assert min(drawn.count(name) for name in set(drawn)) >= 3 and set(cases.HURTS) <= set(drawn)
    assert set(cases.VALUES) <= set(faults.FAULTS)


@pytest.mark.parametrize("name", cases.HOUSES)
def test_a_case_is_a_scenario_that_sim_runs(name, tmp_path):
    valid(cases.config(name))
    broken = tuple(cases.draw_fault(random.Random(n), name, 10) for n in range(3))
    path = tmp_path / "case.toml"
    path.write_text(cases.toml(replace(QUIET, house=name, faults=broken)))
    scenario = scenarios.read_scenario(path)
    assert scenario.house(scenario.rooms)["rooms"] == cases.config(name)["rooms"] and len(scenario.faults) == 3
    assert scenario.house(scenario.rooms)["well"] == cases.config(name)["well"]
    assert [one.end_s - one.at_s for one in scenario.faults] == [round(fault.minutes * 60) for fault in broken]


# -- the judge --


def rigged(break_it):
    """Figures of a real plant's harm, after an hour of what `break_it` does each second."""
    told = harm.Harm(cases.LIMIT_KPA)
    for second in range(1200):
        break_it(told, second)
    return HARMLESS | told.summary()


def well_of(**state):
    one = Well(HOUSE)
    for key, value in state.items():
        setattr(one, key, value)
    return one


class Unit:
    """A unit that does harm."""

    def __init__(self, **state):
        self.compressor_w, self.cooling, self.freeze_c, self.water_c, self.ice_j, self.ice_full_j, self.heat_w = (
            1000.0, False, 0.0, 9.0, 0.0, 1000.0, 5000.0)
        self.phase_lost, self.frost_j, self.size = False, 0.0, 1.0
        vars(self).update(state)


UNIT = {"number": 0, "m3h": 0.75, "rated_m3h": 0.75, "reversing": False, "room_c": 20.0}


@pytest.mark.parametrize(("kind", "break_it"), [
    ("dry_pump_s", lambda told, _s: told.well(well_of(dry=True), True, 1.0)),
    ("dead_head_s", lambda told, _s: told.well(well_of(dead_headed=True), True, 1.0)),
    ("over_pressure_s", lambda told, _s: told.well(well_of(pressure_kpa=200.0), True, 1.0)),
    ("standing_compressor_s", lambda told, _s: told.unit(unit=Unit(), **UNIT | {"m3h": 0.0})),
    ("cold_water_s", lambda told, _s: told.unit(unit=Unit(water_c=0.1), **UNIT)),
    ("lost_l", lambda told, second: setattr(told, "lost_l", second * 0.01)),
    ("cold_room_kh", lambda told, _s: told.unit(unit=Unit(), **UNIT | {"room_c": 11.0})),
    ("wrong_way_wh", lambda told, _s: told.unit(unit=Unit(cooling=True), **UNIT)),
    ("exchangers_frozen", lambda told, _s: told.unit(unit=Unit(ice_j=700.0), **UNIT)),
])
def test_the_judge_sees_each_harm_of_the_plant(kind, break_it):
    figures = rigged(break_it)
    assert [one.kind for one in judge.judge(QUIET, figures)] == [kind]
    assert judge.judge(QUIET, HARMLESS) == []


@pytest.mark.parametrize("kind", ["scan_faults", "lost_boards"])
def test_the_judge_sees_a_firmware_that_fails(kind):
    assert [one.kind for one in judge.judge(QUIET, HARMLESS | {kind: 1})] == [kind]


@pytest.mark.long(minutes=0.2)
def test_a_firmware_without_its_protection_is_found(monkeypatch):
    """The whole way: a row of the table that does nothing any more, and the case that needs it breaks its limit."""
    from harness import inprocess

    one = replace(QUIET, house="plain", faults=(cases.Fault("dry_well", "", None, 12, cases.FOR_GOOD_MIN),))
    assert not campaign.news(campaign.result_of(one, False))
    app = inprocess.firmware()
    rows = __import__("sys").modules[app.__name__.replace(".app", ".tables.causes")]
    blind = tuple(row._replace(delay_ms=1 << 28) if row.key in ("no_flow", "flow_lost", "flow_doubt") else row
                  for row in rows.CAUSES)
    monkeypatch.setattr(rows, "CAUSES", blind)
    found = [text.split()[0] for text in campaign.news(campaign.result_of(one, False))]
    assert "dry_pump_s" in found, found


def test_rules_speak_of_faults_and_harms_that_there_are():
    for rule in judge.RULES:
        assert set(rule.faults) <= set(faults.FAULTS) and set(rule.kinds) <= set(judge.LIMITS) and rule.why
    for rule in judge.RULES:  # what may burst, freeze or break the firmware is excused by nothing
        assert not {"exchangers_frozen", "scan_faults", "lost_boards", "cold_water_s"} & set(rule.kinds)
    leak = cases.Fault("water_lost", "", 0.3, 20, cases.FOR_GOOD_MIN)
    small, one_meter = replace(leak, value=0.05), replace(QUIET, house="plain", faults=(leak,))
    assert judge.allowed(replace(QUIET, faults=(leak,)), "lost_l") == judge.LEAK_L
    assert judge.allowed(replace(QUIET, faults=(small,)), "lost_l") > 400 and judge.allowed(one_meter, "lost_l") > 2000


def test_what_is_known_is_not_new_but_must_still_be_there(monkeypatch):
    monkeypatch.setattr(judge, "KNOWN", ())
    dry = cases.Fault("dry_well", "", None, 12, cases.FOR_GOOD_MIN)
    one = replace(QUIET, faults=(dry,))
    known = judge.Known(("dry_well",), "dry_pump_s", 99.0, "an example", cases.to_json(one))
    line = {"case": 0, "spec": cases.to_json(one), "harm": HARMLESS | {"dry_pump_s": 99}}
    assert campaign.news(line) and not campaign.unneeded([line])
    monkeypatch.setattr(judge, "KNOWN", (known,))
    assert not campaign.news(line) and campaign.unneeded([line]) == []
    assert campaign.news({**line, "harm": HARMLESS | {"dry_pump_s": 100}}), "worse than known is new"
    assert campaign.unneeded([{**line, "harm": HARMLESS}]) == [known]


@pytest.mark.long
@pytest.mark.parametrize("known", judge.KNOWN, ids=lambda known: f"{'+'.join(known.faults)}-{known.kind}")
def test_a_known_weakness_is_still_there(known):
    """The day it is mended, it comes off the list."""
    assert campaign.again(known), f"mended: take it off judge.KNOWN: {known.why}"


# -- shards --


@pytest.fixture
def quick(monkeypatch):
    """Cases that take no time."""
    def fast(one, real):
        line = {"case": one.number, "spec": cases.to_json(one), "harm": HARMLESS | {"lost_l": one.number % 3}, "trips": []}
        return line | ({"real": []} if real else {})

    monkeypatch.setattr(campaign, "result_of", fast)


def whole(folder, **kwargs):
    return campaign.Campaign(20, 5, out=folder, **kwargs)


def told(lines):
    return {number: {key: value for key, value in line.items() if key != "cpu_s"} for number, line in lines.items()}


def test_a_campaign_goes_on_where_it_was_torn(tmp_path, quick):
    want = campaign.run(whole(tmp_path / "a"), workers=1, say=str)
    torn = whole(tmp_path / "b")
    campaign.run(torn, workers=1, say=str)
    data = torn.path.read_bytes()
    torn.path.write_bytes(data[: len(data) * 2 // 5])  # in the middle of a line
    heard = []
    assert campaign.run(torn, resume=True, workers=1, say=heard.append) == want == campaign.gathered(tmp_path / "b")
    assert "are there already" in heard[0] and "min left" in heard[-1]
    assert sorted(torn.path.read_bytes().splitlines()) == sorted(whole(tmp_path / "a").path.read_bytes().splitlines())


def test_shards_make_the_whole(tmp_path, quick):
    want = campaign.run(whole(tmp_path / "a"), workers=1, say=str)
    for k in (3, 1, 2):
        campaign.run(whole(tmp_path / "b", shard=(k, 3)), workers=1, say=str)
    assert campaign.gathered(tmp_path / "b") == want and sorted(want) == list(range(20))


def test_results_of_another_campaign_are_not_gone_on_with(tmp_path, quick, monkeypatch):
    campaign.run(whole(tmp_path), workers=1, say=str)
    with pytest.raises(campaign.CampaignError, match="holds results already"):
        campaign.run(whole(tmp_path), workers=1, say=str)
    monkeypatch.setattr(campaign, "sources", lambda: "changed")
    with pytest.raises(campaign.CampaignError, match="sources have changed"):
        campaign.run(whole(tmp_path), resume=True, workers=1, say=str)
    assert len(campaign.run(whole(tmp_path), anew=True, workers=1, say=str)) == 20


@pytest.mark.long
def test_a_resumed_shard_plays_the_same_as_an_uninterrupted_one(tmp_path):
    """Real cases, two processes, one line taken away: it comes back as it was."""
    job = campaign.Campaign(4, campaign.SEED, (1, 2), tmp_path, 0.0)
    want = told(campaign.run(job, workers=2, say=str))
    job.path.write_bytes(b"\n".join(job.path.read_bytes().split(b"\n")[:2]) + b'\n{"case": 2, "spe')
    assert told(campaign.run(job, resume=True, workers=1, say=str)) == want and sorted(want) == [0, 2]


def test_the_command(tmp_path, quick, capsys):
    args = ["--cases", "9", "--seed", "5", "--workers", "1", "--out", str(tmp_path)]
    assert command.main(args) == 1, "litres lost without a leak are new"
    out = capsys.readouterr().out
    assert "lost_l" in out and "case 1:" in out and "--case 1" in out
    assert command.main(args) == 2 and "--resume" in capsys.readouterr().err
    assert command.main([*args, "--report"]) == 1 and "9 cases (seed 5)" in capsys.readouterr().out
    for bad in (["--shard", "3/2"], ["--cases", "none"]):
        with pytest.raises(SystemExit):
            command.main(bad)


@pytest.mark.long
def test_one_case_alone_leaves_what_sim_leaves(tmp_path, monkeypatch):
    monkeypatch.setattr(cases, "HOURS", 0.2)
    spec = json.dumps(cases.to_json(replace(QUIET, house="plain", number=77)))
    assert command.main(["--spec", spec, "--out", str(tmp_path)]) == 0
    assert {"case.toml", "summary.json", "trace.csv", "day.png", "day.html"} <= {p.name for p in
                                                                                (tmp_path / "case-77").iterdir()}
