"""Which node has which unit id: as the config says, else the next free one, and for ever the same."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable
from pathlib import Path

LAST = 247


class Units:
    """Unit ids, kept in a file so that a restart, or the order in which nodes are found, changes none."""

    def __init__(self, given: dict[int, str] | None = None, store: Path | None = None):
        """given: {unit id: node key} of the config, which wins. ValueError for an id beyond 1 to 247, or a node twice."""
        self.given = dict(given or {})
        if any(not 1 <= unit <= LAST for unit in self.given) or len(set(self.given.values())) != len(self.given):
            raise ValueError(f"tcp units: wanted numbers from 1 to {LAST}, each node once")
        self.store = store
        self.lock = threading.Lock()
        self.problem = ""
        self.kept: dict[int, str] = self.load()

    def of(self, nodes: Iterable[str]) -> dict[int, str]:
        """{unit id: node key} of these nodes; a new one gets its id now."""
        with self.lock:
            known = {**self.kept, **self.given}
            known = {unit: key for unit, key in known.items()
                     if unit in self.given or key not in self.given.values()}
            there = set(nodes)
            for key in sorted(there - set(known.values())):
                free = next((unit for unit in range(1, LAST + 1) if unit not in known), None)
                if free is None:
                    self.problem = f"more than {LAST} nodes: {key} has no unit id"
                    continue
                known[free] = self.kept[free] = key
                self.save()
            return {unit: key for unit, key in sorted(known.items()) if key in there}

    def load(self) -> dict[int, str]:
        """What was given out before."""
        if self.store is None or not self.store.exists():
            return {}
        try:
            return {int(unit): str(key) for unit, key in json.loads(self.store.read_text(encoding="utf-8")).items()}
        except (ValueError, AttributeError) as e:
            self.problem = f"{self.store} cannot be read ({e}): unit ids are given out anew"
            return {}

    def save(self) -> None:
        """Temp file, then rename."""
        if self.store is None:
            return
        temp = self.store.with_suffix(".new")
        try:
            temp.write_text(json.dumps(self.kept), encoding="utf-8")
            os.replace(temp, self.store)
        except OSError as e:
            self.problem = f"{self.store}: {e.strerror}; unit ids may change after a restart"
