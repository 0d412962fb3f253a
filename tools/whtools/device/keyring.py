"""The operator's key file: the keys of every unit that was provisioned, readable by its owner alone (mode 0600)."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import tempfile
from pathlib import Path

from .link import LinkError

DEFAULT = Path("~/.config/wellhearth/keys.json")
VERSION = 1


def sealed(text: str, key: str) -> str:
    """An order's text with its seal behind it, by a unit's key (hex), as storage/seal.py checks it."""
    return f"{text} {hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()}"


class Keyring:
    """Units by id. Every change is written at once: temp, sync, rename."""

    def __init__(self, path: Path | None):
        """LinkError when the file is damaged, or others may read it."""
        self.path = (path or DEFAULT).expanduser()
        self.units: dict[str, dict] = {}
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return
        if mode & 0o077:
            raise LinkError(f"{self.path}: others may read it (mode {mode & 0o777:o}); chmod 600 {self.path}")
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            if data["version"] != VERSION:
                raise LinkError(f"{self.path}: version {data['version']}, this tool reads {VERSION}")
            self.units = dict(data["units"])
        except (ValueError, KeyError, TypeError):
            raise LinkError(f"{self.path} is damaged; take its backup") from None

    def put(self, unit: str, entry: dict | None) -> None:
        """Store (or with None forget) a unit."""
        if entry is None:
            self.units.pop(unit, None)
        else:
            self.units[unit] = entry
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, temp = tempfile.mkstemp(dir=self.path.parent, prefix=".keys-")  # mode 0600 from its first byte on
        try:
            with os.fdopen(number, "w", encoding="utf-8") as f:
                json.dump({"version": VERSION, "units": self.units}, f, indent=1)
                f.flush()
                os.fsync(f.fileno())
            os.replace(temp, self.path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temp)
            raise
