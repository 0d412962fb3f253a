"""Kamstrup MULTICAL 603 (and 403, 803) with module HC-003-67, default datagram xx-yy-300, IEEE 754 floats, high word first.

Kamstrup 58101758_B1: flow V1 at 0x0000 (L/h), power at 0x0004 (kW), t1 at 0x0006, t2 at 0x0008. Energy E1 (0x0014, MWh) and
volume V1 (0x0034, m3) as a MULTICAL 403 with that module is read in the field (emonhub, function code 4). The datagram's
units follow the meter's own setting: this map wants MWh, kW, m3 and L/h. Cold (E3) is not read.
"""

PROTOCOL = "modbus"
MOST_W = 2000000
WRAP = 0
SLACK = 5000
CODE = 4
ASKS = ((0, 22, (("flow_lph", 0, "float", 1, 1), ("power_w", 4, "float", 1000, 1), ("supply_mc", 6, "float", 1000, 1),
                 ("return_mc", 8, "float", 1000, 1), ("energy", 20, "float", 1000000, 1))),
        (52, 2, (("volume", 0, "float", 1000, 1),)))
