"""`wellhearth bringup`: the steps in their order, what is known of them in a file, and a record to send to the project."""

from __future__ import annotations

import contextlib
import functools
import json
from html import escape
from pathlib import Path
from typing import Any

from harness.pinout import module_of, pins

from ..commission import record
from ..commission.bench import Check, Person
from ..commission.run import State, walk
from ..device import build
from ..device.link import Link, LinkError, find_port
from ..papers import report
from ..wiring.data import Wiring
from . import guest, steps, wires
from .bare import Bare, Refused

FIRST = "nothing wired"
QUESTION = (
    "Only the USB plug is in the board: no relay, no supply, no sensor, nothing else wired (jumpers come later,"
    " when they are asked for). Is it so?"
)
TITLE = "Bring-up record"


def agreed(step):
    """A step whose person did not agree has driven nothing and has not passed."""

    def wrapped(bare: Bare, data: dict) -> list[Check]:
        try:
            return step(bare, data)
        except Refused:
            return [Check("the person agreed", "no", hint="nothing was driven; run the command again when it may be")]

    return wrapped


def plan(bare: Bare, adapter) -> dict:
    """Every step of this board by name, in its order."""
    found: dict[str, Any] = {
        "chip": steps.chip,
        "flash": steps.flash,
        "clock": steps.clock,
        "levels": steps.levels,
        "shorts": steps.shorts,
    }
    if bare.led_gpio is not None:
        found["led"] = steps.led
    found |= wires.jumpers(bare) | wires.adcs(bare)
    found |= {"onewire": wires.onewire, "uart": wires.uart}
    if adapter is not None:
        found["rs485 line"] = functools.partial(wires.line, adapter=adapter)
    found |= {"watchdog": steps.watchdog, "power": steps.power}
    return {name: agreed(step) for name, step in found.items()}


def needs(name: str) -> str:
    """Nothing is driven on a board that is another one, or whose pads hang on something."""
    if name in ("chip", "flash", "clock"):
        return ""
    return {"levels": "chip", "shorts": "levels"}.get(name, "shorts")


def bare_of(link, person, board: str, say=print) -> Bare:
    """The board at the end of a link. LinkError when it is in use."""
    module, wiring = module_of(board), Wiring(board)
    bare = Bare(link, person, wiring, pins(board), getattr(module, "INPUTS_ONLY", ()), say)
    on_board = [name for name, pad in wiring.own["pads"].items() if pad == "on board"]
    bare.led_gpio = pins(board)[on_board[0]][0] if on_board else None
    files = bare.ask(guest.IDENTITY)["files"]
    if "config.json" in files:
        raise LinkError(
            "this board has a config.json: it is somebody's node. Bring-up is for a board with nothing wired; when it is"
            " one, `wellhearth backup`, then mpremote rm :config.json"
        )
    if "main.py" in files:
        raise LinkError(
            "this board starts a main.py of its own, which would go on beside the bring-up: mpremote rm :main.py :boot.py,"
            " unplug it, plug it in; `wellhearth flash` puts the firmware back"
        )
    return bare


def guided(bare: Bare, state: State, again: list[str], adapter=None, say=print) -> bool:
    """All steps; whether every one has passed. What is wired is asked each time, whatever the file remembers."""
    if not bare.person.sees(QUESTION, FIRST):
        raise LinkError("nothing was done: take everything off the board but the USB plug, then run the command again")
    try:
        return walk(bare, state, again, say, plan(bare, adapter), needs)
    finally:
        with contextlib.suppress(LinkError):  # a board that is gone drives nothing; what went wrong is told already
            bare.rest()


def write(state: State, board: str, passed: bool, out: Path) -> list[Path]:
    """The record as JSON and as a page."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"bringup-{board}-{state.unit[-8:]}"
    whole = {
        "kind": "wellhearth bringup",
        "version": 1,
        "board": board,
        "unit": state.unit,
        "passed": passed,
        "wellhearth": f"{build.version()} {build.revision()}",
        "steps": state.steps,
        "data": state.data,
    }
    (out / f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    (out / f"{name}.html").write_text(page(state, board, passed), encoding="utf-8")
    return [out / f"{name}.json", out / f"{name}.html"]


def page(state: State, board: str, passed: bool) -> str:
    """The record for a person."""
    identity = state.data.get("identity", {})
    table = report.listed([("step", "what", "expected", "seen", ""), *record.rows_of(state)], "-")
    when = max((step["at"] for step in state.steps.values()), default="")[:16]
    version = f"MicroPython {identity.get('micropython', '')}"
    what = ", ".join((board, str(identity.get("machine", "")), version, f"unit {state.unit}"))
    verdict = "passed" if passed else "NOT passed"
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{TITLE}</title><style>{report.STYLE}</style>"
        f"<h1>{TITLE}</h1><p>{escape(what)}, {when} UTC: <b>{verdict}</b></p>{table}</html>\n"
    )


def run(args) -> int:
    """The subcommand."""
    link = Link(find_port(args.port))
    bare = None
    try:
        bare = bare_of(link, Person(), args.board)
        adapter = None
        if args.adapter:
            from .adapter import Adapter

            adapter = Adapter(args.adapter)
        state = State(args.state, bare.ask(guest.IDENTITY)["id"])
        try:
            passed = guided(bare, state, args.again, adapter)
        except KeyboardInterrupt:
            print(f"\nstopped; the same command goes on from {args.state}")
            return 1
        made = write(state, args.board, passed, args.out)
        failed = [name for name, one in state.steps.items() if not one["ok"]]
        print(f"{'passed' if passed else 'NOT passed: ' + ', '.join(failed)}; {', '.join(map(str, made))}")
        print('Send both files to the project (CONTRIBUTING.md, "A board seen on silicon").')
        return 0 if passed else 1
    finally:
        (link if bare is None else bare.link).close()
