"""One simulated device a file: what is fitted to the house, as it is bought, between the plant and the board's terminals."""
