"""A heat pump by contacts and 0 to 10 V, on a module of Modbus inputs and outputs that several may share.

Coils (function code 5): 4 a channel: run, cooling, valves. Bits (2): 4 a channel: running, fault, flow switch. Analog output
(6): one register a channel, 0 to 1000 for 0 to 10 V. Analog inputs (4): 4 a channel: leaving and entering water, source side
leaving and entering, hundredths of a degree.
"""

READS = ((2, 0, 3, 1, (("running", 0, "bit", 1, 1), ("fault", 1, "bit", 1, 1), ("flow_ok", 2, "bit", 1, 1))),
         (4, 0, 4, 1, (("lwt_mc", 0, "s16", 10, 1), ("ewt_mc", 1, "s16", 10, 1), ("source_lwt_mc", 2, "s16", 10, 1),
                       ("source_ewt_mc", 3, "s16", 10, 1))))
WRITES = ((5, 0, (("run", 1, 1),)), (5, 1, (("cooling", 1, 1),)), (5, 2, (("valves", 1, 1),)),
          (6, 0, (("capacity_pm", 1, 1),)))
STRIDE = 4
