"""`wellhearth report`: what a trace and a node's records give, and what is not known is not drawn."""

from __future__ import annotations

import json
import re

import pytest
from test_statement import node  # noqa: F401 (a fixture)

from doubles.command import call
from doubles.statement_rows import UNIT, day_row, month_rows, source_of
from harness import trace
from whtools.papers import days, report, series


def make_trace(path, hours=30, with_truth=True):
    """A house of two rooms: 2000 W and 1000 W of heat for 1000 W, 3 m3 an hour, room 2 too cold for half of each hour."""
    one = trace.Trace(path, {"rooms": [{}, {}], "well": {}})
    for t in range(0, hours * 3600, 10):
        truth = {"lifted_l": t / 3600 * 3000, "returned_l": t / 3600 * 2970}
        if with_truth:
            truth |= {"heat_w_1": 2000.0, "heat_w_2": 1000.0, "electric_w_1": 400.0, "electric_w_2": 400.0, "pump_w": 200.0}
        on = t % 7200 < 3600
        points = {"well.flow_lph": 3000, "well.reinjection_kpa": 100, "well.pump_speed_pm": 700 if on else 0,
                  "well.trips": 2 if 90000 <= t < 90100 else 0}
        for i in (1, 2):
            points |= {f"room{i}.room_mc": 20000 if i == 1 or t % 3600 < 1800 else 18000, f"room{i}.target_mc": 20000}
        one.row(t, truth, points)
    one.close()
    return path


def test_a_trace_gives_heat_comfort_cop_water_and_trips(tmp_path, capsys):
    found = series.of_trace(make_trace(tmp_path / "trace.csv"), "en")
    first, second = found.days
    assert first.heat_kwh == pytest.approx(72, rel=0.001) and first.room_kwh["room1"] == pytest.approx(48, rel=0.001)
    assert report.cop(first) == pytest.approx(3.0) and first.lifted_m3 == pytest.approx(72, rel=0.001)
    assert report.ratio(first) == pytest.approx(99) and first.run_h == pytest.approx(12, rel=0.001)
    assert first.comfort == {"room1": pytest.approx(1), "room2": pytest.approx(0.5, abs=0.001)}
    assert first.coldest["room2"] == 18 and first.capacity_lph_bar == pytest.approx(3000) and first.starts == 11
    assert report.cost(first, 0.5, None) == pytest.approx(12, rel=0.001)
    assert report.cost(first, None, 0.2) == pytest.approx(14.4, rel=0.001) and report.cost(first, None, None) is None
    assert second.heat_kwh == pytest.approx(18, rel=0.01)
    assert found.trips == [("1 day, 1:00:00", "well", "no flow after pump start (10 s blanking)")]
    where = ("--trace", tmp_path / "trace.csv", "--out", tmp_path / "r")
    status, text = call(capsys, "report", *where, "--price", 0.5, "--lang", "zh")
    assert status == 0 and "2 days, 1 trips" in text
    page = (tmp_path / "r" / "household.html").read_text()
    assert "住户" in page and page.count("Plotly.newPlot(") == 4
    assert "水泵启动后没有流量" in (tmp_path / "r" / "operator.html").read_text()


def test_what_a_trace_does_not_have_is_not_drawn(tmp_path):
    found = series.of_trace(make_trace(tmp_path / "trace.csv", 3, with_truth=False), "en")
    assert found.days[0].heat_kwh is None and report.cop(found.days[0]) is None
    assert found.rooms == {"room1": None, "room2": None}
    page = report.page(found, "household", "en", 0.5, 0.2)
    assert page.count("Plotly.newPlot(") == 2 and "not known" in page, "comfort and the coldest alone"
    titles = {title for title, _kind, lines in report.operator(found, "en") if any(lines)}
    assert "COP" not in titles and "water, m³" in titles


def test_a_node_gives_its_days_rooms_and_trips(node, capsys, tmp_path):  # noqa: F811
    status, text = call(capsys, "report", "--out", tmp_path / "r", "--heat-price", 0.2)
    assert status == 0 and "30 days, 2 trips" in text and "No electricity is metered" in text
    page = (tmp_path / "r" / "operator.html").read_text()
    assert "2026-11-05 09:00" in page and "no flow after pump start" in page and "reinjection capacity" in page
    assert call(capsys, "backup", "n.backup")[0] == 0
    status, text = call(capsys, "report", "--backup", "n.backup", "--out", tmp_path / "b")
    assert status == 0 and "30 days, 2 trips" in text
    assert "kitchen" in (tmp_path / "b" / "household.html").read_text()


def test_amounts_are_differences_of_readings_and_unknown_ones_stay_unknown():
    rows = month_rows(skip=(10,), clockless=())
    found = series.of_records(source_of(rows), "en").days
    assert sum(day.lifted_m3 or 0.0 for day in found) == pytest.approx((rows[-1].lifted_l - rows[0].lifted_l) / 1000)
    assert any("several_days" in day.label for day in found)
    found = series.of_records(source_of([rows[5], rows[1]]), "en").days
    assert found[0].lifted_m3 is None and "meters_reset" in found[0].label


def test_cop_of_a_day_comes_from_metered_heat_and_electricity_alone():
    rows = [day_row(i + 1, 9801 + i, 1000 * i, 1000 * i, heat=30_000 * i, power=10_000 * i) for i in range(5)]
    source = source_of(rows)
    assert all(day.cop is None for day in series.of_records(source, "en").days), "sensors whose zero nobody knows"
    source.ledger = {"learned": {"well.zero": [1, 1300, 1]}}
    found = series.of_records(source, "en")
    assert [day.cop for day in found.days] == [pytest.approx(4.0)] * 4
    assert found.days[0].electricity_kwh == 10 and "COP" in report.page(found, "operator", "en")
    source.ledger, source.config = {}, {**source.config, "meters": [{"type": "multical603", "counts_for": "well"}]}
    assert series.of_records(source, "en").days[0].cop == pytest.approx(4.0)
    source.config = {"rooms": [{}]}
    assert series.of_records(source, "en").days[0].cop is None, "a nominal flow is no meter"
    assert days.cop(0, 50_000, 10_000) == 4.0 and days.cop(30_000, 30_000, 10_000) is None and days.cop(1, 1, None) is None


def test_names_cannot_bring_a_script_into_the_page(tmp_path):
    source = source_of(month_rows())
    source.config |= {"node": {"name": "<script>x</script>"}, "rooms": [{"name": "<b>"}]}
    page = report.page(series.of_records(source, "en"), "household", "en")
    assert "<script>x" not in page and "<td><b>" not in page and "&lt;b&gt;" in page


def test_what_is_no_trace_and_two_sources_are_refused(tmp_path, capsys):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    status, text = call(capsys, "report", "--trace", tmp_path / "x.csv", "--out", tmp_path)
    assert status == 2 and "is no trace" in text
    status, text = call(capsys, "report", "--trace", tmp_path / "x.csv", "--port", "/dev/null", "--out", tmp_path)
    assert status == 2 and "one source" in text
    assert json.dumps(UNIT) and not re.search("household.html", str(list(tmp_path.iterdir())))
