"""Meters on the second line, read by this node: Modbus, DL/T 645-2007, CJ/T 188-2004. types/ has a file for each."""
