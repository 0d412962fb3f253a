"""page.gz: the page that a board with a network serves from its own flash, with the words of causes and reasons in it.

Its source is firmware/page/index.html; the words come from the project's catalogue, so that none is said twice. The same
sources give the same bytes.
"""

from __future__ import annotations

import gzip
import json
import re

from .. import ROOT, words

SOURCE = ROOT / "firmware" / "page" / "index.html"
MOST = 40_000  # bytes of a board's flash, and of a visitor's patience
CONTEXTS = {"causes": "cause", "reasons": "reason", "refusals": "refusal"}


def book(context: str) -> dict[str, list[str]]:
    """{key: [English, Chinese]} of one context."""
    english, chinese = words.load("en"), words.load("zh")
    return {key: [english.of(context, key), chinese.of(context, key)] for found, key in words.english() if found == context}


def page() -> bytes:
    """The file for the flash. ValueError when it is too big."""
    text = SOURCE.read_text(encoding="utf-8")
    for name, context in CONTEXTS.items():
        place = f"/*{name}*/{{}}"
        if text.count(place) != 1:
            raise ValueError(f"{SOURCE.name} has no place for {name}")
        said = json.dumps(book(context), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        text = text.replace(place, said)
    text = re.sub(r"\n\s*", "\n", text)
    data = gzip.compress(text.encode(), 9, mtime=0)
    if len(data) > MOST:
        raise ValueError(f"the page has {len(data)} bytes, at most {MOST} are for it")
    return data
