"""Saved points (setpoints, modes) in a record that neither a power cut nor a flipped bit turns into something else."""

from . import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Settings:
    """The saved points of a node, as one record."""

    def __init__(self, path: str, points: "Any"):
        self.record = record.Record(path)
        self.points = points

    def save(self) -> None:
        """Store every saved point. Raises OSError when the file system refuses."""
        self.record.write(self.parts())
        for block in self.points.blocks:
            block.changed = False

    def parts(self):
        """The whole record in small strings."""
        comma = ""
        for block in self.points.blocks:
            for row in block.rows:
                if row.saved:
                    yield '%s"%s.%s": %d' % (comma, block.name, row.name,
                                             block.local.get(row.name, getattr(block, row.name)))
                    comma = ", "

    def load(self):
        """Put stored values back. Returns refusals and damage in words; no file is no error.

        A damaged copy is written anew with the next save, which is due at once.
        """
        points = self.points
        values = self.record.read() or {}
        reasons = []
        damage = self.record.damage
        if damage:
            reasons.append(damage if values else damage + "; modes and setpoints start from the config")
        for name in values:
            reason = points.write(name, values[name])
            if reason:
                reasons.append("%s: %s" % (self.record.path, reason))
        for block in points.blocks:
            block.changed = False
        points.blocks[0].changed = damage != ""
        return reasons
