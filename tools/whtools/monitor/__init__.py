"""`wellhearth monitor`: a whole well and its rooms in a terminal of 80x24, over serial, Modbus or the simulator."""
