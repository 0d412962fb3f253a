"""The firmware under a name of its own, with its times shortened and, on demand, a fault planted into its source."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import sys
from pathlib import Path

from . import abstraction as a

SOURCE = Path(__file__).resolve().parents[2] / "firmware" / "wellhearth"
NUMBERS = itertools.count()


class Planted(importlib.machinery.SourceFileLoader):
    """Loads a module from its source, some of whose text is replaced. No byte code is kept."""

    changes: tuple[tuple[str, str], ...] = ()

    def get_code(self, fullname):
        """The code of the changed source; ValueError when a text to replace is not there, or there more than once."""
        text = Path(self.path).read_text(encoding="utf-8")
        for old, new in self.changes:
            if text.count(old) != 1:
                raise ValueError(f"{self.path}: {old!r} is there {text.count(old)} times, wanted once")
            text = text.replace(old, new)
        return compile(text, self.path, "exec")


class Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of one private package."""

    def __init__(self, package: str, planted: dict[str, tuple[tuple[str, str], ...]]):
        self.package, self.planted = package, planted

    def find_spec(self, fullname, path=None, target=None):
        """Ours, or None."""
        if fullname != self.package and not fullname.startswith(self.package + "."):
            return None
        place = SOURCE.joinpath(*fullname.split(".")[1:])
        folder = place.is_dir()
        file = place / "__init__.py" if folder else place.with_suffix(".py")
        loader = Planted(fullname, str(file)) if file.exists() else None
        if loader is None:
            return None
        loader.changes = self.planted.get(fullname[len(self.package) + 1:], ())
        where = [str(place)] if folder else None
        return importlib.util.spec_from_file_location(fullname, file, loader=loader, submodule_search_locations=where)


class Firmware:
    """One loaded copy. planted: {module, e.g. "control.trips": ((old text, new text), ...)}."""

    def __init__(self, planted: dict | None = None):
        self.package = f"proved_firmware{next(NUMBERS)}"
        finder = Finder(self.package, planted or {})
        sys.meta_path.insert(0, finder)
        try:
            for name in ("control.trips", "node.node", "storage.ledger", "tables.config"):
                self.module(name)
        finally:
            sys.meta_path.remove(finder)
        self.shorten()

    def module(self, name: str):
        """A module of this copy."""
        return importlib.import_module(f"{self.package}.{name}")

    def shorten(self) -> None:
        """Apply abstraction.shorter to the table and to the constants."""
        causes = self.module("tables.causes")
        causes.CAUSES = tuple([row._replace(
            delay_ms=a.shorter(row.delay_ms // 1000) * 1000 if row.delay_ms >= 1000 else row.delay_ms,
            hold_s=a.shorter(row.hold_s), window_s=a.shorter(row.window_s)) for row in causes.CAUSES])
        for name, constant, per_s in a.CONSTANTS:
            module = self.module(name)
            setattr(module, constant, a.shorter(getattr(module, constant) // per_s) * per_s)

    def config(self, data: dict):
        """A valid Config of `data`, its times shortened."""
        cfg, errors = self.module("tables.config").validate(data)
        if errors:
            raise ValueError("; ".join(errors))
        for section in (cfg.node, cfg.well, *cfg.rooms):
            for name, value in vars(section).items():
                if name.endswith("_s") and name not in ("pump_ramp_pm_s", "flow_ramp_lph_s"):
                    setattr(section, name, a.shorter(value))
        for room in cfg.rooms:
            room.half_band_s = a.HALF_BAND_S
            room.starts_per_hour = a.HOUR_STARTS
        cfg.well.pump_starts_per_day = a.DAY_STARTS
        return cfg

    def forget(self) -> None:
        """Take it out of sys.modules."""
        for name in [n for n in sys.modules if n == self.package or n.startswith(self.package + ".")]:
            del sys.modules[name]
