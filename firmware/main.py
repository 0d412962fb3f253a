"""Start-up: load the config, build the node, start the scan, then serve the main thread. boot.py has chosen the firmware."""

try:
    import micropython
    micropython.kbd_intr(-1)  # a Ctrl-C (mpremote sends one when it connects) must not end the start of the control
    import gc
    import os
    import sys

    import board

    # What loading leaves behind goes at once, or all that stays lies scattered between it and the heap ends in pieces.
    gc.threshold(16384)

    files = () if sys.path[0] == ".frozen" else os.listdir()  # a frozen firmware has no files that could be amiss
    if "flash.part" in files:
        print("an interrupted flash: all outputs are off; run `wellhearth flash` again")
    elif sys.path[0] not in ("/a", "/b") and ("a.pack" in files or "b.pack" in files):
        print("damaged firmware, all outputs are off; run `wellhearth flash` again: neither a.pack nor b.pack is whole")
    else:
        from wellhearth import app
        app.run(board.open_board())
except KeyboardInterrupt:
    import board
    board.reset()
