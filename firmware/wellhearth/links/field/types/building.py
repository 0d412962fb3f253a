"""A building: what its own control says of its rooms, and its heat meter."""

READS = ((4, 0, 4, 2, (("room_mc", 0, "s16", 10, 1), ("coldest_mc", 1, "s16", 10, 1), ("valve_pm", 2, "u16", 1, 1),
                       ("heat_w", 3, "s16", 100, 1))),)
WRITES = ()
STRIDE = 0
