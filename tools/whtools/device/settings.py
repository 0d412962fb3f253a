"""`wellhearth config`: a node's config on this computer and on its board.

It is checked by the firmware's own code before anything is written.
"""

from __future__ import annotations

import copy
import difflib
import json
from pathlib import Path

from wellhearth.storage import boot_record
from wellhearth.tables import config, config_rows

from . import boardcheck, build, files, wizard
from .link import Link, LinkError, find_port, reconnect

PATH = "config.json"
# The one that ran becomes the one before; it runs again when the new one is found damaged at the next start.
STEP_BACK = f"""
import os
try:
    os.rename({PATH + '.good'!r},{config.last_of(PATH)!r})
except OSError:
    pass
"""
RESTART = f"""
import os,sys,machine
a=sys.modules.get('wellhearth.app')
if getattr(a,'current',None):
    a.current.records.write_all(a.current.node.p.uptime_s)
if getattr(a,'hardware',None):
    a.hardware.kept.set({boot_record.WHY},{boot_record.COMMAND})
    a.hardware.safe()
try:
    os.remove('service.txt')
except OSError:
    pass
print('restart')
machine.reset()
"""


def mistakes(data, board: str | None) -> list[str]:
    """All that the firmware, and the board, would refuse, as they would say it."""
    cfg, errors = config.validate(copy.deepcopy(data))
    whole = isinstance(data, dict) and not any(line.startswith(("version", "config:")) for line in errors)
    if board is not None and whole and (cfg.well is None or hasattr(cfg.well, "pump_drive")):
        errors = errors + boardcheck.missing(cfg, board)
    if board is not None and isinstance(data, dict) and "plant" in data and board not in build.PLANT_BOARDS:
        errors = [*errors, f"plant: board {board} has no memory for it; {', '.join(build.PLANT_BOARDS)} have"]
    return errors


def load(path: Path) -> dict:
    """A file's object. LinkError with line and column when it is none."""
    text = path.read_text(encoding="utf-8")
    try:
        data = json.loads(text)
    except ValueError as e:
        raise LinkError(f"{path}: not valid JSON: {e}") from None
    if not isinstance(data, dict):
        raise LinkError(f"{path}: must be an object with node, well and rooms")
    return data


def refuse(where: str, errors: list[str]) -> None:
    """LinkError with every mistake on a line of its own; nothing when there is none."""
    if errors:
        raise LinkError(f"{where}: {len(errors)} mistake{'s' if len(errors) > 1 else ''}:\n  " + "\n  ".join(errors))


LISTS = ("rooms", "meters")


def numbered(section: str) -> tuple[str, int]:
    """(rooms, 2) of `room2`, (meters, 1) of `meter1`; ("", 0) of any other section."""
    for many in LISTS:
        if section.startswith(many[:-1]) and section[len(many) - 1:].isdigit():
            return many, int(section[len(many) - 1:])
    return "", 0


def place(data: dict, key: str) -> tuple[dict, str]:
    """(the section that holds it, its name) of `well.min_flow_lph` or `room2.schedule`; LinkError names what is wrong."""
    section, dot, name = key.partition(".")
    if not dot:
        if key == "version":
            return data, key
        raise LinkError(f"{key}: write section.key, e.g. well.min_flow_lph or room1.schedule")
    many, n = numbered(section)
    if many:
        found = data.setdefault(many, [])
        if not 1 <= n <= len(found):
            raise LinkError(f"{key}: this node has {len(found)} {many}")
        return found[n - 1], name
    if section not in config_rows.SECTIONS or section in LISTS:
        there = ", ".join(name for name in config_rows.SECTIONS if name not in LISTS)
        raise LinkError(f"{key}: there is no section {section}; there are {there}, room1, room2, ...")
    return data.setdefault(section, {}), name


