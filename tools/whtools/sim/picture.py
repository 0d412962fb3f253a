"""The day as a PNG: calm lines over the whole run, and two hours of it in every detail beside."""

from __future__ import annotations

import io
from pathlib import Path

from .series import (
    DETAIL_H,
    FAULT,
    TRIP,
    Panel,
    calm,
    colour,
    detail_from_h,
    fault_label,
    panels,
    runs,
    seen_faults,
    title,
    trip_labels,
)

PIECES = 144  # of a long series
ROOM_PIECES = 48  # an on/off room swings two or three times an hour: half an hour is the shortest mean that shows more
COLOURS_KEPT = 96  # of the file: a third of its size
PLAIN = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
BEYOND_C = (2.5, 2.0)  # shown below and above the bands
MARK_S = 120  # the narrowest mark of a fault
LABEL = {"fontsize": 6.5, "rotation": 90, "annotation_clip": True, "in_layout": False}


def picture(columns: dict, summary: dict, path: Path) -> None:
    """Write the PNG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["font.family"] = families(summary)
    hours = [t / 3600 for t in columns["t_s"]]
    parts = panels(columns, summary)
    begin = detail_from_h(summary, hours[-1])
    ratios = [1.0] if begin is None else [2.3, 1.0]
    fig, axes = plt.subplots(len(parts), len(ratios), sharex="col", sharey="row", squeeze=False, width_ratios=ratios,
                             figsize=(13, 1.9 * len(parts)), layout="constrained")
    for row, part in zip(axes, parts):
        for place, ax in enumerate(row):
            draw(ax, hours, part, quiet=begin is not None and place == 0)
        left, *_detail = row
        left.set_ylabel(part.title)
        legend(left, part)
    if not parts[0].lines:
        for ax in axes[:2].flat:
            mark(ax, summary)
        label(axes[0][0], summary)
    if begin is not None:
        axes[-1][1].set_xlim(begin, begin + DETAIL_H)
        for ax in axes[:, 0]:
            ax.axvspan(begin, begin + DETAIL_H, color="grey", alpha=0.12, linewidth=0)
        axes[0][0].set_title("the whole run: means; shaded the range, of all rooms in grey", fontsize=8)
        axes[0][1].set_title(f"{DETAIL_H:g} h of it (grey at the left), every value", fontsize=8)
        axes[-1][1].set_xlabel("simulated time, h")
    axes[-1][0].set_xlabel("simulated time, h")
    axes[-1][0].set_xlim(0, hours[-1])
    fig.suptitle(title(summary), fontsize=10)
    save(fig, path)
    plt.close(fig)


def families(summary: dict) -> list[str]:
    """Fonts: matplotlib's own, and behind it one with Chinese when a room's name asks for it."""
    if all(room["name"].isascii() for room in summary["rooms"]):
        return ["DejaVu Sans"]
    from matplotlib import font_manager

    from ..device.link import LinkError
    from ..papers import fonts

    try:
        font_manager.fontManager.addfont(str(fonts.font()[0]))
    except LinkError:
        return ["DejaVu Sans"]  # without such a font the picture has boxes in the place of its letters
    return ["DejaVu Sans", font_manager.fontManager.ttflist[-1].name]


def draw(ax, hours: list[float], part: Panel, quiet: bool) -> None:
    """One diagram. quiet: means with the range behind them, where lines would cover each other."""
    if not part.lines:
        ax.set_yticks([])
        return
    ax.grid(alpha=0.3)
    if part.lanes:
        lanes(ax, hours, part)
        return
    for low, high in part.bands:
        ax.fill_between(hours, low, high, color="green", alpha=0.13, linewidth=0)
    of_rooms = bool(part.lines[0].room)
    if quiet and of_rooms:
        envelope(ax, hours, part)
    for number, line in enumerate(part.lines):
        shade = colour(line.room) if line.room else PLAIN[number % len(PLAIN)]
        if quiet:
            middle, mean, least, most = calm(hours, line.values, ROOM_PIECES if of_rooms else PIECES)
            if not of_rooms:
                ax.fill_between(middle, least, most, color=shade, alpha=0.25, linewidth=0)
            ax.plot(middle, mean, linewidth=1.0, color=shade, label=line.name)
        else:
            ax.plot(hours, line.values, linewidth=0.8, color=shade, label=line.name)
    if part.bands:
        lower, upper = BEYOND_C
        ax.set_ylim(min(min(low) for low, _ in part.bands) - lower, max(max(high) for _, high in part.bands) + upper)
    if part.limit is not None:
        ax.axhline(part.limit, color="black", linewidth=0.8, linestyle="--")
        ax.annotate(f"{part.limit:g} °C", (1, part.limit), xycoords=("axes fraction", "data"), fontsize=6.5, ha="right",
                    va="bottom")


def envelope(ax, hours: list[float], part: Panel) -> None:
    """What the coldest and the warmest room had, in grey behind the means."""
    least = calm(hours, [min(values) for values in zip(*(line.values for line in part.lines))], PIECES)
    most = calm(hours, [max(values) for values in zip(*(line.values for line in part.lines))], PIECES)
    ax.fill_between(least[0], least[2], most[3], color="grey", alpha=0.3, linewidth=0)


def lanes(ax, hours: list[float], part: Panel) -> None:
    """A lane a room: a bar while its compressor runs."""
    for lane, line in enumerate(part.lines):
        bars = [(begin, end - begin) for begin, end in runs(hours, line.values)]
        ax.broken_barh(bars, (lane + 0.15, 0.7), color=colour(line.room or 1), linewidth=0)
    ax.set_ylim(len(part.lines), 0)
    ax.set_yticks([lane + 0.5 for lane in range(len(part.lines))], [line.name for line in part.lines], fontsize=7)


def legend(ax, part: Panel) -> None:
    """Names above the diagram, where they cover nothing; the rooms' once, at their temperatures."""
    if part.lanes or len(part.lines) < 2 or (part.lines[0].room and not part.bands):
        return
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), fontsize=7, ncols=min(8, len(part.lines)), frameon=False,
              borderaxespad=0.1, handlelength=1.2)


def mark(ax, summary: dict) -> None:
    """A span for every fault of the scenario, a line for every trip."""
    for fault in seen_faults(summary):
        ax.axvspan(fault["from_s"] / 3600, max(fault["to_s"], fault["from_s"] + MARK_S) / 3600, color=FAULT, alpha=0.4)
    for time_s, _words in trip_labels(summary["trips"]):
        ax.axvline(time_s / 3600, color=TRIP, linewidth=0.8)


def label(ax, summary: dict) -> None:
    """Names: faults from below, trips from above; one that would cover its neighbour is left to the page."""
    width = ax.figure.get_figwidth() / 2
    for names, y, va in (([(f["from_s"], fault_label(f)) for f in seen_faults(summary)], 0, "bottom"),
                         (trip_labels(summary["trips"]), 1, "top")):
        last = -1e9
        for time_s, words in names:
            if (time_s - last) / 3600 >= summary["hours"] / (width * 9):
                ax.annotate(words, (time_s / 3600, y), xycoords=("data", "axes fraction"), va=va,
                            ha="right" if va == "bottom" else "left", **LABEL)
                last = time_s


def save(fig, path: Path) -> None:
    """The PNG with few colours: it is small enough for a README."""
    from PIL import Image

    data = io.BytesIO()
    fig.savefig(data, dpi=90)
    Image.open(data).convert("RGB").quantize(COLOURS_KEPT).save(path, optimize=True)
