"""`wellhearth update`: a release onto a unit that goes on heating, in pieces; a pulled cable costs nothing but time."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from ..device import build
from ..device.keyring import Keyring
from ..device.link import Link, LinkError, find_port
from . import order, pack, signed, ways

WATCH_S = 5
WORDS = {
    "form": "the order is none that this firmware knows: take the tool of its version",
    "other_unit": "the order is for another unit, or for an owner before this one",
    "seal": "the unit has another operator key than the key file: wellhearth provision --show",
    "old_order": "the order was used already, or a newer one was",
    "expired": "the order's last day is over by the unit's clock: wellhearth clock --set",
    "other_board": "the release is for another board",
    "below_floor": "the unit goes no lower than its floor; an older release would open a hole that is mended",
    "no_keys": "the unit has no keys yet: wellhearth provision",
    "no_slots": "its firmware is not in slots: wellhearth flash, once",
    "no_room": "its file system has no room for a second firmware",
    "busy": "it is in service mode, on trial, or was asked a moment ago",
    "damaged_record": "its record of updates is damaged: new keys (wellhearth provision --lost), then remove update.json",
    "hash": "what arrived is not what was ordered: nothing was installed; again",
    "pack": "what arrived is no firmware for it, or was flashed over meanwhile",
    "flash": "its file system refused to write",
    "boots": "the new firmware did not live: two boots, then the old one came back",
    "scans": "scans failed under the new firmware: the old one is back",
    "records": "the new firmware could not read what the old one had stored: the old one is back",
    "links": "a line that was alive was silent under the new firmware: the old one is back",
    "by_hand": "somebody ended the trial: the old one is back",
    "late": "there is no trial to end; install the older release instead (down to the floor)",
    "gap": "a piece is missing before this one",
    "no_order": "no order is under way",
}


def words(why: str) -> str:
    """A reason for a person."""
    return WORDS.get(why, why)


def parser(sub) -> None:
    """The subcommand."""
    update = sub.add_parser("update", help="a release onto a running unit: signed, verified, on trial, back by itself")
    what = update.add_mutually_exclusive_group()
    what.add_argument("--release", type=Path, metavar="DIR", help="a release (build/release/VERSION), signed by the project")
    what.add_argument("--own-build", action="store_true", help="this working copy instead, which nobody signed")
    what.add_argument("--status", action="store_true", help="slots, versions, how far an update is")
    what.add_argument("--rollback", action="store_true", help="end a trial: the old firmware")
    update.add_argument("--project-key", type=Path, metavar="PUB.pem", help=f"default {signed.KEY.relative_to(build.ROOT)}")
    update.add_argument("--keys", type=Path, metavar="FILE", help="the key file (default ~/.config/wellhearth/keys.json)")
    update.add_argument("--watch", action="store_true", help="stay until the new firmware has proved itself, or is back")
    update.add_argument("--port", help="serial port (default: the only board plugged in)")
    update.add_argument("--modbus", metavar="PORT", help="over this adapter instead")
    update.add_argument("--address", type=int, help="--modbus: of the unit, 1 to 247")
    update.add_argument("--baud", type=int, default=19200, help="--modbus (default 19200)")
    update.add_argument("--parity", default="E", choices=("E", "N", "O"), help="--modbus (default E)")


def way_of(args) -> ways.Way:
    """The way that was asked for."""
    if args.modbus:
        if not 1 <= (args.address or 0) <= 247:
            raise LinkError("--modbus wants --address, 1 to 247")
        from ..device.adapter import Adapter

        return ways.Line(Adapter(args.modbus, args.baud, args.parity, 1.0, 2), args.address)
    return ways.Prompt(Link(find_port(args.port)))


def shown(now: dict) -> str:
    """The status in a line or two."""
    text = f"slot {now['slot'] or '-'} runs {pack.words(now['version'])}"
    if now["other"]:
        text += f", beside it {now['other']}"
    text += f"; update: {now['phase']}"
    if now["received"]:
        text += f", {now['received']} bytes"
    if now["why"] != "fine":
        text += f"; the last one: {words(now['why'])}"
    return text + f"; floor {now['floor']}"


class Run:
    """One update. say: a line for the person."""

    def __init__(self, way: ways.Way, ring: Keyring, console: Console):
        self.way, self.ring, self.console = way, ring, console

    def say(self, text: str) -> None:
        """A line for the person."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def entry(self, unit: str) -> dict:
        """The unit's keys. LinkError when the file has none."""
        if not unit:
            raise LinkError(words("no_keys"))
        found = self.ring.units.get(unit)
        if found is None:
            raise LinkError(f"unit {unit} is not in {self.ring.path}: its operator installs (--keys FILE)")
        return found

    def install(self, release: signed.Release, unit: str) -> None:
        """From the order to a verified pack that waits for its moment."""
        entry = self.entry(unit)
        now = self.way.status()
        if now["phase"] in ("waiting", "trial") and order.fits(now["order"], entry, release):
            self.say(shown(now))
            return
        goes_on = now["phase"] in ("receiving", "checking") and order.fits(now["order"], entry, release)
        text = now["order"] if goes_on else order.make(entry, release, order.counter(
            max(now["counter"], entry.get("counter", 0))))
        if not goes_on:
            self.ring.put(unit, {**entry, "counter": int(text.split(" ")[4])})
        why = self.way.begin(text)
        if why == "busy":  # it takes one order in two seconds
            time.sleep(3)
            why = self.way.begin(text)
        if why != "fine":
            raise LinkError(words(why))
        now = self.way.work()
        self.send(release.data, now["received"] if now["phase"] == "receiving" else len(release.data))
        self.verify()

    def send(self, data: bytes, at: int) -> None:
        """All pieces from `at` on."""
        if 0 < at < len(data):
            self.say(f"{at} bytes are there already: going on")
        with Progress(TextColumn("sending"), BarColumn(), DownloadColumn(), console=self.console) as progress:
            task = progress.add_task("", total=len(data), completed=at)
            while at < len(data):
                got = self.way.piece(at, data[at:at + self.way.PIECE])
                if isinstance(got, str):
                    raise LinkError(f"at byte {at}: {words(got)}; the same command goes on where it was")
                at = got
                progress.update(task, completed=at)

    def verify(self) -> None:
        """Until the unit has read all of it back."""
        while True:
            now = self.way.work()
            if now["phase"] not in ("receiving", "checking"):
                break
        if now["phase"] == "none":
            raise LinkError(words(now["why"]))
        self.say("verified; it switches when compressors and pump rest, then ten minutes of trial. "
                 "wellhearth update --status says how far it is")

    def watch(self, reopen) -> int:
        """Until it has proved itself (0) or is back (1). reopen: the way anew, after the unit's reset."""
        last = ""
        while True:
            try:
                now = self.way.status()
            except LinkError:
                time.sleep(WATCH_S)
                self.way = reopen(self.way)
                continue
            if shown(now) != last:
                last = shown(now)
                self.say(last)
            if now["phase"] == "none":
                return 0 if now["why"] == "fine" else 1
            time.sleep(WATCH_S)


