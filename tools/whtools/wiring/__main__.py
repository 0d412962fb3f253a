"""`python -m whtools.wiring [BOARD ...]`: draws the sheets of every board, or of those named (`make drawings`)."""

from __future__ import annotations

import sys

from ..device.build import BOARDS
from . import house_sheets, sheets, stamp
from .data import Wiring


def main(boards: list[str]) -> int:
    """Draw; says what is written."""
    unknown = [board for board in boards if board not in BOARDS]
    if unknown:
        print(f"wellhearth: no board is named {unknown[0]}; there are {', '.join(BOARDS)}", file=sys.stderr)
        return 2
    for board in boards or BOARDS:
        wiring = Wiring(board)
        for number in range(1, len(stamp.SHEETS) + 1):
            stamp.path(board, number).write_text(sheets.sheet(wiring, number), encoding="utf-8")
        print(f"wellhearth: boards/{board}/wiring-1.svg to wiring-{len(stamp.SHEETS)}.svg")
    if not boards:
        for number in range(1, len(house_sheets.TITLES) + 1):
            stamp.house_path(number).write_text(house_sheets.sheet(number), encoding="utf-8")
        print("wellhearth: boards/wiring/house-1.svg, house-2.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
