"""The whole firmware in a real MicroPython process, board `sitl`, against the simulated house."""

from __future__ import annotations

import json
import subprocess

import pytest

from doubles import houses
from doubles.firmware_says import bit, codes, heating, tripped
from doubles.houses import make_rig, run_until
from doubles.selection import in_process
from harness import lockstep, process
from harness.sitl import frames
from wellhearth.storage import events
from wellhearth.tables import causes


def test_it_boots_reads_its_sensors_and_heats(rig):
    rig.run(15)
    assert rig.texts[0] == f"wellhearth sitl protocol {frames.PROTOCOL}"
    p = rig.points()
    assert p["node.master_on"] == 1 and p["well.supply_ok"] == p["room2.leaving_ok"] == 1
    # A clamp reads up to 0.5 K and 3 % of the way to the cellar's air off, a room's sensor 0.5 K; rooms begin at 18 +- 0.5.
    assert abs(p["well.supply_mc"] - 15000) < 750 and abs(p["room1.room_mc"] - 18000) < 1200
    assert not any(rig.wiring.commands["compressor_on"]), "nothing starts before the minimum off time"
    p = heating(rig)
    assert p["well.permissive"] == 1 and p["room1.fan_pm"] >= 200
    assert p["node.scan_faults"] == p["node.overruns"] == p["node.alarm"] == 0
    assert p["node.heap_free_b"] > 100_000
    names = lockstep.point_names(rig.config)
    assert len(rig.firmware.said.telemetry) == len(names)
    assert all(-(1 << 30) < value < 1 << 30 for value in p.values())


def test_points_stay_inside_their_own_ranges(rig):
    from wellhearth.tables import points

    limits = {}
    for block, rows in (("node", points.NODE), ("well", points.WELL), ("room1", points.ROOM), ("room2", points.ROOM)):
        limits.update({f"{block}.{row.name}": (row.lo, row.hi) for row in rows})
    for _ in range(60):
        rig.run(10)
        for name, value in rig.points().items():
            assert limits[name][0] <= value <= limits[name][1], (name, value)


