"""Curves and bars as SVG, drawn here: no script, a few kB, sharp on a phone."""

from __future__ import annotations

from html import escape

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 24
COLOURS = ("#c2410c", "#1d4ed8", "#047857", "#7e22ce", "#a16207", "#be123c", "#0e7490", "#4d7c0f")
POINTS_MAX = 600  # of one curve: more than a phone has pixels


def nice(low: float, high: float) -> list[float]:
    """Four to six round numbers that enclose low and high."""
    span = max(high - low, 1e-9)
    step = next(s * 10 ** e for e in range(-3, 9) for s in (1, 2, 5) if span / (s * 10 ** e) <= 4.5)
    first = low // step * step
    ticks = [first]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return ticks if len(ticks) > 1 else [first, first + step]


def thin(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most POINTS_MAX points, of each group the lowest and the highest, so that no peak is lost."""
    if len(points) <= POINTS_MAX:
        return points
    size = -(-2 * len(points) // POINTS_MAX)
    found = []
    for i in range(0, len(points), size):
        group = points[i:i + size]
        found += sorted({min(group, key=lambda p: p[1]), max(group, key=lambda p: p[1])})
    return found


def frame(inside: str, ticks: list[float], labels: list[tuple[float, str]], unit: str, title: str) -> str:
    """Axes around a drawing. labels: (x in pixels, text)."""
    plot = HEIGHT - TOP - BOTTOM
    lines = []
    for tick in ticks:
        y = TOP + plot * (1 - (tick - ticks[0]) / (ticks[-1] - ticks[0]))
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
                     f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    lines += [f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(text)}</text>' for x, text in labels]
    return (f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
            f'{"".join(lines)}{inside}<text x="2" y="{TOP + 8}" class="unit">{escape(unit)}</text></svg>')


def curves(series: list[tuple[str, list[tuple[int, float]]]], begin: int, end: int, unit: str, title: str,
           labels: list[tuple[int, str]]) -> str:
    """Steps of several curves over [begin, end] in seconds; "" when none has a point. labels: (second, text)."""
    values = [value for _name, points in series for _at, value in points]
    if not values:
        return ""
    ticks = nice(min(values), max(values))
    plot_x, plot_y = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    x = lambda at: LEFT + plot_x * (min(max(at, begin), end) - begin) / max(1, end - begin)  # noqa: E731
    y = lambda value: TOP + plot_y * (1 - (value - ticks[0]) / (ticks[-1] - ticks[0]))  # noqa: E731
    lines, legend = [], []
    for i, (name, points) in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        shown = thin(points)
        if not shown:
            continue
        path = f"M{x(shown[0][0]):.1f} {y(shown[0][1]):.1f}" + "".join(f"H{x(at):.1f}V{y(v):.1f}" for at, v in shown[1:])
        lines.append(f'<path d="{path}H{x(end):.1f}" stroke="{colour}" class="curve"/>')
        legend.append(f'<span><i style="background:{colour}"></i>{escape(name)}</span>')
    inside = "".join(lines)
    return frame(inside, ticks, [(x(at), text) for at, text in labels], unit, title) + (
        f'<p class="legend">{"".join(legend)}</p>')


def bars(values: list[tuple[str, float]], unit: str, title: str) -> str:
    """A bar for each day; "" without any."""
    if not values:
        return ""
    ticks = nice(0, max(value for _text, value in values) or 1)
    step = (WIDTH - LEFT - RIGHT) / len(values)
    plot = HEIGHT - TOP - BOTTOM
    drawn, labels = [], []
    for i, (text, value) in enumerate(values):
        height = plot * value / ticks[-1]
        drawn.append(f'<rect x="{LEFT + i * step + step * .15:.1f}" width="{step * .7:.1f}" y="{TOP + plot - height:.1f}" '
                     f'height="{height:.1f}" class="bar"><title>{escape(text)}: {value:g} {escape(unit)}</title></rect>')
        if len(values) <= 10 or i % -(-len(values) // 8) == 0:
            labels.append((LEFT + (i + .5) * step, text))
    return frame("".join(drawn), ticks, labels, unit, title)
