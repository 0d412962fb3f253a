"""`wellhearth image`: MicroPython and Wellhearth, with or without a node's config, as one UF2 to drag onto a Pico.

The file system lies where the MicroPython that is given has it; it says so itself (uf2.py). All of its area is written, the
empty part too: of a directory's two blocks littlefs takes the one with the higher revision, which could be one that an older
file system left. Each erase block is in the file whole, the program's last one too, so that 16 blocks of the file are one:
the boot ROM erases 4 kB at a time by their numbers (RP2040 data sheet, erratum RP2040-E14).
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from .. import BUILD
from . import esp, settings, uf2
from .build import CHIPS, MICROPYTHON_MIN, BuildError, build, tree
from .filesystems import FS_BLOCK, littlefs

NAMES = {"rpi_pico": "pico", "rpi_pico_w": "pico_w", "rpi_pico2": "pico2", "rpi_pico2_w": "pico2_w"}  # the Pico SDK's
ESP_CHIPS = {"esp32_generic": "esp32", "esp32_s3": "esp32s3"}  # esptool's
GET = "https://micropython.org/download/"


def stock(path: Path) -> tuple[list[uf2.Part], uf2.Part, uf2.Info]:
    """A MicroPython's parts, its program and what that says of itself. BuildError when it is none."""
    try:
        parts = uf2.read(path.read_bytes())
        program = uf2.main_part(parts)
        return parts, program, uf2.info(program)
    except OSError as e:
        raise BuildError(f"{path}: {e.strerror}") from None
    except uf2.Uf2Error as e:
        raise BuildError(f"{path}: {e}") from None


def fits(path: Path, board: str, found: uf2.Info) -> tuple[int, int]:
    """(first address, bytes) of its file system. BuildError when it is not this board's, or too old."""
    wanted = MICROPYTHON_MIN["rp2"]
    if found.program != "MicroPython":
        raise BuildError(f"{path} is {found.program or 'an unknown program'}, wanted MicroPython from {GET}")
    if found.board != NAMES[board]:
        right = [name for name, sdk in NAMES.items() if sdk == found.board]
        raise BuildError(f"{path} is for the board {found.board!r}: "
                         + (f"use --board {right[0]}, or another file" if right else f"wanted the one of {NAMES[board]}"))
    version = re.match(r"v(\d+)\.(\d+)", found.version)
    if version is None or tuple(map(int, version.groups())) < wanted:
        raise BuildError(f"{path} is MicroPython {found.version}, {wanted[0]}.{wanted[1]} or newer is needed: {GET}")
    if found.device is None or found.device[1] % FS_BLOCK:
        raise BuildError(f"{path} says nothing of a file system: wanted a stock build from {GET}")
    return found.device


def joined(parts: list[uf2.Part], program: uf2.Part, place: tuple[int, int], image: bytes) -> bytes:
    """One UF2 of it all."""
    begin, _size = place
    pages = dict(program.pages)
    if max(pages) >= begin:
        raise BuildError(f"the program reaches to 0x{max(pages):08x}, into its file system at 0x{begin:08x}")
    for at in range(0, len(image), uf2.PAYLOAD):
        pages[begin + at] = image[at:at + uf2.PAYLOAD]
    for sector in {page - page % FS_BLOCK for page in program.pages}:
        for page in range(sector, sector + FS_BLOCK, uf2.PAYLOAD):
            pages.setdefault(page, b"\xff" * uf2.PAYLOAD)
    return raw(parts) + uf2.written(uf2.Part(program.family, pages))


def raw(parts: list[uf2.Part]) -> bytes:
    """What is not the program: it stays as it was, and first. (An RP2350's absolute block says of itself: 1 of 2.)"""
    return b"".join(uf2.written(part, 2) for part in parts if part.family == uf2.ABSOLUTE)


def files_of(board: str, config: Path | None) -> dict[str, bytes]:
    """{path on the board: bytes}. LinkError with every mistake of the config at once."""
    extra = {}
    if config is not None:
        data = settings.load(config)
        settings.refuse("no image was made", settings.mistakes(data, board))
        extra["config.json"] = json.dumps(data, ensure_ascii=False).encode()
    with tempfile.TemporaryDirectory() as folder:  # build/BOARD may be in use
        build(board, Path(folder))
        return tree(Path(folder)) | extra


def file_system(args, size: int) -> bytes:
    """The image of a file system of so many bytes. BuildError when the firmware leaves no room in it."""
    files = files_of(args.board, args.config)
    if sum(map(len, files.values())) > size * 3 // 4:  # the rest is for records, and for littlefs itself
        raise BuildError(f"the firmware is larger than what {args.micropython} has for a file system, {size} bytes")
    return littlefs(files, size // FS_BLOCK)


def esp_image(args) -> int:
    """The same for an ESP32: one binary for esptool."""
    try:
        stock_image = esp.read(args.micropython.read_bytes())
        found = re.match(r"v(\d+)\.(\d+)", stock_image.version)
        wanted = MICROPYTHON_MIN["esp32"]
        if stock_image.program != "micropython" or found is None or tuple(map(int, found.groups())) < wanted:
            raise esp.EspError(f"it is {stock_image.program} {stock_image.version}, wanted MicroPython"
                               f" {wanted[0]}.{wanted[1]} or newer: {GET}")
        if stock_image.chip != ESP_CHIPS[args.board]:
            raise esp.EspError(f"it is for {stock_image.chip}, {args.board} has {ESP_CHIPS[args.board]}")
        place = stock_image.place(args.flash_mb << 20)
        whole = esp.joined(stock_image, place, file_system(args, place[1]))
    except OSError as e:
        raise BuildError(f"{args.micropython}: {e.strerror}") from None
    except esp.EspError as e:
        raise BuildError(f"{args.micropython}: {e}") from None
    out = put(args.out or BUILD / args.board / "wellhearth.bin", whole)
    print(f"{out}: {len(whole) // 1024} kB for a flash of {args.flash_mb} MB, MicroPython {stock_image.version} and"
          " Wellhearth" + said_of(args.config) + f"; make esptool ARGS='--chip {stock_image.chip} --port PORT write-flash"
          f" 0x{stock_image.base:x} {out}'. It erases what the board had stored: wellhearth backup first")
    return 0


def put(out: Path, data: bytes) -> Path:
    """Written whole or not at all; returns where."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    part.write_bytes(data)
    part.replace(out)
    return out


def said_of(config: Path | None) -> str:
    """What the image has for a config, in words."""
    return f" with {config}" if config else ", without a config: all outputs stay off"


def run(args) -> int:
    """The subcommand."""
    if CHIPS[args.board] == "esp32":
        return esp_image(args)
    parts, program, said = stock(args.micropython)
    place = fits(args.micropython, args.board, said)
    whole = joined(parts, program, place, file_system(args, place[1]))
    out = put(args.out or BUILD / args.board / "wellhearth.uf2", whole)
    print(f"{out}: {len(whole) // 1024} kB, MicroPython {said.version} and Wellhearth" + said_of(args.config)
          + "; hold BOOTSEL while you plug the board in, and copy it to the drive that appears. It erases what the board had"
          " stored: wellhearth backup first")
    return 0
