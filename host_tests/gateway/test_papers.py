"""Reports made of the history, signed statements handed out: figures as fed, nothing of a neighbour's, no other file."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from whtools.gateway.history import daily
from whtools.papers import report

DAYS = 3
STATEMENT = {"month": "2026-11", "unit": "abc123", "key": "0123456789abcdef",
             "totals": {"lifted_l": 1_500_000, "ratio_pm": 995}}


@pytest.fixture
def kept(site):
    """Three whole days: the well 24 kWh and 12 m3 a day, room 1 12 kWh; room 1 in its band for half of each day."""
    node = next(iter(site.hub.nodes()))
    keeper, zone_s = site.recorder, site.recorder.zone_s
    begin = (int(site.clock.wall()) + zone_s) // 86400 * 86400 - zone_s
    for slot in range(DAYS * 144 + 2):
        minute, done = begin // 60 + slot * 10, slot
        litres = done * 12000 // 144
        for path, value in (("well.source_wh", done * 24000 // 144), ("well.source_mwh", 0),
                            ("well.circulated_m3", litres // 1000), ("well.circulated_l", litres % 1000),
                            ("well.returned_m3", 0), ("well.returned_l", 0),
                            ("room1.source_wh", done * 12000 // 144), ("room1.source_mwh", 0),
                            ("room2.source_wh", done * 6000 // 144), ("room2.source_mwh", 0),
                            ("room1.room_mc", 20000 if slot % 144 < 72 else 18000), ("room1.target_mc", 20000),
                            ("room2.room_mc", 21000), ("room2.target_mc", 21000)):
            keeper.sample(node, path, minute, value, 0)
    keeper.flush()
    site.clock.wall = lambda: float(begin + DAYS * 86400 + 600)
    keeper.clock = site.clock
    keeper.roll()
    return site, node


def places_of(node, *blocks):
    return [daily.Place(node, block, block) for block in blocks]


def test_days_are_as_fed(kept):
    site, node = kept
    today = (int(site.clock.wall()) + site.recorder.zone_s) // 86400
    found = daily.series(site.engine, "x", places_of(node, "well"), places_of(node, "room1", "room2"), [], 31, today,
                         site.recorder.zone_s, [])
    assert len(found.days) == DAYS
    last = found.days[-1]
    assert last.heat_kwh == pytest.approx(24, abs=0.2) and last.lifted_m3 == pytest.approx(12, abs=0.1)
    assert last.room_kwh["room1"] == pytest.approx(12, abs=0.1) and last.room_kwh["room2"] == pytest.approx(6, abs=0.1)
    assert last.comfort == {"room1": 0.5, "room2": 1.0} and last.coldest == {"room1": 18.0, "room2": 21.0}
    assert last.electricity_kwh is None and last.cop is None and found.notes == ["gateway", "no_electricity"]


@pytest.mark.parametrize(("heat_metered", "source", "shown"), [(1, 3, True), (1, 2, True), (1, 1, False), (0, 3, False)])
def test_a_cop_is_of_metered_values_only(kept, heat_metered, source, shown):
    site, node = kept
    today = (int(site.clock.wall()) + site.recorder.zone_s) // 86400
    begin = today * 86400 - site.recorder.zone_s - DAYS * 86400
    for slot in range(DAYS * 144):
        for path, value in (("account.heat_metered", heat_metered), ("account.source", source),
                            ("account.electricity_mwh", 0), ("account.electricity_wh", slot * 8000 // 144),
                            ("well.sink_wh", 0), ("well.sink_mwh", 0)):
            site.recorder.sample(node, path, begin // 60 + slot * 10, value, 0)
    site.recorder.flush()
    with site.engine.begin() as connection:  # the days are made once more
        for table in (daily.DAY, daily.TEN):
            connection.execute(daily.sa.delete(table))
        connection.exec_driver_sql("DELETE FROM rolled")
    site.recorder.roll()
    found = daily.series(site.engine, "x", places_of(node, "well"), [], places_of(node, "account"), 31, today,
                         site.recorder.zone_s, [])
    assert found.days[-1].electricity_kwh == pytest.approx(8, abs=0.2)
    assert (found.days[-1].cop == pytest.approx(4, abs=0.15)) if shown else found.days[-1].cop is None


def test_a_resident_takes_away_the_own_room_and_no_other(kept, visit):
    li = visit("li", lang="en")
    answer = li.get("/papers/report/household")
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    assert "Room 1" in answer.text and "Room 2" not in answer.text and "12.0 kWh" not in answer.text.split("Room 1")[0]
    assert li.get("/papers/report/operator").status_code == 403
    assert "/papers/report/operator" not in li.get("/papers").text
    wang = visit("wang", lang="zh")
    both = wang.get("/papers/report/household?span=season").text
    assert "房间" in both and json.dumps(report.text("comfort", "zh"))[1:-1] in both and "网关" in both
    assert json.dumps(report.text("water", "zh"))[1:-1] in wang.get("/papers/report/operator").text
    assert wang.get("/papers/report/household?span=for ever").status_code == 200
    assert wang.get("/papers/report/../../etc").status_code == 404


def test_before_the_first_day_is_over_it_says_so(visit):
    answer = visit("li").get("/papers/report/household")
    assert answer.status_code == 404 and "The first day is not over yet." in answer.text


def test_statements_are_handed_out_as_they_are_and_nothing_else(site, visit, tmp_path):
    site.papers = tmp_path / "papers"
    assert "There is none yet" in visit("li").get("/papers").text
    site.papers.mkdir()
    text = json.dumps(STATEMENT)
    (site.papers / "water-abc123-2026-11.json").write_text(text)
    (site.papers / "water-abc123-2026-11.pdf").write_bytes(b"%PDF")
    (site.papers / "rubbish.json").write_text("{")
    (site.papers / "alone.pdf").write_bytes(b"%PDF")
    (site.papers / "big.json").write_text(" " * (2 << 20) + text)
    secret = tmp_path / "secret.json"
    secret.write_text(text)
    (site.papers / "link.json").symlink_to(secret)
    li = visit("li")
    page = li.get("/papers").text
    assert "2026-11" in page and "99.5" in page and "1500.0" in page and "rubbish" not in page and "link.json" not in page
    assert li.get("/papers/statement/water-abc123-2026-11.json").content == text.encode()
    assert li.get("/papers/statement/water-abc123-2026-11.pdf").headers["content-type"] == "application/pdf"
    for name in ("rubbish.json", "alone.pdf", "big.json", "link.json", "..%2fsecret.json", "%2e%2e/secret.json",
                 "gateway.db"):
        assert li.get(f"/papers/statement/{name}").status_code == 404, name


def test_nobody_without_an_account(kept):
    from whtools.gateway.page import app

    client = TestClient(app.make(kept[0]), follow_redirects=False)
    for path in ("/papers", "/papers/report/household", "/papers/statement/x.json"):
        assert client.get(path).headers["location"] == "/login"