def value_of(text: str):
    """A value from the command line: a number, or text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (int, str)) else text


def get(data: dict, key: str):
    """What a key is now, its default where it is not given. LinkError when there is none."""
    section, name = place(copy.deepcopy(data), key)
    if name in section:
        return section[name]
    cfg, _errors = config.validate(copy.deepcopy(data))
    head = key.partition(".")[0]
    many, n = numbered(head)
    found = getattr(cfg, many)[n - 1] if many else getattr(cfg, head)
    if found is None or not hasattr(found, name):
        raise LinkError(f"{key}: there is no such key")
    return getattr(found, name)


def shown(data: dict) -> str:
    """A config as it is written."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def difference(old: dict, new: dict, names=("board", "file")) -> list[str]:
    """Lines of a unified diff."""
    return list(difflib.unified_diff(shown(old).splitlines(), shown(new).splitlines(), *names, lineterm="", n=1))


class Node:
    """The config of the board at the other end of a link."""

    def __init__(self, link: Link):
        self.link = link

    def board(self) -> str | None:
        """Which board it is, by its own word."""
        name = self.link.run("from wellhearth import version\nprint(version.BOARD)")
        return name if name in boardcheck.CHIPS else None

    def read(self) -> dict:
        """What is on it."""
        text = files.read(self.link, PATH)
        if text is None:
            raise LinkError("there is no config on the board yet (wellhearth config push FILE)")
        try:
            return json.loads(text)
        except ValueError:
            raise LinkError("the config on the board is damaged (wellhearth config push FILE writes it anew)") from None

    def write(self, data: dict) -> None:
        """Check it, and put it there. The one before stays beside it."""
        refuse("nothing was written", mistakes(data, self.board()))
        files.write(self.link, PATH + ".part", shown(data).encode())
        self.link.run(STEP_BACK)
        self.link.run(f"import os\nos.rename({PATH + '.part'!r},{PATH!r})")

    def restart(self) -> None:
        """A start with the new config: outputs off for some seconds."""
        port = self.link.port
        self.link.leave_with(RESTART, b"restart")
        self.link = reconnect(port)


def check(args) -> int:
    """`config check`."""
    data = load(args.file)
    if args.migrate:
        data, refusal = config.migrate(data)
        refuse(str(args.file), [refusal] if refusal else [])
        data["version"] = config.newest()
    refuse(str(args.file), mistakes(data, args.board))
    if args.migrate:
        args.file.write_text(shown(data), encoding="utf-8")
    print(f"{args.file} is valid" + (f" and fits {args.board}" if args.board else ""))
    return 0


def apply(node: Node, data: dict, args) -> None:
    """Write it, and have it run."""
    node.write(data)
    if args.no_restart:
        print("written; it holds from the next start on")
        return
    node.restart()
    answer = node.link.ask("status")
    if "stopped" in answer:
        raise LinkError(f"written, but the node does not run: {answer['stopped']}")
    print("written; the node runs with it")


def on_board(args) -> int:
    """The actions that talk to a board."""
    with Link(find_port(args.port)) as link:
        node = Node(link)
        if args.action == "push":
            data = load(args.file)
            apply(node, data, args)
            node.link.close()
            return 0
        data = node.read()
        if args.action == "get":
            for key in args.keys:
                print(f"{key} = {json.dumps(get(data, key), ensure_ascii=False)}")
            if not args.keys:
                print(shown(data), end="")
        elif args.action == "pull":
            args.file.write_text(shown(data), encoding="utf-8")
            print(f"the board's config is in {args.file}")
        elif args.action == "diff":
            lines = difference(data, load(args.file), ("board", str(args.file)))
            print("\n".join(lines) or "no difference")
            return int(bool(lines))
        else:
            change(node, data, args)
    return 0


def change(node: Node, data: dict, args) -> None:
    """`config set`."""
    new = copy.deepcopy(data)
    for word in args.values:
        key, equals, text = word.partition("=")
        if not equals:
            raise LinkError(f"{word}: write section.key=value")
        section, name = place(new, key)
        if text:
            section[name] = value_of(text)
        else:
            section.pop(name, None)  # back to its default
    lines = difference(data, new, ("board", "new"))
    if not lines:
        print("no difference, nothing was written")
        return
    print("\n".join(lines))
    apply(node, new, args)
    node.link.close()


def run(args) -> int:
    """The subcommand."""
    if args.action == "init":
        return wizard.run(args)
    if args.action == "check":
        return check(args)
    return on_board(args)
