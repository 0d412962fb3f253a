"""A heat pump with a controller of its own: the profile that a maker's own map is translated to, input registers from 0."""

READS = ((4, 0, 8, 1, (("running", 0, "bit0", 1, 1), ("fault", 0, "bit1", 1, 1), ("flow_ok", 0, "bit2", 1, 1),
                       ("lwt_mc", 1, "s16", 10, 1), ("ewt_mc", 2, "s16", 10, 1), ("source_lwt_mc", 3, "s16", 10, 1),
                       ("source_ewt_mc", 4, "s16", 10, 1), ("load_pm", 5, "u16", 1, 1), ("power_w", 6, "u16", 100, 1),
                       ("source_valve", 7, "bit0", 1, 1), ("load_valve", 7, "bit1", 1, 1))),)
WRITES = ((16, 0, (("run", 1, 1), ("mode", 1, 1), ("capacity_pm", 1, 1), ("setpoint_mc", 1, 10), ("valves", 1, 1))),)
STRIDE = 0
