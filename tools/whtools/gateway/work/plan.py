"""What is due when: the rows of plan.toml, checked, and their dates. Days are days since 1970 in the plant's zone."""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass
from pathlib import Path

from ...device.link import LinkError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULT = Path(__file__).with_name("plan.toml")
KINDS = ("plant", "source", "machine", "pump", "network", "tank", "backup", "quality", "building")
TYPES = {"key": str, "of": str, "every_days": int, "yearly": str, "before_days": int, "proof": str, "en": str, "zh": str,
         "off": bool}
DAY_0 = datetime.date(1970, 1, 1)
DAY_2000 = (datetime.date(2000, 1, 1) - DAY_0).days
GRACE_DAYS = 60  # a yearly date that passed so long ago, and was not done, is due yet


@dataclass(frozen=True)
class Due:
    """A row. every_days: 1 to 3660, or yearly: (month, day). before_days: 0 to 365. proof: a point, "" for none."""

    key: str
    of: str
    en: str
    zh: str
    every_days: int = 0
    yearly: tuple[int, int] | None = None
    before_days: int = 0
    proof: str = ""

    def text(self, lang: str) -> str:
        """What is to be done."""
        return self.zh if lang == "zh" else self.en

    def date(self, done: int | None, today: int) -> int | None:
        """The next day on which it is due; None while that is further off than `before_days`. done: when it last was."""
        if self.yearly is not None:
            found = self.season(done, today)
        elif done is None:
            found = today + self.before_days  # nobody knows when it last was: it is to be done soon
        else:
            found = done + self.every_days
        return found if today >= found - self.before_days else None

    def season(self, done: int | None, today: int) -> int:
        """The yearly date that is next, or has just passed without being done."""
        year = (DAY_0 + datetime.timedelta(days=today)).year
        assert self.yearly is not None
        days = [(datetime.date(one, *self.yearly) - DAY_0).days for one in range(year - 1, year + 3)]
        return next(day for day in days if day >= today - GRACE_DAYS and (done is None or done < day - self.before_days))


def checked(row: dict, where: str) -> Due | None:
    """One row; None when it is off. LinkError says what is wrong with it."""
    key = row.get("key", "?")
    for name, value in row.items():
        if name not in TYPES or not isinstance(value, TYPES[name]) or isinstance(value, bool) != (TYPES[name] is bool):
            raise LinkError(f"{where}: due {key}: {name} = {value!r}; known are {', '.join(TYPES)}")
    if row.get("off"):
        return None
    wrong = [name for name in ("key", "of", "en", "zh") if not row.get(name)]
    every, yearly = row.get("every_days"), row.get("yearly")
    if wrong or (every is None) == (yearly is None):
        raise LinkError(f"{where}: due {key}: it wants key, of, en, zh, and one of every_days and yearly")
    if row["of"] not in KINDS or not 0 <= row.get("before_days", 0) <= 365 or (every is not None and not 1 <= every <= 3660):
        raise LinkError(f"{where}: due {key}: of is one of {', '.join(KINDS)}; every_days 1 to 3660; before_days 0 to 365")
    if every is not None and row.get("before_days", 0) >= every:
        raise LinkError(f"{where}: due {key}: before_days must be below every_days, or it would never be done")
    try:
        date = datetime.datetime.strptime(f"2001-{yearly}", "%Y-%m-%d") if yearly else None
    except ValueError:
        raise LinkError(f"{where}: due {key}: yearly = {yearly!r} is no MM-DD") from None
    return Due(row["key"], row["of"], row["en"][:200], row["zh"][:200], every or 0, (date.month, date.day) if date else None,
               row.get("before_days", 0), row.get("proof", ""))


def rows_of(path: Path) -> dict[str, Due | None]:
    """{key: row, None when off} of a file; LinkError says what to mend."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise LinkError(f"{path}: {e.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise LinkError(f"{path}: {e}") from None
    rows = data.pop("due", [])
    if data or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LinkError(f"{path}: it has [[due]] and nothing else")
    keys = [row.get("key") for row in rows]
    if len(set(keys)) != len(keys):
        raise LinkError(f"{path}: two rows have one key")
    return {row.get("key", "?"): checked(row, path.name) for row in rows}


def read(path: Path | None = None) -> list[Due]:
    """The default plan, with the rows of another file in the place of those of the same key."""
    found = {**rows_of(DEFAULT), **(rows_of(path) if path is not None else {})}
    return [row for row in found.values() if row is not None]
