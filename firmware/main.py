"""Start-up: load the config, build the node, start the scan, then serve the main thread."""

try:
    import micropython
    micropython.kbd_intr(-1)  # a Ctrl-C (mpremote sends one when it connects) must not end the start of the control
    import os

    import board

    if "flash.part" in os.listdir():
        print("an interrupted flash: all outputs are off; run `wellhearth flash` again")
    else:
        from wellhearth import app
        app.run(board.open_board())
except KeyboardInterrupt:
    import board
    board.reset()
