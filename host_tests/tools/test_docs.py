"""The README's tables are the firmware's own; a changed row shows here, and so in every mutation of the data."""

from __future__ import annotations

import re

from doubles.houses import ROOT
from wellhearth.control import trips
from wellhearth.tables import causes
from whtools.docs import docs


def test_the_readme_shows_the_tables_as_they_are():
    text = docs.README.read_text()
    assert docs.render(text) == text, "run `make docs`"


def test_every_fallback_says_what_it_falls_back_to():
    for row in causes.CAUSES:
        assert bool(row.fallback) == bool(row.actions & trips.FALLBACK), row.key


def test_every_target_the_readme_names_is_in_the_makefile():
    targets = set(re.findall(r"^([a-z_-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z_-]+)", docs.README.read_text())) <= targets
