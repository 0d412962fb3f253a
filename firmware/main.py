"""Start-up: load the config, build the node, start the scan, then serve the main thread."""

try:
    import micropython
    micropython.kbd_intr(-1)  # a Ctrl-C (mpremote sends one when it connects) must not end the start of the control
    import gc
    import os

    import board

    # What loading leaves behind goes at once, or all that stays lies scattered between it and the heap ends in pieces.
    gc.threshold(16384)

    if "flash.part" in os.listdir():
        print("an interrupted flash: all outputs are off; run `wellhearth flash` again")
    else:
        from wellhearth import app
        app.run(board.open_board())
except KeyboardInterrupt:
    import board
    board.reset()
