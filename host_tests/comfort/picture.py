"""The table as a picture: a square for each cell, its colour the ratio to a plain relay."""

from __future__ import annotations

from pathlib import Path

from . import plants, skies, verdict

PARTS = (("discomfort", "kelvin-hours outside +-0.5 K"), ("starts", "compressor starts"), ("energy", "electricity"))


def draw(results: dict[str, dict[str, dict]], path: Path, compressors=("on_off", "variable")) -> None:
    """Write the PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import colors, pyplot

    shown = [plant for plant in plants.KINDS if any(name.startswith(plant + "/") for name in results)]
    norm = colors.TwoSlopeNorm(1.0, 0.0, 1.5)
    figure, axes = pyplot.subplots(len(compressors), len(PARTS), figsize=(13, 4.6 * len(compressors)), squeeze=False,
                                   layout="constrained")
    for line, compressor in zip(axes, compressors):
        for axis, (key, title) in zip(line, PARTS):
            values = [[part(results, f"{plant}/{sky}/{compressor}", key) for sky in skies.SKIES] for plant in shown]
            axis.imshow(values, cmap="RdYlGn_r", norm=norm, aspect="auto")
            axis.set_title(f"{compressor.replace('_', '/')}: {title}", fontsize=10)
            axis.set_xticks(range(len(skies.SKIES)), list(skies.SKIES), fontsize=8)
            axis.set_yticks(range(len(shown)), [name.replace("_", " ") for name in shown], fontsize=8)
            for y, row in enumerate(values):
                for x, value in enumerate(row):
                    axis.text(x, y, "-" if value != value else f"{value:.2f}", ha="center", va="center", fontsize=7)
    figure.suptitle("Wellhearth over a relay of +-0.5 K (1 = the same, less is better)")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def part(results: dict[str, dict[str, dict]], name: str, key: str) -> float:
    """A cell's ratio; not a number when there is none."""
    if name not in results or not results[name]["wellhearth"].get("judged_h", 1):
        return float("nan")
    return verdict.row(results[name])[key]
