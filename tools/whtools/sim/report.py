"""The end of a run: a summary table, a picture of the day, and an interactive page."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness import bars, process


def text(value, digits: int = 2, scale: float = 1.0) -> str:
    """A number for a table; n/a when the plant does not tell."""
    return "n/a" if value is None else f"{value * scale:.{digits}f}"


def seen_faults(summary: dict) -> list[dict]:
    """The faults that began before the run's end, none longer than it: a mark beyond it would squeeze the picture."""
    end_s = summary["hours"] * 3600
    return [{**fault, "to_s": min(fault["to_s"], end_s)} for fault in summary["faults"] if fault["from_s"] < end_s]


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


def room_numbers(columns: dict) -> list[int]:
    """Numbers of the rooms in a trace."""
    return [i for i in range(1, 9) if f"room{i}.room_mc" in columns]


def panels(columns: dict) -> list[tuple[str, list[tuple[str, list[float]]]]]:
    """(axis title, [(name, values)]) of every panel, for both the picture and the page."""
    rooms = room_numbers(columns)

    def milli(name):
        return [v / 1000 for v in columns[name]]

    def plant(name, scale=1.0):
        values = columns.get(f"plant.{name}")
        return None if values is None else [v * scale for v in values]

    wells = [well for well in ("well", "well2") if f"{well}.flow_lph" in columns]
    water = [("supply", milli("well.supply_mc")), ("return", milli("well.return_mc"))]
    if "loop.supply_mc" in columns:
        water += [("loop supply", milli("loop.supply_mc")), ("loop return", milli("loop.return_mc"))]
    result = [
        ("room °C", [(f"room {i}", milli(f"room{i}.room_mc")) for i in rooms]),
        ("supply air °C", [(f"room {i}", milli(f"room{i}.supply_air_mc")) for i in rooms]),
        ("flow L/h", [line for well in wells for line in (
            (f"{well} setpoint", columns[f"{well}.flow_setpoint_lph"]), (f"{well} measured", columns[f"{well}.flow_lph"]))]),
        ("water °C", water),
        ("compressors on", [("on", [sum(v) for v in zip(*(columns[f"room{i}.compressor_on"] for i in rooms))])]),
    ]
    heat = [plant(f"heat_w_{i}", 0.001) for i in rooms]
    electric = [plant(f"electric_w_{i}", 0.001) for i in rooms]
    if all(h is not None for h in heat + electric):
        result.append(("power kW", [("heat", [sum(v) for v in zip(*heat)]),
                                    ("electricity", [sum(v) for v in zip(*electric)])]))
    outside = plant("outside_c")
    if outside is not None:
        result.insert(0, ("outside °C", [("outside", outside)]))
    return result


def title(summary: dict) -> str:
    """One line above the picture."""
    return (f"Wellhearth: {summary['scenario']}, {summary['weather']}, seed {summary['seed']}; system COP "
            f"{text(summary['system_cop'])}, {len(summary['trips'])} trips")


def picture(columns: dict, summary: dict, path: Path) -> None:
    """The day as a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    hours = [t / 3600 for t in columns["t_s"]]
    parts = panels(columns)
    fig, axes = plt.subplots(len(parts), 1, sharex=True, figsize=(12, 2.1 * len(parts)), layout="constrained")
    for ax, (name, lines) in zip(axes, parts):
        for label, values in lines:
            ax.plot(hours, values, linewidth=0.7, label=label)
        ax.set_ylabel(name)
        ax.grid(alpha=0.3)
        if name == "room °C":
            band = [v / 1000 for v in columns["room1.target_mc"]]
            ax.fill_between(hours, [v - 0.5 for v in band], [v + 0.5 for v in band], color="green", alpha=0.12)
            ax.set_ylim(min(band) - 3, max(band) + 2)
        if name == "supply air °C" and not summary["cooling"]:
            ax.axhline(38, color="black", linewidth=0.6, linestyle="--")
        if len(lines) > 1:
            ax.legend(loc="upper right", fontsize=7, ncols=min(8, len(lines)))
    mark_events(axes[0], summary)
    axes[-1].set_xlabel("simulated time, h")
    axes[-1].set_xlim(0, hours[-1])
    fig.suptitle(title(summary), fontsize=10)
    fig.savefig(path, dpi=90)
    plt.close(fig)


def mark_events(ax, summary: dict) -> None:
    """A grey span for every fault of the scenario, a red line for every trip."""
    for fault in seen_faults(summary):
        ax.axvspan(fault["from_s"] / 3600, max(fault["to_s"], fault["from_s"] + 120) / 3600, color="orange", alpha=0.4)
        ax.annotate(f"{fault['name']} {fault['target']}", (fault["from_s"] / 3600, 0), xycoords=("data", "axes fraction"),
                    rotation=90, fontsize=6, va="bottom", ha="right")
    for time_s, label in trip_labels(summary["trips"]):
        ax.axvline(time_s / 3600, color="red", linewidth=0.8)
        ax.annotate(label, (time_s / 3600, 1), xycoords=("data", "axes fraction"), rotation=90, fontsize=6, va="top")


def trip_labels(trips: list[dict]) -> list[tuple[int, str]]:
    """One label for the trips of ten minutes: the first by name, the others counted."""
    groups: list[list[dict]] = []
    for trip in trips:
        if not groups or trip["time_s"] - groups[-1][0]["time_s"] > 600:
            groups.append([])
        groups[-1].append(trip)
    return [(group[0]["time_s"], f"{group[0]['where']} {group[0]['cause']}"
             + (f" and {len(group) - 1} more" if len(group) > 1 else "")) for group in groups]


def page(columns: dict, summary: dict, path: Path) -> None:
    """The day as an HTML page that needs no network."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    hours = [round(t / 3600, 4) for t in columns["t_s"]]
    parts = panels(columns)
    fig = make_subplots(rows=len(parts), cols=1, shared_xaxes=True, vertical_spacing=0.02)
    for row, (name, lines) in enumerate(parts, start=1):
        for label, values in lines:
            fig.add_trace(go.Scattergl(x=hours, y=values, name=f"{name}: {label}", line={"width": 1}), row=row, col=1)
        fig.update_yaxes(title_text=name, row=row, col=1)
    for fault in seen_faults(summary):
        fig.add_vrect(x0=fault["from_s"] / 3600, x1=fault["to_s"] / 3600, fillcolor="orange", opacity=0.25, line_width=0)
    for trip in summary["trips"]:
        fig.add_vline(x=trip["time_s"] / 3600, line_color="red", line_width=1)
    fig.update_xaxes(title_text="simulated time, h", row=len(parts), col=1)
    fig.update_layout(title=title(summary), height=240 * len(parts), hovermode="x unified",
                      legend={"font": {"size": 9}})
    fig.write_html(path, include_plotlyjs=True)
