"""Once a second means once in a second of the clock: odd scan periods, late scans, an overloaded board."""

from __future__ import annotations

import pytest

from doubles.houses import house_config, make_rig, run_until
from doubles.houses import scan_every as late
from doubles.selection import some
from harness import inprocess


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """The firmware in this process: hours of heating in seconds."""
    monkeypatch.setattr("doubles.selection.lockstep.Rig", inprocess.Rig)


def house(period_ms: int, rooms: int = 2) -> dict:
    data = house_config(rooms)
    data["node"]["period_ms"] = period_ms
    return data


class Truth:
    """What a rig's contacts and its plant say, summed up by the clock."""

    def __init__(self, rig):
        self.rig = rig
        self.first = dict(rig.points())
        self.begin_s = rig.t_s
        self.run_s = self.compressor_s = self.source_ws = self.room_ws = 0.0

    def run(self, seconds: float) -> dict[str, int]:
        """Let it run; returns what the points have gained."""
        rig, dt_s = self.rig, self.rig.dt_s
        end_s = rig.t_s + seconds
        while rig.t_s < end_s:
            rig.step()
            p = rig.points()
            self.run_s += dt_s * p["well.pump_on"]
            self.compressor_s += dt_s * p["room1.compressor_on"]
            self.source_ws += dt_s * max(0, p["well.source_w"])
            self.room_ws += dt_s * max(0, p["room1.source_w"])
        return {name: value - self.first[name] for name, value in rig.points().items()}


@pytest.mark.parametrize(("period_ms", "really_ms"), some([
    (143, 143), (100, 150), (200, 200), (50, 190), (150, 150), (190, 190), (77, 77), (100, 300)]))
def test_run_time_and_heat_are_metered_by_the_clock(period_ms, really_ms):
    with make_rig(data=house(period_ms)) as rig:
        late(rig, really_ms)
        run_until(rig, lambda p: p["room1.compressor_on"] and p["well.pump_on"], 1200)
        truth = Truth(rig)
        gained = truth.run(3000)
        assert gained["node.uptime_s"] == pytest.approx(rig.t_s - truth.begin_s, abs=2)
        run_s = gained["well.run_h"] * 3600 + gained["well.run_s"]
        assert run_s == pytest.approx(truth.run_s, rel=0.01, abs=3)
        assert gained["room1.run_h"] * 3600 + gained["room1.run_s"] == pytest.approx(truth.compressor_s, rel=0.01, abs=3)
        assert gained["well.source_wh"] == pytest.approx(truth.source_ws / 3600, rel=0.02)
        assert gained["room1.source_wh"] == pytest.approx(truth.room_ws / 3600, rel=0.02)
        assert gained["node.scan_faults"] == 0


def counting(counts, key, function):
    def counted(*arguments):
        counts[key] = counts.get(key, 0) + 1
        return function(*arguments)
    return counted


@pytest.mark.parametrize(("period_ms", "really_ms"), [(100, 100), (143, 143), (100, 260), (50, 1000)])
def test_every_room_has_its_second_once_a_second_and_never_twice(period_ms, really_ms):
    with make_rig(8, data=house(period_ms, 8)) as rig:
        late(rig, really_ms)
        rig.run(20)
        node = rig.firmware.board.app.node
        counts = {}
        for room in node.rooms:
            for name in ("each_second", "meter_heat"):
                setattr(room, name, counting(counts, (room.p.name, name), getattr(room, name)))
        well = node.wells[0]
        well.meter_heat = counting(counts, "well", well.meter_heat)
        begin = rig.t_s
        rig.run(300)
        assert len(counts) == 17
        assert all(abs(n - (rig.t_s - begin)) <= 1.1 for n in counts.values()), counts


@pytest.mark.parametrize(("really_ms", "told"), [(100, False), (150, True), (300, True), (205, True)])
def test_scans_that_are_late_for_good_are_an_alarm_that_ends_with_them(really_ms, told):
    with make_rig(data=house(100)) as rig:
        run_until(rig, lambda p: p["room1.compressor_on"], 1200)
        late(rig, really_ms)
        rig.run(130)
        p = rig.points()
        assert (p["node.trips"] & 1, p["node.alarm"]) == ((1, 1) if told else (0, 0))
        assert p["room1.compressor_on"] and p["node.scan_faults"] == 0, "late heat is better than none"
        late(rig, 100)
        rig.run(130)
        assert (rig.points()["node.trips"], rig.points()["node.alarm"]) == (0, 0)


def test_an_overrun_now_and_then_is_no_alarm():
    """A flash that erases takes 400 ms at the most."""
    with make_rig(data=house(100)) as rig:
        rig.run(60)
        for _ in range(40):
            late(rig, 500)
            rig.step()
            late(rig, 100)
            rig.run(10)
            assert rig.points()["node.alarm"] == 0
        assert rig.points()["node.overruns"] >= 100


@pytest.mark.parametrize("really_ms", [100, 150, 250])
def test_a_flow_is_measured_right_by_scans_that_are_late(really_ms):
    data = house(100)
    with make_rig(data=data, ideal=True) as rig:
        late(rig, really_ms)
        run_until(rig, lambda p: p["well.permissive"], 1200)
        rig.run(60)
        assert rig.points()["well.flow_lph"] == pytest.approx(rig.plant.truth["lift_lph"], rel=0.03)
