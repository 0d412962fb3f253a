"""A node on a fake board, for service mode and the prompt."""

from __future__ import annotations

import json

import pytest

from doubles.fake_esp32 import Loaded, World
from doubles.houses import ROOT
from harness.pinout import CONFIG, pins
from wellhearth import app
from wellhearth.app import main_loop
from wellhearth.console import views
from wellhearth.tables import config


@pytest.fixture
def node_app(tmp_path, monkeypatch):
    world = World("esp32s3")
    with Loaded(world, ROOT / "boards" / "esp32_s3", ROOT / "boards" / "common") as board_module:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(views.gc, "mem_free", lambda: 90000, raising=False)
        (tmp_path / "config.json").write_text(json.dumps(dict(CONFIG, node={**CONFIG["node"], "aux_contacts": 0})))
        board_module.safe()
        board = board_module.open_board()
        cfg, errors = config.load("config.json")
        assert not errors and not board.configure(cfg)
        for name in ("room1_high_ok", "room1_low_ok"):
            world.pins[pins("esp32_s3")[name][0]].level = 0
        made = []

        def start(service_s=0):
            monkeypatch.setattr(app, "current", main_loop.App(board, cfg, service_s))
            app.current.start()
            made.append(app.current)
            return app.current

        def scans(n):
            for _ in range(n):
                world.ms += 100
                world.timer[1](None)
                app.current.poll()
        yield world, board, start, scans
