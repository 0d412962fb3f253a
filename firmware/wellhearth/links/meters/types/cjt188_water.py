"""China's water meters. CJ/T 188-2004, data identifier 901F of a water meter (T = 10H): volume now, volume at the settlement
day (4 bytes BCD, XXXXXX.XX, and a unit each), time, status."""

PROTOCOL = "cjt188"
MOST_W = 0
WRAP = 0
SLACK = 20
KIND = 0x10
ASKS = ((19, (("volume", 0, 4, 1, 100),)),)
