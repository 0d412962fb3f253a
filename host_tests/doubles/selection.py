"""What runs in `make test` and what in `make test-long`: for tests marked `both`, and for parameters of which some are long.

conftest.py sets `python` for each test.
"""

from __future__ import annotations

import pytest

from harness import checkpoint, inprocess, lockstep, village

IN_PROCESS, MICROPYTHON = "in_process", "micropython"
python = MICROPYTHON  # where the rigs of the test that runs now have their firmware


def in_process() -> bool:
    """Whether this run of a test marked `both` is the quick one of `make test`."""
    return python == IN_PROCESS


def rig_kind():
    """The class of rigs."""
    return inprocess.Rig if in_process() else lockstep.Rig


def village_kind():
    """The class of villages."""
    return inprocess.Village if in_process() else village.Village


def some(values, n: int = 1) -> list:
    """pytest parameters: the first n in `make test`, the others in `make test-long`."""
    values = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*value, marks=[pytest.mark.long] if i >= n else []) for i, value in enumerate(values)]


_warm: dict[str, bytes] = {}


def warmed(what, make, warm_up):
    """A rig after its warm-up. In this process each warm-up is simulated once, and every test has a copy of where it ended:
    a copy goes on to the same byte (test_season_mode.py). `what` names it: config, world, seed."""
    key = repr(what)
    if key not in _warm:
        rig = make()
        try:
            warm_up(rig)
            if not isinstance(rig, inprocess.Rig):
                return rig
            _warm[key] = checkpoint.freeze(rig, {})
        except BaseException:
            rig.close()
            raise
        rig.close()
    return checkpoint.thaw(_warm[key])[0]
