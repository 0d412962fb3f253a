"""Hatchling's hook for the wheel: notes the revision it is made of, which an installed copy cannot ask git for."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RevisionHook(BuildHookInterface):
    """Adds `REVISION`, below `wellhearth_host` as all the rest (sources in pyproject.toml)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is put together."""
        done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=self.root, capture_output=True, text=True)
        self.note = Path(tempfile.mkdtemp(prefix="wellhearth-wheel-")) / "REVISION"
        self.note.write_text(done.stdout.strip() or "unknown", encoding="utf-8")
        build_data["force_include"][str(self.note)] = "REVISION"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called when it is done."""
        self.note.unlink()
        self.note.parent.rmdir()
