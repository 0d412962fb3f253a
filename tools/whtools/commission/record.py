"""The record of a commissioning: HTML with the pump's curve, and the same on paper."""

from __future__ import annotations

from html import escape
from pathlib import Path

from ..papers import fonts, report
from . import bench

TITLE = "Commissioning record 调试记录"


def limits(check: dict) -> str:
    """What was expected."""
    if check["low"] is None and check["high"] is None:
        return "-"
    return f"{bench.wanted(check['low'], check['high'])} {check['unit']}".rstrip()


def seen(check: dict) -> str:
    """What was found."""
    value = check["value"]
    return "-" if value is None else f"{value:g} {check['unit']}" if isinstance(value, (int, float)) else value


def rows_of(state) -> list[tuple]:
    """(step, what, expected, seen, verdict) of every check."""
    found = []
    for name, step in state.steps.items():
        for check in step["checks"]:
            hint = "" if check["ok"] or not check["hint"] else f": {check['hint']}"
            verdict = "pass 合格" if check["ok"] else "FAIL 不合格"
            found.append((name, check["name"] + hint, limits(check), seen(check), verdict))
    return found


def figures(data: dict) -> list[tuple[str, str]]:
    """What was measured and is kept."""
    found = [("reinjection capacity 回灌能力, L/h per 100 kPa", data.get("capacity_lph_bar")),
             ("returned over lifted 回灌率", data.get("ratio")), *data.get("tuned", {}).items()]
    return [(name, f"{value:g}") for name, value in found if value is not None]


def curve_plot(data: dict) -> str:
    """Flow and pressure over speed; nothing without a curve."""
    points = data.get("curve")
    if not points:
        return ""
    speeds = [f"{one['speed_pm']:.0f} pm" for one in points]
    return report.plots([
        ("flow, L/h 流量", "line", [("lift 取水", speeds, [one["lift_lph"] for one in points]),
                                   ("return 回灌", speeds, [one["return_lph"] for one in points])]),
        ("reinjection pressure, kPa 回灌压力", "line", [("", speeds, [one["kpa"] for one in points])])])


def page_of(state, passed: bool) -> str:
    """The page."""
    verdict = "passed 合格" if passed else "NOT passed 不合格"
    when = max((step["at"] for step in state.steps.values()), default="")
    table = report.listed([("step", "what", "expected", "seen", ""), *rows_of(state)], "-")
    return (f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{TITLE}</title><style>{report.STYLE}</style>"
            f"<h1>{TITLE}</h1><p>unit 机组 {escape(state.unit)}, {when[:16]} UTC: <b>{verdict}</b></p>{table}"
            f"{report.listed(figures(state.data), '-')}{curve_plot(state.data)}"
            "<p>signed 签字: ____________________ date 日期: ______________</p></html>\n")


def html(state, passed: bool, path: Path) -> None:
    """Write the page."""
    path.write_text(page_of(state, passed), encoding="utf-8")


def pdf(state, passed: bool, path: Path) -> None:
    """The same on paper. LinkError without a font."""
    page = fonts.page(TITLE)
    fonts.heading(page, TITLE)
    verdict = "passed 合格" if passed else "NOT passed 不合格"
    when = max((step["at"] for step in state.steps.values()), default="")[:16]
    fonts.heading(page, f"unit 机组 {state.unit}, {when} UTC: {verdict}", 11)
    fonts.table(page, [("step 步骤", "what 项目", "expected 要求", "seen 实测", "")] + rows_of(state), (20, 75, 25, 25, 15))
    fonts.table(page, figures(state.data) or [("-", "-")], (80, 70), head=0)
    fonts.heading(page, "signed 签字: ____________________   date 日期: ______________", 10)
    page.output(str(path))
