"""DS3231 clock chip on I2C: the time in BCD, and the flag that says whether it may be believed.

Registers: DS3231 data sheet (Analog Devices, 19-5170): 0x00 to 0x06 seconds to year, 0x0E control, 0x0F status. A read takes
1 ms on the wire: it belongs to the main thread, never to a scan. It keeps UTC, to 2 ppm (a minute a year), without the
board's power as long as its cell lasts.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import I2c

ADDRESS = 0x68
CONTROL, STATUS = 0x0E, 0x0F
STOPPED = 0x80  # OSF, in the status: the oscillator stood still, so the time is none
RUN = 0x1C  # control: oscillator runs on the cell too (EOSC 0), no square wave; the state after power-up
CENTURY = 0x80  # in the month
TWELVE, PM = 0x40, 0x20  # in the hour, as others may have written it


def from_bcd(value: int) -> int:
    """0 to 99; ValueError when a digit is none."""
    if value & 0x0F > 9 or value >> 4 > 9:
        raise ValueError("it answers %02x, which is no number" % value)
    return (value >> 4) * 10 + (value & 0x0F)


def to_bcd(value: int) -> int:
    """A byte of two digits."""
    return value // 10 << 4 | value % 10


class Ds3231:
    """i2c: readfrom_mem_into(address, register, buffer), writeto_mem(address, register, bytes); OSError when it is dead."""

    def __init__(self, i2c: "I2c"):
        self.i2c = i2c
        self.buf = bytearray(7)
        self.one = bytearray(1)

    def read(self):
        """(year, month, day, second of the day), UTC. OSError: no answer. ValueError: why its time is none."""
        self.i2c.readfrom_mem_into(ADDRESS, STATUS, self.one)
        if self.one[0] & STOPPED:
            raise ValueError("its oscillator has stood still (a new chip, or an empty cell)")
        b = self.buf
        self.i2c.readfrom_mem_into(ADDRESS, 0, b)
        hour = b[2] & 0x7F
        if hour & TWELVE:
            hour = from_bcd(hour & 0x1F) % 12 + (12 if hour & PM else 0)
        else:
            hour = from_bcd(hour & 0x3F)
        second, minute = from_bcd(b[0]), from_bcd(b[1])
        if second > 59 or minute > 59 or hour > 23 or b[5] & CENTURY:
            raise ValueError("it shows no time of this century")
        return 2000 + from_bcd(b[6]), from_bcd(b[5] & 0x1F), from_bcd(b[4] & 0x3F), hour * 3600 + minute * 60 + second

    def write(self, year: int, month: int, day: int, weekday: int, second: int) -> None:
        """Set it (UTC; weekday 0 is a Monday), and take its flag back. OSError: no answer."""
        i2c = self.i2c
        i2c.writeto_mem(ADDRESS, CONTROL, bytes((RUN,)))
        i2c.writeto_mem(ADDRESS, 0, bytes((to_bcd(second % 60), to_bcd(second // 60 % 60), to_bcd(second // 3600),
                                           weekday + 1, to_bcd(day), to_bcd(month), to_bcd(year - 2000))))
        i2c.readfrom_mem_into(ADDRESS, STATUS, self.one)
        i2c.writeto_mem(ADDRESS, STATUS, bytes((self.one[0] & ~STOPPED,)))
