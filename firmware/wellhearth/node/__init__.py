"""Composition, demand and the fixed-rate scan of one controller."""
