"""A water quality probe: pH, turbidity, conductivity, temperature."""

READS = ((4, 0, 4, 5, (("acidity_ph", 0, "u16", 1, 1), ("turbidity_ntu", 1, "u16", 1, 1),
                       ("conductivity_us_cm", 2, "u16", 1, 1), ("water_mc", 3, "s16", 10, 1))),)
WRITES = ()
STRIDE = 0
