"""`wellhearth prove-protections`: every protection that can be tried without harm is, its input simulated at the driver.

The node is in service mode, the master contactor open. firmware/wellhearth/console/proof.py simulates one row's input for as
long as it takes to trip and shows what it does; this side runs the pump where a row needs it, pulls in a compressor's relay
(behind the open contactor) where the row lets it go, compares each delay with the table, and writes the record.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from wellhearth.control import trips
from wellhearth.tables import cause_rows, causes

from ..device import settings
from ..device.link import Link, LinkError, find_port
from ..papers import report
from . import run as commission
from .bench import Bench, Person

TITLE = "Proof test of the protections 保护功能验证记录"
CALL = "import json\nfrom wellhearth import app\nfrom wellhearth.console import proof\nprint(json.dumps(proof.{call}))"
POLL_S, STARTS_S, REST_S, SETTLE_S = 1.0, 60.0, 75.0, 30.0
PUMP_ROWS = ("no_flow", "over_pressure", "pump_dead", "lift_meter", "return_meter", "strainer")
# Rows that the node judges once a second; all others in every scan.
SLOW = ("supply_water_sensor", "return_water_sensor", "strainer", "frost", "leaving_sensor", "room_sensor", "supply_sensor",
        "condensate")
RUNS = "needs a compressor that runs on real water"
HOURS = "needs hours of running"
REASONS = {
    "flow_lost": RUNS + "; its inputs are those of no_flow",
    "dry_run": "needs a dry pump; the motor current's input is tried by current_fault",
    "leak": "needs water that is lost for a minute; its meters are tried by lift_meter, return_meter",
    "low_pressure": "says nothing at rest and for 120 s after a start; " + RUNS,
    "leak_alarm": "needs water that is lost for ten minutes", "clogging": HOURS, "pump_weak": "needs a worn pump for 2 min",
    "record_lost": "its input is a damaged record; no record is damaged for a test",
    "unit_record_lost": "its input is a damaged record", "loop_record_lost": "its input is a damaged record",
    "unproven": "needs a pump that gives between 50 and 75 % of the least flow", "flow_doubt": "needs a meter that counts"
    " against pressure and speed", "wellhead_vacuum": "needs a vacuum at the wellhead; its transmitter is tried by"
    " over_pressure and pressure_fault", "freeze_blind": RUNS, "no_difference": RUNS, "no_answer": HOURS, "wrong_way": RUNS,
    "no_response": RUNS, "freeze_again": "two freeze trips within an hour, counted against the unit", "room_doubt": HOURS,
    "source_cold": HOURS, "coil_freeze": RUNS, "well_silent": "unplug the bus for 10 s and look at diag.trips()",
    "loop_flow": "needs the loop's own sequence, which rests in service mode", "exchanger_freeze": RUNS,
    "exchanger_blind": RUNS, "exchanger_doubt": RUNS, "room_silent": "switch that room's node off for a minute",
    "scans_late": "needs a chip that is too slow"}
NOT_FITTED = "not fitted, or the config has no such input"


@dataclass
class Row:
    """One row of the record. Times in ms; None: never."""

    block: str
    key: str
    action: str
    wanted_ms: int
    input_ms: int | None = None  # from the simulated input until the node took it for the cause
    delay_ms: int | None = None  # from there until the row tripped
    effect_ms: int | None = None  # and until the output was off
    effect: str = ""
    why_not: str = ""

    def ok(self, period_ms: int) -> bool:
        """The delay is the table's, to two scans (a second where the row is judged once a second), and it did something."""
        if self.delay_ms is None or not self.effect:
            return False
        slack = 2 * period_ms + (1000 if self.key in SLOW else 0)
        return abs(self.delay_ms - self.wanted_ms) <= slack


def ask(bench: Bench, call: str):
    """A call of the node's own proof module."""
    return json.loads(bench.link.run(CALL.format(call=call)).splitlines()[-1])


