"""Energy, cost and the monthly report of a plant: figures as fed, gaps as gaps, unknown is not zero."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from doubles.plant_line import DAY_2000, MONDAY, PlantClock, plant_way
from whtools.gateway import run
from whtools.gateway.history import plant_energy, plant_month
from whtools.gateway.history.schema import LINE
from whtools.gateway.work import tables, water
from whtools.papers import fonts

from .conftest import PASSWORD, Host, Visitor

NODE, ZONE_S, MINUTES = "plant-1", 8 * 3600, 5
DAY_OF = {"heat": 2400, "cold": 0, "electricity": 600}  # kWh of a day, of the plant
SHARES = {"building1": 1800, "building2": 600}  # kWh of a day
FIRST = MONDAY + DAY_2000 // 86400 + 1  # 2026-12-01
DAYS = 4


class Kept:
    """A plant's history of DAYS days from 2026-12-01 on, fed by hand."""

    def __init__(self, tmp_path):
        way = plant_way()
        way.run(60)
        self.clock = PlantClock(way.plant)
        self.site = run.site_for([way], str(tmp_path / "gateway.db"), self.clock, 1.0, False, ZONE_S)
        self.site.people.clock = Host()
        self.site.hub.turn()
        self.node = self.site.hub.nodes()[NODE]
        keeper = self.site.recorder
        for memory in (keeper.kept, keeper.latest, keeper.samples):
            memory.clear()
        self.values = {}

    def feed(self, day, minute, **changes):
        """Samples of one minute; a value None: no sample."""
        whole = (day - 1) + minute / 1440 if day else minute / 1440 - 1
        at = (FIRST + day - 1) * 1440 + minute - ZONE_S // 60
        counted = {f"plant.{name}": kwh * (whole + 2) for name, kwh in DAY_OF.items()} | {
            f"{block}.heat": kwh * (whole + 2) for block, kwh in SHARES.items()} | {
            f"{block}.cold": 0 for block in SHARES}
        values = {"plant.electricity_fen": 65, "plant.gas_fen": 320, "backup1.gas_m3": 0, "machine1.starts": 10 * day,
                  "machine1.run_h": int((whole + 2) * 12), "machine1.run_s": round((whole + 2) * 12 % 1 * 3600),
                  "backup1.run_h": 0, "backup1.run_s": 0, "backup1.starts": 0, "tank.disinfected_day": MONDAY + 2,
                  "backup1.proved_day": -1}
        for path, kwh in counted.items():
            values |= {f"{path}_mwh": int(kwh * 1000) // 1_000_000, f"{path}_wh": int(kwh * 1000) % 1_000_000}
        for i in (1, 2, 3):
            values |= {f"source{i}.flow_lph": 6000, f"source{i}.return_flow_lph": 6000, f"source{i}.online": 1}
        for path, value in (values | changes).items():
            if value is not None:
                self.site.recorder.keep(NODE, path, at, value)

    def rolled(self):
        """The days are over."""
        self.clock.ahead_s = (FIRST + DAYS) * 86400 - ZONE_S + 600 - (self.clock.wall() - self.clock.ahead_s)
        self.site.recorder.flush()
        self.site.recorder.roll()
        water.count(self.site.engine, self.site.hub, {}, FIRST + DAYS, ZONE_S)
        return self

    def all(self, change=lambda day, minute: {}, without=lambda day, minute: False):
        for day in range(DAYS + 1):
            for minute in range(0, 1440, MINUTES):
                if not without(day, minute):
                    self.feed(day, minute, **change(day, minute))
        return self.rolled()

    def month(self):
        return plant_month.month(self.site.engine, self.node, FIRST, FIRST + DAYS, ZONE_S)


@pytest.fixture
def kept(tmp_path):
    return Kept(tmp_path)


def test_energy_and_cost_as_fed(kept):
    found = kept.all().month().energy
    assert found.heat_kwh == pytest.approx(DAYS * 2400, rel=0.002) and found.cold_kwh == 0
    assert found.electricity_kwh == pytest.approx(DAYS * 600, rel=0.002) and found.cop() == pytest.approx(4, rel=0.002)
    assert found.cost_fen == pytest.approx(DAYS * 600 * 65, rel=0.002) and len(found.days) == DAYS and not found.helped
    first, second = found.buildings
    assert first.heat_kwh == pytest.approx(DAYS * 1800, rel=0.002)
    assert first.cost_fen == pytest.approx(DAYS * 600 * 65 * 0.75, rel=0.005)
    assert first.cost_fen + second.cost_fen + found.unshared_fen == pytest.approx(found.cost_fen)


def test_a_price_that_changed_counts_from_its_day_and_none_is_no_cost(kept):
    found = kept.all(lambda day, minute: {"plant.electricity_fen": {1: 0, 2: 65, 3: 65, 4: 130}.get(day, 65)}).month().energy
    assert found.unpriced == [FIRST] and found.cost_fen == pytest.approx(600 * (65 + 65 + 130), rel=0.005)


def test_a_building_without_a_reading_shares_no_cost(kept):
    """Else its neighbours would pay what nobody knows."""
    def dark(day, minute):
        return {f"building2.{what}_{word}": None for what in ("heat", "cold") for word in ("mwh", "wh")} if day == 2 else {}
    found = kept.all(dark).month().energy
    assert found.unshared_fen == pytest.approx(600 * 65, rel=0.005)
    assert sum(one.cost_fen for one in found.buildings) == pytest.approx(3 * 600 * 65, rel=0.005)


def test_gas_costs_and_a_back_up_is_not_the_machines_cop(kept):
    def boiler(day, minute):
        on = day == 3
        return {"backup1.gas_m3": 100 if day > 3 or on and minute > 600 else 0, "backup1.run_h": 5 if day > 3 or (
            on and minute > 600) else 0, "plant.heat_wh": None, "plant.heat_mwh": None} if day >= 3 else {}
    found = kept.all(boiler).month().energy
    assert found.helped == {FIRST + 2} and found.gas_m3 == 100
    assert found.cost_fen == pytest.approx(DAYS * 600 * 65 + 100 * 320, rel=0.005)
    assert found.cop() == pytest.approx(4, rel=0.01), "of the days that are known and without it"
    assert found.cop({FIRST + 2}) is None


def test_water_by_well_with_gaps_as_gaps(kept):
    """Well 2 does not answer for six hours of one day; on another nothing is recorded for twelve."""
    def silent(day, minute):
        return {"source2.online": 0, "source2.flow_lph": 0} if day == 2 and 360 <= minute < 720 else {}
    found = kept.all(silent, lambda day, minute: day == 3 and 600 <= minute < 1320).month()
    wells = {one.block: one for one in found.wells}
    hour_l = 6000
    held = water.HOLD_MIN - MINUTES  # the last reading holds so much longer than its five minutes
    assert wells["source1"].lifted_l == pytest.approx(hour_l * (4 * 24 - 12 + held / 60), abs=60)
    assert wells["source1"].known_min == 4 * 1440 - 720 + held and wells["source1"].gaps == 1
    assert wells["source2"].lifted_l == pytest.approx(hour_l * (4 * 24 - 18 + held / 60), abs=60)
    assert wells["source2"].gaps == 2 and wells["source2"].of_min == 4 * 1440
    assert [one.known_min for one in found.water] == [3 * 1440, 3 * 1440 - 360, 3 * (720 + held), 3 * 1440]
    assert wells["source1"].returned_l == wells["source1"].lifted_l


def test_a_day_without_any_record_is_none(kept):
    found = kept.all(without=lambda day, minute: day in (2, 3)).month()
    assert found.water[2].lifted_l is None and found.water[2].known_min == 0 and len(found.energy.days) == 2
    assert found.water[1].known_min == 3 * (water.HOLD_MIN - MINUTES), "the last reading of the day before holds so long"
    assert found.energy.carried == {FIRST + 3: 3}


def test_less_returned_is_seen(kept):
    found = kept.all(lambda day, minute: {"source3.return_flow_lph": 5400}).month()
    well = found.wells[2]
    assert well.returned_l == pytest.approx(0.9 * well.lifted_l, rel=1e-6)


def test_hours_and_starts_over_a_restart_are_at_least(kept):
    found = kept.all(lambda day, minute: {"machine1.starts": {0: 50, 1: 60, 2: 63, 3: 4, 4: 9}[day]}).month()
    one = found.runners[0]
    assert one.block == "machine1" and one.run_h == pytest.approx(DAYS * 12, abs=0.5)
    assert one.starts == 10 + 3 + 4 + 5 and one.at_least
    assert found.runners[1].run_h is None and found.runners[1].starts is None, "machine 2 was never recorded"


def test_disinfections_are_of_the_month(kept):
    said = {3: MONDAY + 2, 4: MONDAY + 4}
    found = kept.all(lambda day, minute: {"tank.disinfected_day": said.get(day, MONDAY - 5)}).month()
    offset = DAY_2000 // 86400
    assert found.disinfections == [("tank", offset + MONDAY + 2), ("tank", offset + MONDAY + 4)] and not found.proofs


def test_water_is_counted_once_and_late_days_too(kept):
    kept.all()
    with kept.site.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.WATER)).all()
    assert len(rows) == 3 * (DAYS + 1)
    assert water.count(kept.site.engine, kept.site.hub, {}, FIRST + DAYS, ZONE_S) == 0


