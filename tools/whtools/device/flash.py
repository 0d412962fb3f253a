"""`wellhearth flash`: put the firmware on a board, only what changed, verified, and see it scan.

New files are written beside the old ones and verified; only when all are there they take their names, under a
marker that main.py looks for. Whenever it is interrupted, the board has the old firmware, or says what to do.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from wellhearth.app import button
from wellhearth.storage import boot_record

from . import attended, boardcheck, build, clock
from .link import Link, LinkError, find_port, patience, reconnect

OWN = {f"{name}{ext}" for name in ("boot", "main", "board", "hw", "hwboard", "rp2hw", "rp2pio", "esp32hw", "startarea")
       for ext in (".py", ".mpy")} | {"firmware.crc", "trial.txt", "update.part"}  # of older firmware, of an update
MARK = "flash.part"
CHUNK = 1024

# Run on the board: the SHA-256 of a file; every file with it, and the free bytes.
DIGEST = """
import hashlib,binascii
def digest(p):
    h=hashlib.sha256();b=bytearray(512)
    with open(p,'rb') as f:
        while True:
            n=f.readinto(b)
            if not n: break
            h.update(memoryview(b)[:n])
    return binascii.hexlify(h.digest()).decode()
"""
LIST = DIGEST + """
import os,json
def walk(d):
    for e in os.ilistdir(d or '/'):
        p=d+'/'+e[0]
        if e[1]==0x4000: yield from walk(p)
        else: yield p
