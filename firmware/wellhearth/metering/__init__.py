"""Meters: water, heat, run time and starts, each counted in two words so that none overflows."""
