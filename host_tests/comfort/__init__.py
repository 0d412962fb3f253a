"""Room control against plain thermostats, on plants and weather it was not tuned for: `make bench-comfort`."""
