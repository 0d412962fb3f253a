"""A paper of tables, as HTML and as PDF: a title, facts, then tables with notes; every cell is text already."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from . import fonts
from .report import STYLE

MORE = ("h1{font-size:1.4em}table{border-collapse:collapse;margin:.5em 0}"
        "th,td{border-bottom:1px solid #ccc;text-align:left;"
        "vertical-align:top;white-space:pre-line;padding:2px 12px 2px 0}"
        "td:first-child{white-space:nowrap}svg{max-width:640px}.chart text{font-size:12px}.chart .grid{stroke:#ccc}"
        ".chart .bar{fill:#9a3412}.note{color:#57534e;font-size:.9em}@media print{h2{break-after:avoid}}")
PAGE_MM = 190


@dataclass(frozen=True)
class Table:
    """widths: of the columns in the PDF, by their share. chart: SVG that only the HTML has."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str = ""
    chart: str = ""
    widths: tuple[int, ...] = ()


@dataclass
class Paper:
    """lang: en or zh. facts: (what, how much) that stand on top. none: what an empty table says."""

    title: str
    lang: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    none: str = "-"
    month: str = ""


def grid(rows: list[tuple[str, ...]], head: tuple[str, ...] = ()) -> str:
    """Rows as HTML, every cell escaped."""
    top = "<tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in head) + "</tr>" if head else ""
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{top}{body}</table>"


def as_html(paper: Paper) -> str:
    """A page that stands alone: no script, nothing from elsewhere."""
    title = html.escape(paper.title)
    parts = [f"<!doctype html><html lang='{paper.lang}'><meta charset='utf-8'><title>{title}</title><style>{STYLE}{MORE}"
             f"</style><h1>{title}</h1>", grid(paper.facts)]
    for table in paper.tables:
        parts += [f"<h2>{html.escape(table.title)}</h2>", table.chart,
                  grid(table.rows, table.head) if table.rows else f"<p>{html.escape(paper.none)}</p>"]
        parts += [f"<p class='note'>{html.escape(table.note)}</p>"] if table.note else []
    return "\n".join(parts) + "</html>\n"


def as_pdf(paper: Paper) -> bytes:
    """The same on A4. LinkError without a font that has Chinese letters."""
    pdf = fonts.page(paper.title)
    fonts.heading(pdf, paper.title)
    fonts.table(pdf, paper.facts, (90, 90), 8.5, 0)
    for table in paper.tables:
        fonts.heading(pdf, table.title, 11)
        if table.rows:
            fonts.table(pdf, [table.head, *table.rows], table.widths or (PAGE_MM // len(table.head),) * len(table.head))
        else:
            pdf.multi_cell(0, 5, paper.none, new_x="LMARGIN", new_y="NEXT")
        if table.note:
            pdf.set_font("cjk", size=7.5)
            pdf.multi_cell(0, 4, table.note, new_x="LMARGIN", new_y="NEXT")
            pdf.set_font("cjk", size=9)
        pdf.ln(2)
    return bytes(pdf.output())
