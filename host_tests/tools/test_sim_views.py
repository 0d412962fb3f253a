"""What a person sees of a simulation: the live view on 80x24, the day's picture, and its page."""

from __future__ import annotations

import io
import re
import struct

import pytest
from rich.console import Console

from harness import runner
from whtools.sim import live, page, picture, series


@pytest.fixture(scope="module")
def job():
    made = runner.Run(runner.Options(hours=0.2, rooms=8, in_process=True), None)
    while made.seconds < 120:
        made.advance()
    yield made
    made.close()


def drawn(job, names, trips):
    out = io.StringIO()
    console = Console(file=out, width=80, height=24, force_terminal=True, legacy_windows=False, color_system=None)
    screen = live.Screen(job, console)
    screen.job = type("Job", (), {**vars(job), "names": names, "speed": job.speed, "total_s": job.total_s})()
    screen.trips = trips
    console.print(screen.view())
    return out.getvalue().splitlines()


@pytest.mark.parametrize("rooms", [1, 6, 8])
def test_the_live_view_fits_80x24(job, rooms):
    names = ["an old lady's room with a very long name [/red]", "北屋"] + [f"room {i}" for i in range(3, 9)]
    trips = [{"time_s": 86400 * 99 + i, "where": "room8", "cause": "refrigerant_low_" + "x" * 90} for i in range(30)]
    lines = drawn(job, names[:rooms], trips)
    assert len(lines) <= 23 and all(live.Text(line).cell_len <= 80 for line in lines)
    text = "\n".join(lines)
    assert "lifted m³" in text and "starts/h" in text and "day 100 00:00:29" in text
    temperature = f"{job.points['room1.room_mc'] / 1000:.2f}"
    assert temperature in text and f"{job.points['well.supply_mc'] / 1000:.2f}" in text


def test_many_active_trips_take_one_line(job):
    points = dict(job.points)
    job.points = points | {f"room{i}.trips": (1 << 20) - 1 for i in range(1, 9)}
    lines = drawn(job, [f"room {i}" for i in range(1, 9)], [])
    assert len(lines) <= 23 and any(line.startswith("160 active: ") and line.rstrip().endswith("…") for line in lines)
    job.points = points


def made_up(hours):
    """Columns and summary as a run leaves them: two rooms, one with a name out of a page's nightmares."""
    rows = int(hours * 360)
    t = [10.0 * (i + 1) for i in range(rows)]
    columns = {"t_s": t, "plant.outside_c": [-7 + (i % 977) / 977 for i in range(rows)],
               "well.flow_lph": [1200 + i % 13 for i in range(rows)], "well.flow_setpoint_lph": [1200] * rows,
               "well.supply_mc": [12000 + i % 97 for i in range(rows)],
               "well.return_mc": [9000 + i % 89 for i in range(rows)]}
    for n in (1, 2):
        columns |= {f"room{n}.room_mc": [20000 + (i * 7 * n) % 1000 for i in range(rows)],
                    f"room{n}.target_mc": [20000] * rows, f"room{n}.compressor_on": [i // 30 % 2 for i in range(rows)],
                    f"room{n}.supply_air_mc": [30000 + (i * 31) % 9000 for i in range(rows)],
                    f"plant.heat_w_{n}": [5000.0] * rows, f"plant.electric_w_{n}": [1200.0] * rows}
    summary = {"scenario": "made up", "weather": "none", "seed": 1, "system_cop": None, "hours": hours, "cooling": False,
               "rooms": [{"name": "</script><b>"}, {"name": "北屋"}],
               "faults": [{"name": "dry_well", "target": "well", "from_s": 3600, "to_s": 1e9},
                          {"name": "never", "target": "", "from_s": 1e8, "to_s": 1e9}],
               "trips": [{"time_s": 4000 + i, "where": "well", "cause": "dry_run"} for i in range(3)]}
    return columns, summary


def test_the_page_names_what_happened_and_stays_small(tmp_path):
    columns, summary = made_up(24)
    page.page(columns, summary, tmp_path / "day.html")
    text = (tmp_path / "day.html").read_text()
    assert len(text) < 3_000_000 and "viewport" in text and "<title>Wellhearth: made up" in text
    assert not re.search(r"https?://", text), "it works without a network"
    fig = page.figure(columns, summary)
    notes = [note.text for note in fig.layout.annotations]
    assert "dry_well well" in notes and "well dry_run and 2 more" in notes and "38 °C" in notes and "never " not in notes
    assert sum(trace.fill == "tonexty" for trace in fig.data) == 1, "one band: both rooms have one target"
    by_room = {}
    for trace in fig.data:
        if trace.legendgroup and trace.legendgroup.startswith("room"):
            by_room.setdefault(trace.legendgroup, set()).add(trace.line.color)
    assert by_room == {"room1": {series.COLOURS[0]}, "room2": {series.COLOURS[1]}}
    shown = [trace.name for trace in fig.data if trace.legendgroup == "room2" and trace.showlegend]
    assert shown == ["北屋"], "one entry a room"


def test_a_year_s_page_is_thinned():
    columns, summary = made_up(24 * 9)
    fig = page.figure(columns, summary)
    assert max(len(trace.y) for trace in fig.data) <= page.ROWS_MOST
    summary["hours"] = 24 * 9


@pytest.mark.parametrize("hours", [0.01, 1, 24])
def test_the_picture_has_a_detail_where_the_run_is_long(tmp_path, hours):
    columns, summary = made_up(hours)
    picture.picture(columns, summary, tmp_path / "day.png")
    data = (tmp_path / "day.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data[:4] == b"\x89PNG" and len(data) < 400_000 and width < 1300 and height > 1000


def test_the_detail_lies_where_most_tripped():
    summary = {"trips": []}
    assert series.detail_from_h(summary, 3) is None
    assert series.detail_from_h(summary, 24) == 12
    summary["trips"] = [{"time_s": 3600 * h} for h in (2, 9, 9.5, 9.6, 23.9)]
    assert series.detail_from_h(summary, 24) == 8.5
    summary["trips"] = [{"time_s": 3600 * 23.9}]
    assert series.detail_from_h(summary, 24) == 22, "not beyond the end"


def test_runs_and_calm_lines():
    assert series.runs([1, 2, 3, 4, 5], [0, 1, 1, 0, 1]) == [(2, 4), (5, 5)]
    middle, mean, least, most = series.calm([0, 1, 2, 3], [1, 3, 5, 5], 2)
    assert (middle, mean, least, most) == ([1, 3], [2, 5], [1, 5], [3, 5])
