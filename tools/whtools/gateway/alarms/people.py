"""A person who is told: how, in which tongue, from which rank on, when not, and after how long if nobody else took it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .rank import NAMES, NORMAL, URGENT

QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class PersonError(ValueError):
    """A person that cannot be told; the words say what to mend."""


@dataclass(frozen=True)
class Person:
    """urls: of apprise. least: the lowest rank told. quiet: "22:00-07:00", when only what is urgent comes through.

    after_min: told so many minutes later than the first, and only of what nobody has acknowledged. nodes: only these;
    of a fleet: only these houses, `lishu-*` for all whose key begins so.
    """

    name: str
    urls: list[str] = field(repr=False)  # they hold keys
    lang: str = "en"
    least: int = NORMAL
    quiet: str = ""
    after_min: int = 0
    nodes: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.name or not self.urls:
            raise PersonError("a person wants a name and at least one apprise URL")
        if self.lang not in ("en", "zh"):
            raise PersonError(f"{self.name}: lang is {self.lang!r}, wanted en or zh")
        if not 0 <= self.least <= URGENT:
            raise PersonError(f"{self.name}: from wants one of {', '.join(NAMES)}")
        if self.after_min < 0:
            raise PersonError(f"{self.name}: after_min is {self.after_min}, wanted 0 or more")
        if self.quiet and not QUIET.fullmatch(self.quiet):
            raise PersonError(f"{self.name}: quiet is {self.quiet!r}, wanted hh:mm-hh:mm")

    def cares(self, node: str) -> bool:
        """Whether a node (of a fleet: `HOUSE/NODE`, or the house) is this person's."""
        house = node.partition("/")[0]
        return not self.nodes or any(fnmatchcase(name, one) for one in self.nodes for name in (node, house))

    def is_quiet(self, minute: int) -> bool:
        """Whether a minute of the local day (0 to 1439) lies in the quiet hours."""
        if not self.quiet:
            return False
        h1, m1, h2, m2 = map(int, QUIET.fullmatch(self.quiet).groups())  # type: ignore[union-attr]
        begin, end = 60 * h1 + m1, 60 * h2 + m2
        return begin <= minute < end if begin < end else minute >= begin or minute < end


def of_config(row: dict) -> Person:
    """A `[[alarms.person]]` of the gateway's config."""
    known = {"name", "urls", "lang", "from", "quiet", "after_min", "nodes"}
    if row.keys() - known:
        raise PersonError(f"alarms.person: unknown {', '.join(sorted(row.keys() - known))}; known are "
                          f"{', '.join(sorted(known))}")
    least = row.get("from", NAMES[NORMAL])
    if least not in NAMES:
        raise PersonError(f"{row.get('name')}: from is {least!r}, wanted one of {', '.join(NAMES)}")
    urls = row.get("urls", [])
    return Person(row.get("name", ""), [urls] if isinstance(urls, str) else list(urls), row.get("lang", "en"),
                  NAMES.index(least), row.get("quiet", ""), int(row.get("after_min", 0)), tuple(row.get("nodes", ())))
