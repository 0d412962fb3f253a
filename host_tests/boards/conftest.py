"""Fixtures of this folder."""

from doubles.esp32_boards import esp32  # noqa: F401
