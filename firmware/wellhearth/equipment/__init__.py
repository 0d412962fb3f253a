"""What stands in the cellar and in the rooms: sensors, protections, loop, meters and outputs of each, composed."""
