"""Fixtures of this folder."""

from __future__ import annotations

import pytest

from doubles.signed_unit import Unit
from doubles.toy_node import toy  # noqa: F401


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A node with keys, in a folder of its own."""
    return Unit(tmp_path, monkeypatch)
