"""Fixtures of this folder."""

from doubles.esp32_boards import chip, esp32  # noqa: F401
