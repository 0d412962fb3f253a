"""The documents are true: generated pages, links, targets, the names that ARCHITECTURE.md points at, pinned versions."""

from __future__ import annotations

import re

import pytest

from doubles.houses import ROOT
from wellhearth.control import trips
from wellhearth.tables import causes
from whtools.device import build
from whtools.docs import docs

FOLDERS = ("firmware", "boards", "host_tests", "tools")
PAGES = sorted(ROOT.glob("*.md")) + sorted(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))
OUTSIDE = re.compile(r"\bDESIGN\.md|\bDESIGN section|\bissue \d|shared/\w")


def named(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("name", docs.PAGES)
def test_the_reference_pages_show_the_tables_as_they_are(name):
    assert (docs.FIRMWARE / name).read_text() == docs.render(name), "run `make docs`"


def test_every_fallback_says_what_it_falls_back_to():
    for row in causes.CAUSES:
        assert bool(row.fallback) == bool(row.actions & trips.FALLBACK), row.key


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_target_a_document_names_is_in_the_makefile(page):
    targets = set(re.findall(r"^([a-z_-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z][a-z_-]+)", page.read_text())) <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_file_finds_it(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not target.startswith(("http:", "https:", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), f"{named(page)} links to {target}"


def test_the_readme_stays_a_first_page():
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 250
    assert any("Independent hardware stays mandatory" in line for line in lines)


def test_architecture_points_at_what_is_there():
    text = (ROOT / "firmware" / "ARCHITECTURE.md").read_text()
    table = re.findall(r"^\| [^|]+\? [^|]*\| `([\w/]+\.py)` \| (.+) \|$", text, re.M)
    assert len(table) >= 15
    for path, names in table:
        source = (ROOT / "firmware" / "wellhearth" / path).read_text()
        for name in re.findall(r"`([\w.]+)`", names):
            owner, _, method = name.partition(".")
            found = re.search(rf"\b{owner}\b", source) if not method else re.search(
                rf"^class {owner}\b.*?^    def {method}\b", source, re.M | re.S)
            assert found, f"ARCHITECTURE.md: there is no {name} in {path}"
    for path in re.findall(r"`((?:tables|control|equipment|links|node|storage|drivers|metering|app)/[\w/]*\w\.py)`", text):
        assert (ROOT / "firmware" / "wellhearth" / path).exists(), path
    for path in re.findall(r"`((?:host_tests|tools)/[\w/*]+\.py)`", text):
        assert list(ROOT.glob(path)), path


def test_nothing_cites_a_document_outside_the_repository():
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".md", ".toml", ".txt", ".json") and path.name != "test_docs.py":
                for line in path.read_text().splitlines():
                    assert not OUTSIDE.search(line) or "DESIGN.md of littlefs" in line, f"{path}: {line}"


def test_the_version_stands_in_one_place():
    found = [named(p) for p in sorted((ROOT / "firmware").rglob("*.py")) if f'"{build.version()}"' in p.read_text()]
    assert found == [], "pyproject.toml has the version; the build stamps it"
    assert f"\n## [{build.version()}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_hook_before_a_commit_runs_the_pinned_ruff():
    pinned = re.search(r"^ruff==(\S+)", (ROOT / "tools" / "requirements-lint.txt").read_text(), re.M)
    hook = re.search(r"ruff-pre-commit\n    rev: v(\S+)", (ROOT / ".pre-commit-config.yaml").read_text())
    assert pinned and hook and pinned[1] == hook[1]


@pytest.mark.parametrize("path", sorted((ROOT / "tools").glob("requirements*.txt")), ids=named)
def test_every_dependency_is_pinned_and_says_why_it_is_there(path):
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            assert re.match(r"[\w.\[\]-]+==[\w.]+(; [^#]+)?  # \S.{10}", line), line
