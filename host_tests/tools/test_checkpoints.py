"""Checkpoints: what is stored, what is refused."""

from __future__ import annotations

import array
import os

import pytest

from doubles import houses
from doubles.houses import build, decided
from doubles.season_run import files, known
from harness import checkpoint, inprocess

# -- checkpoints --

class Part:
    def __init__(self):
        self.memory = array.array("i", range(8))
        self.view = memoryview(self.memory).cast("B")[8:20]
        unit = "degC"
        self.tell = lambda i, of=self.memory: f"{of[i]} {unit}"
        self.bound = self.read

    def read(self):
        return self.memory[2]


def test_views_lambdas_and_bound_methods_come_back_joined(tmp_path):
    with build(inprocess.Rig) as rig:
        rig.run(10)
        part = Part()
        data = checkpoint.freeze(rig, {"part": part})
        other, extra = checkpoint.thaw(data)
        with other:
            back = extra["part"]
            back.view[0:4] = (77).to_bytes(4, "little")
            assert back.memory[2] == back.bound() == 77 and back.tell(2) == "77 degC" and part.memory[2] == 2
            assert other.folder != rig.folder and files(other) == files(rig)
            for _ in range(2000):
                rig.step()
                other.step()
                assert decided(rig) == decided(other)
            assert rig.events == other.events and rig.plant.truth == other.plant.truth
            for one in (rig, other):
                one.restart()
                one.run(20)
            assert known(rig) == known(other) and files(rig) == files(other)


def test_what_cannot_be_stored_is_told(tmp_path):
    with build(inprocess.Rig) as rig:
        for broken in (open(os.devnull), (i for i in range(3))):  # noqa: SIM115
            with pytest.raises(checkpoint.CheckpointError, match="cannot be stored"):
                checkpoint.freeze(rig, {"broken": broken})
        with pytest.raises(checkpoint.CheckpointError, match="no checkpoint was written: .*cannot be stored"):
            checkpoint.apart(lambda: checkpoint.freeze(rig, {"broken": (i for i in range(3))}))
    data = houses.house_config(2)
    data["bms"] = {"address": 1}
    with build(inprocess.Rig, data=data) as rig, pytest.raises(checkpoint.CheckpointError, match="bus or bms"):
        rig.run(1)
        checkpoint.freeze(rig, {})


def test_a_checkpoint_of_other_code_or_another_run_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "1.checkpoint"
    checkpoint.write(path, {"seed": 1}, b"data")
    assert checkpoint.read(path, {"seed": 1})[1] == b"data" and [p.name for p in tmp_path.iterdir()] == ["1.checkpoint"]
    with pytest.raises(checkpoint.CheckpointError, match="its seed is 1, this one's is 2"):
        checkpoint.read(path, {"seed": 2})
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    with pytest.raises(checkpoint.CheckpointError, match="damaged"):
        checkpoint.read(path)
    path.write_bytes(b"something else")
    with pytest.raises(checkpoint.CheckpointError, match="no checkpoint"):
        checkpoint.read(path)
    path.write_bytes(whole)
    monkeypatch.setattr(checkpoint, "code_revision", lambda: "another")
    with pytest.raises(checkpoint.CheckpointError, match="other code"):
        checkpoint.read(path)
    monkeypatch.undo()
    monkeypatch.setattr(checkpoint, "VERSION", 2)
    with pytest.raises(checkpoint.CheckpointError, match="version 1, wanted 2"):
        checkpoint.read(path)
