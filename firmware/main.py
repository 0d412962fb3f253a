"""Start-up: load the config, build the node, start the scan, then serve the main thread."""

import board

from wellhearth import app

app.run(board.open_board())
