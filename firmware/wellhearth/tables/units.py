"""What the suffix of a name means: the unit of a value, and how a person is shown it."""

from collections import namedtuple

# divide: the value over this is in `shown`. shown: for a terminal (ASCII). raw: the value's own unit, for a reference page.
Unit = namedtuple("Unit", ("divide", "shown", "raw", "what"))

UNITS = {
    "mc": Unit(1000, "degC", "m\u00b0C", "thousandths of a degree Celsius"),
    "mk": Unit(1000, "K", "mK", "thousandths of a kelvin, of a difference"),
    "mk_h": Unit(1000, "K/h", "mK/h", "thousandths of a kelvin in an hour"),
    "pm": Unit(10, "%", "\u2030", "per mille, 0 to 1000"),
    "percent": Unit(1, "%", "%", "percent"),
    "lph": Unit(1, "L/h", "L/h", "litres per hour"),
    "lph_bar": Unit(1, "L/(h bar)", "L/(h bar)", "litres per hour for each 100 kPa"),
    "kpa": Unit(1, "kPa", "kPa", "kilopascals, gauge"),
    "w": Unit(1, "W", "W", "watts"),
    "wh": Unit(1, "Wh", "Wh", "watt-hours, of the megawatt-hour begun"),
    "kw": Unit(1, "kW", "kW", "kilowatts"),
    "m3h": Unit(1, "m3/h", "m\u00b3/h", "cubic metres per hour"),
    "mwh": Unit(1, "MWh", "MWh", "whole megawatt-hours"),
    "l": Unit(1, "L", "L", "litres, of the cubic metre begun"),
    "m3": Unit(1, "m3", "m\u00b3", "whole cubic metres"),
    "ma": Unit(1000, "A", "mA", "thousandths of an ampere"),
    "us": Unit(1, "us", "\u00b5s", "microseconds"),
    "ms": Unit(1, "ms", "ms", "milliseconds"),
    "s": Unit(1, "s", "s", "seconds"),
    "min": Unit(1, "min", "min", "minutes"),
    "h": Unit(1, "h", "h", "hours"),
    "b": Unit(1, "B", "B", "bytes"),
    "cop": Unit(1000, "", "1/1000", "thousandths: heat for one unit of electricity"),
    "fen": Unit(1, "fen", "fen", "hundredths of a yuan"),
    "ph": Unit(100, "", "1/100", "hundredths, of a pH"),
    "ntu": Unit(100, "NTU", "1/100 NTU", "hundredths of a nephelometric turbidity unit"),
    "us_cm": Unit(1, "uS/cm", "\u00b5S/cm", "microsiemens per centimetre"),
    "count": Unit(1, "", "", "a number of things"),
    "bool": Unit(1, "", "0/1", "no or yes"),
}
