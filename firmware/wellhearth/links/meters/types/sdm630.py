"""Eastron SDM630-Modbus, three phases. Eastron, "SDM630-Modbus protocol": input registers 30053 (total system power, W) and
30073 (total import energy, kWh), IEEE 754 floats, high word first."""

PROTOCOL = "modbus"
MOST_W = 90000  # 100 A, three phases
WRAP = 0
SLACK = 100
CODE = 4
# Of energy two registers more than wanted: no late answer to the one request is taken for one to the other.
ASKS = ((52, 2, (("power_w", 0, "float", 1, 1),)),
        (72, 4, (("energy", 0, "float", 1000, 1),)))
