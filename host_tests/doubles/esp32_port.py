"""What MicroPython's ESP32 port does with a chip: default pins, limits, the curve of the ADC.

Read from MicroPython v1.28.0 (commit e0e9fbb17ed6, ports/esp32): machine_uart.c (mp_machine_uart_init_helper),
machine_i2c.h, machine_hw_spi.c, machine_adc.c and adc.c, machine_pwm.c, machine_timer.c, modules/machine.py (Counter); and
from ESP-IDF what they stand on: components/esp_adc/esp32/adc_cali_line_fitting.c (commit 1ec70cd5681c),
components/soc/esp32s3/include/soc/soc_caps.h (001c29b077a7: SOC_PCNT_UNITS_PER_GROUP 4, four timers), driver/uart.c
(uart_driver_install: buffers over 128 bytes). From memory: an ESP32's eight units of the pulse counter, 16 channels and 20
bits of its PWM, 14 bits of the S3's, the flash's pins.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from itertools import accumulate

# (tx, rx) of a UART, (scl, sda) of an I2C, (sck, mosi, miso) of an SPI that is opened without its pins. SPI 1: the chip's
# own pins (soc/spi_pins.h; from memory: 14, 13, 12 and 12, 11, 13).
UART_PINS = {1: (10, 9), 2: (17, 16)}
UART_PINS_SPIRAM = {1: (5, 4), 2: (17, 16)}  # an ESP32 whose pins 9 and 10 belong to its PSRAM
I2C_PINS = {"esp32": {0: (18, 19), 1: (25, 26)}, "esp32s3": {0: (9, 8), 1: (9, 8)}}
SPI_PINS = {"esp32": {1: (14, 13, 12), 2: (18, 23, 19)}, "esp32s3": {1: (12, 11, 13), 2: (36, 35, 37)}}
FLASH_PINS = {"esp32": set(range(6, 12)), "esp32s3": set(range(26, 33))}  # driven by anything else the chip stops
UART_FIFO = 128  # bytes: each buffer of a UART is longer (the one for sending may be 0)

# PWM: machine_pwm.c. Groups of channels, channels of a group, timers of a group; a timer carries one frequency. bits: what
# duty_u16 is cut down to at 1 kHz (80 MHz, find_suitable_duty_resolution; ESP32 16, ESP32-S3 14 less one).
PWM = {"esp32": (2, 8, 4), "esp32s3": (1, 8, 4)}
PWM_BITS = {"esp32": (20, 16), "esp32s3": (14, 13)}  # of a timer; of the duty at the most
PWM_CLOCK_HZ = 80_000_000
COUNTERS = {"esp32": 8, "esp32s3": 4}  # units of the pulse counter (PCNT)
FILTER_CYCLES = 1023  # of 80 MHz; what is asked beyond is cut down in silence
TIMERS = 4

ATTENUATIONS = range(4)  # 0, 2.5, 6, 11 dB; 11 dB where none is given (ADC_ATTEN_MAX)
ADC_MAX = 4095
VREF_MV = 1100  # of a chip whose eFuse says nothing else; 1000 to 1200
VREF_SCALE = (57431, 76236, 105481, 196602)  # ADC1; behind it the offset in mV: what a raw 0 reads
VREF_OFFSET_MV = (75, 78, 107, 142)
LUT_FROM, LUT_STEP = 2880, 64  # at 11 dB, where the ADC bends: mV at each 64 counts
LUT_1000 = (2240, 2297, 2352, 2405, 2457, 2512, 2564, 2616, 2664, 2709, 2754, 2795, 2832, 2868, 2903, 2937, 2969, 3000, 3030,
            3060)
LUT_1200 = (2667, 2706, 2745, 2780, 2813, 2844, 2873, 2901, 2928, 2956, 2982, 3006, 3032, 3059, 3084, 3110, 3135, 3160, 3184,
            3209)
S3_FULL_MV = (950, 1250, 1750, 3100)  # ESP-IDF "ADC", ranges; the fitted curve (curve_fitting_coefficients.c) is a line here


def linear_mv(raw: int, attenuation: int, vref_mv: int) -> int:
    """calculate_voltage_linear of characterize_using_vref."""
    slope = vref_mv * VREF_SCALE[attenuation] // 4096
    return (slope * raw + 32768) // 65536 + VREF_OFFSET_MV[attenuation]


def table_mv(raw: int, vref_mv: int) -> int:
    """calculate_voltage_lut: between two chips of 1000 and 1200 mV, and between two counts of the table."""
    i, rest = divmod(raw - LUT_FROM, LUT_STEP)
    low = LUT_1000[i] * (LUT_STEP - rest) + LUT_1000[i + 1] * rest
    high = LUT_1200[i] * (LUT_STEP - rest) + LUT_1200[i + 1] * rest
    return (low * (1200 - vref_mv) + high * (vref_mv - 1000) + 100 * LUT_STEP) // (200 * LUT_STEP)


def read_mv(chip: str, raw: int, attenuation: int, vref_mv: int = VREF_MV) -> int:
    """What the port's read_uv makes of a raw value (0 to 4095), in mV: cali_raw_to_voltage."""
    if chip != "esp32":
        return round(raw * S3_FULL_MV[attenuation] / ADC_MAX)
    if attenuation != 3 or raw < LUT_FROM:
        return linear_mv(raw, attenuation, vref_mv)
    bent = table_mv(raw, vref_mv)
    if raw > LUT_FROM + LUT_STEP:
        return bent
    straight, at = linear_mv(raw, attenuation, vref_mv), raw - LUT_FROM
    return (straight * LUT_STEP + bent * at - straight * at + LUT_STEP // 2) // LUT_STEP


@cache
def curve(chip: str, attenuation: int, vref_mv: int) -> list[int]:
    """mV of each raw value; where the bend begins it falls by a mV with some chips."""
    return [read_mv(chip, raw, attenuation, vref_mv) for raw in range(ADC_MAX + 1)]


@cache
def rising(chip: str, attenuation: int, vref_mv: int) -> list[int]:
    """The same, so that a voltage has its place in it."""
    return list(accumulate(curve(chip, attenuation, vref_mv), max))


def raw_of(chip: str, pin_mv: float, attenuation: int, vref_mv: int = VREF_MV) -> int:
    """The raw value of a chip that is as its calibration says: what lies below its first count is 0, above its last 4095."""
    return min(bisect_left(rising(chip, attenuation, vref_mv), pin_mv), ADC_MAX)


def duty_bits(chip: str, freq: int) -> int:
    """Bits of duty at a frequency, Hz: the timer divides 80 MHz; its last bit does not reach 100 % (machine_pwm.c)."""
    timer, most = PWM_BITS[chip]
    bits = min((PWM_CLOCK_HZ // freq).bit_length() - 1, timer)
    return min(bits - (bits >= timer), most)
