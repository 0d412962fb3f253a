"""Fixtures of this folder."""

from doubles.toy_node import toy  # noqa: F401
