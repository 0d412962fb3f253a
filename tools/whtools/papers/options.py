"""What a node remembers and proves, on the command line: journal, statements, reports."""

from __future__ import annotations

import datetime
from pathlib import Path

COMMANDS = ("journal", "history", "statement", "verify-statement", "report", "commission", "prove-protections", "quality")


def parser(sub) -> None:
    """Their options."""
    journal_parser(sub)
    history_parser(sub)
    statement_parser(sub)
    report_parser(sub)
    commission_parser(sub)
    proof_parser(sub)
    quality_parser(sub)


def quality_parser(sub) -> None:
    """`wellhearth quality`."""
    quality = sub.add_parser("quality", help="laboratory results of a plant's water: classes, what is due, the annual table")
    quality.add_argument("files", nargs="+", type=Path, metavar="RESULTS.csv",
                         help="columns date, place, indicator, value[, error]; indicators by key or Chinese name")
    quality.add_argument("--year", type=int, help="of the annual table (default: this one)")
    quality.add_argument("--before", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD",
                         help="what changed since then beyond the methods' errors: a season's begin")
    quality.add_argument("--today", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help="judged as of this day")
    quality.add_argument("--csv", type=Path, metavar="FILE", help="the annual table into a file as well")
    quality.add_argument("--lang", choices=("en", "zh"), default="en", help="language (default en)")


def port(one) -> None:
    """--port, as everywhere."""
    one.add_argument("--port", help="serial port (default: the only board plugged in)")


def journal_parser(sub) -> None:
    """`wellhearth journal`."""
    journal = sub.add_parser("journal", help="what a node remembers: events, orders, from what to what, gaps")
    journal.add_argument("--last", type=int, default=1000, metavar="N", help="only the last N lines (default 1000)")
    journal.add_argument("--follow", action="store_true", help="and new lines as they come, until Ctrl-C")
    journal.add_argument("--csv", type=Path, metavar="FILE", help="into a file instead")
    journal.add_argument("--lang", choices=("en", "zh"), default="en", help="language (default en)")
    port(journal)


def history_parser(sub) -> None:
    """`wellhearth history`."""
    history = sub.add_parser("history", help="the meters at the end of each day, or of ten minutes; gaps are shown")
    history.add_argument("--ten", action="store_true", help="every ten minutes of the last 48 hours instead of days")
    history.add_argument("--last", type=int, default=400, metavar="N", help="only the last N lines (default 400)")
    history.add_argument("--csv", type=Path, metavar="FILE", help="all of it into a file instead")
    history.add_argument("--modbus", metavar="PORT", help="Modbus RTU over this adapter instead of the board's prompt")
    history.add_argument("--address", type=int, metavar="N", help="with --modbus: the node's address")
    history.add_argument("--baud", type=int, default=19200, help="with --modbus (default 19200)")
    history.add_argument("--parity", default="E", choices=("E", "N", "O"), help="with --modbus (default E)")
    port(history)


def statement_parser(sub) -> None:
    """`wellhearth statement` and `verify-statement`."""
    statement = sub.add_parser("statement", help="a month of a unit's water, sealed by the unit, signed by the operator")
    statement.add_argument("--month", required=True, metavar="YYYY-MM")
    statement.add_argument("--backup", type=Path, metavar="FILE", help="from a backup instead of the board")
    statement.add_argument("--keys", type=Path, metavar="FILE", help="the key file (default ~/.config/wellhearth/keys.json)")
    statement.add_argument("--key", type=Path, metavar="FILE.pem",
                           help="the operator's own key, made when missing (default ~/.config/wellhearth/statements.pem)")
    statement.add_argument("--out", type=Path, metavar="FILE.json", help="default water-UNIT-MONTH.json")
    statement.add_argument("--pdf", type=Path, metavar="FILE.pdf", help="on paper as well, Chinese and English")
    statement.add_argument("--meter-class", type=int, default=20, metavar="PM",
                           help="largest error of a water meter, per mille (default 20)")
    statement.add_argument("--tariff", type=int, default=800, metavar="YUAN",
                           help="water-resource tax, yuan per million t (default 800)")
    port(statement)
    verify = sub.add_parser("verify-statement", help="whether a water statement is as it was signed")
    verify.add_argument("file", type=Path, metavar="FILE.json")
    verify.add_argument("--key", type=Path, required=True, metavar="FILE.pub.pem")


def report_parser(sub) -> None:
    """`wellhearth report`."""
    report = sub.add_parser("report", help="HTML pages with plots for the household and for the operator")
    report.add_argument("--backup", type=Path, metavar="FILE", help="from a backup instead of the board")
    report.add_argument("--trace", type=Path, metavar="FILE.csv", help="from a simulator's trace.csv")
    report.add_argument("--price", type=float, metavar="YUAN", help="of a kWh of electricity, where it is metered")
    report.add_argument("--heat-price", type=float, metavar="YUAN", help="of a kWh of heat")
    report.add_argument("--lang", choices=("en", "zh"), default="en", help="language (default en)")
    report.add_argument("--out", type=Path, default=Path("report"), metavar="DIR", help="folder (default report)")
    port(report)


def commission_parser(sub) -> None:
    """`wellhearth commission`."""
    commission = sub.add_parser("commission", help="a guided run through a new node, with a record at its end")
    commission.add_argument("--state", type=Path, metavar="FILE",
                            help="what is done; the run goes on from it (default commissioning.json, autumn.json)")
    commission.add_argument("--autumn", action="store_true",
                            help="the yearly repeat in ten minutes, compared with the first commissioning")
    commission.add_argument("--first", type=Path, default=Path("commissioning.json"), metavar="FILE",
                            help="--autumn: the first one's state (default commissioning.json)")
    commission.add_argument("--again", action="append", default=[], metavar="STEP", help="a step that has passed, once more")
    commission.add_argument("--out", type=Path, default=Path("commissioning"), metavar="DIR", help="folder of the record")
    commission.add_argument("--pdf", action="store_true", help="the record on paper as well")
    commission.add_argument("--simulate", action="store_true", help="unattended, on a simulated house")
    commission.add_argument("--planted", action="append", default=[], metavar="MISTAKE",
                            help="--simulate: backwards, swapped, pulses, dry_unit, other_range; may be given again")
    commission.add_argument("--seed", type=int, default=1, help="--simulate: of every random number (default 1)")
    port(commission)


def proof_parser(sub) -> None:
    """`wellhearth prove-protections`."""
    proof = sub.add_parser("prove-protections", help="try every protection that can be tried without harm, with a record")
    proof.add_argument("--out", type=Path, default=Path("protections"), metavar="DIR", help="folder of the record")
    proof.add_argument("--simulate", action="store_true", help="on a simulated house")
    proof.add_argument("--well", default="single_aquifer", choices=("single_aquifer", "particle", "multi_aquifer"),
                       help="--simulate: type of its well")
    proof.add_argument("--seed", type=int, default=1, help="--simulate: of every random number (default 1)")
    port(proof)


def run(args) -> int:
    """One of them."""
    if args.command == "quality":
        from ..quality import table

        return table.run(args)
    if args.command == "prove-protections":
        from ..commission import proof

        return proof.run(args)
    if args.command == "journal":
        from ..device import journal

        return journal.run(args)
    if args.command == "history":
        from ..device import history

        return history.run(args)
    if args.command == "commission":
        from ..commission import run as commission

        return commission.run(args)
    if args.command == "report":
        from . import report

        return report.run(args)
    from . import statement

    return statement.run(args) if args.command == "statement" else statement.run_verify(args)
