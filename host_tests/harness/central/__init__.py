"""The simulated central plant attached to firmware: field devices on a line, well nodes on another, one clock."""
