"""A release: the same bytes each time, nothing left out, refused when it is not ready."""

import hashlib
import json
import re
import zipfile

import pytest

from doubles.houses import ROOT
from whtools.dev import release, sbom
from whtools.device import build
from whtools.update import signed

LOG = "# Changelog\n\n## [Unreleased]\n{}\n## [0.2.0] - 2026-12-01\n\n### Added\n- Boards.\n\n" \
      "## [0.1.0] - 2026-11-28\n\n- First.\n"
DIGEST = "ab" * 32


@pytest.fixture
def one_board(monkeypatch):
    monkeypatch.setattr(build, "BOARDS", ("rpi_pico",))


@pytest.mark.long(minutes=0.2)
def test_made_twice_it_is_the_same_to_the_byte(tmp_path, one_board):
    first = release.make(tmp_path / "one", [], draft=True)
    assert release.make(tmp_path / "elsewhere" / "two", [], draft=True) == first
    for name in [*first, release.SUMS]:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "elsewhere" / "two" / name).read_bytes(), name
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.long
def test_what_is_in_it_and_what_its_sums_and_its_bill_say(tmp_path, one_board):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.zip").write_bytes(b"of an older release")
    release.make(out, [], draft=True)
    archive = f"wellhearth-{build.version()}-rpi_pico.zip"
    pack = archive[:-4] + ".pack"
    assert {path.name for path in out.iterdir()} == {archive, pack, signed.LIST, "NOTES.md", "sbom.cdx.json", release.SUMS}
    for line in (out / release.SUMS).read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    with zipfile.ZipFile(out / archive) as packed:
        rows = json.loads(packed.read("manifest.json"))["flash"]
        assert {row["path"] for row in rows} | {"manifest.json"} == set(packed.namelist())
        assert all(hashlib.sha256(packed.read(row["path"])).hexdigest() == row["sha256"] for row in rows)
        assert not any(str(ROOT).encode() in packed.read(name) for name in packed.namelist()), "who made it is not told"
    bill = json.loads((out / "sbom.cdx.json").read_text())
    assert [row["hashes"][0]["content"] for row in bill["components"] if row["type"] == "firmware"] \
        == [hashlib.sha256((out / archive).read_bytes()).hexdigest()]


def test_notes_are_the_version_s_own_and_an_unready_changelog_is_refused():
    assert release.notes(LOG.format(""), "0.2.0", False) == "# Wellhearth 0.2.0\n\n### Added\n- Boards.\n"
    assert release.notes(LOG.format(""), "0.1.0", False).endswith("\n- First.\n")
    assert "- New." in release.notes(LOG.format("- New.\n"), "0.2.0", True)
    with pytest.raises(build.BuildError, match="under \\[Unreleased\\]"):
        release.notes(LOG.format("- New.\n"), "0.2.0", False)
    with pytest.raises(build.BuildError, match="nothing of \\[0.3.0\\]"):
        release.notes(LOG.format(""), "0.3.0", False)


def test_a_changed_working_copy_makes_no_release(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(release, "changed", lambda: True)
    assert release.main(["--out", str(tmp_path / "out")]) == 2
    assert "commit first" in capsys.readouterr().err and not list(tmp_path.iterdir())


def document() -> dict:
    names = {"wellhearth-0.2.0-rpi_pico.zip": DIGEST, "wellhearth-0.2.0-rpi_pico.uf2": DIGEST, "NOTES.md": DIGEST}
    return json.loads(sbom.text("0.2.0", "abc1234", "2026-12-01T00:00:00Z", names, {"rpi_pico": ("v1.28.0", DIGEST)}))


def test_the_bill_names_micropython_and_every_pinned_package_once():
    bill = document()
    refs = [row["bom-ref"] for row in bill["components"]] + [bill["metadata"]["component"]["bom-ref"]]
    assert len(set(refs)) == len(refs)
    assert {ref for row in bill["dependencies"] for ref in [row["ref"], *row["dependsOn"]]} <= set(refs)
    pins = re.findall(r"^[\w.-]+==", (ROOT / "tools" / "requirements.txt").read_text(), re.M)
    assert sum(row.get("scope") == "excluded" for row in bill["components"]) == len(pins) > 15
    assert [row["version"] for row in bill["components"] if row["name"] == "micropython"] == ["1.28.0"]


def test_the_bill_is_valid_by_cyclonedx_s_own_schema():
    pytest.importorskip("cyclonedx", reason="make test-release installs CycloneDX's schemas")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(json.dumps(document())) is None
    assert validator.validate_str(json.dumps({**document(), "specVersion": 7})) is not None
