"""How a board is wired: one set of data (boards/wiring, boards/BOARD/wiring.toml) for drawings, tables, parts and checks."""
