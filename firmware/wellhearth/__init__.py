"""Wellhearth: controller firmware for single-well ground-water heat pumps."""
