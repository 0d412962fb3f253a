"""The page's words: English as it stands in templates and code, Chinese from words/zh_CN.po (gettext's own format, polib).

Words of causes, reasons, points and events come from the project's catalogue (whtools.words).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import polib

from ... import words

FOLDER = Path(__file__).parent / "words"
LANGUAGES = {"en": "English", "zh": "中文"}


@lru_cache
def table(lang: str) -> dict[str, str]:
    """English to the language's own words."""
    if lang == "en":
        return {}
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(FOLDER / "zh_CN.po")) if entry.msgstr}


def translator(lang: str) -> Callable[..., str]:
    """`_("text", name=value)` of a language."""
    found = table(lang)

    def say(text: str, **values) -> str:
        said = found.get(text, text)
        return said.format(**values) if values else said
    return say


def chosen(cookie: str | None, accepted: str) -> str:
    """The language that somebody chose, else the browser's first one that is here, else English."""
    if cookie in LANGUAGES:
        return cookie
    wishes = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.partition(";q=")
        try:
            wishes.append((-float(quality or 1), tag.strip().lower()[:2]))
        except ValueError:
            continue
    return next((tag for _quality, tag in sorted(wishes, key=lambda wish: wish[0]) if tag in LANGUAGES), "en")


def book(lang: str) -> words.Words:
    """The project's catalogue in this language."""
    return words.load(lang)
