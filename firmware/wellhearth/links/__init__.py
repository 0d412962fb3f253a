"""What connects a node with the world: commands, and the links they come over."""
