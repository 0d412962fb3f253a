"""Host-side tools of Wellhearth: the `wellhearth` command."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = not (ROOT / "Makefile").exists()  # from a wheel: nothing is written beside the tools
BUILD = Path("build") if INSTALLED else ROOT / "build"
