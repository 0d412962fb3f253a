"""`make frozen BOARD=rpi_pico`: MicroPython built with the firmware frozen in, for boards short of memory.

Frozen bytecode is run from flash: what the modules take of the heap otherwise (146 kB compiled, of a Pico's 237 kB) stays
free. The price: a new firmware is a new UF2. Needs an ARM compiler and CMake, which no other command does.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .. import BUILD
from . import boardpage, image, uf2
from .build import CHIPS, RADIOS, BuildError, revision, sources, stamped, version, without_types

MICROPYTHON = "v1.28.0"  # proved in the emulator; its submodules are pinned by its own tree
ORIGIN = "https://github.com/micropython/micropython"
PROGRAMS = ("arm-none-eabi-gcc", "cmake", "make", "git")
DEBIAN = "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib cmake make git"
NAMES = {name: name.upper() for name in ("rpi_pico", "rpi_pico_w", "rpi_pico2", "rpi_pico2_w")}  # ports/rp2/boards
OUTER = ("PYTHONPATH", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # of the make that called us: not MicroPython's
SUBMODULES = ("lib/mbedtls", "lib/tinyusb", "lib/pico-sdk", "lib/micropython-lib")
RADIO = ("lib/lwip", "lib/cyw43-driver", "lib/btstack")  # of boards with one
FLASH = 0x10000000  # where a Pico's program begins
# The whole boot.py: what an earlier firmware left in the file system, its packs too, is not run in place of what is frozen.
BOOT = 'import sys; sys.path[:] = [".frozen"]\nimport board; board.safe()\n'


def ran(words: list[str | Path], what: str, log: Path, cwd: Path | None = None, env: dict | None = None) -> None:
    """Run one program; its words go to the log. BuildError with the log's last lines when it fails."""
    print(f"frozen: {what}", flush=True)
    with open(log, "a", encoding="utf-8") as f:
        f.write(f"\n$ {' '.join(map(str, words))}\n")
        f.flush()
        done = subprocess.run(words, cwd=cwd, env=env, stdout=f, stderr=subprocess.STDOUT)
    if done.returncode:
        last = "\n  ".join(log.read_text(errors="replace", encoding="utf-8").splitlines()[-12:])
        raise BuildError(f"{what}: failed, see {log}:\n  {last}")


def checked(board: str) -> None:
    """BuildError for what cannot be built here, with what to do."""
    if CHIPS.get(board) != "rp2":
        raise BuildError(f"no frozen build for {board}: there is one for {', '.join(NAMES)}")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise BuildError(f"{', '.join(missing)} not found: on Debian {DEBIAN}")


def wanted(board: str) -> list[str]:
    """The submodules that a board's build needs."""
    return [*SUBMODULES, *(RADIO if board.endswith("_w") else ())]


def fetched(board: str, source: Path | None, log: Path) -> Path:
    """MicroPython's tree: the one given, or a clone of the pinned version in build/. BuildError when it is another one."""
    tree = source or BUILD / f"micropython-{MICROPYTHON}"
    if source is None and not (tree / "py").is_dir():
        ran(["git", "clone", "--depth", "1", "-b", MICROPYTHON, ORIGIN, tree], f"fetching MicroPython {MICROPYTHON}", log)
    if not (tree / "ports" / "rp2").is_dir():
        raise BuildError(f"{tree} is no tree of MicroPython: wanted {ORIGIN} at {MICROPYTHON}")
    found = version_of(tree)
    if found != MICROPYTHON:
        raise BuildError(f"{tree} is MicroPython {found}, wanted {MICROPYTHON}: git checkout {MICROPYTHON} there, with its"
                         " submodules")
    absent = [name for name in wanted(board) if not any((tree / name).glob("*"))]
    if absent and source is None:
        ran(["git", "submodule", "update", "--init", "--depth", "1", *absent], "fetching " + ", ".join(absent), log, tree)
    elif absent:
        raise BuildError(f"{tree} lacks {', '.join(absent)}: git submodule update --init there")
    return tree


