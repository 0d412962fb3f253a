"""What a person types at the serial prompt: `from wellhearth import diag`, then `diag.help()`.

The control goes on beside it.
"""

from ..control import calendar, wall
from ..tables import causes
from . import views
from .text import table
from .views import COMMANDS, running, show

PATIENCE_MS = 2000  # where it is never calm an order waits no longer


def help() -> None:
    """All commands."""
    table(("diag.", "what it does"), COMMANDS)


def status() -> None:
    """What runs, for how long, and what is wrong."""
    show("status")


def points(prefix: str = "") -> None:
    """Points whose path begins with `prefix`."""
    show("points", prefix)


def io() -> None:
    """Every terminal with its level now."""
    show("io")


def why(unit: str = "room") -> None:
    """Why a unit, or each of them, does what it does."""
    show("why", unit)


def trips() -> None:
    """Active protections and lockouts."""
    show("trips")


def rooms() -> None:
    """Rooms on the bus of a well."""
    show("rooms")


def rooms_scan() -> None:
    """Look for rooms at every address, between the rounds (under a minute); `found()` says how far it is."""
    a = running()
    if a is None:
        return
    if a.links.client is None:
        said("this node is not the client of a bus")
        return
    a.links.client.scan()
    said("")


def found() -> None:
    """What the search has found so far."""
    show("found")


def learn(key: str, room: int = 1) -> None:
    """The next key that the remote sends is this one."""
    a = running()
    if a is None:
        return
    try:
        if views.learner is None:
            from ..links.infrared import learn as learning
            views.learner = learning.Learner(a, room)
        said(views.learner.learn(key))
    except (ValueError, NotImplementedError) as e:
        said("no infra-red receiver here (%s)" % e)


def learn_save() -> None:
    """Store what was learned in the config."""
    said(views.learner.save() if views.learner is not None else "nothing was learned")


def scan() -> None:
    """The scan's statistics."""
    show("scan")


def update() -> None:
    """Slots, versions, and how far an update is."""
    show("update")


def onewire() -> None:
    """The DS18B20s."""
    show("onewire")


def journal(n: int = 30) -> None:
    """The last `n` events."""
    show("journal", n)


def history(n: int = 31) -> None:
    """The meters at the end of each of the last `n` days."""
    show("history", n)


def recent(n: int = 36) -> None:
    """The meters and rooms every ten minutes, the last `n` rows; a node keeps 48 hours (288 rows)."""
    show("recent", n)


def said(reason: str) -> None:
    """The refusal, or ok."""
    print(("refused: " + reason) if reason else "ok")


def set(path: str, value: int, who: str = "console", role: str = "i") -> None:
    """Write a point through the command layer: refused outside its limits, journaled."""
    a = running()
    if a is not None:
        said(a.write(path, value, who, role))


def order(text: str) -> None:
    """A signed order that somebody passes on (`wellhearth order`): as good here as over any other link."""
    a = running()
    if a is None:
        return
    clock = a.board.clock
    found = []
    orders = a.signed_orders()
    orders.post(text, clock.ticks_ms(), lambda code, words: found.append(words))
    begin_ms = clock.ticks_ms()
    while not found:
        now_ms = clock.ticks_ms()
        if a.calm(now_ms) or clock.ticks_diff(now_ms, begin_ms) > PATIENCE_MS:
            orders.turn()
    said(found[0])


def reset_trip(block: str, row: "str | int") -> None:
    """Reset a lockout; `row` by name or by its place in the table."""
    a = running()
    if a is None:
        return
    trip_set = a.node.trip_sets.get(block)
    if trip_set is None:
        said("no block is named %s; there are %s" % (block, ", ".join(sorted(a.node.trip_sets))))
        return
    keys = [row_.key for row_ in causes.rows(trip_set.scope)]
    if row in keys:
        row = keys.index(row)
    said(a.write(block + ".reset_trip", row))


def force(name: str, value: int) -> None:
    """Service mode: try one output; it falls back after 60 s."""
    a = running()
    if a is None:
        return
    if a.service is None:
        said("outputs are only tried in service mode: diag.service(True)")
        return
    said(a.service.force(name, value))


def proof(block: str = "", key: str = "") -> None:
    """Service mode: simulate a protection's input at its driver, see it trip; without a row: the last one, all there are.

    All of them in their order, with a record: wellhearth prove-protections.
    """
    a = running()
    if a is None:
        return
    from . import proof as trials
    if key:
        said(trials.begin(a, block, key))
        return
    if trials.last is not None:
        table(("phase", "delay ms", "cause seen", "tripped", "off", "alarm", "actions"), (trials.state(),))
    table(("block", "row"), trials.rows(a))


def service(on: bool) -> None:
    """Begin or end service mode, by a reset with all outputs off."""
    a = running()
    if a is None:
        return
    if on == (a.service is not None):
        said("service mode is %s already" % ("on" if on else "off"))
        return
    print("reset; connect again")
    if on:
        a.enter_service()
    else:
        a.leave_service()


def parse_time(text: str):
    """(day, second) of "2026-11-28 07:30" (or with seconds); ValueError says what is wrong."""
    try:
        date, time = text.strip().split(" ")
        year, month, dom = [int(part) for part in date.split("-")]
        parts = [int(part) for part in time.split(":")] + [0]
        hour, minute, second = parts[:3]
    except ValueError:
        raise ValueError("%r: write date and time, e.g. 2026-11-28 07:30" % text)
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise ValueError("%s is no time of day" % time)
    return calendar.day_of(year, month, dom), hour * 3600 + minute * 60 + second


def clock(text: str = "") -> None:
    """Show the local time, or set it: "2026-11-28 07:30"."""
    a = running()
    if a is None:
        return
    if text:
        try:
            day, second = parse_time(text)
        except ValueError as e:
            said(str(e))
            return
        second -= 60 * a.clock.offset_min(day, 720)
        clock_utc(day + second // 86400, second % 86400)
        return
    print(views.clock_text(a))


def clock_utc(day: int, second: int) -> None:
    """Set the clock: days since 2000-01-01 and second of the day, UTC (for `wellhearth clock --set`)."""
    a = running()
    if a is not None:
        said(a.clock.set(wall.HOST, day, second))


def serve() -> None:
    """Back to the main loop."""
    a = running()
    if a is not None:
        a.board.serve(a)

