# ruff: noqa: D100, I001
import board; board.safe()  # the first statement: every output off

# Nothing else belongs here: main.py loads the config and starts the scan.
