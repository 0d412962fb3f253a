"""ESP32-WROOM-32 dev kit: a well and one room with an on/off compressor."""

import hw

reset = hw.reset
NAME = "esp32_generic"
INPUTS_ONLY = (34, 35, 36, 39)  # no driver and no pull in the chip: 10 kohm to 3.3 V outside
IR_TX = 15  # nothing is wired to it: see esp32hw.Receiver
# At 11 dB the calibration is good for 150 to 2450 mV (ESP-IDF, "ADC"), and a raw 0 reads 142 mV (esp_adc_cal,
# adc1_vref_atten_offset): less than 170 mV at the pin is nothing.
ADC_MV = (170, 2450)

# function, GPIO, kind. Not used: 0, 2, 5, 12, 15 (strapping), 1 and 3 (console), 6 to 11 (flash), all of ADC2 as inputs.
PINS = (
    ("rs485_tx", 17, "tx"), ("rs485_rx", 16, "rx"), ("rs485_de", 4, "drive"),
    ("onewire", 13, "onewire"),
    ("lift", 34, "pulse"), ("return", 35, "pulse"),
    ("reinjection", 36, "adc"),
    ("ir", 14, "ir"),
    ("master", 18, "relay"), ("well_pump", 19, "relay"), ("well_pump_speed", 25, "pwm"),
    ("room1_compressor", 21, "relay"), ("room1_pump", 22, "relay"), ("room1_reversing", 23, "relay"),
    ("room1_fan", 26, "pwm"),
    ("room1_high_ok", 32, "contact"), ("room1_low_ok", 33, "contact"),
    ("button", 39, "contact"),
    ("led", 27, "led"),
)

# function, GPIO, kind, the function whose place it takes (a BMS: of a well whose rooms are on the bus)
INSTEAD = (
    ("rtc_sda", 14, "i2c", "ir"), ("rtc_scl", 27, "i2c", "led"),
    ("bms_tx", 23, "tx", "room1_reversing"), ("bms_rx", 32, "rx", "room1_high_ok"),
    ("well_motor_ok", 25, "contact", "well_pump_speed"), ("well_strainer_ok", 35, "contact", "return"),
    ("room1_condensate_ok", 14, "contact", "ir"), ("s0", 14, "pulse", "ir"),
)


def safe() -> None:
    """Every output off; nothing is imported before this that could fail."""
    hw.safe(PINS)


def open_board():
    """The one Board."""
    import esp32hw
    return esp32hw.Board(NAME, PINS, INSTEAD, INPUTS_ONLY, IR_TX, ADC_MV)
