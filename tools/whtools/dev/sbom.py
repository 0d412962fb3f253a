"""The bill of materials of a release: CycloneDX 1.6 as JSON (cyclonedx.org/docs/1.6/json).

In the boards' archives is nothing but this project's own code; in a UF2 MicroPython besides. The host's pinned packages
are listed with the scope "excluded": they make and test a release and are not in it.
"""

from __future__ import annotations

import json
import re
import uuid

from whtools import ROOT

SPACE = uuid.UUID("6f0f4f0e-6d5b-5f0a-9a53-0d4c0e6f3b11")  # ours: the serial number follows from what is in the release
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", re.M)


def hashed(digest: str) -> list[dict]:
    """A SHA-256 as CycloneDX writes it."""
    return [{"alg": "SHA-256", "content": digest}]


def packages() -> list[dict]:
    """What tools/requirements.txt pins."""
    found = PIN.findall((ROOT / "tools" / "requirements.txt").read_text(encoding="utf-8"))
    purls = {f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}": (name, version) for name, version in found}
    return [{"type": "library", "bom-ref": purl, "name": name, "version": version, "scope": "excluded", "purl": purl}
            for purl, (name, version) in sorted(purls.items())]


def micropythons(given: dict[str, tuple[str, str]]) -> list[dict]:
    """The MicroPython inside each UF2: {board: (version, SHA-256 of its own file)}."""
    return [{"type": "platform", "bom-ref": f"micropython-{board}", "name": "micropython", "version": version.lstrip("v"),
             "scope": "required", "hashes": hashed(digest),
             "purl": f"pkg:github/micropython/micropython@{version}",
             "properties": [{"name": "wellhearth:board", "value": board}]}
            for board, (version, digest) in sorted(given.items())]


def text(version: str, revision: str, when: str, digests: dict[str, str], given: dict[str, tuple[str, str]]) -> str:
    """The document. when: the commit's time, UTC; digests: {file: SHA-256} of the release; given: as of `micropythons`."""
    files = [{"type": "firmware", "bom-ref": name, "name": name, "version": version, "scope": "required",
              "hashes": hashed(digest)} for name, digest in sorted(digests.items()) if name.endswith((".zip", ".uf2"))]
    inside = [{"ref": f"wellhearth-{version}-{board}.uf2", "dependsOn": [f"micropython-{board}"]} for board in sorted(given)]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": uuid.uuid5(SPACE, json.dumps([version, revision, digests], sort_keys=True)).urn, "version": 1,
        "metadata": {"timestamp": when, "component": {
            "type": "firmware", "bom-ref": "wellhearth", "name": "wellhearth", "version": version,
            "properties": [{"name": "wellhearth:revision", "value": revision}]}},
        "components": files + micropythons(given) + packages(),
        "dependencies": [{"ref": "wellhearth", "dependsOn": [row["bom-ref"] for row in files]}, *inside]}
    return json.dumps(document, indent=1) + "\n"
