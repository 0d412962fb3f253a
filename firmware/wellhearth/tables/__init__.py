"""What is described once: points, config, kinds of blocks."""
