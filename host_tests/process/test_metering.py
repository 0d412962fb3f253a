"""Metering in the whole node on the simulated plant: the zero run, what it learns and what stops it."""

from __future__ import annotations

import pytest

from doubles import houses
from doubles.houses import app_of
from wellhearth.metering import zero
from wellhearth.storage import events
from wellhearth.tables import points


def truth_mk(rig, a, b):
    """What two sensors of the plant differ by: their own offsets, and what their clamps let in of the air around."""
    def off(sensor):
        mount = sensor.mount
        return sensor.offset_k + mount.share * (mount.around() - mount.read())
    return 1000 * (off(rig.wiring.sensors[a]) - off(rig.wiring.sensors[b]))


def warm(rig):
    """Heating, and somebody's compressor on."""
    houses.run_until(rig, lambda p: p["room1.compressor_on"] and p["room2.compressor_on"], 3600)


def test_a_zero_run_ends_the_compressors_moves_the_water_and_teaches_every_pair():
    with houses.make_inside(2, start_c=15.0) as rig:
        warm(rig)
        assert rig.write("node.zero_run_min", 25) == ""
        houses.run_until(rig, lambda p: not (p["room1.compressor_on"] or p["room2.compressor_on"]), 400)
        starts = rig.points()["room1.starts"] + rig.points()["room2.starts"]
        rig.run(700)
        p = rig.points()
        assert p["well.pump_on"] and p["room1.pump_on"] and p["room2.pump_on"], "water moves in all of them"
        reasons = {row.name: row.unit.split(":")[1].split("|") for row in app_of(rig).node.rooms[0].p.rows
                   if row.name == "reason"}["reason"]
        assert reasons[p["room1.reason"]] == "zeroing"
        for name, pair in (("well", ("supply", "return")), ("room1", ("supply", "leaving1")),
                           ("room2", ("supply", "leaving2"))):
            assert p[f"{name}.zero"] == zero.LEARNED, name
            assert p[f"{name}.zero_mk"] == pytest.approx(truth_mk(rig, *pair), abs=130), "a step is 62.5 mK, and clamps"
            assert abs(p[f"{name}.source_w"]) < 150, "nothing is taken, and now it shows"
        assert sum(1 for e in rig.events if e[1] == events.ZERO) == 3
        assert rig.points()["room1.starts"] + rig.points()["room2.starts"] == starts
        houses.run_until(rig, lambda p: p["node.zero_run_min"] == 0, 1500)
        houses.run_until(rig, lambda p: p["room1.compressor_on"] or p["room2.compressor_on"], 600)


@pytest.mark.long
def test_what_was_learned_outlives_a_power_cut():
    with houses.make_inside(2, start_c=21.5) as rig:
        rig.run(5)
        rig.write("node.zero_run_min", 20)
        houses.run_until(rig, lambda p: p["well.zero"] and p["room1.zero"], 1200)
        learned = {name: rig.points()[name] for name in ("well.zero_mk", "room1.zero_mk")}
        rig.run(650)  # the ledger is written every ten minutes
        rig.restart()
        houses.run_until(rig, lambda p: p["room1.pump_on"] and p["well.pump_on"], 4000)
        rig.run(20)
        assert {name: rig.points()[name] for name in learned} == pytest.approx(learned, abs=60)
        assert rig.points()["well.zero"] == zero.LEARNED and rig.points()["node.zero_run_min"] == 0


@pytest.mark.parametrize("sick", ["trip", "sensor"])
def test_a_sick_plant_teaches_nothing(sick):
    with houses.make_inside(2, start_c=21.5) as rig:
        rig.run(40)
        rig.write("node.zero_run_min", 20)
        if sick == "trip":
            rig.wiring.open_switches.add("room2_high")  # a trip of another unit is one too
        else:
            rig.wiring.sensors["return"].fault = "intermittent"
            rig.wiring.sensors["leaving1"].fault = "open"
        rig.run(1200)
        p = rig.points()
        assert p["room1.zero"] == zero.NONE and p["room1.zero_mk"] == 0
        if sick == "trip":
            assert p["node.alarm"] and p["well.zero"] == zero.NONE


def test_a_sensor_that_is_off_by_more_than_two_parts_can_be_is_refused():
    with houses.make_inside(2, start_c=21.5) as rig:
        rig.run(40)
        rig.wiring.sensors["leaving1"].fault = "drift"
        rig.wiring.sensors["leaving1"].drift_k = 1.9  # too little for any protection
        rig.write("node.zero_run_min", 20)
        rig.run(1100)
        p = rig.points()
        assert (p["room1.zero_mk"], p["room1.zero"]) == (0, zero.REFUSED)
        assert p["room2.zero"] == p["well.zero"] == zero.LEARNED


