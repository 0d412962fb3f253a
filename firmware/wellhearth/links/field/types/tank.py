"""The sensors and pumps of a hot water tank."""

READS = ((4, 0, 8, 1, (("top_mc", 0, "s16", 10, 1), ("high_mc", 1, "s16", 10, 1), ("middle_mc", 2, "s16", 10, 1),
                       ("low_mc", 3, "s16", 10, 1), ("bottom_mc", 4, "s16", 10, 1), ("circulation_mc", 5, "s16", 10, 1),
                       ("tap_mc", 6, "s16", 10, 1), ("charging", 7, "bit0", 1, 1), ("charge_fault", 7, "bit1", 1, 1),
                       ("circulating", 7, "bit2", 1, 1), ("circulation_fault", 7, "bit3", 1, 1),
                       ("heating", 7, "bit4", 1, 1))),)
WRITES = ((16, 0, (("charge", 1, 1), ("circulation", 1, 1), ("heater", 1, 1))),)
STRIDE = 0
