"""The proof test: each row that is tried has the table's delay, and nothing that was made up outlives it."""

from __future__ import annotations

import json

import pytest

from doubles.command import call
from harness import faults, inprocess
from whtools.commission import proof, simulated


def firmware_proof():
    inprocess.firmware()
    return __import__(inprocess.PACKAGE + ".console.proof", fromlist=["last"])


@pytest.fixture
def house():
    """(rig, bench) in service mode, its sensors read."""
    rig, bench = simulated.make((), 1)
    with rig:
        bench.service(True)
        bench.wait(75)
        yield rig, bench


def app_of(rig):
    return rig.firmware.board.app


def begin(bench, block, key):
    return proof.ask(bench, f"begin(app.current,{block!r},{key!r})")


def test_every_row_tried_has_the_tables_delay_and_every_other_one_its_reason(tmp_path, capsys):
    status, text = call(capsys, "prove-protections", "--simulate", "--out", tmp_path)
    assert status == 0 and "FAIL" not in text, text
    record = json.loads((tmp_path / "protections.json").read_text())
    rows = {f"{row['block']}.{row['key']}": row for row in record["rows"]}
    done = [name for name, row in rows.items() if not row["why_not"]]
    assert len(done) >= 29 and all(rows[name]["ok"] for name in done), done
    assert {"well.over_pressure", "well.no_flow", "well.pump_dead", "room1.freeze", "room2.high_pressure",
            "room1.welded", "well.return_meter"} <= set(done)
    for name in ("well.over_pressure", "well.no_flow", "well.pump_dead"):
        assert "pump off" in rows[name]["effect"] and rows[name]["effect_ms"] <= rows[name]["wanted_ms"] + 300
    assert "compressor relay off" in rows["room1.freeze"]["effect"]
    assert all(len(row["why_not"]) > 10 for name, row in rows.items() if name not in done)
    page = (tmp_path / "protections.html").read_text()
    assert "passed 合格" in page and "FAIL" not in page and "not tried 未试验" in page


@pytest.mark.long(minutes=3)
@pytest.mark.parametrize("seed", [2, 3])
def test_the_same_with_other_sensors_and_with_two_pumps(tmp_path, capsys, seed):
    status, text = call(capsys, "prove-protections", "--simulate", "--well", "multi_aquifer", "--seed", seed, "--out",
                        tmp_path)
    assert status == 0 and "well2.over_pressure" in text and "FAIL" not in text, text


def test_nobody_has_to_end_it_and_all_inputs_are_real_again(house):
    rig, bench = house
    room = app_of(rig).node.rooms[0]
    real = room.protections.high_ok
    assert begin(bench, "room1", "high_pressure") == ""
    assert room.protections.high_ok is not real and "under trial" in begin(bench, "room1", "freeze")
    bench.wait(30)  # and nobody asks
    node = app_of(rig).node
    assert room.protections.high_ok is real and room.trips.bits == 0 and node.service is app_of(rig).service
    assert rig.points()["node.scan_faults"] == 0 and not bench.trips()


def test_a_row_that_never_trips_ends_by_its_time(house):
    rig, bench = house
    trials = firmware_proof()
    app = app_of(rig)
    room = app.node.rooms[0]
    trial = trials.Trial(app, room, 2, (), room.compressor)
    bench.wait(85)
    assert trial.phase == 0
    bench.wait(30)
    assert trial.phase == 2 and trial.tripped_ms == -1 and app.node.service is app.service


def test_a_reset_in_the_middle_leaves_nothing_behind(house):
    rig, bench = house
    for key in ("welded", "freeze"):
        assert begin(bench, "room1", key) == ""
        bench.wait(1)
        rig.restart()
        bench.wait(60)
        assert bench.trips() == [] and app_of(rig).node.rooms[0].trips.bits == 0


def test_a_real_fault_meanwhile_acts_as_ever_and_stays(house):
    rig, bench = house
    assert begin(bench, "room1", "frost") == ""
    faults.change(rig, "switch_open", "room2_high")
    faults.change(rig, "switch_open", "room1_high")
    bench.wait(3)
    assert {"room1.high_pressure", "room2.high_pressure"} <= set(bench.trips())
    bench.wait(180)
    assert "room2.high_pressure" in bench.trips()
    faults.change(rig, "switch_open", "room1_high", mend=True)
    faults.change(rig, "switch_open", "room2_high", mend=True)
    bench.wait(305)
    assert bench.trips() == []


def test_no_output_moves_and_no_compressor_can_run(house):
    rig, bench = house
    for block, key in (("room1", "freeze"), ("room1", "frost"), ("well", "stray_flow"), ("room2", "welded")):
        assert begin(bench, block, key) == ""
        for _ in range(40):
            bench.wait(2)
            c = rig.wiring.commands
            assert not (c["master_on"] or c["pump_on"] or any(c["compressor_on"]) or any(c["pump_room_on"])), (block, key)
        bench.wait(30)
        proof.ask(bench, "state()")


def test_a_trip_that_was_made_up_counts_for_no_lockout_and_its_water_is_real(house):
    rig, bench = house
    well = app_of(rig).node.wells[0]
    over = next(trip for trip in well.trips.trips if trip.key == "over_pressure")
    for _ in range(4):
        row = proof.Row("well", "over_pressure", "", 1000)
        proof.tried(bench, row)
        assert row.ok(100) and not over.locked and over.trips(rig.points()["node.uptime_s"]) == 0, row
    for key in ("stray_flow", "no_flow", "lift_meter", "return_meter"):
        row = proof.Row("well", key, "", {"stray_flow": 10000}.get(key, 5000))
        proof.tried(bench, row)
        assert row.ok(100) and bench.trips() == [], row
    bench.wait(60)
    litres = 1000 * well.lifted.water.high + well.lifted.water.low
    assert litres > 200 and litres == rig.wiring.lift.count // 50
    assert 1000 * well.returned.water.high + well.returned.water.low == rig.wiring.back.count // 50


def test_what_cannot_be_is_refused_with_the_reason(house):
    rig, bench = house
    for block, key, words in (("attic", "freeze", "no block"), ("room1", "gremlins", "no row"),
                              ("well", "over_pressure", "the pump has to run"), ("well", "clogging", "not to be tried"),
                              ("room1", "condensate", "not to be tried")):
        assert words in begin(bench, block, key)
    bench.service(False)
    assert "service mode" in begin(bench, "room1", "freeze")
    bench.service(True)
    text = bench.link.run("from wellhearth import diag\ndiag.proof('room1','freeze')\ndiag.proof()")
    assert text.startswith("ok") and "over_pressure" in text and "phase" in text


def test_a_row_that_is_late_or_does_nothing_fails():
    for delay, effect, ok in ((1000, "alarm", True), (1200, "alarm", True), (1300, "alarm", False), (700, "alarm", False),
                              (1000, "", False), (None, "alarm", False)):
        assert proof.Row("well", "over_pressure", "", 1000, delay_ms=delay, effect=effect).ok(100) is ok
    assert proof.Row("room1", "frost", "", 60000, delay_ms=59100, effect="alarm").ok(100)
    rows = [proof.Row("well", "over_pressure", "", 1000, delay_ms=4000, effect="alarm")]
    assert "NOT passed 不合格" in proof.page_of("u", "now", rows, 100)
