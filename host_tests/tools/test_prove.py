"""`make prove` in small: memory, a bounded search, planted faults found, and a counter-example that `make sim` reads."""

from __future__ import annotations

import pytest
from prove import abstraction as a
from prove import firmware, machine, planted, scenario, search

from harness import runner, scenarios


@pytest.fixture(scope="module")
def plain():
    return machine.Machine()


def test_what_is_restored_goes_on_as_it_did(plain):
    """Nothing that decides escapes save and restore: the same moves give the same keys, to the last number."""
    m = plain
    for _ in range(4):
        m.hold("event")
    begin = m.save()
    moves = [("set", a.FLOW, 2), ("hold", "event"), ("hold", "event"), ("set", a.FLOW, 0), search.CUT, ("hold", "event"),
             ("set", a.UNIT_PUMP, 2), ("hold", "event"), ("hold", "brief"), ("set", a.PRESSURE, 1), ("hold", "event")]
    ends = []
    for _ in range(2):
        m.restore(begin)
        for move in moves:
            search.do(m, move)
        ends.append((a.key(m), m.save()))
    assert ends[0] == ends[1]


def test_shorter_keeps_the_order_of_every_two_times_of_ten_seconds_steps():
    times = [1, 2, 5, 10, *range(20, 90000, 10)]
    short = [a.shorter(s) for s in times]
    assert short == sorted(set(short)) and all(a.longer(a.shorter(s)) == s for s in times)


@pytest.mark.long
def test_a_bounded_search_finds_nothing():
    r = search.Search(limit_states=1500).run()
    assert not r.found and r.states >= 1500 and 0 < r.longest_back_s <= a.BACK_S


@pytest.mark.parametrize("name", ["welded_leaves_the_master_closed", "unproven_takes_an_hour"])
def test_a_planted_fault_is_found_and_its_scenario_runs(name, tmp_path):
    plant = planted.changes(name)
    r = search.Search(plant, limit_states=3000).run()
    assert r.violation
    file = tmp_path / "found.toml"
    file.write_text(scenario.of(r.path, r.violation, plant))
    options = runner.Options(str(file), in_process=True)
    run = runner.Run(options, None)
    try:
        assert run.scenario.faults
        for _ in range(120):
            run.advance()
        assert scenarios.find(str(file)).hours < 3
    finally:
        run.close()


def test_every_planted_fault_is_text_of_todays_source():
    assert len(planted.FAULTS) >= 20
    for name, (module, old, new) in planted.FAULTS.items():
        text = firmware.SOURCE.joinpath(*module.split(".")).with_suffix(".py").read_text()
        assert text.count(old) == 1 and old != new and module.startswith(("control.", "tables.")), name


def test_at_may_have_seconds(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text('[[fault]]\nat = "00:01:07"\nminutes = 0.1\nname = "dry_well"\n')
    assert scenarios.find(str(file)).faults[0].at_s == 67
    for wrong in ("00:01:60", "00:01:07:3", "00"):
        file.write_text(f'[[fault]]\nat = "{wrong}"\nminutes = 0.1\nname = "dry_well"\n')
        with pytest.raises(scenarios.ScenarioError, match="hh:mm"):
            scenarios.find(str(file))
