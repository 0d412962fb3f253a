"""`wellhearth clock`: what time a node has and from whom, and this computer's time for it."""

from __future__ import annotations

import datetime

from .link import Link, LinkError, find_port

DAY_0 = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)


def give(link: Link) -> str:
    """Set the node's clock from this computer's, UTC; the refusal or ''."""
    now = datetime.datetime.now(datetime.timezone.utc) - DAY_0
    text = link.run(f"from wellhearth import diag\ndiag.clock_utc({now.days}, {now.seconds})").splitlines()[-1]
    return "" if text == "ok" else text


def run(args) -> int:
    """The subcommand."""
    with Link(find_port(args.port)) as link:
        if args.set:
            refusal = give(link)
            if refusal:
                raise LinkError(f"the clock was not set: {refusal}")
            link.run("import time\ntime.sleep(2)")  # a scan takes it over, then the chip
        print(link.run("from wellhearth import diag\ndiag.clock()").splitlines()[-1])
    return 0
