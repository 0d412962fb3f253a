"""Boards that were loaded into a fake chip."""

from __future__ import annotations

import json

import pytest

from doubles.fake_esp32 import Loaded, World
from doubles.houses import ROOT
from harness.pinout import CONFIG
from wellhearth.drivers.ds18b20 import crc8
from wellhearth.node import node, scan
from wellhearth.tables import config

ESP32 = {"esp32_generic": "esp32", "esp32_s3": "esp32s3"}


def scratchpad(celsius: float) -> bytes:
    raw = round(celsius * 16) & 0xFFFF
    data = bytes([raw & 0xFF, raw >> 8, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10])
    return data + bytes([crc8(data, 8)])


def started(world, board_module):
    """A node on a fake board; returns (board, node, scan)."""
    board_module.safe()
    board = board_module.open_board()
    path = ROOT / "build" / "test_board.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(dict(CONFIG, node={**CONFIG["node"], "aux_contacts": 0})))
    cfg, errors = config.load(str(path))
    assert not errors and not board.configure(cfg)
    n = node.Node(cfg, board)
    return board, n, scan.Scan(n, board.clock, board.watchdog, 100, board.reset, board.kept)


@pytest.fixture(params=sorted(ESP32))
def esp32(request):
    world = World(ESP32[request.param])
    with Loaded(world, ROOT / "boards" / request.param, ROOT / "boards" / "common") as board:
        yield world, board, request.param


@pytest.fixture(params=sorted(ESP32))
def chip(request):
    """(world, board): an open board on a fake chip."""
    world = World(ESP32[request.param])
    with Loaded(world, ROOT / "boards" / request.param, ROOT / "boards" / "common") as board:
        yield world, board.open_board()