@pytest.mark.parametrize(("text", "today", "found"), [
    ("2026-12", FIRST + 3, (FIRST, FIRST + 3)), ("2026-11", FIRST + 3, (FIRST - 30, FIRST)),
    ("", FIRST, (FIRST - 30, FIRST)),
    ("", FIRST + 30, (FIRST - 30, FIRST)), ("2026-12", FIRST + 99, (FIRST, FIRST + 31))])
def test_months(text, today, found):
    assert plant_month.span(text, today) == found


def test_the_price_of_a_day_that_nobody_knows_is_none(kept):
    kept.all()
    assert plant_energy.price(kept.site.engine, "nobody", "electricity_fen", FIRST, FIRST + 1) == {}


# -- the report --

@pytest.fixture
def visit(kept):
    for role, name in (("operator", "wang"), ("resident", "li")):
        kept.site.people.join(kept.site.people.invite(role, []), name, PASSWORD)
    return lambda name="wang", lang="en": Visitor(kept.site, lang, name)


def text_of(page, title):
    return re.sub("<[^>]+>", "|", page.split(f"<h2>{title}</h2>")[1].split("<h2>")[0])


def test_the_report_says_it(kept, visit):
    kept.all(without=lambda day, minute: day in (2, 3))
    at = (FIRST + 1) * 86400
    with kept.site.engine.begin() as connection:
        for event, key, when in (("trip", "machine_fault", at), ("lockout", "machine_fault", at + 60),
                                 ("trip", "tank_cold", at - 40 * 86400), ("start", "x", at)):
            connection.execute(sa.insert(LINE).values(node=NODE, number=1, at=when, event=event, place="machine1", key=key,
                                                      was="", value="", who="", text=""))
    kept.clock.ahead_s -= 86400
    kept.site.work.by_hand("wang", NODE, "<paint> the door")
    kept.clock.ahead_s += 86400
    wang = visit()
    answer = wang.get(f"/plant/{NODE}/month?month=2026-12&as=html")
    assert answer.status_code == 200 and 'filename="wellhearth-plant-plant-1-2026-12.html"' in (
        answer.headers["content-disposition"])
    page = answer.text
    assert "Monthly report: toy plant, 2026-12" in page and "4, of which 2 have figures" in page
    assert re.search(r"Heat delivered</td><td>9\.\d+ MWh", page), "the meters count on over the gap"
    assert "Building 1" in text_of(page, "Cost by building") and "-" in text_of(page, "By day")
    assert "|12-03||-||-||-||-||-||-||0|" in text_of(page, "By day")
    assert re.search(r"\|12-04\|\|72\d\d \(3 d\)\|\|0 \(3 d\)\|\|18\d\d \(3 d\)\|", text_of(page, "By day"))
    alarms = text_of(page, "Alarms")
    assert alarms.count("machine says fault") == 2 and "tap" not in alarms, "of this month alone"
    assert "&lt;paint&gt; the door" in page and "<paint>" not in page
    assert "2026-12-02" in text_of(page, "Hot water disinfection and proof runs")
    assert "None" not in page and "{first}" not in page
    chinese = visit(lang="zh").get(f"/plant/{NODE}/month?month=2026-12").text
    assert "月报:toy plant,2026-12" in chinese and "各井水量" in chinese and "Wells" not in chinese


