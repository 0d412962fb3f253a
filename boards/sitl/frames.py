"""What passes between the `sitl` board and the simulator, said once for both sides; PROTOCOL.md explains it.

Runs on MicroPython (the board) and on CPython (the harness), and keeps no state.
"""

PROTOCOL = 4
TICKS_MASK = 0x3FFFFFFF
RESET_STATUS = 3  # exit status that means: the chip was reset, start me again

# Kinds of frames, simulator to board and board to simulator
TICK, COMMAND, QUIT, LINK, LIGHT = 1, 2, 3, 4, 5
OUT_TICK, OUT_TELEMETRY, OUT_TEXT, OUT_EVENT, OUT_REPLY, OUT_LINK, OUT_I2C = 1, 2, 3, 4, 5, 6, 7

IN_WORDS = 32
OUT_WORDS = 29
LINK_FRAMES = 48  # lengths of frames in one LINK, two to a word
TICK_FRAMES = 12  # and in a TICK, a byte each
BMS_LINE = 0x8000  # in a LINK: the frame waits on the bms line

# As `struct` packs them: a TICK, its answer, the answer to LINK and LIGHT, what the 1-Wire master writes
FRAME_IN = "<17ii9s3x12s6i8s"
FRAME_OUT = "<29i"
LINK_ANSWER = "<3i"
REQUEST = "<3i"

# Words of a TICK
IN_MS, IN_US, IN_FEEDBACK, IN_SWITCHES, IN_UTC, IN_CONTACTS, IN_COUNTERS = 2, 3, 4, 6, 7, 8, 9
IN_RTC = 30  # two words: registers 0 to 6 of the clock chip, and its status; eight bytes of 0xFF: it does not answer
IN_ONEWIRE, IN_ONEWIRE_BYTES, IN_HEARD = 17, 18, 21
ANALOG = {"reinjection": 5, "current": 24, "level": 25, "reinjection2": 26, "current2": 27, "level2": 28,
          "loop_pressure": 29}
COUNTERS = ("lift", "return", "lift2", "return2")  # two words each from IN_COUNTERS: count, ticks_us of the last edge

# Words of its answer
OUT_SEQUENCE, OUT_RELAYS, OUT_FED, OUT_PUMP, OUT_ROOMS = 1, 2, 3, 4, 5  # rooms: fan and compressor of each in turn
OUT_ONEWIRE, OUT_ONEWIRE_BYTES, OUT_SCAN_US, OUT_PUMP2, OUT_WRITTEN, OUT_WISH_MS = 21, 22, 25, 26, 27, 28

# Bits of relays and of their feedback, and of the contacts
RELAYS = {"master": 0, "well_pump": 1, "well_pump2": 26, "loop_pump": 27}
CONTACTS = ("well_drive_ok", "well2_drive_ok", "loop_flow", "button", "well_motor_ok", "well2_motor_ok", "well_strainer_ok",
            "well2_strainer_ok")
ROOM_RELAYS = ("compressor", "pump")
ROOM_CONTACTS = ("condensate_ok", "protection_ok")
ROOM_SWITCHES = ("high_ok", "low_ok")

# Faults of the board itself, which COMMAND `sitl.<name>=<value>` sets
FAULTS = ("adc_fails", "watchdog_deaf", "wifi_gone")


def relay_bit(name: str) -> int:
    """Bit of a relay or of its feedback: RELAYS, roomN_compressor, roomN_pump, roomN_reversing."""
    if name in RELAYS:
        return RELAYS[name]
    room, _, what = name.partition("_")
    if what == "reversing":
        return 17 + int(room[4:])
    return 2 * int(room[4:]) + ROOM_RELAYS.index(what)


def switch_bit(name: str) -> int:
    """Bit of a pressure switch: roomN_high_ok, roomN_low_ok."""
    room, _, what = name.partition("_")
    return 2 * int(room[4:]) + ROOM_SWITCHES.index(what)


def contact_bit(name: str) -> int:
    """Bit of one of CONTACTS, or of roomN_condensate_ok, roomN_protection_ok; -1 when it is none."""
    if name in CONTACTS:
        return CONTACTS.index(name)
    room, _, what = name.partition("_")
    return 6 + 2 * int(room[4:]) + ROOM_CONTACTS.index(what) if what in ROOM_CONTACTS else -1


def analog_word(name: str) -> int:
    """Word of an analog output: well_pump_speed, well_pump2_speed, roomN_fan, roomN_compressor_speed."""
    if name == "well_pump_speed":
        return OUT_PUMP
    if name == "well_pump2_speed":
        return OUT_PUMP2
    room, _, what = name.partition("_")
    return OUT_ROOMS - 2 + 2 * int(room[4:]) + ("fan", "compressor_speed").index(what)
