"""Saved points (setpoints, modes) in one JSON file that a power cut cannot half-write."""

import json
import os


def write_file(path: str, text: str) -> None:
    """Write `text` so that `path` holds either the old or the new content: temp, close, rename."""
    temp = path + ".new"
    f = open(temp, "w")
    try:
        f.write(text)
    finally:
        f.close()
    os.rename(temp, path)


def save(path: str, points) -> None:
    """Store every saved point. Raises OSError when the file system refuses."""
    values = {}
    for block in points.blocks:
        for row in block.rows:
            if row[5]:
                values[block.name + "." + row[0]] = block.local.get(row[0], getattr(block, row[0]))
    write_file(path, json.dumps(values))
    for block in points.blocks:
        block.changed = False


def load(path: str, points):
    """Put stored values back. Returns refusals in words; a missing file is no error."""
    try:
        with open(path) as f:
            values = json.load(f)
    except OSError:
        return []
    except ValueError:
        return ["%s is not valid JSON, settings start from the config" % path]
    if not isinstance(values, dict):
        return ["%s does not hold an object, settings start from the config" % path]
    reasons = []
    for name in values:
        reason = points.write(name, values[name])
        if reason:
            reasons.append("%s: %s" % (path, reason))
    for block in points.blocks:
        block.changed = False
    return reasons
