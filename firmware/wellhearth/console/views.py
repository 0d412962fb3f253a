"""What a person reads at the serial prompt. Every view is a list of rows,
so that `wellhearth diag` on the host gets the same ones as JSON (`diag.send`).
"""

import gc
import json

from .. import app, version
from ..storage import boot_record
from ..tables import causes, kinds
from ..tables import points as point_table
from .text import clock_text, degrees, known, number, shown, stamp, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..app.clock import Clock
    from ..app.main_loop import App
    from ..hardware import Board

COMMANDS = (
    ("status()", "what runs, how long, what is wrong"),
    ('points("room1")', "points whose name begins so"),
    ("io()", "every terminal and its level now"),
    ('why("room1")', "why a unit (a plant's part) does what it does"),
    ("trips()", "protections and lockouts"),
    ('reset_trip("well", "no_flow")', "reset a lockout, its cause mended"),
    ('set("room1.setpoint_mc", 21000)', "write a point, inside its limits"),
    ('order("wellhearth-order ...")', "an operator's or installer's signed order"),
    ("rooms()", "rooms on the bus; rooms_scan() looks for more"),
    ("update()", "slots, versions, how far an update is"),
    ("scan()", "the scan's times, free heap"),
    ("onewire()", "the DS18B20s; searches the bus"),
    ("journal()", "the last events"),
    ("history()", "readings at the end of each day"),
    ("recent()", "readings every ten minutes"),
    ('clock("2026-11-28 07:30")', "set the clock; clock() shows it"),
    ("service(True)", "outputs off, no watchdog; or False"),
    ('force("room1_fan", 500)', "in service mode: try an output, 60 s"),
    ('proof("room1", "freeze")', "in service mode: see a protection trip"),
    ('learn("power")', "the next key of a remote is this one"),
    ("learn_save()", "store the keys learned"),
    ("serve()", "back to the main loop"),
)


class Bare:
    """Stands for an App where the control does not run: what a person needs to write the first config."""

    def __init__(self, board: "Board"):
        self.board = board
        self.node = self
        self.by_chip = {}


BARE = ("io", "onewire", "identity")


def target(name: str):
    """The App, or the bare board for the views that need no more."""
    if app.current is None and name in BARE and app.hardware is not None:
        return Bare(app.hardware)
    return app.current


def running():
    """The App, or None with the reason printed."""
    if app.current is None:
        print("the control does not run: %s" % (app.stopped or "main.py has not been started"))
    return app.current


# -- the views: (headings, rows) --

def view_status(a: "App"):
    """One line for each question a person asks first."""
    node = a.node
    p = node.p
    rows = [("firmware", "%s (%s), board %s" % (version.VERSION, version.REVISION, version.BOARD)),
            ("name", node.cfg.node.name),
            ("mode", "service, outputs off" if p.service else "running"),
            ("up", "%d s; last ended by %s, in phase %s" % (p.uptime_s, boot_record.WORDS[p.reset_cause],
                                                         boot_record.PHASES[p.last_phase])),
            ("scan", "%d us, longest %d us, %d overruns, %d failed"
             % (p.scan_last_us, p.scan_max_us, p.overruns, p.scan_faults)),
            ("unit", dict(view_identity(a)[1])["id"]),
            ("config", a.damage or "as written"),
            ("clock", clock_text(a)),
            ("alarm", "yes: see trips()" if p.alarm else "no")]
    for block in node.points.blocks[1:]:
        if block.kind is kinds.ROOM:
            rows.append((block.name, "%s, %s of %s degC, supply air %s degC, demand %d W"
                         % (shown(block.row("state").unit, block.state)[0], degrees(block, "room_mc"),
                            number(block.target_mc, 1000), degrees(block, "supply_air_mc"), block.demand_w)))
        elif block.kind is kinds.FAR:
            if not block.online:
                rows.append((block.name, "address %d does not answer" % block.address))
        elif block.kind is kinds.WATER:
            rows.append((block.name, "permissive %s, %s degC, heard %d s ago"
                         % (shown("bool", block.permissive)[0], degrees(block, "supply_mc"), block.age_s)))
        elif block.kind in (kinds.BUS, kinds.BMS, kinds.GATEWAY, kinds.METERS):
            rows.append((block.name, "%d frames, %d bad, %d answers, %d time-outs"
                         % (block.frames, block.errors, block.answers, block.timeouts)))
        elif block.kind in (kinds.ACCOUNT, kinds.METER):
            rows.append((block.name, ", ".join(["%s %s%s" % (row.name, shown(row.unit, getattr(block, row.name))[0], " W" * (
                row.unit == "w")) for row in block.rows[:8] if known(block, row.name)])))
        elif block.kind in (kinds.WELL, kinds.WELL2):
            rows.append((block.name, "%s, %d of %d L/h, %d kPa, water %s / %s degC"
                         % (shown(block.row("state").unit, block.state)[0], block.flow_lph, block.flow_setpoint_lph,
                            block.reinjection_kpa, degrees(block, "supply_mc"), degrees(block, "return_mc"))))
        elif node.plant_parts:
            from . import plant  # loaded when somebody looks
            rows.append((block.name, plant.line(block)))
        else:
            rows.append((block.name, "%s, %d kPa" % (shown(block.row("state").unit, block.state)[0], block.pressure_kpa)))
    return ("what", "now"), rows


