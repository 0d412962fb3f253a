"""Modbus RTU: frames on the wire, a server's registers, a client's rounds."""
