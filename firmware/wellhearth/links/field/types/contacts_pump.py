"""A pump by contacts and 0 to 10 V, on a module that several may share (contacts.py): coil run, bits running and fault."""

READS = ((2, 0, 2, 1, (("running", 0, "bit", 1, 1), ("fault", 1, "bit", 1, 1))),)
WRITES = ((5, 0, (("run", 1, 1),)), (6, 0, (("speed_pm", 1, 1),)))
STRIDE = 4
