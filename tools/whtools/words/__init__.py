"""Words for people, in two languages, on the host only: causes, reasons, events, refusals, points.

English stands in the firmware's own tables, here where they have only keys; `make docs` writes it into en.po. zh_CN.po
has a translation of each entry,
with the English that it was made from as its comment, so that a test finds what is missing and what went stale. The
files are gettext's own, read as they are with polib (one file of Python): a translator's change is seen without a compile
step, which Babel and the standard library's gettext (.mo) would need.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import polib

from wellhearth.console import plant, why
from wellhearth.control import wall
from wellhearth.storage import boot_record, events
from wellhearth.tables import cause_rows, kinds, plant_causes, refusals

PLACE = re.compile(r"%[sdr]")
FOLDER = Path(__file__).resolve().parent
TWINS = {"well2": "well", "bms": "bus", "gateway": "bus", "meter_line": "bus"}  # blocks with the points of another
FILES = {"en": "en.po", "zh": "zh_CN.po"}
# By events.EVENTS.
EVENTS = tuple(zip(events.EVENTS, (
    "node started", "protection tripped", "protection cleared", "protection latched, needs a reset by hand",
    "sensor invalid", "sensor valid again", "exception in a scan, outputs safe", "well pump started", "well pump stopped",
    "compressor started", "compressor stopped", "point written from outside",
    "well pump started beyond its daily count: heat and frost come first",
    "a pair of sensors: its zero learned or refused, mK")))
QUALITIES = ("not set", "kept over a reset", "the well's node", "host", "network", "clock chip")
# What the journal holds beside the events of the ring.
LINES = (("command", "command"), ("lost", "lines lost: no memory for them"),
         ("unstored", "a start that could not be stored"), ("clock", "clock"), ("note", "note"), ("gap", "numbers missing"),
         ("accepted", "accepted"), ("refused", "refused"), ("expired", "expired, back to"),
         ("expires", "nobody refreshes it, it will go back"))


def english() -> dict[tuple[str, str], str]:
    """{(context, key): words} of everything that is said to people."""
    found = {("cause", key): text for key, _scope, _bit, text, *_ in (*cause_rows.CAUSES, *plant_causes.CAUSES)}
    found |= {("reason", key): text for key, text in why.WORDS.items()}
    found |= {("reason", f"{kind}.{key}"): text for kind, texts in plant.WORDS.items() for key, text in texts.items()}
    found |= {("event", key): text for key, text in (*EVENTS, *LINES)}
    found |= {("reset", key): text for key, text in zip(boot_record.CAUSES, boot_record.WORDS)}
    found |= {("quality", key): text for key, text in zip(wall.QUALITIES, QUALITIES)}
    found |= {("refusal", key): text for key, text in refusals.REFUSALS if text}
    for kind in kinds.KINDS:
        if kind.name in TWINS:
            continue
        found |= {("point", f"{kind.name}.{row.name}"): row.help for row in kind.rows}
    return found


def catalogue() -> str:
    """en.po, from the tables."""
    book = polib.POFile(wrapwidth=120)
    book.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "en"}
    for (context, key), text in english().items():
        book.append(polib.POEntry(msgctxt=context, msgid=key, msgstr=text))
    return f"{book}\n"


def completed() -> str:
    """zh_CN.po with a place for what is new (its translation empty: a test asks for it) and without what is gone."""
    there = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(FOLDER / FILES["zh"]))}
    book = polib.POFile(wrapwidth=120)
    book.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "zh_CN"}
    for (context, key), text in english().items():
        book.append(there.get((context, key)) or polib.POEntry(msgctxt=context, msgid=key, msgstr="", comment=text))
    return f"{book}\n"


class Words:
    """One language. `of` gives the words of a key, the key itself where there are none."""

    def __init__(self, lang: str):
        """lang: en or zh."""
        self.lang = lang
        book = polib.pofile(str(FOLDER / FILES[lang]))
        self.table = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in book}

    def of(self, context: str, key: str) -> str:
        """Words of `key` in `context` (cause, reason, event, reset, quality, refusal, point)."""
        return self.table.get((context, key)) or key

    def refusal(self, text: str) -> str:
        """What a node said in English, in this language; as it is where it is none of its refusals."""
        for key, words in refusals.REFUSALS[1:]:
            found = re.fullmatch("(.+?)".join(map(re.escape, PLACE.split(words))), text)
            if found:
                mine = self.of("refusal", key)
                return PLACE.sub("%s", mine) % found.groups() if self.lang != "en" else text
        return text


@lru_cache
def load(lang: str) -> Words:
    """The words of a language, read once."""
    return Words(lang)