def scope_of(block: str) -> int:
    """Of a block's rows."""
    if block.startswith("well"):
        return trips.WELL
    return {"loop": trips.LOOP, "node": trips.NODE}.get(block, trips.BUS if block.startswith("far") else trips.ROOM)


def table(bench: Bench) -> list[Row]:
    """Every row of every block of this node; `why_not` where it is not tried."""
    can = {tuple(one) for one in ask(bench, "rows(app.current)")}
    found = []
    for block in bench.blocks:
        if block.rstrip("0123456789") not in ("well", "loop", "room", "node", "far"):
            continue
        for cause in causes.rows(scope_of(block)):
            why = "" if (block, cause.key) in can else REASONS.get(cause.key, NOT_FITTED)
            action = ", ".join(text for bit, text in cause_rows.ACTION_TEXT if cause.actions & bit)
            found.append(Row(block, cause.key, action, cause.delay_ms, why_not=why))
    return found


def ready(bench: Bench, row: Row) -> str:
    """What the row acts on runs: the pump with its flow proven, or a compressor's relay. Why not, or ""."""
    actions = next(one.actions for one in causes.rows(scope_of(row.block)) if one.key == row.key)
    if row.block.startswith("well"):
        if row.key not in PUMP_ROWS:
            return ""
        output = "well_pump" + row.block[4:]
        if not bench.until(lambda: not bench.force(output, 1), STARTS_S, 5) and bench.force(output, 1):
            return bench.force(output, 1)
        if bench.until(lambda: bench.point(f"{row.block}.permissive"), STARTS_S) is None:
            return "the pump's flow was not proven"
        bench.wait(15)  # past its start
        if row.key != "return_meter":
            return bench.force(output, 1)
        for _ in range(3):  # its witness is the pressure: at full flow
            refused = bench.force(output, 1000)
            bench.wait(SETTLE_S)
        return refused or bench.force(output, 1000)
    if row.key in ("loop_pump_dead", "loop_pressure"):
        return bench.force("loop_pump", 1)
    if row.block.startswith("room") and actions & trips.COMPRESSOR_OFF and row.key != "welded":
        return bench.force(f"{row.block}_compressor", 1)
    return ""


def tried(bench: Bench, row: Row) -> None:
    """One row: simulate, wait until it is over, note what was seen."""
    row.why_not = ready(bench, row) or ask(bench, f"begin(app.current,{row.block!r},{row.key!r})")
    if not row.why_not:
        bench.until(lambda: ask(bench, "state()")[0] == 2, 200, POLL_S)
        phase, _wanted, seen, tripped, off, alarm, actions = ask(bench, "state()")
        row.input_ms = seen if seen >= 0 else None
        row.delay_ms = tripped - seen if tripped >= 0 else None
        row.effect_ms = off - seen if off >= 0 else None
        row.effect = effect_of(row, actions, alarm) if tripped >= 0 else ""
        if phase != 2:
            row.effect = ""
    for name in (f"{row.block}_compressor", "loop_pump", "well_pump", "well_pump2"):
        bench.force(name, 0)
    if row.key in PUMP_ROWS:
        bench.wait(REST_S)


def effect_of(row: Row, actions: int, alarm: int) -> str:
    """What was seen of the row's actions."""
    found = []
    if row.effect_ms is not None:
        found.append("pump off" if not row.block.startswith("room") else "compressor relay off")
    elif actions & (trips.PUMP_OFF | trips.COMPRESSOR_OFF):
        found.append("starts barred")
    if alarm:
        found.append("alarm")
    return ", ".join(found)


def prove(bench: Bench, say=print) -> list[Row]:
    """All of it."""
    bench.service(True)
    bench.wait(75)  # sensors answer, the pump's shortest rest
    rows = table(bench)
    for row in rows:
        if not row.why_not:
            tried(bench, row)
            say(line(row, period(bench)))
    return rows


