"""The simulated world of central plants: many wells on a header, a plant room, hot water, buildings along a street."""
