"""The sensors of a network of pipes, its bypass valve and its make-up valve."""

READS = ((4, 0, 9, 1, (("supply_mc", 0, "s16", 10, 1), ("return_mc", 1, "s16", 10, 1), ("flow_lph", 2, "u16", 100, 1),
                       ("dp_pa", 3, "s16", 100, 1), ("worst_pa", 4, "s16", 100, 1), ("pressure_kpa", 5, "s16", 1, 10),
                       ("valve_pm", 6, "u16", 1, 1), ("makeup_l", 7, "u32", 1, 1))),)
WRITES = ((16, 0, (("bypass_pm", 1, 1), ("makeup", 1, 1))),)
STRIDE = 0
