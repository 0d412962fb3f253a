"""Eastron SDM230-Modbus, single phase. Eastron, "SDM230-Modbus protocol": input registers 30013 (active power, W) and 30073
(import active energy, kWh), IEEE 754 floats, high word first."""

PROTOCOL = "modbus"
MOST_W = 30000  # 100 A
WRAP = 0
SLACK = 100
CODE = 4
# Of energy two registers more than wanted: no late answer to the one request is taken for one to the other.
ASKS = ((12, 2, (("power_w", 0, "float", 1, 1),)),
        (72, 4, (("energy", 0, "float", 1000, 1),)))
