"""The rules of the house (firmware/ARCHITECTURE.md), checked on the sources."""

from __future__ import annotations

import ast

import pytest

from doubles.houses import ROOT
from wellhearth.tables import points

FIRMWARE = ROOT / "firmware"
PACKAGE = FIRMWARE / "wellhearth"
SOURCES = sorted(FIRMWARE.rglob("*.py"))
# Modules that run inside the scan: no print, no float, no allocation by construction.
SCAN = [p for p in PACKAGE.rglob("*.py") if p.parent.name in ("control", "drivers", "metering", "equipment", "node")]
NOT_IN_SCAN = {"__init__", "_table", "rom_bytes", "find", "rows", "place", "sensors", "mask", "ages_s", "restore",
               "ledger_parts", "keep", "motor", "outputs", "reset_trip", "values", "take", "parse", "_clock", "moment",
               "_days", "_put", "fitted", "far", "asked", "loop", "rooms", "blocks", "build"}


def name_of(path):
    return str(path.relative_to(ROOT))


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level


@pytest.mark.parametrize("path", sorted((PACKAGE / "control").glob("*.py")), ids=name_of)
def test_control_imports_nothing_but_itself(path):
    for module, level in imports(ast.parse(path.read_text())):
        if module == "array":
            continue  # memory, and nothing else: half of a list's on the board
        assert level == 1 and "." not in module, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_boards_construct_hardware_and_nobody_below_reads_a_clock(path):
    for module, level in imports(ast.parse(path.read_text())):
        top = module.split(".")[0]
        assert level or top not in ("machine", "time", "utime", "esp32", "rp2", "network"), f"{path}: {module}"
        if top == "board":
            assert path.name in ("boot.py", "main.py")


@pytest.mark.parametrize(("folder", "forbidden"), [
    ("control", ("drivers", "node", "equipment", "metering", "storage", "tables", "links", "app", "console")),
    ("drivers", ("node", "equipment", "control", "metering", "storage", "tables", "links", "app", "console")),
    ("metering", ("node", "equipment", "control", "drivers", "storage", "tables", "links", "app", "console")),
    ("storage", ("node", "equipment", "control", "drivers", "metering", "tables", "links", "app", "console")),
])
def test_one_direction_no_circle(folder, forbidden):
    for path in (PACKAGE / folder).glob("*.py"):
        for module, _level in imports(ast.parse(path.read_text())):
            assert module.split(".")[0] not in forbidden, f"{path.name} imports {module}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_floats_and_no_bare_except(path):
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{path}:{node.lineno} float"
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), f"{path}:{node.lineno} true division"
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"{path}:{node.lineno} bare except"


@pytest.mark.parametrize("path", SCAN, ids=name_of)
def test_nothing_in_the_scan_prints_or_builds(path):
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef) or function.name in NOT_IN_SCAN:
            continue
        for node in ast.walk(function):
            where = f"{path.name}:{getattr(node, 'lineno', 0)} in {function.name}"
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("print", "open", "range", "list",
                                                                                      "dict", "str", "enumerate", "zip")
                        and function.name not in ("crc8", "begin")), where
            assert not isinstance(node, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.JoinedStr, ast.Lambda)), where


@pytest.mark.parametrize(("name", "variable", "rows"), [
    ("links/modbus/client", "far.p", points.FAR), ("links/modbus/client", "self.line.p", points.BUS)])
def test_only_points_of_the_table_are_used(name, variable, rows):
    """Where pyright does not see the type of a block; everywhere else it checks (tables/shapes.pyi)."""
    allowed = {row.name for row in rows} | {"name", "rows", "base", "changed", "kind", "index"}
    used = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{name}.py").read_text())):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == variable:
            used.add(node.attr)
    assert used and used <= allowed, used - allowed


@pytest.mark.parametrize("path", SOURCES + sorted((ROOT / "boards").rglob("*.py")), ids=name_of)
def test_functions_fit_on_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, f"{node.name} has {node.end_lineno - node.lineno} lines"


