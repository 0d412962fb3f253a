"""The picture of a central plant's day: water of the wells, plant room, rooms and taps."""

from __future__ import annotations

from pathlib import Path

from harness.central.play import COLUMNS


def picture(rows: list[list[float]], summary: dict, path: Path) -> None:
    """Four strips over the hours of the day."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    data = {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}
    figure, strips = pyplot.subplots(4, 1, figsize=(9, 8.5), sharex=True, constrained_layout=True)
    t = data["t_h"]
    strips[0].plot(t, data["lifted_m3h"], color="#1f6f8b", label="lifted, m³/h")
    strips[0].plot(t, data["returned_m3h"], color="#7fb7be", linestyle="--", label="returned")
    strips[0].set_ylabel("wells, m³/h")
    count = strips[0].twinx()
    count.step(t, data["wells_on"], color="#999999", linewidth=0.8)
    count.set_ylabel("wells that run", color="#777777")
    count.set_ylim(0, max(2.0, 1.2 * max(data["wells_on"])))
    for name, label, colour in (("well_supply_c", "out of the wells", "#1f6f8b"), ("well_return_c", "back", "#7fb7be"),
                                ("supply_c", "supply to the buildings", "#c1440e"), ("return_c", "return", "#e8a87c")):
        strips[1].plot(t, data[name], color=colour, label=label)
    strips[1].set_ylabel("water, °C")
    strips[2].step(t, data["machines_on"], color="#5b5b9c", label="machines that run")
    strips[2].plot(t, data["machines_load"], color="#a9a9d9", label="sum of their loads")
    strips[2].set_ylabel("machines")
    power = strips[2].twinx()
    power.plot(t, data["electric_kw"], color="#999999", linewidth=0.8)
    power.set_ylabel("electricity, kW", color="#777777")
    for name, label, colour in (("room_c", "rooms, mean", "#2e7d32"), ("coldest_c", "coldest zone", "#81c784"),
                                ("tap_c", "hot water at the tap", "#c1440e"), ("outside_c", "outside", "#888888")):
        if any(data[name]):
            strips[3].plot(t, data[name], color=colour, label=label)
    strips[3].set_ylabel("°C")
    strips[3].set_xlabel("hour of the day")
    for strip in strips:
        strip.legend(loc="upper right", fontsize=7, ncols=2)
        strip.grid(alpha=0.3)
    strips[0].set_title(f"{summary['scenario']} ({summary['nodes']}): {summary['hours']:g} h", fontsize=10)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
