"""Wellhearth: controller firmware for single-well ground-water heat pumps."""

VERSION = "0.1.0"
