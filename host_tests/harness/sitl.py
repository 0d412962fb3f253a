"""The simulator's board as the harness needs it: its folder, and its frames.py, which is said once for both sides."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "boards" / "sitl"

if TYPE_CHECKING:
    import frames
else:  # the folder is no package, and its board.py is nobody else's board
    _spec = importlib.util.spec_from_file_location("frames", FOLDER / "frames.py")
    frames = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(frames)
