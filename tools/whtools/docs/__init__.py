"""Tables and drawings that are generated from the firmware's own."""

from __future__ import annotations

from pathlib import Path

from .. import ROOT


def put(path: Path, text: str, check: bool) -> list[str]:
    """A generated file: written where it differs, unless it is only checked; returns its name when it was out of date."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    if not check:
        path.write_text(text, encoding="utf-8")
    return [str(path.relative_to(ROOT))]
