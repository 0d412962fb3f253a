"""`wellhearth commission`: the steps in their order, what is known of them in a file, and a record at the end."""

from __future__ import annotations

import datetime
import functools
import json
import os
from pathlib import Path

from ..device import settings
from ..device.link import Link, LinkError, find_port
from . import record, steps, units
from .bench import Bench, Check, Person

VERSION = 1
WELL_STEPS = (("contacts", steps.contacts), ("sensors", steps.sensors), ("outputs", steps.outputs), ("pump", steps.pump),
              ("meters", steps.meters), ("pressure", steps.pressure), ("capacity", steps.capacity), ("tuning", steps.tuning))


def plan(bench: Bench) -> dict:
    """Every step of this node by name, in its order."""
    found = dict(WELL_STEPS) if "well" in bench.blocks else dict(WELL_STEPS[:3])
    if "well" in bench.blocks:
        found |= {f"heat {room}": functools.partial(units.unit, room=room) for room in steps.rooms(bench)}
    return found


def needs(name: str) -> str:
    """The step without which this one says nothing."""
    return "pump" if name.startswith("heat ") or name in ("pressure", "capacity", "tuning") else ""


class State:
    """What the run knows: steps done, what they measured. Written after each step, so that it goes on after a break."""

    def __init__(self, path: Path, unit: str):
        self.path = path
        self.steps: dict[str, dict] = {}
        self.data: dict = {}
        self.unit = unit
        if path.exists():
            try:
                found = json.loads(path.read_text())
                if found["version"] != VERSION:
                    raise LinkError(f"{path} is of version {found['version']}, this tool reads {VERSION}")
                self.steps, self.data = found["steps"], found["data"]
                stored = found["unit"]
            except (ValueError, KeyError, TypeError):
                raise LinkError(f"{path} is damaged: remove it to begin anew") from None
            if stored != unit:
                raise LinkError(f"{path} is of unit {stored}, this is {unit}: another --state, or remove it")

    def store(self, name: str, checks: list[Check]) -> None:
        """A step is done."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        self.steps[name] = {"at": now, "ok": bool(checks) and all(check.ok for check in checks),
                            "checks": [check.stored() for check in checks]}
        temp = self.path.with_suffix(".new")
        whole = {"version": VERSION, "unit": self.unit, "steps": self.steps, "data": self.data}
        temp.write_text(json.dumps(whole, indent=1))
        os.replace(temp, self.path)


def walk(bench: Bench, state: State, again: list[str], say=print) -> bool:
    """Every step that has not passed yet, or is asked for again; whether all of them have passed now."""
    todo = plan(bench)
    unknown = set(again) - set(todo)
    if unknown:
        raise LinkError(f"no step is named {', '.join(sorted(unknown))}; there are: {', '.join(todo)}")
    for name, step in todo.items():
        done = state.steps.get(name)
        if done and done["ok"] and name not in again:
            say(f"{name}: passed on {done['at'][:10]}")
            continue
        say(f"{name} ...")
        waits = needs(name)
        if waits and not state.steps.get(waits, {}).get("ok"):
            checks = [Check(f"the step `{waits}` has passed", "no", hint="mend that first, then run the command again")]
        else:
            checks = step(bench, state.data)
        state.store(name, checks)
        for check in checks:
            say("  " + check.shown())
    return all(state.steps[name]["ok"] for name in todo)


def unit_of(link) -> str:
    """Which unit this is, by its keys' id, else its name."""
    rows = dict(link.ask("identity")["rows"])
    return rows["id"] if "owner" in rows else dict(link.ask("status")["rows"])["name"]


def finish(bench: Bench, state: State, args, passed: bool) -> int:
    """The record, and what was tuned."""
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)
    record.html(state, passed, out / "commissioning.html")
    made = [out / "commissioning.html"]
    if args.pdf:
        record.pdf(state, passed, out / "commissioning.pdf")
        made.append(out / "commissioning.pdf")
    failed = [name for name, one in state.steps.items() if not one["ok"]]
    print(f"{'passed' if passed else 'NOT passed: ' + ', '.join(failed)}; {', '.join(map(str, made))}")
    tuned = state.data.get("tuned")
    if tuned and passed:
        words = " ".join(f"well.{key}={value}" for key, value in tuned.items())
        print(f"tuned: wellhearth config set {words}")
    return 0 if passed else 1


def run(args) -> int:
    """The subcommand."""
    if args.simulate:
        from . import simulated

        return simulated.run(args)
    link = Link(find_port(args.port))
    bench = Bench(link, Person(), settings.Node(link).read())
    try:
        state = State(args.state, unit_of(link))
        passed = walk(bench, state, args.again)
        return finish(bench, state, args, passed)
    finally:
        try:
            bench.service(False)
        finally:
            bench.link.close()
