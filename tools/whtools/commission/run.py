"""`wellhearth commission`: the steps in their order, what is known of them in a file, and a record at the end."""

from __future__ import annotations

import datetime
import functools
import json
import os
from pathlib import Path
from typing import Any

from ..device import settings
from ..device.link import Link, LinkError, find_port
from . import autumn, record, site, steps, units, wellsteps
from .bench import Bench, Check, Person

VERSION = 1
FIRST_STEPS = (("leak test", site.leak), ("contacts", steps.contacts), ("sensors", steps.sensors),
               ("outputs", steps.outputs))
WELL_STEPS = (("pump", wellsteps.pump), ("meters", wellsteps.meters), ("pressure", wellsteps.pressure),
              ("capacity", wellsteps.capacity), ("tuning", wellsteps.tuning))
SECOND = " well2"  # behind the names of the second section's steps


def second(step):
    """A step of the well's, of its second section; what it finds lies apart."""
    def of_second(bench: Bench, data: dict) -> list[Check]:
        return step(bench, data.setdefault("well2", {}), "well2")
    return of_second


def plan(bench: Bench) -> dict:
    """Every step of this node by name, in its order."""
    found = dict(FIRST_STEPS)
    if "well" in bench.blocks:
        found |= dict(WELL_STEPS)
    if "well2" in bench.blocks:
        found |= {name + SECOND: second(step) for name, step in WELL_STEPS}
    found["zero"] = site.zero
    if steps.rooms(bench):
        found["crankcase"] = site.crankcase
    if "well" in bench.blocks:
        found |= {f"heat {room}": functools.partial(units.unit, room=room) for room in steps.rooms(bench)}
    return found | {"links": site.links, "leak test 24 h": site.leak_again}


def needs(name: str) -> str:
    """The step without which this one says nothing."""
    if name in ("pressure" + SECOND, "capacity" + SECOND, "tuning" + SECOND):
        return "pump" + SECOND
    if name == "leak test 24 h":
        return "leak test"
    return "pump" if name.startswith("heat ") or name in ("pressure", "capacity", "tuning", "zero") else ""


class State:
    """What the run knows: steps done, what they measured. Written after each step, so that it goes on after a break."""

    def __init__(self, path: Path, unit: str):
        self.path = path
        self.steps: dict[str, dict] = {}
        self.data: dict = {}
        self.unit = unit
        if path.exists():
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
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
        temp.write_text(json.dumps(whole, indent=1), encoding="utf-8")
        os.replace(temp, self.path)


def walk(bench: Any, state: State, again: list[str], say=print, todo: dict | None = None, waits_for=needs) -> bool:
    """Every step that has not passed yet, or is asked for again; whether all of them have passed now.

    waits_for(name): the step without which this one is not done, "" for none.
    """
    todo = plan(bench) if todo is None else todo
    unknown = set(again) - set(todo)
    if unknown:
        raise LinkError(f"no step is named {', '.join(sorted(unknown))}; there are: {', '.join(todo)}")
    for name, step in todo.items():
        done = state.steps.get(name)
        if done and done["ok"] and name not in again:
            say(f"{name}: passed on {done['at'][:10]}")
            continue
        say(f"{name} ...")
        waits = waits_for(name)
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


def settings_of(data: dict) -> list[str]:
    """What was tuned and paired, as commands."""
    found = []
    for section, values in (("well", data), ("well2", data.get("well2", {}))):
        if "tuned" in values:
            words = " ".join(f"{section}.{key}={value}" for key, value in values["tuned"].items())
            found.append(f"tuned: wellhearth config set {words}")
    if data.get("trims"):
        found.append("paired: wellhearth config set " + " ".join(f"{key}={value}" for key, value in data["trims"].items()))
    return found


def finish(bench: Bench, state: State, args, passed: bool) -> int:
    """The record, and what was tuned."""
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)
    name = "autumn" if args.autumn else "commissioning"
    record.html(state, passed, out / f"{name}.html")
    made = [out / f"{name}.html"]
    if args.pdf:
        record.pdf(state, passed, out / f"{name}.pdf")
        made.append(out / f"{name}.pdf")
    failed = [name for name, one in state.steps.items() if not one["ok"]]
    print(f"{'passed' if passed else 'NOT passed: ' + ', '.join(failed)}; {', '.join(map(str, made))}")
    if passed and not args.autumn:
        print("".join(f"{line}\n" for line in settings_of(state.data)), end="")
    return 0 if passed else 1


def run(args) -> int:
    """The subcommand."""
    if args.simulate:
        from . import simulated

        return simulated.run(args)
    link = Link(find_port(args.port))
    bench = Bench(link, Person(), settings.Node(link).read())
    try:
        state = State(args.state or Path("autumn.json" if args.autumn else "commissioning.json"), unit_of(link))
        todo = autumn.plan(bench, autumn.first_of(args.first, state.unit), second) if args.autumn else None
        passed = walk(bench, state, args.again, todo=todo)
        return finish(bench, state, args, passed)
    finally:
        try:
            bench.service(False)
        finally:
            bench.link.close()