def reopened(args):
    """A function that opens the way anew."""
    def again(old: ways.Way) -> ways.Way:
        old.close()
        while True:
            try:
                return way_of(args)
            except LinkError:
                time.sleep(WATCH_S)
    return again


def chosen(args, board: str) -> signed.Release:
    """The firmware that was asked for. LinkError with what is wrong with it."""
    if args.own_build:
        build.build(board)
        return signed.own(build.ROOT / "build" / board / build.SLOT, board)
    if args.release is None:
        raise LinkError("what is to be installed? --release build/release/VERSION (or --status, --rollback)")
    return signed.load(args.release, board, args.project_key)


def run(args) -> int:
    """The subcommand."""
    console = Console()
    way = way_of(args)
    job = Run(way, Keyring(args.keys), console)
    try:
        if args.status:
            job.say(shown(way.status()))
            return 0
        if args.rollback:
            if way.status()["phase"] != "trial":
                raise LinkError(words("late"))
            way.back()
            job.say("the old firmware comes back")
            return 0
        unit, board = way.identity()
        release = chosen(args, board)
        job.say(f"unit {unit}, {board}: {release.version}" + (", signed by the project" if release.signed else
                                                             ", of your own: NOT signed by the project"))
        job.install(release, unit)
        return job.watch(reopened(args)) if args.watch else 0
    finally:
        job.way.close()
