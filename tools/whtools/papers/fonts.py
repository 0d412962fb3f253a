"""A PDF page with a font that has Chinese and Latin letters."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from ..device.link import LinkError

# (file, number in the collection): the package of requirements.txt, then what Debian installs.
DEBIAN = ((Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),
          (Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"), 0))
SIMPLIFIED = 2  # of Noto Sans CJK: Japanese, Korean, simplified Chinese, ...


def font() -> tuple[Path, int]:
    """(font file, number in it). LinkError says how to get one."""
    with contextlib.suppress(ImportError):
        import noto_cjk_sans_otc

        path = Path(str(noto_cjk_sans_otc.__file__)).with_name("NotoSansCJK-Regular.ttc")
        if path.exists():
            return path, SIMPLIFIED
    for path, number in DEBIAN:
        if path.exists():
            return path, number
    raise LinkError("no font with Chinese letters is here, so there is no PDF: `make venv` (package noto-cjk-sans-otc), or"
                    " `apt install fonts-wqy-microhei`; without --pdf no font is needed")


def page(title: str):
    """An empty A4 page with that font at 9 points."""
    from fpdf import FPDF

    path, number = font()
    for name in ("fontTools.subset", "fontTools.ttLib", "fpdf"):
        logging.getLogger(name).setLevel(logging.ERROR)
    pdf = FPDF()
    pdf.set_title(title)
    pdf.add_font("cjk", "", path, collection_font_number=number)
    pdf.set_auto_page_break(True, 15)
    pdf.add_page()
    pdf.set_font("cjk", size=9)
    return pdf


def heading(pdf, text: str, size: int = 15) -> None:
    """A line in large letters."""
    pdf.set_font("cjk", size=size)
    pdf.multi_cell(0, size * 0.6, text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("cjk", size=9)
    pdf.ln(1)


def table(pdf, rows: list[tuple], widths: tuple, size: float = 7.5, head: int = 1) -> None:
    """Rows of text; the first `head` of them come again on each page."""
    from fpdf.fonts import FontFace

    pdf.set_font("cjk", size=size)
    with pdf.table(col_widths=widths, line_height=size * 0.55, num_heading_rows=head, text_align="CENTER",
                   first_row_as_headings=head > 0,
                   headings_style=FontFace(fill_color=(230, 236, 240))) as grid:
        for row in rows:
            line = grid.row()
            for cell in row:
                line.cell(str(cell))
    pdf.set_font("cjk", size=9)
    pdf.ln(2)
