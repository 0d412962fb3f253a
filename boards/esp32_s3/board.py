"""ESP32-S3 dev kit: a well and one room, all options."""

import hw

reset = hw.reset
NAME = "esp32_s3"
IR_TX = 3  # nothing is wired to it: see esp32hw.Receiver
ADC_MV = (0, 3100)  # at 11 dB, with curve fitting (ESP-IDF, "ADC")

# function, GPIO, kind. Not used: 0, 3, 45, 46 (strapping), 19 and 20 (USB), 26 to 37 (flash, PSRAM), 43 and 44 (console),
# ADC2 (11 to 20) as an ADC.
PINS = (
    ("rs485_tx", 17, "tx"), ("rs485_rx", 18, "rx"), ("rs485_de", 21, "drive"),
    ("onewire", 8, "onewire"),
    ("lift", 9, "pulse"), ("return", 10, "pulse"),
    ("reinjection", 1, "adc"), ("current", 2, "adc"), ("level", 4, "adc"), ("loop_pressure", 5, "adc"),
    ("ir", 6, "ir"), ("button", 7, "contact"),
    ("master", 11, "relay"), ("well_pump", 12, "relay"), ("aux_well_pump", 13, "contact"), ("well_pump_speed", 14, "pwm"),
    ("room1_compressor", 15, "relay"), ("room1_pump", 16, "relay"), ("room1_reversing", 38, "relay"),
    ("room1_fan", 39, "pwm"), ("room1_compressor_speed", 40, "pwm"),
    ("room1_high_ok", 41, "contact"), ("room1_low_ok", 42, "contact"),
    ("loop_pump", 47, "relay"), ("loop_flow", 48, "contact"),
)

# function, GPIO, kind, the function whose place it takes
INSTEAD = (
    ("rtc_sda", 47, "i2c", "loop_pump"), ("rtc_scl", 48, "i2c", "loop_flow"),
    ("bms_tx", 47, "tx", "loop_pump"), ("bms_rx", 48, "rx", "loop_flow"),
    ("well_motor_ok", 47, "contact", "loop_pump"), ("well_strainer_ok", 48, "contact", "loop_flow"),
    ("room1_protection_ok", 40, "contact", "room1_compressor_speed"), ("room1_condensate_ok", 6, "contact", "ir"),
    ("s0", 6, "pulse", "ir"),
)


def safe() -> None:
    """Every output off; nothing is imported before this that could fail."""
    hw.safe(PINS)


def open_board():
    """The one Board."""
    import esp32hw
    return esp32hw.Board(NAME, PINS, INSTEAD, (), IR_TX, ADC_MV)