for p in walk(''): print(json.dumps([p[1:],digest(p)]))
s=os.statvfs('/');print(json.dumps(['',s[0]*s[3]]))
"""


class Flasher:
    """One board being flashed."""

    def __init__(self, port: str, manifest: dict, folder: Path, console: Console):
        self.port, self.manifest, self.folder, self.console = port, manifest, folder, console
        self.link = Link(port)
        # Into the slot that does not run: what runs may load a module at any time until the restart.
        self.running = self.link.run("import sys;print(sys.path[0])").strip("/")
        self.slot = "b" if self.running == "a" else "a"
        self.files = {self.place(path): data for path, data in build.tree(folder).items()}
        self.digests = {self.place(row["path"]): row["sha256"] for row in manifest["flash"]}

    def say(self, text: str) -> None:
        """A line for the person."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def place(self, path: str) -> str:
        """Where a file of the build goes."""
        return f"{self.slot}.pack" if path == build.SLOT else path

    def to_service(self) -> None:
        """A running node goes into service mode: outputs off, no watchdog."""
        self.link, _ran = attended.into_service(self.link, button.FLASH_MAX_S, self.say)

    def compare(self) -> tuple[list[str], list[str]]:
        """(paths to copy, stale paths to remove)."""
        rows = [json.loads(line) for line in self.link.run(LIST, 60).splitlines() if line.startswith("[")]
        self.free = rows[-1][1]
        there = dict(rows[:-1])
        pack = self.place(build.SLOT)
        runs = there.get(f"{self.running}.pack") == self.digests[pack]
        changed = [p for p, digest in self.digests.items() if there.get(p) != digest and not (runs and p == pack)]
        stale = [p for p in there if p not in self.files and (p.startswith("wellhearth/") or p in OWN or p.endswith(".new"))]
        self.marked = MARK in there
        return changed, stale

    def copy(self, changed: list[str]) -> None:
        """Every changed file to NAME.new, verified on the board."""
        size = sum(len(self.files[p]) for p in changed)
        blocks = sum(-(-len(self.files[p]) // 4096) + 1 for p in changed) * 4096
        if blocks > self.free:
            raise LinkError(f"{blocks // 1024} kB are needed beside the old files, {self.free // 1024} kB are free; remove "
                            f"what is not Wellhearth's (mpremote connect {self.port} resume fs ls)")
        folders = sorted({p.rpartition("/")[0] for p in changed if "/" in p}, key=len)
        for folder in folders:
            self.link.run(f"import os\ntry: os.mkdir({folder!r})\nexcept OSError: pass")
        with Progress(TextColumn("copying"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[name]}"),
                      console=self.console) as progress:
            task = progress.add_task("", total=size, name="")
            for path in changed:
                progress.update(task, name=path)
                self.write(path + ".new", self.files[path], lambda n: progress.advance(task, n))
        self.verify(changed)

    def write(self, path: str, data: bytes, done) -> None:
        """One file in chunks."""
        self.link.run(f"f=open({path!r},'wb');w=f.write")
        try:
            for i in range(0, len(data), CHUNK):
                self.link.run(f"w({data[i:i + CHUNK]!r})")
                done(len(data[i:i + CHUNK]))
            self.link.run("f.close()")
        except LinkError as e:
            if "28" in str(e) or "ENOSPC" in str(e):
                raise LinkError(f"the file system of the board is full; remove what is not Wellhearth's "
                                f"(mpremote connect {self.port} resume fs ls)") from None
            raise

    def verify(self, changed: list[str]) -> None:
        """SHA-256 of every new file, computed on the board."""
        self.link.run(DIGEST)
        for path in changed:
            if self.link.run(f"print(digest({path + '.new'!r}))", 60) != self.digests[path]:
                raise LinkError(f"{path} arrived damaged; the old firmware is untouched; run the command again")

    def take_over(self, changed: list[str], stale: list[str]) -> None:
        """The new files take their names; what is stale goes. A cut in here leaves the marker, and main.py says so."""
        moves = "".join(f"os.rename({p + '.new'!r},{p!r})\n" for p in changed)
        gone = "".join(f"os.remove({p!r})\n" for p in stale if not (p.endswith(".new") and p[:-4] in changed))
        if f"{self.slot}.pack" in changed:
            moves += f"f=open('slot.new','w');f.write({self.slot!r});f.close();os.rename('slot.new','slot.txt')\n"
        if moves or gone or self.marked:
            self.link.run(f"import os\nopen({MARK!r},'w').close()\n")
            for lines in (moves, gone):
                rows = lines.splitlines()
                for i in range(0, len(rows), 20):
                    self.link.run("import os\n" + "\n".join(rows[i:i + 20]), 60)
            self.link.run(f"import os\nos.remove({MARK!r})")

    def restart(self) -> None:
        """Out of service mode, by a reset."""
        self.link.leave_with("import os,sys,machine\ntry: os.remove('service.txt')\nexcept OSError: pass\n"
                             "a=sys.modules.get('wellhearth.app')\nif getattr(a,'hardware',None): "
                             f"a.hardware.kept.set({boot_record.WHY},{boot_record.COMMAND})\n"
                             "try:\n import sys;sys.modules['board'].safe()\nexcept Exception: pass\nprint('restart')\n"
                             "machine.reset()", b"restart")
        self.link = reconnect(self.port)

    def first_scan(self, timeout_s: float = 30) -> dict:
        """Wait for healthy scans; returns diag's status."""
        end = time.monotonic() + timeout_s * patience()
        while True:
            answer = self.link.ask("status")
            if "stopped" in answer:
                return answer
            scans = int(self.link.run("from wellhearth import app\nprint(app.current.node.p.scans)"))
            faults = int(self.link.run("from wellhearth import app\nprint(app.current.node.p.scan_faults)"))
            if faults:
                raise LinkError(f"{faults} scans failed; `wellhearth diag --port {self.port} journal` and status say more")
            if scans >= 10:
                return answer
            if time.monotonic() > end:
                raise LinkError(f"the node on {self.port} does not scan; see `wellhearth diag --port {self.port} status`")
            time.sleep(0.5)


def config_text(path: Path, board: str | None) -> bytes:
    """A config file that the firmware (and the board) will take; its mistakes are told before anything is touched."""
    from wellhearth.tables import config
    cfg, errors = config.load(str(path))
    if not errors and board is not None:
        errors = boardcheck.missing(cfg, board)
    if errors:
        raise LinkError(f"{path}: " + "; ".join(errors))
    return path.read_bytes()


def check(args) -> int:
    """The subcommand `check`."""
    config_text(args.config, args.board)
    print(f"{args.config} is valid" + (f" and fits {args.board}" if args.board else ""))
    for line in hints(args.config):
        print("hint: " + line)
    return 0


def hints(path: Path) -> list[str]:
    """What a valid config cannot know of the house and its installer should."""
    from wellhearth.tables import config
    well = config.load(str(path))[0].well
    if well is None or well.pressure_zero_kpa < 0:
        return []
    return ["well.pressure_zero_kpa = 0: the transmitter shows no vacuum. That is right where the return is open, or the"
            " water rests less than 1 m below the wellhead. A sealed return over a deep level hangs in a vacuum: fit a"
            " compound transmitter (e.g. -100 to +500 kPa, pressure_zero_kpa = -100), and a back-pressure valve that keeps"
            " the wellhead above 0, or airtight pipes and vacuum_limit_kpa. Else the vacuum may read as a broken wire, and"
            " the pump rests"]


def run(args) -> int:
    """The subcommand."""
    console = Console()
    config = config_text(args.config, args.board) if args.config else None
    port = find_port(args.port)
    manifest = build.build(args.board)
    folder = build.BUILD / args.board
    flasher = Flasher(port, manifest, folder, console)
    try:
        flasher.link.check_chip(manifest)
        flasher.say(f"{flasher.link.machine} on {port}, MicroPython {'.'.join(map(str, flasher.link.version))}")
        changed, stale = flasher.compare()
        if not (changed or stale or flasher.marked or config):
            flasher.say(f"version {manifest['version']} ({manifest['revision']}) is on the board already: nothing copied")
        else:
            flasher.to_service()
            flasher.copy(changed)
            flasher.take_over(changed, stale)
            if config:
                flasher.write("config.json.new", config, lambda n: None)
                flasher.link.run("import os\ntry: os.remove('config.json.good')\nexcept OSError: pass\n"
                                 "os.rename('config.json.new','config.json')")
            flasher.say(f"{len(changed)} files copied, {len(stale)} removed; restart")
            flasher.restart()
        answer = flasher.first_scan()
        if "stopped" not in answer:
            clock.give(flasher.link)
        show(answer, console, port)
    finally:
        flasher.link.close()
    return 0


def show(answer: dict, console: Console, port: str) -> None:
    """What the board says after the flash."""
    from .diagview import table
    if "main.py" in answer.get("stopped", ""):
        raise LinkError(f"the firmware is on the board but did not start; unplug it, plug it in again, then "
                        f"`wellhearth diag --port {port} status`")
    if "stopped" in answer:
        console.print(f"flashed; the control does not run yet: {answer['stopped']}", highlight=False, soft_wrap=True)
        return
    console.print(table(answer))
