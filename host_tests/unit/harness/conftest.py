"""Fixtures of this folder."""

from doubles.fault_bench import bench  # noqa: F401
