"""The day as one HTML page that needs no network: it reads on a phone too, and stays under 3 MB.

Plotly's script alone is 4.8 MB: script and data are packed with gzip, and the browser unpacks them (DecompressionStream,
in every browser since 2023).
"""

from __future__ import annotations

import base64
import gzip
import html
from pathlib import Path

from .series import FAULT, TRIP, Panel, colour, fault_label, panels, runs, seen_faults, title, trip_labels

ROWS_MOST = 8640  # a day of every ten seconds; a longer run is shown coarser
DIGITS = 2
PANEL_PX = 230
BAR_PX = 9
PLAIN = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
SHELL = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 0; font: 15px sans-serif }} h1 {{ font-size: 1.1rem; margin: .6rem .8rem 0 }}
p {{ margin: .3rem .8rem; color: #555; font-size: .85rem }}</style></head>
<body><h1>{title}</h1>
<p>Green: &plusmn;0.5 K around the target. Dashed: the least supply air.
Orange: a fault of the scenario; red: trips (tap a name).</p>
<div id="day">The page unpacks itself ...</div>
<script>
const packed = {{script: "{script}", data: "{data}"}};
async function unpack(text) {{
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}}
(async () => {{
  const box = document.getElementById("day");
  try {{
    const code = document.createElement("script");
    code.textContent = await unpack(packed.script);
    document.head.append(code);
    const day = JSON.parse(await unpack(packed.data));
    box.textContent = "";
    const bar = {{responsive: true, displaylogo: false, displayModeBar: innerWidth > 700}};
    await Plotly.newPlot(box, day.data, day.layout, bar);
    box.dataset.ready = "yes";
  }} catch (problem) {{
    box.textContent = "This browser cannot show the page (" + problem + "); day.png beside it has the same day.";
  }}
}})();
</script></body></html>
"""


def page(columns: dict, summary: dict, path: Path) -> None:
    """Write the page."""
    from plotly.offline import get_plotlyjs

    name = html.escape(title(summary))
    path.write_text(SHELL.format(title=name, script=packed(str(get_plotlyjs())),
                                 data=packed(str(figure(columns, summary).to_json()))), encoding="utf-8")


def packed(text: str) -> str:
    """gzip, as text of a page."""
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def figure(columns: dict, summary: dict):
    """The diagrams under each other, over one time axis."""
    from plotly.subplots import make_subplots

    step = -(-len(columns["t_s"]) // ROWS_MOST)
    hours = [t / 3600 for t in columns["t_s"]][::step]
    parts = panels(columns, summary)
    fig = make_subplots(rows=len(parts), cols=1, shared_xaxes=True, vertical_spacing=0.035,
                        subplot_titles=[part.title for part in parts])
    fig.update_annotations(x=0, xanchor="left", font={"size": 12})
    for row, part in enumerate(parts, start=1):
        if part.lanes:  # names within the diagram, between the lanes: a phone has no room beside it
            fig.update_yaxes(ticklabelposition="inside", ticklabelshift=10, tickfont={"size": 9}, autorange="reversed",
                             row=row, col=1)
        for trace in lane_traces(columns, part) if part.lanes else traces(hours, part, step):
            fig.add_trace(trace, row=row, col=1)
        if not part.lines:
            fig.add_trace({"type": "scatter", "x": [0, hours[-1]], "y": [None, None], "showlegend": False}, row=row, col=1)
            fig.update_yaxes(visible=False, row=row, col=1)
        if part.limit is not None:
            fig.add_hline(y=part.limit, line={"color": "black", "width": 1, "dash": "dash"},
                          row=row, col=1,  # type: ignore[arg-type]  # its annotation says text; numbers are meant
                          annotation={"text": f"{part.limit:g} °C", "font": {"size": 10}})
    mark(fig, summary)
    fig.update_xaxes(range=[0, hours[-1]])
    fig.update_xaxes(title_text="simulated time, h", row=len(parts), col=1)
    fig.update_layout(height=PANEL_PX * len(parts) + 90, hovermode="x", template="plotly_white",
                      margin={"l": 44, "r": 10, "t": 130, "b": 40}, dragmode="pan",
                      legend={"orientation": "h", "yanchor": "bottom", "y": 1.015, "font": {"size": 10}})
    return fig


def spaced(hours: list[float]) -> dict:
    """The time axis of a trace: begin and step, which is a thousandth of the numbers."""
    if len(hours) < 2:
        return {"x": hours}
    return {"x0": hours[0], "dx": (hours[-1] - hours[0]) / (len(hours) - 1)}


def rounded(values, step: int) -> list[float]:
    """So many digits as a person reads."""
    return [round(v, DIGITS) for v in values[::step]]


def traces(hours: list[float], part: Panel, step: int) -> list:
    """Lines of a panel, its bands behind them; a room's lines come and go together, with one entry in the legend."""
    import plotly.graph_objects as go

    x = spaced(hours)
    found = []
    for low, high in part.bands:
        edge = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip", **x}
        found += [go.Scatter(y=rounded(low, step), **edge),
                  go.Scatter(y=rounded(high, step), fill="tonexty", fillcolor="rgba(0,128,0,.14)", **edge)]
    for number, line in enumerate(part.lines):
        shade = colour(line.room) if line.room else PLAIN[number % len(PLAIN)]
        found.append(go.Scattergl(y=rounded(line.values, step), name=line.name, mode="lines",
                                  line={"width": 1.2, "color": shade},
                                  legendgroup=f"room{line.room}" if line.room else line.name,
                                  showlegend=bool(part.bands) or not line.room and len(part.lines) > 1, **x))
    return found


def lane_traces(columns: dict, part: Panel) -> list:
    """A lane a room: a thick line while its compressor runs."""
    import plotly.graph_objects as go

    hours = [t / 3600 for t in columns["t_s"]]
    found = []
    for line in part.lines:
        x: list[float | None] = []
        for begin, end in runs(hours, line.values):
            x += [round(begin, 4), round(end, 4), None]
        found.append(go.Scatter(x=x, y=[line.name] * len(x), name=line.name, mode="lines", showlegend=False,
                                line={"width": BAR_PX, "color": colour(line.room or 1)}, legendgroup=f"room{line.room}"))
    return found


def mark(fig, summary: dict) -> None:
    """A span and a name for every fault, a line and a name for every trip, over all diagrams; names at the top, upright."""
    names = []
    whole = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    for fault in seen_faults(summary):
        fig.add_shape(type="rect", x0=fault["from_s"] / 3600, x1=fault["to_s"] / 3600, **whole, fillcolor=FAULT, opacity=0.2,
                      line_width=0)
        names.append((fault["from_s"] / 3600, fault_label(fault), "#9a6a00", 0, "bottom", "right"))
    for trip in summary["trips"]:
        hour = trip["time_s"] / 3600
        fig.add_shape(type="line", x0=hour, x1=hour, **whole, line_color=TRIP, line_width=1, opacity=0.6)
    for time_s, words in trip_labels(summary["trips"]):
        names.append((time_s / 3600, words, TRIP, 1, "top", "left"))
    for hour, words, shade, y, anchor, side in names:
        fig.add_annotation(x=hour, y=y, xref="x", yref="y domain", yanchor=anchor, xanchor=side, text=html.escape(words),
                           textangle=-90, showarrow=False, font={"size": 9, "color": shade}, hovertext=html.escape(words))
