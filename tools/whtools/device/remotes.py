"""`wellhearth remote` and `wellhearth rooms`: command a room from the host, find rooms on a bus, learn a remote's keys.

Two ways: the prompt of a board (its own room, or a room on its bus), or Modbus RTU over an adapter on the bus.
"""

from __future__ import annotations

import json
import sys
import time

from rich.console import Console
from rich.progress import Progress

from wellhearth.console import views
from wellhearth.control import plan
from wellhearth.links.infrared.remote import KEYS
from wellhearth.tables import kinds, points, refusals

from .adapter import Adapter
from .diagview import table
from .link import Link, LinkError, find_port

MODES = plan.MODES
FAR = ("mode", "setpoint_mc")  # what a well's node carries on to its rooms
LEARN_S = 20
ROW = {row.name: row for row in points.ROOM}


def wishes(args) -> list[tuple[str, int]]:
    """(point, value) of everything the command line asks for; LinkError when it asks for nothing or nonsense."""
    found = []
    if args.mode is not None:
        found.append(("mode", MODES.index(args.mode)))
    if args.set is not None:
        found.append(("setpoint_mc", round(args.set * 1000)))
    if args.fan is not None:
        try:
            found.append(("fan_fixed_pm", 0 if args.fan == "auto" else round(float(args.fan.rstrip("%")) * 10)))
        except ValueError:
            raise LinkError(f"--fan {args.fan}: wanted auto, or a speed in percent") from None
    for option, point in (("boost", "boost_min"), ("timer", "timer_min")):
        if getattr(args, option) is not None:
            found.append((point, getattr(args, option)))
    if not found:
        raise LinkError("nothing to do: give --set, --mode, --fan, --boost or --timer")
    for point, value in found:
        code = refusals.of_row(ROW[point], value)
        reason = refusals.words(code, refusals.row_details(code, ROW[point], value)) if code else ""
        if reason:
            raise LinkError(reason)
    return found


# -- over the prompt --

def ask(link: Link, call: str) -> str:
    """The last line that a call of diag.py prints."""
    return link.run(f"from wellhearth import diag\ndiag.{call}").splitlines()[-1]


def block_of(link: Link, room: int, wanted) -> str:
    """The block that stands for this room on the board at the other end."""
    rows = link.ask("points", "").get("rows", [])
    names = {path.partition(".")[0] for path, *_rest in rows}
    if f"room{room}" in names:
        return f"room{room}"
    if f"far{room}" in names:
        bad = [point for point, _value in wanted if point not in FAR]
        if bad:
            raise LinkError(f"the well's node carries only mode and setpoint on to a room, not {', '.join(bad)}: connect "
                            "to the room's own board")
        return f"far{room}"
    rooms = sorted(n for n in names if n.startswith(("room", "far")))
    raise LinkError(f"this node has no room {room}; it has {', '.join(rooms) or 'none'}")


def over_prompt(link: Link, room: int, wanted) -> list[str]:
    """Give the commands as a resident; the answers."""
    block = block_of(link, room, wanted)
    answers = []
    for point, value in wanted:
        text = ask(link, f"set({block + '.' + point!r}, {value}, 'host', 'r')")
        answers.append(f"{block}.{point} = {value}: {'accepted' if text == 'ok' else text}")
    return answers


# -- over Modbus --


def long_of(words, point: str) -> int:
    """One point out of the registers of a room, as a signed number."""
    at = ROW[point].register
    value = words[at] << 16 | words[at + 1]
    return value - (1 << 32) if value & 0x80000000 else value


def room_row(address: int, words) -> tuple:
    """One line of the table of rooms."""
    state, mode, trips = (views.shown(ROW[point].unit, long_of(words, point))[0] for point in ("state", "mode", "trips"))
    return (address, state, f"{long_of(words, 'room_mc') / 1000:.2f}", f"{long_of(words, 'target_mc') / 1000:.2f}",
            mode, long_of(words, "demand_w"), trips)


