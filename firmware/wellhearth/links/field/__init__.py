"""A plant's lines: well nodes and field devices, this node their Modbus client."""
