"""An update over the prompt: what `wellhearth update` calls, a line of JSON as its answer. Loaded when somebody asks.

Whoever is at the prompt waits here until it is calm; the scan goes on beside it.
"""

import json

from .. import app as application
from .. import version
from ..storage import record, slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..app.main_loop import App

PATIENCE_MS = 2000  # where it is never calm a piece waits no longer


def running():
    """The running App. None, and a word, when nothing runs. (views.running does as much, and has seven times the size.)"""
    if application.current is None:
        print("the control does not run: %s" % application.stopped)
    return application.current


def who() -> None:
    """Whose unit this is, and which board: for the host."""
    app = running()
    if app is not None:
        keys = record.Record(app.board.SECRET_PATH).read() or {}
        print(json.dumps([keys.get("id", ""), version.BOARD]))


def status(app: "App"):
    """How far an update is, as an object of JSON."""
    work = app.updates()
    p = app.node.p
    return {"phase": slots.named(p, "update", work.phase), "why": work.named(p.update_why), "received": work.received(),
            "percent": p.update_percent, "counter": work.state.counter, "floor": slots.words(work.state.floor),
            "slot": work.running, "version": p.version, "order": work.text(), "other": other(work.running)}


def other(running: str) -> str:
    """The version in the slot that does not run, "" when there is none."""
    found = slots.head(slots.pack_of(slots.other(running))) if running else None
    return slots.words(found[1]) if found else ""


def view(app: "App"):
    """The same for a person."""
    found = status(app)
    names = ("slot", "version", "other", "phase", "percent", "why", "floor", "counter")
    return ("what", "now"), [(name, found[name]) for name in names]


def send(code: int = slots.FINE) -> None:
    """One line for the host: the refusal ("fine" for none) and the status."""
    app = running()
    if app is not None:
        print(json.dumps({"refused": app.updates().named(code), "now": status(app)}))


def begin(text: str) -> None:
    """An order."""
    app = running()
    if app is None:
        return
    code = app.updates().begin(text)
    if code == slots.FINE:
        turn(app)  # what is wrong with the file system shows here
        if app.updates().phase == slots.NONE:
            code = app.node.p.update_why
    send(code)


def piece(at: int, data: bytes) -> None:
    """Bytes of the pack; comes back when they are taken. Prints how many there are, or the refusal."""
    app = running()
    if app is None:
        return
    work = app.updates()
    code = work.piece(at, data)
    while code == slots.FULL:
        turn(app)
        code = work.piece(at, data)
    print(work.received() if code == slots.FINE else work.named(code))


def work(turns: int = 10) -> None:
    """Some steps of whatever is next, then the status."""
    app = running()
    for _ in range(turns if app is not None else 0):
        turn(app)
    send()


def turn(app: "App") -> None:
    """One step at the next calm moment."""
    clock = app.board.clock
    begin_ms = clock.ticks_ms()
    while not app.calm(clock.ticks_ms(), 3) and clock.ticks_diff(clock.ticks_ms(), begin_ms) < PATIENCE_MS:
        pass
    app.updates().turn()


def back() -> None:
    """End a trial: the old firmware, by a reset."""
    app = running()
    if app is None:
        return
    current = app.updates()
    if current.phase != slots.TRIAL or current.later is None:
        send(slots.LATE)
        return
    from ..app import trial
    trial.back(current, slots.BY_HAND)
