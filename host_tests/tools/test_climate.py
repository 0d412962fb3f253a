"""`wellhearth climate`: cities with their sources, the two measured grounds met, and a wizard that takes the advice."""

from __future__ import annotations

import json

import pytest

from doubles.command import call
from whtools.device import climate, wizard
from whtools.device.link import LinkError


def test_at_least_thirty_cities_of_the_north_and_the_middle_with_their_source():
    assert len(climate.cities()) >= 30 and "GB 50736-2012" in climate.TABLE.read_text(encoding="utf-8")
    seen = {name for city in climate.cities() for name in (city.zh, climate.plain(city.en))}
    assert len(seen) == 2 * len(climate.cities())
    assert all(-5 < city.air_c < 18 and -40 < city.design_c < 4 and city.design_c < city.air_c for city in climate.cities())
    known = {"北京": (12.3, -7.6), "哈尔滨": (4.2, -24.2), "合肥": (15.8, -1.7), "西安": (13.7, -3.4), "沈阳": (8.4, -16.9)}
    assert {name: (climate.find(name).air_c, climate.find(name).design_c) for name in known} == known


def test_the_two_measured_grounds_are_met_and_types_follow_the_cold():
    assert climate.of_city("Harbin").ground_c == 8.0 and climate.of_city("合肥市").ground_c == 17.4
    kinds = {name: climate.of_city(name).unit_type for name in ("Beijing", "Hefei", "Chengde", "Harbin", "Mohe")}
    assert kinds == {"Beijing": "I", "Hefei": "I", "Chengde": "I", "Harbin": "II", "Mohe": "III"}
    assert climate.of_city("Harbin").antifreeze_c == -12.7 and climate.of_city("Beijing").antifreeze_c is None
    order = [climate.advise("x", air, -10).unit_type for air in (-4, 0, 4, 8, 12)]
    assert order == sorted(order, reverse=True)


def test_what_the_well_gives_is_never_colder_than_a_type_may_take():
    for air in range(-60, 180):
        found = climate.advise("x", air / 10, -10)
        entering = found.well_c if found.unit_type == "I" else found.well_c - climate.APPROACH_K
        assert entering >= climate.LOWEST_C[found.unit_type] or found.warning
        if found.antifreeze_c is not None:
            assert found.antifreeze_c <= climate.LOWEST_C[found.unit_type] - climate.TAKEN_K - 3.0


def test_words_in_both_languages_and_flow_by_the_standard(capsys):
    status, text = call(capsys, "climate", "harbin", "--kw", "100")
    assert status == 0 and "13400 L/h" in text and "地温" in text and "undisturbed ground" in text
    assert "II: closed loop with antifreeze 闭式防冻循环" in text and "162 L/h for each kW" in text
    status, text = call(capsys, "climate", "--design-temperature", "-20")
    assert status == 0 and "type of the units 机组类型: II" in text
    status, text = call(capsys, "climate", "Beijing", "--ground", "7")
    assert status == 0 and "undisturbed ground 地温: 7.0" in text and "机组类型: II" in text


@pytest.mark.parametrize("words", [["Atlantis"], [], ["Beijing", "--design-temperature", "-8"], ["Beijing", "--kw", "0"],
                                   ["--design-temperature", "-80"], ["Beijing", "--ground", "99"]])
def test_what_makes_no_sense_is_refused(capsys, words):
    status, text = call(capsys, "climate", *words)
    assert status == 2 and "wanted" in text or "one of" in text


def test_the_wizard_takes_the_advice_and_its_config_is_valid_in_every_city(tmp_path):
    for city in climate.cities():
        advice = climate.of_city(city.en)
        if "no heat" in advice.warning:
            continue
        found = wizard.compose(wizard.Asker({"city": city.zh}))
        assert wizard.judged(found) == [], (city.en, wizard.judged(found))
        data = found[0][2]
        assert data["rooms"][0].get("unit_type", "I") == advice.unit_type, city.en
        assert data["well"]["lowest_supply_mc"] == round(1000 * advice.well_c)
        if advice.antifreeze_c is not None:
            assert data["loop"]["antifreeze_mc"] == round(1000 * advice.antifreeze_c)
    with pytest.raises(LinkError, match="no city of the table"):
        wizard.compose(wizard.Asker({"city": "Atlantis"}))
    assert "lowest_supply_mc" not in json.dumps(wizard.compose(wizard.Asker({})))
