"""A well node of ours: its block `well`, 32 bits a point (tables/rows.py; host_tests hold this map to it).

What changes slowly is read in every fifth round, so that eighteen wells share one line of 19200 baud in 2 s.
"""

READS = ((4, 204, 26, 1, (("flow_lph", 0, "s32", 1, 1), ("state", 6, "s32", 1, 1), ("permissive", 8, "s32", 1, 1),
                          ("supply_mc", 12, "s32", 1, 1), ("supply_ok", 14, "s32", 1, 1), ("return_mc", 16, "s32", 1, 1),
                          ("return_ok", 18, "s32", 1, 1), ("reinjection_kpa", 20, "s32", 1, 1),
                          ("return_flow_lph", 24, "s32", 1, 1))),
         (4, 250, 34, 1, (("trips", 0, "s32", 1, 1), ("capacity_percent", 12, "s32", 1, 1), ("sink_mwh", 20, "s32", 1, 1),
                          ("most_lph", 32, "s32", 1, 1))),
         (4, 234, 16, 5, (("run_h", 0, "s32", 1, 1), ("source_mwh", 14, "s32", 1, 1))))
WRITES = ((16, 276, (("plant_w", 1, 1), ("plant_running", 1, 1))),)
WIDE = True  # a written signal takes two registers, high word first
STRIDE = 0
