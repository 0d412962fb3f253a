"""Raspberry Pi Pico W: as the Pico, but its LED hangs on the radio chip, so a LED of ours is on GPIO 22."""

import hw

reset = hw.reset
NAME = "rpi_pico_w"

# function, GPIO, kind; the terminals and what belongs behind them: boards/rpi_pico_w/README.md
PINS = (
    ("rs485_tx", 0, "tx"), ("rs485_rx", 1, "rx"), ("rs485_de", 2, "drive"),
    ("onewire", 3, "onewire"),
    ("lift", 4, "pulse"), ("return", 5, "pulse"),
    ("ir", 6, "ir"), ("button", 7, "contact"),
    ("master", 8, "relay"), ("well_pump", 9, "relay"), ("aux_well_pump", 10, "contact"),
    ("well_pump_speed", 11, "pwm"),
    ("room1_compressor", 12, "relay"), ("room1_pump", 13, "relay"), ("room1_reversing", 14, "relay"),
    ("room1_fan", 15, "pwm"), ("room1_compressor_speed", 16, "pwm"),
    ("room1_high_ok", 17, "contact"), ("room1_low_ok", 18, "contact"), ("aux_room1_compressor", 19, "contact"),
    ("loop_pump", 20, "relay"), ("loop_flow", 21, "contact"),
    ("led", 22, "led"),
    ("reinjection", 26, "adc"), ("current", 27, "adc"), ("loop_pressure", 28, "adc"),
)

# function, GPIO, kind, the function whose place it takes
INSTEAD = (
    ("rtc_sda", 20, "i2c", "loop_pump"), ("rtc_scl", 21, "i2c", "loop_flow"),
    ("bms_tx", 20, "tx", "loop_pump"), ("bms_rx", 21, "rx", "loop_flow"),
    ("well_motor_ok", 20, "contact", "loop_pump"), ("well_strainer_ok", 21, "contact", "loop_flow"),
    ("room1_condensate_ok", 6, "contact", "ir"), ("s0", 6, "pulse", "ir"),
)


def safe() -> None:
    """Every output off; nothing is imported before this that could fail."""
    hw.safe(PINS)


def open_board():
    """The one Board."""
    import rp2hw
    return rp2hw.Board(NAME, PINS, INSTEAD)
