"""A sensor for the air outside."""

READS = ((4, 0, 1, 5, (("outside_mc", 0, "s16", 10, 1),)),)
WRITES = ()
STRIDE = 0
