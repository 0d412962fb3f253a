"""Updates of a unit: packs, the project's signature on them, the operator's orders, and the way to the board."""
