"""The end of a run: the summary as tables."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness import bars, process


def text(value, digits: int = 2, scale: float = 1.0) -> str:
    """A number for a table; n/a when the plant does not tell."""
    return "n/a" if value is None else f"{value * scale:.{digits}f}"


def table(summary: dict, console: Console) -> None:
    """The summary as tables: the promises, the rooms, the house."""
    console.print()
    promises = Table(title=f"{summary['scenario']}, {summary['hours']:g} h, {summary['weather']}, seed {summary['seed']}")
    promises.add_column("promise")
    promises.add_column("wanted", justify="right")
    promises.add_column("seen", justify="right")
    promises.add_column("")
    for bar in summary["bars"]:
        seen = bar["seen"]
        shown = "n/a" if seen is None else (f"{seen * 100:.1f} %" if "%" in bar["want"] else f"{seen:g}")
        mark = {True: "[green]holds[/]", False: "[b red]falls short[/]", None: "n/a"}[bar["ok"]]
        promises.add_row(bar["name"], bar["want"], shown, mark)
    console.print(promises)
    rooms = Table(title=f"rooms (comfort after hour {summary['settle_h']:g})")
    for name in ("room", "within 0.5 K %", "min °C", "max °C", "supply air ≥ 38 °C %", "run h", "starts", "most/h"):
        rooms.add_column(name, justify="left" if name == "room" else "right")
    for room in summary["rooms"]:
        rooms.add_row(
            escape(room["name"]), text(room["comfort_share"], 1, 100), text(room["min_c"]), text(room["max_c"]),
            text(room["supply_air_share"], 1, 100), text(room["run_h"]), str(room["starts"]),
            str(room["most_starts_in_an_hour"]))
    console.print(rooms)
    house(summary, console)
    suffered(summary, console)


def suffered(summary: dict, console: Console) -> None:
    """What the plant itself says it suffered."""
    if summary["harm"] is None:
        return
    t = Table(title="what the world suffered (plant truth)", show_header=False)
    for key, name in bars.HARMLESS:
        value = summary["harm"].get(key, 0)  # another plant may know less
        t.add_row(name, f"[b red]{value:g}[/]" if value else "0")
    console.print(t)


def house(summary: dict, console: Console) -> None:
    """Energy, water and the scan."""
    t = Table(title="house", show_header=False)
    scan = summary["scan"]
    for name, value in (
        ("outside mean / min", f"{text(summary['outside_mean_c'], 1)} / {text(summary['outside_min_c'], 1)} °C"),
        ("heat to the rooms (negative: taken out)", f"{text(summary['heat_kwh'], 1)} kWh"),
        ("heat from the ground, plant / metered",
         f"{text(summary['source_kwh'], 1)} / {text(summary['metered_source_kwh'], 1)} kWh"),
        ("electricity (of it well pump)", f"{text(summary['electric_kwh'], 1)} ({text(summary['pump_kwh'], 1)}) kWh"),
        ("system COP (simulated)", text(summary["system_cop"])),
        ("of it for starts, stops, standby", f"{text(summary['cycling_kwh'], 1)} kWh,"
         f" {text(summary['cycling_share'], 1, 100)} % of the units' electricity"),
        ("pump run / starts", f"{text(summary['pump_run_h'], 1)} h / {summary['pump_starts']}"),
        ("water lifted / returned", f"{text(summary['lifted_m3'], 3)} / {text(summary['returned_m3'], 3)} m³"),
        ("metered lifted / returned",
         f"{text(summary['metered_lifted_m3'], 3)} / {text(summary['metered_returned_m3'], 3)} m³"),
        ("scans / late / failed", f"{scan['scans']} / {scan['overruns']} / {scan['faults']}"),
        ("longest scan on this machine", f"{scan['longest_us'] / 1000:.1f} ms"),
        (f"free heap of {process.HEAP[:-1]} kB", f"{scan['heap_free_b'] / 1000:.0f} kB"),
        ("resets", str(summary["resets"])),
        ("simulated / wall time", f"x{summary['speed']:.0f} ({summary['wall_s']:.0f} s)"),
    ):
        t.add_row(name, value)
    console.print(t)
