"""Host-side tools of Wellhearth: the `wellhearth` command."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