def test_frost_comes_before_the_zero_run():
    with houses.make_inside(2, start_c=4.6) as rig:
        rig.run(40)
        rig.write("node.zero_run_min", 60)
        houses.run_until(rig, lambda p: p["room1.compressor_on"], 1500)
        assert rig.points()["node.zero_run_min"] > 30


def test_nobody_but_an_installer_may_ask_for_it():
    with houses.make_inside(1) as rig:
        rig.run(3)
        commands = app_of(rig).links.commands
        from inprocess_firmware.links import orders  # the firmware of this process
        for role in "robw":
            order = orders.Order("console", role, "x", "node.zero_run_min", 15)
            assert commands.check(order) != 0, role
        assert rig.write("node.zero_run_min", 61) != ""


def kwh(rig):
    truth = rig.plant.truth
    return sum(truth[f"electric_w_{i}"] for i in (1, 2)) + truth["pump_w"]


@pytest.mark.parametrize(("source", "within"), [("s0", 0.03), pytest.param("estimate", 0.35, marks=pytest.mark.long)])
def test_a_house_counts_its_electricity_by_s0_pulses_or_estimates_it_and_says_which(source, within):
    data = houses.house_config(2)
    data["electricity"] = {"source": source}
    with houses.make_inside(data=data, start_c=15.0) as rig:
        warm(rig)
        rig.run(60)
        begin, true_wh = rig.points()["account.electricity_wh"], 0.0
        for _ in range(1200):
            rig.run(1)
            true_wh += kwh(rig) / 3600
        p = rig.points()
        assert p["account.electricity_wh"] - begin == pytest.approx(true_wh, rel=within)
        assert p["account.source"] == {"estimate": 1, "s0": 2}[source]
        assert p["account.cop_day"] == -1 and p["account.heat_metered"] == 0, "no pair is zeroed yet"
        begin = p["account.electricity_wh"]
        rig.run(620)
        rig.restart()
        rig.run(30)
        assert rig.points()["account.electricity_wh"] >= begin, "and it is not lost"


@pytest.mark.long(minutes=1)
def test_after_a_zero_run_the_cop_of_a_house_with_an_s0_meter_is_the_plants():
    data = houses.house_config(2)
    data["electricity"] = {"source": "s0"}
    with houses.make_inside(data=data, start_c=18.0) as rig:
        rig.run(40)
        rig.write("node.zero_run_min", 20)
        houses.run_until(rig, lambda p: p["well.zero"] and p["node.zero_run_min"] == 0, 2000)
        rig.run(15)
        heat = used = 0.0
        for _ in range(6 * 3600):
            rig.run(1)
            truth = rig.plant.truth
            heat += truth["source_w"] / 3600
            used += kwh(rig) / 3600
        p = rig.points()
        assert p["account.heat_metered"] == 1
        assert p["account.cop_season"] == pytest.approx(1000 * (heat + used) / used, rel=0.08)


def test_a_days_row_holds_metered_electricity_and_no_estimate():
    for source in ("s0", "estimate"):
        data = houses.house_config(2)
        data["electricity"] = {"source": source}
        with houses.make_inside(data=data, start_c=15.0) as rig:
            warm(rig)
            rig.run(600)
            from inprocess_firmware.app import dayrow
            app = app_of(rig)
            wh = dayrow.values(app.days, 5)[-1]
            shown = rig.points()["account.electricity_wh"]
            assert shown > 100 and (wh == 0 if source == "estimate" else abs(wh - shown) < 20)


def test_returned_water_is_reckoned_where_it_is_asked_for_and_stays_in_its_points_ranges():
    data = houses.house_config(2)
    data["node"]["account"] = 1
    limits = {f"account.{row.name}": (row.lo, row.hi) for row in points.ACCOUNT}
    with houses.make_inside(data=data, start_c=15.0) as rig:
        warm(rig)
        rig.run(900)
        p = rig.points()
        assert 960 <= p["account.ratio_day_pm"] <= 1040 and p["account.source"] == 0
        assert all(lo <= p[name] <= hi for name, (lo, hi) in limits.items())
    with houses.make_inside(2) as rig:
        rig.run(3)
        assert "account.ratio_day_pm" not in rig.points(), "not asked for: not in memory"
