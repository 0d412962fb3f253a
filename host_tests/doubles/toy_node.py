"""A node without hardware."""

from __future__ import annotations

import pytest

from doubles.toyhouse import Toy


@pytest.fixture
def toy():
    return Toy()
