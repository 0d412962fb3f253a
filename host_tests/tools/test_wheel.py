"""The wheel: it asks for what the environment installs, and its command works anywhere and writes nothing beside itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile

import pytest

from doubles.houses import ROOT
from whtools.device import build

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RUN = "import wellhearth_host; raise SystemExit(wellhearth_host.main())"
NOT_NEEDED = {"micropython-rp2-stubs", "micropython-stdlib-stubs"}  # an editor's


def git(*words):
    """What git answers."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def pins(text):
    """{name: version} of what is pinned in a text."""
    return dict(re.findall(r"^([a-z0-9-]+)==([\w.]+)", text, re.M))


def test_the_wheel_asks_for_what_the_environment_installs():
    asked = pins("\n".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]))
    installed = pins((ROOT / "tools" / "requirements.txt").read_text().partition("# == tests")[0])
    assert asked == {name: version for name, version in installed.items() if name not in NOT_NEEDED}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling", reason="make test-release has it")
    out = tmp_path_factory.mktemp("wheel")
    for folder in (out / "one", out / "two"):
        done = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    (one,), (two,) = (out / "one").iterdir(), (out / "two").iterdir()
    assert one.read_bytes() == two.read_bytes()
    return one


def test_one_name_in_site_packages_and_every_source(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names} == {"wellhearth_host", f"wellhearth-{build.version()}.dist-info"}
    missing = [name for name in git("ls-files", "firmware", "boards", "tools/whtools", "host_tests/harness",
                                    "host_tests/plant").split()
               if not name.endswith(".svg") and "wellhearth_host/" + name not in names]
    assert not missing, missing


def test_the_command_works_away_from_the_repository(wheel, tmp_path):
    site, cwd = tmp_path / "site", tmp_path / "home"
    zipfile.ZipFile(wheel).extractall(site)
    cwd.mkdir()
    before = {path for path in site.rglob("*") if "__pycache__" not in path.parts}
    env = {**os.environ, "PYTHONPATH": str(site), "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def wellhearth(*words):
        done = subprocess.run([sys.executable, "-c", RUN, *words], cwd=cwd, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "build/sim/winter_day" in wellhearth("sim", "--hours", "0.05", "--plain")
    assert (cwd / "build" / "sim" / "winter_day" / "trace.csv").exists()
    assert f"({git('rev-parse', '--short', 'HEAD').strip()})" in wellhearth("build", "--board", "rpi_pico")
    assert (cwd / "build" / "rpi_pico" / "manifest.json").exists()
    assert {path for path in site.rglob("*") if "__pycache__" not in path.parts} == before
