"""tools/install.py: every line of a requirements file is in a group; a torn environment is mended; a failure is told."""

from __future__ import annotations

import subprocess
import sys

import pytest

import install
from doubles.houses import ROOT

FILES = sorted((ROOT / "tools").glob("requirements*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_requirement_is_in_a_group_with_a_title(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    wanted = [line.partition("  #")[0].strip() for line in lines]
    found = install.groups(path.read_text())
    assert [requirement for _, group in found for requirement in group] == wanted
    assert all(title and group for title, group in found)


def test_a_line_before_the_first_title_is_not_lost():
    assert install.groups("a==1\n# note\n# == more\nb==2  # why\n") == [("packages", ["a==1"]), ("more", ["b==2"])]


def test_an_environment_that_was_torn_off_is_not_complete(tmp_path):
    assert not install.complete(tmp_path)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)
    assert install.python_of(tmp_path).exists() and not install.complete(tmp_path)


def test_what_pip_says_of_a_failure_is_shown(monkeypatch, tmp_path, capfd):
    text = "print('Collecting numpy==2.2.6'); print('ERROR: no such thing'); raise SystemExit(3)"
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{text}"\n')
    python.chmod(0o755)
    assert install.pip(tmp_path, ["numpy==2.2.6"]) == 3
    out, err = capfd.readouterr()
    assert "    numpy==2.2.6" in out and "ERROR: no such thing" in err