@pytest.mark.parametrize("path", sorted((ROOT / "boards").rglob("*.py")), ids=name_of)
def test_a_board_does_not_reach_into_the_app(path):
    seen = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
            and ast.unparse(node.value) in ("app", "self.app", "node_app")}
    assert seen <= {"poll", "poll_links", "has_links", "idle_ms", "heartbeat", "turns", "write"}, seen


def test_boot_switches_off_first():
    first = ast.parse((FIRMWARE / "boot.py").read_text()).body[:2]
    assert ast.unparse(first[0]) == "import board" and ast.unparse(first[1]) == "board.safe()"


def test_the_watchdog_is_fed_in_one_place():
    feeds = [p for p in SOURCES for node in ast.walk(ast.parse(p.read_text()))
             if isinstance(node, ast.Attribute) and node.attr == "feed"]
    assert feeds == [PACKAGE / "node" / "scan.py"]


def test_top_level_holds_only_what_was_agreed():
    seen = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")} - {"build", "bench.json"}
    assert seen <= {"firmware", "boards", "host_tests", "tools", "Makefile", "README.md", "pyproject.toml", "LICENSE",
                    "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}


def test_nothing_outside_writes_a_point_but_the_command_layer():
    """Points are written by name (setattr, Points.write) by the table itself, the stored settings, and commands.

    console/proof.py puts simulated inputs in the place of drivers' own, in service mode: attributes of drivers, no points.
    """
    found = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                text = ast.unparse(node.func)
                if text == "setattr" or text.endswith("points.write"):
                    found.setdefault(name_of(path), set()).add(text)
    assert found == {
        "firmware/wellhearth/tables/points.py": {"setattr"}, "firmware/wellhearth/tables/config.py": {"setattr"},
        "firmware/wellhearth/tables/plant_config.py": {"setattr"},
        "firmware/wellhearth/equipment/probe.py": {"setattr"}, "firmware/wellhearth/storage/settings.py": {"points.write"},
        "firmware/wellhearth/links/commands.py": {"setattr"}, "firmware/wellhearth/console/proof.py": {"setattr"}}
    touched = [f"{path.name}:{node.lineno} {node.attr}" for path in (PACKAGE / "links").rglob("*.py")
               for node in ast.walk(ast.parse(path.read_text()))
               if isinstance(node, ast.Attribute) and node.attr in ("command", "set_pm", "safe", "force")]
    assert touched == [], "a link touches an output"


@pytest.mark.parametrize("folder", ["harness", "plant"])
def test_the_world_never_imports_the_tools(folder):
    for path in (ROOT / "host_tests" / folder).rglob("*.py"):
        for module, _level in imports(ast.parse(path.read_text())):
            assert module.split(".")[0] not in ("whtools", "rich", "pytest"), f"{path.name} imports {module}"
            assert folder == "harness" or module.split(".")[0] != "harness", f"{path.name} imports {module}"


def opens_text(call: ast.Call) -> bool:
    """Whether a call reads or writes a text in whatever encoding the computer has."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return False
    modes = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
             and len(arg.value) <= 3 and set(arg.value) <= set("rwaxbt+")]
    plain = isinstance(call.func, ast.Name) and name == "open"
    return name in ("read_text", "write_text") or ((plain or modes != []) and name in ("open", "fdopen")
                                                   and not any("b" in mode for mode in modes))


@pytest.mark.parametrize("folder", ["tools", "host_tests/harness", "host_tests/plant"])
def test_texts_are_utf_8_on_every_computer(folder):
    """A Chinese Windows reads and writes GBK where nobody says otherwise."""
    silent = [f"{name_of(path)}:{call.lineno}" for path in sorted((ROOT / folder).rglob("*.py"))
              for call in ast.walk(ast.parse(path.read_text())) if isinstance(call, ast.Call) and opens_text(call)]
    assert silent == []