def view_points(a: "App", prefix: str = ""):
    """Points whose path begins with `prefix`."""
    rows = []
    helps = point_table.helps()
    for block in a.node.points.blocks:
        for row in block.rows:
            path = block.name + "." + row.name
            if path.startswith(prefix):
                text, unit = shown(row.unit, getattr(block, row.name)) if known(block, row.name) else ("-", "")
                rows.append((path, text, unit, row.access, helps(block.rows, row.name)))
    return ("point", "value", "unit", "may", "what it is"), rows


def view_io(a: "App | Bare"):
    """Every terminal of the board."""
    return ("terminal", "GPIO", "kind", "now"), a.board.io()


def view_trips(a: "App"):
    """Active protections and lockouts."""
    rows = []
    for name, trip_set in a.node.trip_sets.items():
        for row in causes.rows(trip_set.scope):
            trip = trip_set.trips[row.bit]
            if trip.locked or trip_set.bits >> row.bit & 1:
                state = "locked out" if trip.locked else "active"
                how = 'reset_trip("%s", "%s")' % (name, row.key) if trip.locked else "by itself"
                rows.append((name, row.key, state, how))
    words = causes.words() if rows else {}  # loaded for as long as they are read
    headings = ("block", "protection", "state", "reset", "cause")
    return headings, [(name, key, state, how, words[key]) for name, key, state, how in rows]


def view_why(a: "App", prefix: str = "room"):
    """Why each unit does what it does."""
    if a.node.plant_parts:
        from . import plant  # as these
        return ("unit", "reason", "s", "in words"), plant.why(a, prefix)
    from . import why  # its words are on the heap for as long as they are read

    rows = [(p.name, shown(p.row("reason").unit, p.reason)[0], p.wait_s,
             why.sentence(shown(p.row("reason").unit, p.reason)[0], p.wait_s))
            for p in [room.p for room in a.node.rooms] if p.name.startswith(prefix)]
    return ("unit", "reason", "s", "in words"), rows


def view_rooms(a: "App"):
    """Rooms on the bus of a well."""
    rows = []
    for far in a.node.far:
        p = far.p
        state = shown(p.row("state").unit, p.state)[0] if p.online else "silent"
        asked = p.answers != 0  # before its first answer nothing is known of it
        rows.append((p.name, p.address, state, number(p.room_mc, 1000) if asked else "-",
                     number(p.target_mc, 1000) if asked else "-",
                     shown(p.row("mode").unit, p.mode)[0], p.demand_w, p.timeouts,
                     shown(p.row("room_trips").unit, p.room_trips)[0]))
    return ("room", "address", "state", "degC", "target", "mode", "W", "lost", "trips"), rows


def view_found(a: "App"):
    """The search for rooms: where it is, and what it has found."""
    client = a.links.client
    if client is None:
        return ("address", "is"), []
    known = [far.p.address for far in a.node.far]
    rows = [(address, "known" if address in known else "new") for address in client.found]
    return ("address", "is"), [(client.probing, "probing")] + rows


learner: "Any" = None  # of the remote's keys (commands.learn)


