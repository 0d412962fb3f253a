"""Every English text of the page, from its templates and its code: what words/zh_CN.po has to translate."""

from __future__ import annotations

import re
from pathlib import Path

from ..accounts.people import ROLES
from . import cards, fleet, plant_columns, plant_month, plant_orders, plant_picture, quickstart, views, work

FOLDER = Path(__file__).parent
IN_TEMPLATE = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
IN_CODE = re.compile(r'(?:\bsay\(|AccountError\(|WorkError\(|HTTPException\(\d+, |super\(\).__init__\(\d+, |\berror=|or )"'
                     r'([A-Z,](?:[^"\\]|\\.)*)"')
TABLES = (cards.DOING, cards.MODES, cards.WELL_STATES, views.SPAN_WORDS, fleet.REASONS, fleet.CURVES,
          *(getattr(plant_columns, name) for name in plant_columns.TABLES), plant_orders.MODE_WORDS, plant_picture.SHORT,
          plant_picture.FLOWS, work.SAID, work.SOURCES, plant_month.NOTES)


def english() -> list[str]:
    """All texts, each once, in a steady order."""
    found: dict[str, None] = {}
    for path in sorted((FOLDER / "templates").glob("*.html")):
        found |= dict.fromkeys(IN_TEMPLATE.findall(path.read_text(encoding="utf-8")))
    folders = (FOLDER, FOLDER.parent / "accounts", FOLDER.parent / "work")
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        found |= dict.fromkeys(IN_CODE.findall(path.read_text(encoding="utf-8")))
    for table in TABLES:
        found |= dict.fromkeys(table.values())
    found |= dict.fromkeys(title for title, *_rest in (*views.METERS, views.ROOM_METER))
    found |= dict.fromkeys(one.title for rows in (*plant_columns.COLUMNS.values(), plant_columns.FACTS,
                                                  *plant_orders.ORDERS.values(), *plant_orders.PRESSES.values())
                           for one in rows)
    found.pop("-", None)
    return [*found, *ROLES, *quickstart.QUESTIONS]
