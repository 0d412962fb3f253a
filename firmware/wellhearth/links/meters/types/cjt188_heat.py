"""China's heat meters. CJ/T 188-2004, data identifier 901F of a heat meter (T = 20H): heat at the settlement day, now,
power, flow, volume (4 bytes BCD and a unit each), supply and return temperature (3 bytes, XXXX.XX degC), hours, time, ST.

Fields: name, byte behind the sequence number, bytes of BCD, 1, decimals as a divisor; a fifth byte is the unit."""

PROTOCOL = "cjt188"
MOST_W = 2000000
WRAP = 0  # it depends on the unit
SLACK = 5000
KIND = 0x20
ASKS = ((43, (("energy", 5, 4, 1, 100), ("power_w", 10, 4, 1, 100), ("flow_lph", 15, 4, 1, 10000), ("volume", 20, 4, 1, 100),
              ("supply_mc", 25, 3, 10, 1), ("return_mc", 28, 3, 10, 1))),)
