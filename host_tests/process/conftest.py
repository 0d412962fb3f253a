"""Fixtures of this folder."""

from doubles.service_node import node_app  # noqa: F401
