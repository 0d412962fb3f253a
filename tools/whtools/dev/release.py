"""`make release`: what a release consists of, in build/release/VERSION/; made again of the same commit, the same bytes.

One archive of firmware for each board, one UF2 for each stock MicroPython that is given, a bill of materials (CycloneDX
1.6), the notes from CHANGELOG.md, and SHA256SUMS over all of them. No file carries the time, the folder or the name of
who made it: the date in the bill of materials is the commit's.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime, timezone
from pathlib import Path

from whtools import ROOT
from whtools.device import build, image
from whtools.device.link import LinkError
from whtools.update import signed

from . import sbom

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip archive can hold
SUMS = "SHA256SUMS"


def commit_time() -> str:
    """Time of the commit, UTC, as the bill of materials wants it."""
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode or not done.stdout.strip():
        raise build.BuildError("a release is made of a commit: there is no git history here")
    return datetime.fromtimestamp(int(done.stdout), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def changed() -> bool:
    """Whether the working copy differs from its commit anywhere, new files too."""
    done = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True)
    return bool(done.returncode or done.stdout.strip())


def section(changelog: str, title: str) -> str:
    """What stands under `## [title]` of a changelog, "" where there is no such heading."""
    found = re.search(rf"^## \[{re.escape(title)}\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog, re.M | re.S)
    return found.group(1).strip() if found else ""


def notes(changelog: str, version: str, draft: bool) -> str:
    """The notes of a release. BuildError where CHANGELOG.md is not ready for one; a draft takes what is unreleased."""
    unreleased = section(changelog, "Unreleased")
    if draft:
        return f"# Wellhearth {version}, draft\n\n{unreleased or section(changelog, version)}\n"
    if unreleased:
        raise build.BuildError(f"CHANGELOG.md has entries under [Unreleased]: put them under [{version}] or a new version of"
                               " pyproject.toml, or try with --draft")
    text = section(changelog, version)
    if not text:
        raise build.BuildError(f"CHANGELOG.md says nothing of [{version}], the version in pyproject.toml")
    return f"# Wellhearth {version}\n\n{text}\n"


def archive(path: Path, files: dict[str, bytes]) -> None:
    """A zip without compression, so that no version of zlib changes its bytes; paths in order, one date, one mode."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            out.writestr(entry, files[name])


def boards(out: Path, version: str) -> None:
    """The archive of every board, its pack for `wellhearth update`, and the list of these for the project's signature."""
    packs = {}
    for board in build.BOARDS:
        with tempfile.TemporaryDirectory() as folder:  # build/BOARD may be in use
            build.build(board, Path(folder))
            files = build.tree(Path(folder))
            files["manifest.json"] = (Path(folder) / "manifest.json").read_bytes()
        archive(out / f"wellhearth-{version}-{board}.zip", files)
        name = f"wellhearth-{version}-{board}.pack"
        (out / name).write_bytes(files[build.SLOT])
        packs[board] = name, files[build.SLOT]
    (out / signed.LIST).write_bytes(signed.text(version, build.revision(), packs))


def images(out: Path, version: str, given: list[Path]) -> dict[str, tuple[str, str]]:
    """One UF2 for each MicroPython given; {board: (its version, its SHA-256)}. BuildError for one that fits no board."""
    found: dict[str, tuple[str, str]] = {}
    for path in given:
        said = image.stock(path)[2]
        board = next((name for name, sdk in image.NAMES.items() if sdk == said.board), "")
        if not board:
            raise build.BuildError(f"{path} is for the board {said.board!r}: wanted one of "
                                   + ", ".join(image.NAMES.values()))
        if board in found:
            raise build.BuildError(f"{path}: there is a MicroPython for {board} already")
        image.run(argparse.Namespace(board=board, micropython=path, config=None,
                                     out=out / f"wellhearth-{version}-{board}.uf2"))
        found[board] = said.version, hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def digests(out: Path) -> dict[str, str]:
    """{name: SHA-256} of every file in a folder, in order."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}


def make(out: Path, given: list[Path], draft: bool, key: Path | None = None) -> dict[str, str]:
    """A release in the folder `out`, which is made anew once all of it is there; returns what SHA256SUMS says."""
    if changed() and not draft:
        raise build.BuildError("the working copy differs from its commit: commit first, or try with --draft")
    version, when = build.version(), commit_time()
    text = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version, draft)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    boards(part, version)
    if key is not None:
        print(f"signed with the key {signed.sign(part, key)}")
    micropython = images(part, version, given)
    (part / "NOTES.md").write_text(text, encoding="utf-8")
    parts = sbom.text(version, build.revision(), when, digests(part), micropython)
    (part / "sbom.cdx.json").write_text(parts, encoding="utf-8")
    sums = digests(part)
    (part / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    part.replace(out)
    return sums


def main(argv: list[str] | None = None) -> int:
    """The command; a mistake is one line and status 2."""
    top = argparse.ArgumentParser(prog="make release", description="Make a release of this commit.")
    top.add_argument("--draft", action="store_true", help="before CHANGELOG.md is ready, or with uncommitted changes")
    top.add_argument("--micropython", type=Path, action="append", default=[], metavar="FILE.uf2",
                     help="a stock MicroPython of a Pico, for one file to flash; may be given again")
    top.add_argument("--out", type=Path, metavar="DIR", help="where to (default build/release/VERSION)")
    top.add_argument("--sign", type=Path, metavar="KEY.pem", help="the project's Ed25519 key; units take signed ones")
    args = top.parse_args(argv)
    try:
        out = args.out or ROOT / "build" / "release" / (build.version() + ("-draft" if args.draft else ""))
        sums = make(out, args.micropython, args.draft, args.sign)
    except (build.BuildError, LinkError) as e:
        print(f"release: {e}", file=sys.stderr)
        return 2
    print(f"{out}: {len(sums)} files and {SUMS}; check a copy with: sha256sum -c {SUMS}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