def version_of(tree: Path) -> str:
    """The version that a tree says it is (py/mpconfig.h)."""
    text = (tree / "py" / "mpconfig.h").read_text(encoding="utf-8")
    numbers = [re.search(rf"define MICROPY_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "MICRO")]
    preview = re.search(r"define MICROPY_VERSION_PRERELEASE (\d+)", text)
    if not all(numbers):
        return "unknown"
    return "v" + ".".join(one[1] for one in numbers if one) + ("-preview" if preview and preview[1] != "0" else "")


def staged(board: str, folder: Path) -> Path:
    """The firmware's sources as they are frozen, and their manifest; returns that."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "modules").mkdir(parents=True)
    files = sources(board)
    files["wellhearth/version.py"] = stamped({"board": board, "version": version(), "revision": revision()}, folder)
    for path, one in files.items():
        target = folder / "modules" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(BOOT if path == "boot.py" else without_types(one.read_text(encoding="utf-8")), encoding="utf-8")
    if board in RADIOS:
        network = folder / "modules" / "wellhearth" / "links" / "network"
        (network / "page_file.py").write_text(f"DATA = {boardpage.page()!r}\n", encoding="utf-8")
    manifest = folder / "manifest.py"
    manifest.write_text('include("$(PORT_DIR)/boards/manifest.py")\nfreeze("modules", opt=2)\n', encoding="utf-8")
    return manifest


def family(board: str) -> int:
    """The UF2 family of a board's chip."""
    name = "RP2350" if board.startswith("rpi_pico2") else "RP2040"
    return next(number for number, one in uf2.FAMILIES.items() if one == name)


def uf2_of(program: bytes, board: str) -> bytes:
    """A program for the begin of the flash as a UF2."""
    pages = {FLASH + at: program[at:at + uf2.PAYLOAD].ljust(uf2.PAYLOAD, b"\0")
             for at in range(0, len(program), uf2.PAYLOAD)}
    return uf2.written(uf2.Part(family(board), pages))


def room_for_files(data: bytes) -> None:
    """BuildError when a program reaches into what it says is its file system."""
    part = uf2.main_part(uf2.read(data))
    device = uf2.info(part).device
    if device is None or max(part.pages) >= device[0]:
        raise BuildError(f"the program reaches to 0x{max(part.pages):08x}, into its file system"
                         + (f" at 0x{device[0]:08x}" if device else ", of which it says nothing"))


def compiled(board: str, tree: Path, manifest: Path, out: Path, log: Path) -> bytes:
    """MicroPython for the board with the manifest frozen in; the program's bytes."""
    jobs = f"-j{os.cpu_count() or 1}"
    env = {name: value for name, value in os.environ.items() if name not in OUTER}
    ran(["make", "-C", tree / "mpy-cross", jobs, f"PYTHON={sys.executable}"], "compiling mpy-cross", log, env=env)
    # Without picotool, which would have to be fetched and compiled for the UF2 alone: uf2_of makes that.
    settings = [f"-DMICROPY_BOARD={NAMES[board]}", f"-DMICROPY_FROZEN_MANIFEST={manifest}", "-DPICO_NO_PICOTOOL=1",
                "-DPICO_BUILD_DOCS=0", "-DCMAKE_BUILD_TYPE=MinSizeRel", f"-DPython3_EXECUTABLE={sys.executable}"]
    ran(["cmake", "-S", tree / "ports" / "rp2", "-B", out, *settings], "configuring the rp2 port", log, env=env)
    ran(["make", "-C", out, jobs], "compiling MicroPython with the firmware (minutes)", log, env=env)
    return (out / "firmware.bin").read_bytes()


def run(args) -> int:
    """The subcommand."""
    checked(args.board)
    folder = (BUILD / "frozen" / args.board).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log.txt"
    log.write_text("", encoding="utf-8")
    tree = fetched(args.board, args.source and args.source.resolve(), log)
    manifest = staged(args.board, folder / "stage")
    data = uf2_of(compiled(args.board, tree, manifest, folder / "micropython", log), args.board)
    room_for_files(data)
    out = image.put(args.out or folder / "wellhearth-frozen.uf2", data)
    print(f"{out}: {len(data) // 2048} kB of program, MicroPython {MICROPYTHON} with Wellhearth {version()} ({revision()}),"
          f" SHA-256 {hashlib.sha256(data).hexdigest()[:16]}; hold BOOTSEL while you plug the board in, and copy it to the"
          " drive that appears; then wellhearth config push")
    return 0
