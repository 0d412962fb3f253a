"""Tables and drawings that are generated from the firmware's own."""
