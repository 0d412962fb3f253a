"""Start-up: load the config, build the node, start the scan, then serve the main thread."""

import os

import board

if "flash.part" in os.listdir():
    print("an interrupted flash: all outputs are off; run `wellhearth flash` again")
else:
    from wellhearth import app
    app.run(board.open_board())