def test_the_pdf_has_all_tables_on_pages(kept, visit, monkeypatch):
    kept.all()
    drawn = []
    table, heading = fonts.table, fonts.heading
    monkeypatch.setattr(fonts, "table", lambda pdf, rows, *more: (drawn.append(list(rows)), table(pdf, rows, *more)))
    monkeypatch.setattr(fonts, "heading", lambda pdf, text, *more: (drawn.append(text), heading(pdf, text, *more)))
    for lang, words in (("en", "Water by well"), ("zh", "各井水量")):
        drawn.clear()
        answer = visit(lang=lang).get(f"/plant/{NODE}/month?month=2026-12&as=pdf")
        assert answer.headers["content-type"] == "application/pdf" and answer.content[:4] == b"%PDF"
        assert b"CIDFont" in answer.content and 5_000 < len(answer.content) < 300_000
        rows = drawn[drawn.index(words) + 1]
        assert len(rows) == 4 and rows[1][1] == "576.0" and rows[1][3] == "100.0", "6 m3/h for four days"


def test_who_gets_it_and_what_is_no_month(kept, visit):
    wang = visit()
    assert wang.get(f"/plant/{NODE}/month?month=2027-05").status_code == 404
    for bad in ("month=x", "month=2026-13", "as=exe&month=2026-12", "month=9999-12"):
        assert wang.get(f"/plant/{NODE}/month?{bad}").status_code == 404, bad
    assert wang.get("/plant/nobody/month").status_code == 404
    assert visit("li").get(f"/plant/{NODE}/month").status_code == 403
    assert 'action="/plant/plant-1/month"' in wang.get("/plant").text
