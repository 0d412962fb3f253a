"""`wellhearth image` for ESP32s, on images made here by the formats' descriptions: no stock one can be had in tests."""

from __future__ import annotations

import hashlib
import json
import struct

import pytest
from littlefs import LittleFS

from doubles.command import call
from harness.pinout import CONFIG
from whtools.device import build, esp, image

APP, APP_SIZE = 0x10000, 0x1F0000
PARTS = ((1, 2, 0x9000, 0x6000, "nvs"), (1, 1, 0xF000, 0x1000, "phy_init"), (0, 0, APP, APP_SIZE, "factory"))


def stock(chip=9, base=0x0, parts=PARTS, version="v1.28.0", program="micropython", md5=True, size=0x140000):
    """An image as ports/esp32/makeimg.py puts one together."""
    rows = b"".join(struct.pack("<HBBII16sI", 0x50AA, kind, sub, at, n, label.encode(), 0)
                    for kind, sub, at, n, label in parts)
    table = rows + (b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(rows).digest() if md5 else b"")
    head = struct.pack("<4BI", 0xE9, 4, 2, 0x2F, 0x40370000) + struct.pack("<4BH10x", 0xEE, 0, 0, 0, chip)
    data = bytearray(b"\xff" * (APP + size - base))
    data[:len(head)] = head
    data[0x8000 - base:0x8000 - base + len(table)] = table
    describe = struct.pack("<I12x32s32s", 0xABCD5432, version.encode(), program.encode())
    app = head + struct.pack("<II", 0x3C000020, 0x10000) + describe
    data[APP - base:APP - base + len(app)] = app
    return bytes(data)


@pytest.fixture
def little(monkeypatch):
    """A firmware of two files instead of a build of four seconds."""
    monkeypatch.setattr(image, "files_of", lambda board, config: {"main.py": b"x" * 60_000, **(
        {"config.json": config.read_bytes()} if config else {})})


@pytest.fixture
def make(tmp_path, capsys):
    def made(data, board="esp32_s3", *words):
        path = tmp_path / "stock.bin"
        path.write_bytes(data)
        out = tmp_path / "out.bin"
        status, said = call(capsys, "image", "--board", board, "--micropython", path, "--out", out, *words)
        return status, said, out.read_bytes() if out.exists() else b""
    return made


@pytest.mark.parametrize(("board", "chip", "base", "mb"), [("esp32_s3", 9, 0x0, 8), ("esp32_generic", 0, 0x1000, 4)])
def test_program_and_files_lie_where_the_chip_looks_for_them(make, little, tmp_path, board, chip, base, mb):
    config = tmp_path / "house.json"
    config.write_text(json.dumps(CONFIG))
    data = stock(chip, base)
    status, said, whole = make(data, board, "--config", config, "--flash-mb", str(mb))
    assert status == 0, said
    assert f"write-flash 0x{base:x}" in said and f"--chip {esp.CHIPS[chip][0]}" in said
    assert whole[:len(data)] == data and len(whole) == (mb << 20) - base, "to the end of the flash, or a mount would fail"
    fs = LittleFS(block_size=4096, block_count=((mb << 20) - 0x200000) // 4096, disk_version=0x00020000, mount=False)
    fs.context.buffer[:] = whole[0x200000 - base:]
    fs.mount()
    with fs.open("config.json") as f:
        assert json.load(f) == CONFIG
    assert fs.stat("main.py").size == 60_000


@pytest.mark.long
def test_the_whole_firmware_is_in_it(make):
    status, said, whole = make(stock())
    assert status == 0, said
    fs = LittleFS(block_size=4096, block_count=512, disk_version=0x00020000, mount=False)
    fs.context.buffer[:] = whole[0x200000:]
    fs.mount()
    assert {"boot.py", "main.py", "board.mpy", "hw.mpy", build.SLOT} <= set(fs.listdir("/"))
    assert fs.stat(build.SLOT).size > 100_000


def test_a_table_with_a_partition_for_files_says_where(make, little):
    parts = (*PARTS, (1, 0x81, 0x200000, 0x200000, "vfs"))
    assert esp.read(stock(parts=parts)).place(16 << 20) == (0x200000, 0x200000)
    status, _said, whole = make(stock(parts=parts))
    assert status == 0 and len(whole) == 4 << 20


@pytest.mark.parametrize(("data", "board", "words"), [
    (b"", "esp32_s3", "right file"), (stock()[:0x9000], "esp32_s3", "right file"),
    (b"\0" + stock()[1:], "esp32_s3", "right file"),
    (stock()[:0x11000], "esp32_s3", ""), (stock(chip=5), "esp32_s3", "another chip"),
    (stock(chip=0, base=0x1000), "esp32_s3", "for esp32, esp32_s3 has esp32s3"),
    (stock(version="v1.25.0"), "esp32_s3", "wanted MicroPython 1.26"), (stock(program="blink"), "esp32_s3", "it is blink"),
    (stock(md5=False), "esp32_s3", "without its MD5"), (stock(size=APP_SIZE + 1), "esp32_s3", "longer than its application"),
    (stock(parts=(*PARTS, (1, 2, 0x200000, 0x200000, "data"))), "esp32_s3", "leaves no room"),
    (stock(parts=(*PARTS, (1, 0x81, 0x200000, 0x10000, "vfs"))), "esp32_s3", "is larger than")])
def test_what_does_not_fit_is_refused_with_the_reason(make, little, data, board, words):
    status, said, whole = make(data, board)
    assert (status == 2 and not whole and words in said) if words else status == 0, said


def test_every_bit_of_the_table_counts():
    good = stock()
    for at in range(0x8000, 0x8000 + 4 * esp.ENTRY):
        if 0x8000 + 3 * esp.ENTRY + 2 <= at < 0x8000 + 3 * esp.ENTRY + 16:
            continue  # the MD5's filling
        for bit in range(8):
            bad = bytearray(good)
            bad[at] ^= 1 << bit
            with pytest.raises(esp.EspError):
                esp.read(bytes(bad))


def test_both_chips_have_a_board():
    assert set(image.ESP_CHIPS.values()) == {name for name, _base in esp.CHIPS.values()}
    assert set(image.ESP_CHIPS) | set(image.NAMES) == set(build.BOARDS)
