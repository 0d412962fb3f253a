"""Electricity, COP, returned water, tax: by hand on a node of plain objects, where every number is known."""

from __future__ import annotations

import random
import types

import pytest

from wellhearth.app import account, electricity
from wellhearth.metering import meters, zero
from wellhearth.storage import ledger
from wellhearth.tables import kinds, points

NS = types.SimpleNamespace
SECTION = {"s0_pulses_per_kwh": 1000, "compressor_w": 0, "circulation_w": 45, "fan_w": 60, "well_pump_w": 1000,
           "standby_w": 5}


def well(state=zero.LEARNED, two=True):
    one = NS(p=points.new_block(kinds.WELL), lifted=meters.WaterMeter(1000), returned=meters.WaterMeter(1000),
             heat=meters.HeatMeter(), sink=meters.HeatMeter(), metered=False, return_meter=object() if two else None,
             zero=NS(state=state, known=state == zero.LEARNED), balance=NS(ratio=10_150))
    return one


def room(rated_w=5600):
    return NS(p=points.new_block(kinds.ROOM), cfg=NS(rated_w=rated_w), heat=meters.HeatMeter(), sink=meters.HeatMeter(),
              metered=False, zero=NS(state=zero.LEARNED, known=True))


class Node:
    """source: of electricity, or None."""

    def __init__(self, source="s0", wells=1, rooms=1, **kwargs):
        self.pulses, self.day = 0, 9830
        self.p = NS(uptime_s=0)
        self.wells = [well(**kwargs) for _ in range(wells)]
        self.rooms = [room() for _ in range(rooms)]
        self.wall = NS(day=-1, ms=0, offset_min=480)
        self.cfg = NS(meters=[], meter_line=None, electricity=NS(source=source, **SECTION) if source else None,
                      node=NS(water_tax_fen_kt=80))
        self.notes = []
        self.boot()

    def pulse_in(self, name):
        assert name == "s0"
        return self

    def count(self):
        return self.pulses & 0xFFFFFF

    def boot(self, path=""):
        """A start, on what the ledger kept."""
        self.account = account.Account(self, self, lambda now_s, text: self.notes.append(text))
        totals, learned = {}, {}
        self.account.keep(totals, learned)
        self.ledger = ledger.Ledger(path, {}, {}, totals, learned)
        self.p.uptime_s = 0
        if path:
            assert self.ledger.load() == ""

    def run(self, seconds, watt=0, lifted_l=0, returned_l=0, taken_wh=0, given_wh=0):
        """Amounts are of the whole time."""
        one = self.wells[0] if self.wells else self.rooms[0]
        ws = 0
        for i in range(seconds):
            self.p.uptime_s += 1
            ws += watt
            self.pulses += ws // 3600
            ws %= 3600
            for meter, amount in ((one.heat, taken_wh), (one.sink, given_wh)):
                meter.energy.add(amount * (i + 1) // seconds - amount * i // seconds)
            if self.wells:
                for meter, amount in ((one.lifted, lifted_l), (one.returned, returned_l)):
                    meter.add(amount * (i + 1) // seconds - amount * i // seconds)
            self.account.each_second()
        return self.account.p


def test_every_s0_pulse_is_counted_over_wrap_and_late_looks():
    rng, node = random.Random(1), Node()
    node.run(1)
    true = 0
    for _ in range(300):
        n = rng.choice((0, 1, 3, 50, rng.randint(0, 70_000)))
        node.pulses += n
        true += n
        node.p.uptime_s += rng.randint(1, 20)
        node.account.each_second()
    node.pulses += (1 << 24) - 1
    true += (1 << 24) - 1
    node.run(10)
    assert (node.account.p.electricity_mwh, node.account.p.electricity_wh) == divmod(true, 10**6)


@pytest.mark.parametrize("per_kwh", [10, 800, 999, 1000, 6400, 10_000])
def test_ten_million_s0_pulses_at_any_constant(per_kwh):
    rng, counter, left = random.Random(per_kwh), meters.WaterMeter(per_kwh, 1_000_000), 10**7
    while left:
        n = min(left, rng.choice((1, 2, 9, rng.randint(1, 500_000))))
        counter.add(n)
        left -= n
    wh = counter.water.high * 10**6 + counter.water.low
    assert wh * per_kwh + counter.water.rest == 10**7 * 1000


def test_power_from_pulses_is_the_power_and_not_known_without_any():
    node = Node()
    assert node.run(2).power_w == -1 and "power_w" in node.account.p.unknown
    assert node.run(300, watt=1440).power_w == pytest.approx(1440, rel=0.1)
    assert node.run(700).power_w == -1, "ten minutes without a pulse"


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


def test_the_estimate_is_what_the_table_says():
    node = Node(source="estimate")
    node.rooms[0].p.compressor_on = node.rooms[0].p.pump_on = 1
    node.rooms[0].p.fan_pm = 500
    node.wells[0].p.pump_on, node.wells[0].p.pump_speed_pm = 1, 800
    p = node.run(3600)
    assert p.power_w == 5 + 1400 + 45 + 30 + 512 and p.source == account.ESTIMATE
    assert p.electricity_wh == p.power_w
    node.cfg.electricity.compressor_w, node.rooms[0].p.compressor_pm = 2000, 500
    assert node.run(10).power_w == 5 + 1000 + 45 + 30 + 512


def test_large_numbers_stay_large():
    watts = electricity.Electricity(NS(source="estimate", **{**SECTION, "well_pump_w": 100_000}),
                                    NS(rooms=[], wells=[NS(p=NS(pump_on=1, pump_speed_pm=1000))]), None)
    assert watts.estimated_w() == 100_005
    node = Node()
    node.wells[0].lifted.water.high = (1 << 30) - 2
    node.run(20)
    assert all(0 <= value < 1 << 30 for value in node.account.values())
