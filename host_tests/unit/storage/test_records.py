"""Records: another shape, an error of the file system, a cut between two writes, small pieces."""

from __future__ import annotations

import json
import zlib

import pytest

from doubles.houses import app_of
from doubles.houses import make_inside as make
from doubles.stored import boot
from wellhearth.storage import boot_record, record
from wellhearth.tables import causes


@pytest.mark.parametrize("text", ['{"starts": null}', '{"starts": null, "locked": [], "meters": {}}', "{}", "[]", "", "{",
                                  '{"starts": {}, "locked": 3, "meters": {}}', '{"starts": {"well.pump": 5}, "locked": [],'
                                  ' "meters": {}}', '{"starts": {}, "locked": [], "meters": {"well.run": [9999, 0]}}',
                                  '{"starts": {}, "locked": [], "meters": [], "learned": []}', "\xff\xff", "\0" * 40])
def test_a_ledger_of_another_shape_is_the_safe_case(text):
    with make(1) as rig:
        rig.run(1)
        (rig.folder / "ledger.json").write_bytes(text.encode("latin-1"))
        app = boot(rig)
        assert app.node.p.damaged == boot_record.LEDGER
        assert app.node.well.p.lockouts == 1 << causes.bit("record_lost")
        assert app.node.rooms[0].p.lockouts == 1 << causes.bit("unit_record_lost")


def test_an_error_of_the_file_system_is_no_new_board(monkeypatch):
    with make(1) as rig:
        rig.run(20)
        for name in ("ledger.json", "ledger.json.2"):
            (rig.folder / name).unlink()
            (rig.folder / name).mkdir()  # reads as EISDIR
        app = boot(rig)
        assert app.node.p.damaged == boot_record.LEDGER and app.node.well.p.lockouts
        for name in ("ledger.json", "ledger.json.2"):
            (rig.folder / name).rmdir()
        assert boot(rig).node.p.damaged == 0, "no file and no start in the log: a new board"
        app_of(rig).records.log.add(1)
        assert boot(rig).node.p.damaged == boot_record.LEDGER, "files gone, and a motor has run here"


def test_a_power_cut_between_the_writes_of_a_save_leaves_the_newest_whole(monkeypatch, tmp_path):
    steps = []
    real = record.os.rename
    path = str(tmp_path / "ledger.json")
    for cut in range(2):
        r = record.Record(path)
        r.read()
        r.write(['"v": 0'])
        steps.clear()

        def rename(old, new, cut=cut):
            if len(steps) == cut:
                raise OSError(5)
            steps.append(new)
            real(old, new)
        monkeypatch.setattr(record.os, "rename", rename)
        with pytest.raises(OSError):
            r.write(['"v": 1'])
        monkeypatch.setattr(record.os, "rename", real)
        fresh = record.Record(path)
        assert fresh.read() == {"v": cut} and fresh.damage == ""


def test_a_record_is_readable_at_the_prompt(tmp_path):
    r = record.Record(str(tmp_path / "a.json"))
    r.write(['"room": 1'])
    head, text = (tmp_path / "a.json").read_text().split("\n")
    words = head.split()
    assert words[:4] == ["wellhearth", "1", "1", str(len(text))] and json.loads(text) == {"room": 1}
    assert int(words[4], 16) == zlib.crc32((" ".join(words[:4]) + " " + text).encode())


def test_a_record_is_read_and_written_in_small_pieces(tmp_path, monkeypatch):
    """A heap in pieces has no room for 6 kB in one: nobody but json's own parser may ask for more than PIECE bytes."""
    path = str(tmp_path / "a.json")
    made = [list(record.group("starts", ((f"room{i}.motor", [i, 2 * i]) for i in range(200)))),
            list(record.group("none", ()))]
    parts = [*made[0], ", ", *made[1]]
    assert max(len(part) for part in parts) < 60
    written = []
    real = record.write_pieces
    monkeypatch.setattr(record, "write_pieces", lambda path, pieces: (written.append(list(pieces)), real(path, pieces)))
    r = record.Record(path)
    r.write(parts)
    assert len(written) == 2 and max(len(piece) for pieces in written for piece in pieces) < record.PIECE + 60
    fresh = record.Record(path)
    assert fresh.read() == {"starts": {f"room{i}.motor": [i, 2 * i] for i in range(200)}, "none": {}}
    assert (fresh.number, fresh.damage) == (1, "") and record.number_of(path + ".2") == 1
    assert len((tmp_path / "a.json").read_bytes()) > 10 * record.PIECE
