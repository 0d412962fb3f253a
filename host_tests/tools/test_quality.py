"""Water quality: classes by GB/T 14848-2017, results from a file, what is due, the annual table."""

from __future__ import annotations

import datetime

import pytest

from whtools import cli
from whtools.quality import samples, standard, table

DAY = datetime.date


@pytest.mark.parametrize(("key", "value", "grade"), [
    ("hardness", "150", "I"), ("hardness", "150.1", "II"), ("hardness", "450", "III"), ("hardness", "650", "IV"),
    ("hardness", "651", "V"), ("ph", "7.2", "I"), ("ph", "6.4", "IV"), ("ph", "8.9", "IV"), ("ph", "9.1", "V"),
    ("ph", "5.4", "V"), ("odour", "none", "I"), ("odour", "无", "I"), ("odour", "earthy", "V"),
    ("surfactants", "<0.05", "I"), ("surfactants", "0.05L", "I"), ("surfactants", "0.08", "II"),
    ("surfactants", "0.3", "III"), ("fluoride", "1.0", "I"),
    ("fluoride", "1.01", "IV"), ("mercury", "0.00004L", "I"), ("coliforms", "<3", "I"), ("nitrate", "20.0", "III"),
])
def test_classes_of_the_standard(key, value, grade):
    assert standard.class_of(standard.indicators()[key], value) == grade


def test_the_table_is_whole_and_its_limits_rise():
    found = standard.indicators()
    assert len(found) >= 30
    for one in found.values():
        numbers = [float(limit) for limit in one.limits if limit.replace(".", "").isdigit()]
        assert numbers == sorted(numbers), one.key
        assert one.days in (90, 180, 365) and one.zh and one.en
        for name in one.names():
            assert standard.find(name) is one


def test_a_water_is_as_good_as_its_worst_indicator():
    assert standard.worst(["I", "III", "II"]) == "III" and standard.worst([]) == ""


@pytest.fixture
def file(tmp_path):
    def write(*lines, head="date,place,indicator,value,error"):
        path = tmp_path / "results.csv"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return path
    return write


@pytest.mark.parametrize(("line", "said"), [
    ("2026-13-01,well1,iron,0.1,", "must be YYYY-MM-DD"), ("2026-01-01,well1,gold,0.1,", "no indicator is named 'gold'"),
    ("2026-01-01,well1,iron,many,", "must be a number in mg/L"), ("2026-01-01,,iron,0.1,", "must not be empty"),
    ("2026-01-01,well1,iron,-1,", "cannot be negative"), ("2026-01-01,well1,iron,0.1,few", "error = 'few'"),
    ("2026-01-01,well1,iron,nan,", "cannot be negative or infinite"),
])
def test_a_line_that_is_none_is_told_with_its_number(file, line, said):
    with pytest.raises(standard.QualityError, match="results.csv:2: ") as e:
        samples.read(file(line))
    assert said in str(e.value)


def test_a_column_or_a_second_result_is_told(file):
    with pytest.raises(standard.QualityError, match="columns value are missing"):
        samples.read(file(head="date,place,indicator"))
    with pytest.raises(standard.QualityError, match="stands in line 2 already"):
        samples.read(file("2026-01-01,well1,iron,0.1,", "2026-01-01,well1,铁,0.2,"))


def test_what_is_due_and_what_was_never_taken(file):
    results = samples.read(file("2026-01-10,well1,ph,7.2,", "2026-01-10,well1,iron,0.1,"))
    late = {indicator.key: when for _place, indicator, when in samples.due(results, DAY(2026, 5, 1))}
    assert late["ph"] == DAY(2026, 4, 10) and "iron" not in late and late["lead"] is None
    assert "iron" in {one.key for _p, one, _w in samples.due(results, DAY(2026, 8, 1))}


def test_a_change_counts_beyond_both_errors_or_in_class(file):
    results = samples.read(file(
        "2025-10-01,well1,chloride,40,5", "2026-04-01,well1,chloride,46,5", "2025-10-01,well1,iron,0.05,0.001",
        "2026-04-01,well1,iron,0.09,0.001", "2025-10-01,well2,sulfate,49,5", "2026-04-01,well2,sulfate,51,5"))
    found = {(b.place, b.indicator.key) for _a, b in samples.changes(results, DAY(2025, 10, 31), DAY(2026, 4, 30))}
    assert found == {("well1", "iron"), ("well2", "sulfate")}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_annual_table_from_the_command_line(file, tmp_path, capsys, lang):
    path = file("2026-03-01,well1,hardness,420,", "2026-09-01,well1,hardness,460,", "2026-03-01,well1,ph,7.4,",
                "2025-03-01,well1,ph,7.1,")
    out = tmp_path / "table.csv"
    status = cli.main(["quality", str(path), "--year", "2026", "--today", "2026-10-01", "--before", "2026-04-01", "--csv",
                       str(out), "--lang", lang])
    said = capsys.readouterr().out
    assert status == 1 and "never taken" in said and "420 (III, 2026-03-01) -> 460 (IV, 2026-09-01)" in said
    rows = table.annual(samples.read(path), 2026, lang)
    assert [row[3:8] for row in rows] == [(1, "7.4", "7.4", "7.4", "I"), (2, "420", "460", "460", "IV"),
                                          ("", "", "", "", "IV")]
    assert out.read_text(encoding="utf-8-sig").count("\n") == 4
    assert ("采样点" if lang == "zh" else "place") in said
