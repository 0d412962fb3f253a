"""The annual table that a water authority reads, and `wellhearth quality`."""

from __future__ import annotations

import csv
import datetime
import sys
from pathlib import Path

from . import samples, standard

HEADS = {"en": ("place", "indicator", "unit", "samples", "least", "most", "last", "class", "limit III"),
         "zh": ("采样点", "指标", "单位", "次数", "最小值", "最大值", "最近值", "类别", "III 类限值")}


def annual(results: list[samples.Result], year: int, lang: str = "en") -> list[tuple]:
    """Rows of a year: each place, each indicator that was sampled, and the place's class by its worst last result."""
    rows: list[tuple] = []
    for place in sorted({one.place for one in results if one.date.year == year}):
        grades = []
        for indicator in standard.indicators().values():
            mine = [one for one in results if one.place == place and one.indicator == indicator and one.date.year == year]
            if not mine:
                continue
            low, high = min(mine, key=lambda one: one.number), max(mine, key=lambda one: one.number)
            grades.append(mine[-1].grade)
            rows.append((place, indicator.zh if lang == "zh" else indicator.en, indicator.unit, len(mine), low.value,
                         high.value, mine[-1].value, mine[-1].grade, indicator.limits[2]))
        rows.append((place, "GB/T 14848-2017", "", "", "", "", "", standard.worst(grades), ""))
    return rows


def shown(heads: tuple, rows: list[tuple]) -> str:
    """A table in Markdown."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in lines)


def run(args) -> int:
    """The subcommand: the annual table, what is due, what changed. Status 1 when something is due."""
    try:
        results = [one for path in args.files for one in samples.read(path)]
    except standard.QualityError as e:
        print(f"wellhearth: {e}", file=sys.stderr)
        return 2
    results.sort(key=lambda one: one.date)
    today = args.today or datetime.date.today()
    rows = annual(results, args.year or today.year, args.lang)
    if args.csv:
        with Path(args.csv).open("w", encoding="utf-8-sig", newline="") as f:
            csv.writer(f).writerows([HEADS[args.lang], *rows])
    print(shown(HEADS[args.lang], rows))
    if args.before:
        print(f"\nchanged beyond the methods' errors from {args.before} to {today}:")
        for a, b in samples.changes(results, args.before, today):
            print(f"  {b.place} {b.indicator.en}: {a.value} ({a.grade}, {a.date}) -> {b.value} ({b.grade}, {b.date})")
    late = samples.due(results, today)
    if late:
        print("\ndue:")
        for place, indicator, when in late:
            print(f"  {place} {indicator.en}: {when if when else 'never taken'}")
    return int(bool(late))
