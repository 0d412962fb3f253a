"""The `wellhearth` command of an installed wheel (there this file is `wellhearth_host/__init__.py`).

The folders of the project lie beside it as they lie in the repository, so that every tool finds what it looks for, and no
name but `wellhearth_host` is taken in site-packages.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the command; the programs that it starts find the same folders."""
    folders = [str(HERE / name) for name in ("tools", "host_tests", "firmware")]
    sys.path[:0] = folders
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([*folders, *([before] if before else [])])
    from whtools import cli

    return cli.main()