def scan_bus(adapter: Adapter, last: int) -> list[tuple]:
    """Ask every address; rows of those that answer."""
    found = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("looking for rooms", total=last)
        for address in range(1, last + 1):
            words = adapter.read(address, kinds.ROOM.first, 2 * points.POLLED)
            if words is not None:
                found.append(room_row(address, words))
            progress.update(task, advance=1, description=f"address {address}, {len(found)} found")
    return found


# -- the subcommands --

def run(args) -> int:
    """`remote` and `rooms`."""
    if args.command == "rooms":
        return rooms(args)
    if args.action == "learn":
        return learn(args)
    wanted = wishes(args)
    if args.modbus:
        adapter = Adapter(args.modbus, args.baud, args.parity)
        try:
            answers = [f"address {args.room} {point} = {value}: "
                       f"{adapter.write(args.room, kinds.ROOM.first + ROW[point].register, value) or 'accepted'}"
                       for point, value in wanted]
        finally:
            adapter.close()
    else:
        with Link(find_port(args.port)) as link:
            answers = over_prompt(link, args.room, wanted)
    print("\n".join(answers))
    return int(any(not answer.endswith("accepted") for answer in answers))


def rooms(args) -> int:
    """The rooms on a bus, as its client knows them, or as they answer."""
    if args.modbus:
        adapter = Adapter(args.modbus, args.baud, args.parity, 0.15, 0)
        try:
            rows = scan_bus(adapter, args.last if args.scan else min(args.last, kinds.FAR.most))
        finally:
            adapter.close()
        show({"headings": ("address", "state", "degC", "target", "mode", "W", "trips"), "rows": rows})
        return 0
    with Link(find_port(args.port)) as link:
        if args.scan:
            found = scan_by_board(link)
            show({"headings": ("address", "is"), "rows": found})
            addresses = ",".join(str(address) for address, _is in found)
            if any(word == "new" for _address, word in found):
                print(f'to poll all of them: "rooms": "{addresses}" in the bus section of the well\'s config'
                      " (wellhearth flash --config)")
        else:
            show(link.ask("rooms"))
    return 0


def show(answer: dict) -> None:
    """A table, or that there is nothing in it."""
    if answer.get("rows"):
        Console().print(table(answer))
    else:
        print(answer.get("stopped") or "no rooms")


def scan_by_board(link: Link) -> list[list]:
    """The well's node asks every address between its rounds."""
    text = ask(link, "rooms_scan()")
    if text != "ok":
        raise LinkError(text)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("looking for rooms", total=247)
        while True:
            rows = link.ask("found")["rows"]
            probing = rows[0][0]
            progress.update(task, completed=probing or 247, description=f"{len(rows) - 1} found")
            if not probing:
                return rows[1:]
            time.sleep(0.5)


def learn(args) -> int:
    """Bind the keys of a remote, one after the other."""
    with Link(find_port(args.port)) as link:
        for key in KEYS:
            text = ask(link, f"learn({key!r}, {args.room})")
            if text != "ok":
                raise LinkError(text)
            print(f"press {key.upper()} within {LEARN_S} s (Ctrl-C skips it) ... ", end="", flush=True)
            print(wait_for(link, key), flush=True)
        codes = dict(link.ask("learned")["rows"])
        if not codes:
            raise LinkError("no key was heard; does the receiver see the remote, and does it speak NEC?")
        text = ask(link, "learn_save()")
        if text != "ok":
            raise LinkError(text)
        print(f"stored: {json.dumps(codes)}", file=sys.stderr)
    return 0


def wait_for(link: Link, key: str) -> str:
    """Until the key's code has come."""
    before = dict(link.ask("learned")["rows"]).get(key)
    end = time.monotonic() + LEARN_S
    try:
        while time.monotonic() < end:
            code = dict(link.ask("learned")["rows"]).get(key)
            if code is not None and code != before:
                return f"0x{code:06x}"
            time.sleep(0.2)
    except KeyboardInterrupt:
        return "skipped"
    return "nothing heard"