def period(bench: Bench) -> int:
    """Of a scan, ms."""
    return bench.config.get("node", {}).get("period_ms", 100)


def seconds(value: int | None) -> str:
    """For a person."""
    return "-" if value is None else f"{value / 1000:.1f} s"


def line(row: Row, period_ms: int) -> str:
    """A line for a person."""
    name = f"{row.block}.{row.key}"
    if row.why_not:
        return f"  ----  {name}: not tried: {row.why_not}"
    verdict = "pass" if row.ok(period_ms) else "FAIL"
    return (f"  {verdict}  {name}: {seconds(row.delay_ms)} (table {seconds(row.wanted_ms)}), "
            f"input taken after {seconds(row.input_ms)}, {row.effect or 'no effect'}"
            f"{'' if row.effect_ms is None else ' after ' + seconds(row.effect_ms)}")


def page_of(unit: str, at: str, rows: list[Row], period_ms: int) -> str:
    """The record as a page."""
    shown = [(f"{row.block}.{row.key}", row.action, seconds(row.wanted_ms), seconds(row.delay_ms), seconds(row.input_ms),
              f"{row.effect} {'' if row.effect_ms is None else seconds(row.effect_ms)}",
              "pass 合格" if row.ok(period_ms) else "FAIL 不合格") for row in rows if not row.why_not]
    head = ("protection 保护", "action 动作", "delay by the table 规定延时", "delay measured 实测延时",
            "input taken after 信号确认", "seen 结果", "")
    left = [("not tried 未试验", "why 原因")] + [(f"{row.block}.{row.key}", row.why_not) for row in rows if row.why_not]
    good = all(row.ok(period_ms) for row in rows if not row.why_not)
    return (f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{TITLE}</title><style>{report.STYLE}</style>"
            f"<h1>{TITLE}</h1><p>unit 机组 {escape(unit)}, {at} UTC: "
            f"<b>{'passed 合格' if good else 'NOT passed 不合格'}</b>. Inputs were simulated at their drivers, in service"
            " mode with the master contactor open 服务模式下在驱动层模拟输入.</p>"
            f"{report.listed([head, *shown], '-')}{report.listed(left, '-')}"
            "<p>signed 签字: ____________________ date 日期: ______________</p></html>\n")


def finish(unit: str, rows: list[Row], period_ms: int, out: Path) -> int:
    """Write the record; 0 when every row that was tried passed."""
    at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")[:16]
    done = [row for row in rows if not row.why_not]
    bad = [f"{row.block}.{row.key}" for row in done if not row.ok(period_ms)]
    out.mkdir(parents=True, exist_ok=True)
    content = {"unit": unit, "at": at, "period_ms": period_ms,
               "rows": [asdict(row) | {"ok": row.ok(period_ms)} for row in rows]}
    (out / "protections.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "protections.html").write_text(page_of(unit, at, rows, period_ms), encoding="utf-8")
    failed = f"; NOT passed: {', '.join(bad)}" if bad else ""
    print(f"{len(done) - len(bad)} of {len(done)} rows tried have the table's delay and their effect; "
          f"{len(rows) - len(done)} are not tried, each with its reason{failed}; {out}/protections.html")
    return 1 if bad or not done else 0


def run(args) -> int:
    """The subcommand."""
    if args.simulate:
        from . import simulated

        rig, bench = simulated.make((), args.seed, well_type=args.well)
        with rig:
            return finish("simulator", prove(bench), period(bench), args.out)
    link = Link(find_port(args.port))
    bench = Bench(link, Person(), settings.Node(link).read())
    try:
        if "begin" not in link.run("from wellhearth.console import proof\nprint(dir(proof))"):
            raise LinkError("this firmware knows no proof test: wellhearth flash")
        return finish(commission.unit_of(link), prove(bench), period(bench), args.out)
    finally:
        try:
            bench.service(False)
        finally:
            bench.link.close()
