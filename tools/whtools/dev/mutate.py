"""`wellhearth mutate`: mutation test of firmware/wellhearth/control with cosmic-ray, in a copy of the sources.

Each module is tested by the test files that are about it. A survivor is a change that no test noticed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from .. import ROOT

COPY = ROOT / "build" / "mutate"
BASICS, FINE, LOOPS, PLAN, SOURCE, WELL = (
    f"host_tests/unit/control/test_{name}.py"
    for name in ("control_basics", "fine_points", "loops", "plan", "source", "well_loop"))
DOCS = "host_tests/tools/test_docs.py"
TESTS = {
    (SOURCE,): ("capacity", "stack", "verify", "secondary"), (SOURCE, FINE): ("flowproof", "flowline", "motor"),
    (PLAN, FINE): ("schedule", "plan"), (BASICS,): ("pi", "ramp", "starts"), (BASICS, DOCS, FINE): ("trips",),
    (LOOPS,): ("thermostat", "fan"), (LOOPS, FINE): ("room",), (WELL, LOOPS): ("well", "overrides"),
}
# Mutants that only say the same again: each arithmetic operator is tried as three others and each comparison as its
# neighbours; powers, shifts and bit operators in place of arithmetic die in any test that computes at all, and `is` between
# small ints is `==`.
DULL = re.compile(r"ReplaceBinaryOperator_(?!Bit|LShift|RShift)\w+_(Pow|[LR]Shift|BitOr|BitAnd|BitXor|Mod)$"
                  r"|ReplaceBinaryOperator_(Bit|LShift|RShift)\w*_(?!BitXor|BitAnd|Add|RShift|LShift)\w+$"
                  r"|ReplaceComparisonOperator_\w+_Is(Not)?$|ReplaceUnaryOperator_USub_(Invert|Not)$")
CONFIG = """[cosmic-ray]
module-path = "firmware/wellhearth/control/{module}.py"
timeout = 60.0
excluded-modules = []
test-command = "{python} -S -E tools/whtools/dev/forktest.py ask forktest.sock {tests}"

[cosmic-ray.distributor]
name = "local"
"""


def environment() -> dict[str, str]:
    """What cosmic-ray and the tests run in."""
    return dict(os.environ, PYTHONPATH="tools:host_tests:firmware", WELLHEARTH_EXAMPLES="25", PYTHONDONTWRITEBYTECODE="1")


def copy_sources() -> None:
    """A fresh copy of what the tests need."""
    shutil.rmtree(COPY, ignore_errors=True)
    for folder in ("firmware", "boards", "host_tests", "tools"):
        shutil.copytree(ROOT / folder, COPY / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, COPY)
    # The tests keep their rewritten bytecode; the firmware has none, so that a mutant is never mistaken for another.
    files = sorted({name for tests in TESTS for name in tests})
    subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *files],
                   cwd=COPY, env=dict(environment(), PYTHONDONTWRITEBYTECODE=""), capture_output=True)
    for cache in (COPY / "firmware").rglob("__pycache__"):
        shutil.rmtree(cache)


def ray(*words: str) -> str:
    """Run cosmic-ray in the copy."""
    command = [sys.executable, "-m", "cosmic_ray.cli", *words]
    done = subprocess.run(command, cwd=COPY, env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.returncode, f"cosmic-ray {' '.join(words)}: {done.stderr.strip()[-300:]}")
    return done.stdout


def thin(session: Path, share: float, seed: int) -> tuple[int, int]:
    """Keep a seeded share of a session's mutants that are not dull; returns (kept, all)."""
    with sqlite3.connect(session) as db:
        specs = db.execute("SELECT job_id, operator_name FROM mutation_specs"
                           " ORDER BY operator_name, occurrence, start_pos_row, start_pos_col").fetchall()
        telling = [job for job, operator in specs if not DULL.search(operator)]
        keep = set(random.Random(seed).sample(telling, max(1, round(len(telling) * share))))
        jobs = [job for job, _ in specs]
        for job in jobs:
            if job not in keep:
                db.execute("DELETE FROM mutation_specs WHERE job_id = ?", (job,))
                db.execute("DELETE FROM work_items WHERE job_id = ?", (job,))
    return len(keep), len(jobs)


def survivors(session: Path) -> tuple[int, list[tuple[int, str, str]]]:
    """(mutants tested, [(line, operator, changed line)]) of a finished session."""
    with sqlite3.connect(session) as db:
        total = db.execute("SELECT COUNT(*) FROM work_results").fetchone()[0]
        rows = db.execute(
            "SELECT m.start_pos_row, m.operator_name, r.diff FROM work_results r JOIN mutation_specs m USING (job_id)"
            " WHERE r.test_outcome = 'SURVIVED' ORDER BY m.start_pos_row").fetchall()
    changed = []
    for line, operator, diff in rows:
        lines = (diff or "").splitlines()
        added = [text[1:].strip() for text in lines if text.startswith("+") and not text.startswith("+++")]
        changed.append((line, operator.split("/")[-1], " / ".join(added)))
    return total, changed


def run(args) -> int:
    """Mutate, test, report. Status 0 when every module's tests passed unchanged and its mutants were run."""
    copy_sources()
    command = [sys.executable, "tools/whtools/dev/forktest.py", "serve", "forktest.sock"]
    server = subprocess.Popen(command, cwd=COPY, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        return mutants(args)
    finally:
        server.kill()
        server.wait()


def mutants(args) -> int:
    """Every module in turn."""
    begun = time.perf_counter()
    alive = tested = 0
    for tests, modules in TESTS.items():
        for module in modules:
            if args.module and module not in args.module:
                continue
            name, session = f"{module}.toml", COPY / f"{module}.sqlite"
            config = CONFIG.format(module=module, tests=" ".join(tests), python=sys.executable)
            (COPY / name).write_text(config, encoding="utf-8")
            ray("init", name, session.name)
            kept, of = thin(session, args.share, args.seed)
            ray("baseline", name)
            ray("exec", name, session.name)
            total, left = survivors(session)
            alive, tested = alive + len(left), tested + total
            print(f"{module}: {total - len(left)} of {total} mutants killed ({kept} of {of} tried), "
                  f"{time.perf_counter() - begun:.0f} s", flush=True)
            for line, operator, change in left:
                print(f"  survivor control/{module}.py:{line} {operator}: {change}", flush=True)
    print(f"{tested - alive} of {tested} mutants killed, {alive} survived, {time.perf_counter() - begun:.0f} s")
    return 0
