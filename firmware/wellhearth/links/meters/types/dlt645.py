"""China's electricity meters. DL/T 645-2007, table A.1: 00010000 forward active energy, XXXXXX.XX kWh; table A.3: 02030000
active power, XX.XXXX kW, its highest bit the sign."""

PROTOCOL = "dlt645"
MOST_W = 150000
WRAP = 1000000000  # 1,000,000 kWh
SLACK = 20
ASKS = ((0x00010000, (("energy", 0, 4, 10, 1),)),
        (0x02030000, (("power_w", 0, 3, 1, 10),)))