def view_learned(a: "App"):
    """Keys of the remote that were learned since the start, and their codes."""
    return ("key", "code"), sorted(learner.codes.items()) if learner is not None else []


def view_scan(a: "App"):
    """The scan's statistics."""
    p = a.node.p
    gc.collect()
    p.heap_free_b = gc.mem_free()
    names = ("scans", "scan_period_ms", "scan_last_us", "scan_max_us", "under_1ms", "under_5ms", "under_20ms", "under_50ms",
             "over_50ms", "late_last_us", "late_max_us", "overruns", "scan_faults", "interrupted", "heap_free_b")
    rows = []
    helps = point_table.helps()
    for name in names:
        text, unit = shown(p.row(name).unit, getattr(p, name))
        rows.append((name, text, unit, helps(p.rows, name)))
    return ("point", "value", "unit", "what it is"), rows


def view_onewire(a: "App | Bare", search: int = 1):
    """The DS18B20s of the config and strangers on the bus, all with what they read. search 0: no new look for strangers."""
    from . import sensors  # loaded when somebody looks
    return ("ROM", "role", "value", "unit", "last reading", "state"), sensors.rows(a, search)


def view_identity(a: "App | Bare"):
    """Whose unit this is: id and fingerprints, no key."""
    from . import identity  # loaded when somebody looks
    return ("what", "now"), identity.rows(a.board)


def view_update(a: "App"):
    """Slots, versions, and how far an update is."""
    from . import update  # loaded when somebody looks
    return update.view(a)


def view_journal(a: "App", n: int = 30):
    """The last events, oldest first."""
    rows = []
    for line in a.journal.read(n):
        words = line.split(" ")
        when = moment(a.clock, words[0].split("."))
        if len(words) > 3 and words[1] == "command":
            rows.append((when, "command", words[2], " ".join(words[3:])))
        elif len(words) == 4 and words[2].isdigit():
            kind, index = kinds.place(int(words[2]))
            detail = words[3]
            if kind is not None and words[1] in ("trip", "clear", "lockout") and detail.isdigit():
                detail = causes.name(kind.scope, int(detail))  # a line of older firmware
            rows.append((when, words[1], kind.block(index) if kind is not None else words[2], detail))
        else:
            rows.append((when, "note", "", " ".join(words[1:])))
    return ("when", "event", "where", "detail"), rows


def view_history(a: "App", n: int = 31):
    """The meters at the end of each of the last days."""
    from . import history  # loaded when somebody looks
    return ("row", "day", "lifted m3", "returned m3", "heat MWh", "starts", "trips", "min"), history.lines(
        n, lambda day: stamp(day, 0)[:10])


def view_recent(a: "App", n: int = 36):
    """The meters and rooms at the end of each of the last ten minutes."""
    from . import history  # loaded when somebody looks
    return ("row", "until", "s", "", "lifted m3", "returned m3", "heat MWh", "rooms degC"), history.recent(
        n, lambda day, second: moment(a.clock, ["", "", day, second, ""])[:16])


def moment(clock: "Clock", head: list) -> str:
    """When a line of the journal was written: local time, else the uptime."""
    if len(head) < 5:
        return head[-1] + " s"
    day = int(head[2])
    local_s = int(head[3])
    local_s += 60 * clock.offset_min(day, local_s // 60)
    return stamp(day + local_s // 86400, local_s % 86400)


VIEWS = {"status": view_status, "points": view_points, "io": view_io, "trips": view_trips, "scan": view_scan,
         "onewire": view_onewire, "journal": view_journal, "rooms": view_rooms, "found": view_found,
         "learned": view_learned, "identity": view_identity, "history": view_history, "recent": view_recent, "why": view_why,
         "update": view_update}


def show(name: str, *arguments: "Any") -> None:
    """Print one view."""
    a = target(name) or running()
    if a is None:
        return
    headings, rows = VIEWS[name](a, *arguments)
    if rows:
        table(headings, rows)
    else:
        print("none")


def send(name: str, *arguments: "Any") -> None:
    """One view as a line of JSON, for the host."""
    a = target(name)
    if a is None:
        print(json.dumps({"stopped": app.stopped or "main.py has not been started"}))
        return
    headings, rows = VIEWS[name](a, *arguments)
    print(json.dumps({"headings": headings, "rows": rows}))
