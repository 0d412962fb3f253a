"""Sensors and actuators on top of the buses that a board hands over (see boards/README.md)."""
