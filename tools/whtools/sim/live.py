"""What a person sees while a simulation runs: a live screen, or a line an hour."""

from __future__ import annotations

import time

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

REFRESH_S = 0.2
SHOWN_TRIPS = 6
HEADED = 2  # lines above the rows of a table


def clock(seconds: float) -> str:
    """Simulated time as day and hh:mm:ss."""
    s = int(seconds)
    return f"day {s // 86400 + 1} {s // 3600 % 24:02d}:{s // 60 % 60:02d}:{s % 60:02d}"


def words(block: str, point: str) -> list[str]:
    """The words of an enum or bits point, by the firmware's own table."""
    from wellhearth.tables import points

    table = {"well": points.WELL, "well2": points.WELL, "loop": points.LOOP}.get(block, points.ROOM)
    unit = next(row.unit for row in table if row.name == point)
    return unit.partition(":")[2].split("|")


def enum_text(block: str, value: int) -> str:
    """The word for a `state` point's value."""
    return words(block, "state")[value]


def trip_names(block: str, bits: int) -> list[str]:
    """Names of the active rows of a `trips` point."""
    return [name for i, name in enumerate(words(block, "trips")) if bits >> i & 1]


class Plain:
    """One line per simulated hour, and one for each trip."""

    def __init__(self, job):
        self.job = job

    def __enter__(self):
        job = self.job
        print(f"{job.scenario.name}: {len(job.names)} rooms, {job.hours:g} h, {job.weather.name}, seed {job.rig.seed}")
        return self

    def __exit__(self, *_exc):
        return None

    def second(self, trips: list[dict]) -> None:
        """After each simulated second."""
        job = self.job
        for trip in trips:
            print(f"  {clock(trip['time_s'])} trip: {trip['where']} {trip['cause']}", flush=True)
        if job.seconds % 3600 and job.seconds != job.total_s:
            return
        p = job.points
        outside = job.plant.truth.get("outside_c")
        rooms = " ".join(f"{p[f'room{i}.room_mc'] / 1000:5.2f}" for i in range(1, len(job.names) + 1))
        sky = "  n/a" if outside is None else f"{outside:5.1f}"
        print(f"{clock(job.seconds)} x{job.speed:4.0f}  outside {sky} degC  rooms {rooms} degC  "
              f"flow {p['well.flow_lph']:5d}/{p['well.flow_setpoint_lph']:5d} L/h  "
              f"water {p['well.supply_mc'] / 1000:4.1f}/{p['well.return_mc'] / 1000:4.1f} degC", flush=True)


class Screen:
    """A live view in the terminal."""

    def __init__(self, job, console: Console):
        self.job = job
        self.live = Live(console=console, auto_refresh=False, transient=True)
        self.bar = Progress(TextColumn("{task.description}"), BarColumn(bar_width=40),
                            TextColumn("{task.percentage:3.0f} %"))
        self.task = self.bar.add_task("simulated time", total=job.total_s)
        self.next = 0.0
        self.trips: list[dict] = []

    def __enter__(self):
        self.live.__enter__()
        return self

    def __exit__(self, *exc):
        self.live.__exit__(*exc)

    def second(self, trips: list[dict]) -> None:
        """After each simulated second; draws at most five times a real second."""
        self.trips += trips
        now = time.perf_counter()
        if now >= self.next:
            self.next = now + REFRESH_S
            self.bar.update(self.task, completed=self.job.seconds)
            self.live.update(self.view(), refresh=True)

    def view(self) -> Group:
        """The whole screen: 80 columns by 24 lines hold two sections, a loop, eight rooms and the trips."""
        job = self.job
        outside = job.plant.truth.get("outside_c")
        sky = "n/a" if outside is None else f"{outside:.1f} °C"
        head = line(f"[b]Wellhearth {escape(job.scenario.name)}[/b]  {clock(job.seconds)}  x{job.speed:.0f}  outside {sky}  "
                    f"[dim]{escape(job.weather.name)}[/]")
        source, rooms = self.well(), self.rooms()
        used = 2 + 2 * HEADED + source.row_count + rooms.row_count
        return Group(head, self.bar, source, rooms, *self.alarms(max(2, self.live.console.height - 1 - used)))

    def well(self) -> Table:
        """A row for each section of the well, and one for the secondary loop."""
        p = self.job.points
        table = plain_table("source", ("state", "flow L/h", "setpoint", "pump ‰", "supply °C", "return °C", "kPa",
                                       "lifted m³"))
        for well in ("well", "well2"):
            if f"{well}.state" in p:
                table.add_row(
                    well, enum_text(well, p[f"{well}.state"]), str(p[f"{well}.flow_lph"]),
                    str(p[f"{well}.flow_setpoint_lph"]), str(p[f"{well}.pump_speed_pm"]),
                    f"{p[f'{well}.supply_mc'] / 1000:.2f}", f"{p[f'{well}.return_mc'] / 1000:.2f}",
                    str(p[f"{well}.reinjection_kpa"]),
                    f"{p[f'{well}.circulated_m3'] + p[f'{well}.circulated_l'] / 1000:.2f}")
        if "loop.state" in p:
            table.add_row("loop", enum_text("loop", p["loop.state"]), "flows" if p["loop.flow_ok"] else "stands", "", "",
                          f"{p['loop.supply_mc'] / 1000:.2f}", f"{p['loop.return_mc'] / 1000:.2f}",
                          str(p["loop.pressure_kpa"]), "")
        return table

    def rooms(self) -> Table:
        """A row per room."""
        p = self.job.points
        table = plain_table("room", ("state", "room °C", "target °C", "air °C", "comp.", "fan ‰", "starts", "starts/h"))
        for i, name in enumerate(self.job.names, start=1):
            r = f"room{i}."
            temperature = p[r + "room_mc"]
            style = "green" if abs(temperature - p[r + "target_mc"]) <= 500 else "yellow"
            table.add_row(
                escape(name), enum_text("room", p[r + "state"]), f"[{style}]{temperature / 1000:.2f}[/]",
                f"{p[r + 'target_mc'] / 1000:.1f}", f"{p[r + 'supply_air_mc'] / 1000:.1f}",
                "[b green]on[/]" if p[r + "compressor_on"] else "off", str(p[r + "fan_pm"]), str(p[r + "starts"]),
                str(p[r + "starts_1h"]))
        return table

    def alarms(self, lines: int) -> list[Text]:
        """Active trips, and the last ones that were, in so many lines."""
        p = self.job.points
        blocks = [name[: -len(".trips")] for name in p if name.endswith(".trips")]
        active = [f"{block} {name}" for block in blocks for name in trip_names(block, p[f"{block}.trips"])]
        words = f"[b red]{len(active)} active: {', '.join(active)}[/]" if active else "[green]no active trips[/]"
        last = self.trips[-min(SHOWN_TRIPS, lines - 1):]
        return [line(words)] + [line(f"{clock(t['time_s'])} {t['where']} {t['cause']}") for t in last]


def line(words: str) -> Text:
    """One line of the screen: what does not fit ends in three dots."""
    text = Text.from_markup(words)
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def plain_table(first: str, columns: tuple[str, ...]) -> Table:
    """A table without a frame; the first column gives way when the screen is narrow."""
    table = Table(expand=True, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True, overflow="ellipsis", ratio=1, min_width=6)
    for name in columns:
        table.add_column(name, justify="left" if name == "state" else "right", no_wrap=True)
    return table
