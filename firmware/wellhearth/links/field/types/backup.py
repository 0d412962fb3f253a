"""A boiler or a chiller with a controller of its own."""

READS = ((4, 0, 6, 1, (("running", 0, "bit0", 1, 1), ("fault", 0, "bit1", 1, 1), ("flow_ok", 0, "bit2", 1, 1),
                       ("lwt_mc", 1, "s16", 10, 1), ("load_pm", 2, "u16", 1, 1), ("power_w", 3, "u16", 100, 1),
                       ("gas_l", 4, "u32", 10, 1))),)
WRITES = ((16, 0, (("run", 1, 1), ("capacity_pm", 1, 1), ("setpoint_mc", 1, 10), ("valves", 1, 1))),)
STRIDE = 0