def test_heap_lock_catches_an_allocation(tmp_path):
    code = "import board\nt = board.Timer()\nt.start(100, lambda _: [1, 2, 3])\nt.fire()\n"
    path = f"{houses.ROOT}/boards/sitl"
    done = subprocess.run([process.micropython(), "-c", code], env={"MICROPYPATH": path}, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert "MemoryError" in said and "heap is locked" in said


def test_ten_thousand_scans_allocate_nothing():
    """Starts, stops, trips and sensor faults under heap_lock (the sitl timer locks every scan)."""
    with make_rig(3, data=houses.house_config(3, reinjection_limit_kpa=150)) as rig:
        sensors = rig.wiring.sensors
        heating(rig)
        for kind in ("open", "crc", "power_on", "drift"):
            sensors["room1"].fault = kind
            rig.run(12)
        sensors["room1"].fault = ""
        rig.wiring.bus.fault = "short"
        rig.run(45)
        rig.wiring.bus.fault = ""
        rig.run(30)
        rig.plant.well.clog = 50.0
        run_until(rig, lambda p: bit(p, "well", "over_pressure"), 60)
        rig.plant.well.clog = 0.0
        rig.run(300)
        rig.wiring.analog_faults["pressure"] = "open"
        rig.run(15)
        rig.wiring.analog_faults.clear()
        heating(rig)
        rig.wiring.lift.fault = rig.wiring.back.fault = "stuck"
        rig.run(20)
        rig.wiring.lift.fault = rig.wiring.back.fault = ""
        rig.wiring.contacts["room2_compressor"].fault = "welded"
        rig.run(5)
        rig.wiring.contacts["room2_compressor"].fault = ""
        rig.write("room3.mode", 0)
        rig.run(300)
        p = rig.points()
        assert p["node.scans"] >= 10_000
        assert p["node.scan_faults"] == 0, rig.texts
        for key in ("over_pressure", "pressure_fault", "flow_lost", "welded"):
            assert tripped(rig, key), key
        for code in (events.COMPRESSOR_START, events.COMPRESSOR_STOP, events.PUMP_START, events.PUMP_STOP,
                     events.SENSOR_LOST, events.SENSOR_BACK, events.CLEAR, events.SET):
            assert codes(rig, code), events.EVENTS[code]


def test_a_bad_config_keeps_every_output_off_and_says_why():
    data = houses.house_config(2)
    data["well"]["min_flow_lph"] = 1
    data["rooms"][1]["setpiont_mc"] = 20000
    with make_rig(data=data) as rig:
        rig.run(20)
        said = "\n".join(rig.texts)
        assert "config refused, outputs stay off: 2 mistakes" in said
        assert "well.min_flow_lph = 1" in said and "100 to 60000" in said and "room2.setpiont_mc" in said
        assert rig.out[2] == 0 and not any(rig.out[4:21]) and not rig.firmware.said.telemetry
        assert rig.write("room1.setpoint_mc", 21000) == "the node is in its safe state"
        assert rig.resets == 0


def test_writes_go_through_the_table_and_are_journaled(rig):
    assert rig.write("room1.setpoint_mc", 22000) == ""
    assert "5000 to 30000" in rig.write("room1.setpoint_mc", 99000)
    assert "read only" in rig.write("room1.compressor_on", 1)
    assert "no point" in rig.write("pump", 1)
    rig.run(2)
    assert rig.points()["room1.setpoint_mc"] == 22000
    assert [e[3] for e in codes(rig, events.SET)] == [22000]


def test_settings_survive_a_power_cut(rig):
    rig.write("room2.setpoint_mc", 17500)
    rig.run(70)
    stored = json.loads((rig.folder / "settings.json").read_text().split("\n")[1])
    assert stored["room2.setpoint_mc"] == 17500
    rig.restart()
    rig.run(3)
    assert rig.points()["room2.setpoint_mc"] == 17500 and rig.points()["room1.setpoint_mc"] == 20000
    (rig.folder / "settings.json").write_text("{broken")
    rig.restart()
    rig.run(3)
    assert any("one of its two copies was damaged" in text for text in rig.texts)
    assert rig.points()["room2.setpoint_mc"] == 17500
    for name in ("settings.json", "settings.json.2"):
        (rig.folder / name).write_text("{broken")
    rig.restart()
    rig.run(3)
    assert any("start from the config" in text for text in rig.texts)
    assert rig.points()["room2.setpoint_mc"] == 20000


def test_a_file_system_that_refuses_is_told_and_the_control_goes_on(rig):
    (rig.folder / "settings.json.new").mkdir()
    rig.write("room1.setpoint_mc", 19000)
    rig.run(70)
    assert any("settings cannot be stored" in text for text in rig.texts)
    (rig.folder / "settings.json.new").rmdir()
    rig.run(65)
    assert json.loads((rig.folder / "settings.json").read_text().split("\n")[1])["room1.setpoint_mc"] == 19000
    assert rig.points()["node.scan_faults"] == 0


@pytest.mark.both
def test_power_cut_is_no_way_round_the_minimum_off_time_and_restart_is_staggered():
    with make_rig(6) as rig:
        heating(rig)
        rig.restart()
        cut = rig.t_s
        first = {}
        while len(first) < 6:
            assert rig.t_s - cut < 600
            rig.run(1)
            for i, on in enumerate(rig.wiring.commands["compressor_on"]):
                if on:
                    first.setdefault(i, rig.t_s - cut)
        assert min(first.values()) >= 180
        times = sorted(first.values())
        assert times[-1] - times[0] >= 30, "not all at once"


@pytest.mark.both
@pytest.mark.long
def test_a_power_cut_forgives_no_start():
    with make_rig(1) as rig:
        heating(rig)
        rig.run(10)
        begun = []  # times of every compressor start
        on = True
        while rig.t_s < (4500 if in_process() else 7200):
            if on and len(rig.events) and rig.wiring.commands["compressor_on"][0]:
                rig.run(7)  # the ledger is written within 5 s
                rig.restart()
                on = False
            rig.run(1)
            now_on = rig.wiring.commands["compressor_on"][0]
            if now_on and not on:
                begun.append(rig.t_s)
            on = now_on
        assert rig.resets >= 5
        for t in begun:
            assert sum(1 for x in begun if t <= x < t + 3590) <= 6


@pytest.mark.both
def test_meters_go_on_after_a_power_cut(rig):
    heating(rig)
    rig.run(700)
    before = rig.points()
    rig.restart()
    rig.run(30)
    after = rig.points()
    for name, lost in (("well.circulated_l", 800), ("well.source_wh", 5000), ("room1.source_wh", 3000)):
        assert before[name] > 0 and before[name] - lost <= after[name], name
    assert after["well.circulated_m3"] * 1000 + after["well.circulated_l"] <= rig.plant.well.lifted_l * 1.02 + 2


@pytest.mark.both
def test_a_lockout_survives_a_power_cut_and_says_how_to_reset_it():
    with make_rig(1) as rig:
        heating(rig)
        rig.plant.well.lost_share = 0.3
        run_until(rig, lambda p: p["well.lockouts"], 200)
        place = causes.bit("leak")
        rig.run(8)
        assert any(f"well.reset_trip = {place}" in text for text in rig.texts)
        rig.plant.well.lost_share = 0.0
        rig.restart()
        rig.run(600)
        assert rig.points()["well.lockouts"] == 1 << place and not rig.wiring.commands["pump_on"]
        assert "not locked out" in rig.write("well.reset_trip", causes.bit("no_flow"))
        assert "rows 0 to" in rig.write("well.reset_trip", 29)
        assert rig.write("well.reset_trip", place) == ""
        heating(rig)
        for name in ("ledger.json", "ledger.json.2"):
            (rig.folder / name).write_text("[1")
        rig.restart()
        rig.run(3)
        assert any("ledger.json cannot be read" in text for text in rig.texts)
        assert rig.points()["well.lockouts"] == 1 << causes.bit("record_lost")


def test_ticks_wrap_in_the_middle_of_a_run():
    with make_rig(1, start_ms=(1 << 30) - 300_000) as rig:
        heating(rig, 600)
        rig.run(300)
        p = rig.points()
        assert p["node.uptime_s"] == int(rig.t_s) - 1 or abs(p["node.uptime_s"] - rig.t_s) <= 1
        assert p["node.overruns"] == p["node.scan_faults"] == 0 and p["node.late_max_us"] == 0


@pytest.mark.parametrize("period_ms", [50, 200])
def test_other_scan_rates(period_ms):
    data = houses.house_config(2)
    data["node"]["period_ms"] = period_ms
    with make_rig(data=data) as rig:
        p = heating(rig, 600)
        gaps = []
        for _ in range(20):
            rig.run(1)
            gaps.append(rig.points()["well.flow_lph"] - rig.points()["well.flow_setpoint_lph"])
        assert abs(sum(gaps)) / 20 < 100
        assert p["node.scan_faults"] == p["node.overruns"] == 0
