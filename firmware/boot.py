# ruff: noqa: E402, I001
import board; board.safe()  # the first statement: every output off

# Nothing else belongs here: main.py loads the config and starts the scan.
