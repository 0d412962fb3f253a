"""A pump's drive."""

READS = ((4, 0, 3, 1, (("running", 0, "bit0", 1, 1), ("fault", 0, "bit1", 1, 1), ("speed_pm", 1, "u16", 1, 1),
                       ("power_w", 2, "u16", 100, 1))),)
WRITES = ((16, 0, (("run", 1, 1), ("speed_pm", 1, 1))),)
STRIDE = 0
