"""`wellhearth diag` and `wellhearth repl`: look into a running node without stopping it."""

from __future__ import annotations

import json
import subprocess
import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .link import Link, LinkError, find_port

VIEWS = ("status", "points", "io", "trips", "why", "scan", "onewire", "journal", "history", "recent", "rooms")


def table(answer: dict) -> Table:
    """A view as a table."""
    result = Table(box=None, pad_edge=False)
    for heading in answer["headings"]:
        result.add_column(heading)
    for row in answer["rows"]:
        result.add_row(*(escape(str(cell)) for cell in row))  # a name may hold [ and ]
    return result


def run(args) -> int:
    """The subcommand `diag`."""
    port = find_port(args.port)
    with Link(port) as link:
        words = [args.filter] if args.filter and args.view == "points" else []
        answer = link.ask(args.view, *words)
    if "stopped" in answer:
        raise LinkError(f"the control on {port} does not run: {answer['stopped']}")
    if args.json:
        print(json.dumps([dict(zip(answer["headings"], row)) for row in answer["rows"]], indent=1))
    elif answer["rows"]:
        Console().print(table(answer))
    else:
        print("none")
    return 0


def repl(args) -> int:
    """The subcommand `repl`: mpremote's terminal, without its soft reset."""
    return subprocess.call([sys.executable, "-m", "mpremote", "connect", find_port(args.port), "resume", "repl"])
