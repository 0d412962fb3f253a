"""Shared pieces of the tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import Phase, settings

from doubles.houses import make_rig

settings.register_profile("wellhearth", deadline=None, max_examples=int(os.environ.get("WELLHEARTH_EXAMPLES", "100")))
# Mutation tests (few examples) want to know that a property fails, not its smallest failure.
settings.register_profile("mutation", deadline=None, max_examples=25, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutation" if os.environ.get("WELLHEARTH_EXAMPLES") == "25" else "wellhearth")


def pytest_collection_modifyitems(items):
    """The longest first: one that begins last keeps one core waiting for it."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def rig():
    """Two rooms, fresh."""
    with make_rig() as r:
        yield r
