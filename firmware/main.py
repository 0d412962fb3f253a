"""Start-up: load the config, build the node, start the scan, then serve the main thread."""



def damaged():
    """Files of the firmware that are not what was flashed: one that is cut short hangs its import, without a watchdog.

    firmware.crc (wellhearth build) has a line `path size crc32` for each, and last its own CRC: a list that is itself
    damaged says nothing of the others.
    """
    from binascii import crc32
    bad = []
    try:
        with open("firmware.crc", "rb") as f:
            rows, _, own = f.read().rpartition(b"= ")
        if int(own.decode(), 16) != crc32(rows):
            raise ValueError
        part = bytearray(512)
        for row in rows.decode().split("\n")[:-1]:
            path, size, crc = row.split(" ")
            n = seen = 0
            with open(path, "rb") as f:
                got = f.readinto(part)
                while got:
                    seen = crc32(memoryview(part)[:got], seen)
                    n += got
                    got = f.readinto(part)
            if n != int(size) or seen != int(crc, 16):
                bad.append(path)
    except ValueError:
        print("firmware.crc is damaged: the firmware starts unchecked")
    except OSError as e:
        if "firmware.crc" in os.listdir():
            bad.append("a file that cannot be read (%s)" % e)
    return bad


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
    elif damaged():
        print("damaged firmware, all outputs are off; run `wellhearth flash` again:", damaged())
    else:
        from wellhearth import app
        app.run(board.open_board())
except KeyboardInterrupt:
    import board
    board.reset()
