"""COP, returned water, tax, their periods: on a node of plain objects, where every number is known."""

from __future__ import annotations

import pytest

from doubles.account_node import Node
from wellhearth.metering import meters, zero
from wellhearth.storage import ledger


def test_cop_of_a_heated_house_and_why_there_is_none():
    node = Node()
    p = node.run(3600, watt=1000, taken_wh=3000)
    assert p.cop_day == p.cop_season == pytest.approx(4000, rel=0.01) and p.cop_now == pytest.approx(4000, rel=0.05)
    assert Node(source="estimate").run(3600, taken_wh=3000).cop_day == -1, "never from an estimate"
    assert Node(source=None).run(3600, taken_wh=3000).cop_day == -1, "no electricity"
    assert Node(state=zero.NONE).run(3600, watt=1000, taken_wh=3000).cop_day == -1, "sensors that may be 1 K apart"
    assert Node(wells=0).run(3600, watt=1000, taken_wh=3000).cop_day == -1, "a nominal flow is no meter"
    assert Node().run(3600, taken_wh=3000).cop_day == -1, "no pulse: nothing by nothing"
    assert "cop_day" in Node(source=None).run(60).unknown


def test_cop_of_a_cooled_house_and_of_a_day_of_both():
    assert Node().run(3600, watt=1000, given_wh=5000).cop_day == pytest.approx(4000, rel=0.01)
    assert Node().run(3600, watt=1000, given_wh=5000, taken_wh=60).cop_day == pytest.approx(4000, rel=0.02)
    assert Node().run(3600, watt=1000, given_wh=3000, taken_wh=3000).cop_day == -1, "whose electricity was it?"
    assert Node().run(3600, watt=2000, given_wh=1000).cop_day == -1, "less out than in: something is wrong with a meter"


def test_a_zero_learned_later_and_another_source_begin_the_cop_anew(tmp_path):
    node = Node(state=zero.NONE)
    node.run(3600, watt=1000, taken_wh=9000)  # wrong by its sensors
    node.wells[0].zero.state, node.wells[0].zero.known = zero.LEARNED, True
    p = node.run(3600, watt=1000, taken_wh=3000)
    assert p.cop_season == pytest.approx(4000, rel=0.02), "the hour before is not in it"
    node.wells[0].zero.state = zero.REFUSED
    assert node.run(60).cop_season == -1 and node.account.p.heat_metered == 0, "in doubt: none shown"
    node.wells[0].zero.state = zero.LEARNED
    assert node.run(60).cop_season == pytest.approx(4000, rel=0.02), "and it goes on afterwards"
    path = str(tmp_path / "ledger.json")
    node.ledger.record.path = path
    ledger.Ledger(path, {}, {}, node.ledger.meters, node.ledger.learned).save(0)
    node.cfg.electricity.source = "estimate"
    node.boot(path)
    assert node.run(60).cop_season == -1
    node.run(3600, taken_wh=4000)
    ledger.Ledger(path, {}, {}, node.ledger.meters, node.ledger.learned).save(0)
    node.cfg.electricity.source = "s0"
    node.boot(path)
    node.run(600, watt=100)
    p = node.run(3600, watt=1000, taken_wh=3000)
    assert p.cop_season == pytest.approx(4000, rel=0.05), "an hour of estimates does not come into it"


def test_day_and_season_go_on_over_a_power_cut(tmp_path):
    path, node = str(tmp_path / "ledger.json"), Node()
    node.wall.day = 9830
    node.run(3600, watt=1000, taken_wh=3000, lifted_l=1000, returned_l=1000)
    ledger.Ledger(path, {}, {}, node.ledger.meters, node.ledger.learned).save(0)
    before = [node.account.p.cop_day, node.account.p.ratio_season_pm, node.account.p.electricity_wh]
    node.boot(path)
    p = node.run(30)
    assert [p.cop_day, p.ratio_season_pm, p.electricity_wh] == pytest.approx(before, abs=5)
    node.wall.day = 9832  # two days later
    p = node.run(30)
    assert p.cop_day == -1 and p.ratio_day_pm == -1 and p.season_days == 2 and p.cop_season == pytest.approx(4000, rel=0.01)


def test_a_lost_record_begins_its_periods_anew():
    node = Node()
    node.wells[0].heat.energy.add(50_000)  # of years before
    node.run(3600, watt=1000, taken_wh=3000, lifted_l=5000, returned_l=5000)
    node.wells[0].heat, node.wells[0].lifted = meters.HeatMeter(), meters.WaterMeter(1000)
    p = node.run(3600, watt=1000, taken_wh=3000, lifted_l=5000, returned_l=4900)
    assert p.cop_season == pytest.approx(4000, rel=0.02) and p.ratio_season_pm == pytest.approx(980, abs=3)


def test_returned_water_by_hour_day_and_season_against_what_was_learned_and_its_tax():
    node = Node(source=None)
    node.wall.day = 9830
    p = node.run(20, lifted_l=50, returned_l=50)
    assert (p.ratio_day_pm, p.ratio_hour_pm, p.ratio_ref_pm) == (-1, -1, 1015), "too little water to say anything"
    p = node.run(3600, lifted_l=5000, returned_l=5075)
    assert p.ratio_hour_pm == pytest.approx(1015, abs=2) and p.ratio_day_pm == 1015
    p = node.run(3600, lifted_l=5000, returned_l=4500)
    assert p.ratio_hour_pm == pytest.approx(900, abs=3) and p.ratio_day_pm == p.ratio_season_pm == pytest.approx(958, abs=2)
    for _ in range(125):
        node.wells[0].lifted.add(500_000)
        node.wells[0].returned.add(500_000)
    p = node.run(10)
    assert p.season_lifted_m3 == 62_510 and p.season_tax_fen == 5000, "0.8 yuan for 1000 t: 50.0 yuan"
    p.new_season = 1
    p = node.run(10)
    assert (p.season_lifted_m3, p.season_tax_fen, p.new_season, p.ratio_season_pm) == (0, 0, 0, -1)
    assert Node(source=None, two=False).run(3600, lifted_l=5000).ratio_day_pm == -1, "one meter: nobody knows"


def test_a_day_without_a_clock_is_24_hours():
    node = Node(source=None)
    p = node.run(20_000, lifted_l=20_000, returned_l=20_000)
    node.p.uptime_s += 67_000
    node.run(20)
    assert p.ratio_day_pm == -1 and p.ratio_season_pm == 1000
