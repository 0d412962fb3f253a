"""`wellhearth backup` and `restore`: a node that comes back, on its own board or on a new one."""

from __future__ import annotations

import json
import struct
from binascii import crc32

import pytest

from doubles.command import call
from doubles.houses import house_config, make_inside, make_rig
from doubles.provisioned import new_unit, secret
from doubles.selection import some
from wellhearth.storage import history, record
from whtools.device import backup, provision
from whtools.papers import days


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A unit in a folder, and its operator's key file."""
    return new_unit(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The files of a node that has run for an hour, and its last points."""
    with make_inside(1) as rig:
        rig.run(3500)
        assert rig.write("room1.setpoint_mc", 22500) == ""
        rig.run(700)
        files = {path.name: path.read_bytes() for path in rig.folder.iterdir()}
        ledger = json.loads(record.unseal(files["ledger.json"])[1])
        assert ledger["meters"]["room1.source"][0] > 500 and ledger["starts"]["room1.compressor"]
        return files


def lay(folder, files):
    for name, data in files.items():
        (folder / name).write_bytes(data)


@pytest.mark.long  # a new board below has the same and a key more
def test_a_node_comes_back_on_its_own_unit_with_all_it_knew(unit, lived, tmp_path, capsys):
    lay(unit.folder, lived)
    call(capsys, "provision", "--keys", unit.keys)
    path = tmp_path / "node.backup"
    status, text = call(capsys, "backup", path)
    assert status == 0 and "config.json, settings.json, ledger.json of unit" in text
    text = path.read_text()
    assert not any(secret(unit)[key] in text for key in provision.KEYS), "keys never leave the unit"
    own = json.loads(record.unseal(lived["ledger.json"])[1])
    now = dict(own, meters={name: [0, 0] for name in own["meters"]}, locked=["room1.high_pressure"],
               starts={"room1.compressor": [5, 4, 3]}, serial=own["serial"] + 3)
    for name in ("ledger.json", "ledger.json.2"):
        body = json.dumps(now).encode()
        (unit.folder / name).write_bytes(record.head(body, 99).encode() + body)
    (unit.folder / "settings.json").unlink()
    (unit.folder / "settings.json.2").unlink()
    status, text = call(capsys, "restore", path)
    assert status == 0 and "the node runs" in text
    number, body = record.unseal((unit.folder / "ledger.json").read_bytes())
    found = json.loads(body)
    assert number == 100 and found["meters"] == own["meters"] and found["learned"] == own["learned"]
    assert found["locked"] == ["room1.high_pressure"] and found["starts"]["room1.compressor"] == [5, 4, 3], "none forgiven"
    assert found["serial"] == own["serial"] + 3
    settings_now = json.loads(record.unseal((unit.folder / "settings.json.2").read_bytes())[1])
    assert settings_now["room1.setpoint_mc"] == 22500 and not list(unit.folder.glob("*.part"))


def test_another_unit_is_refused_unless_it_takes_the_place_and_its_motors_have_just_started(unit, lived, tmp_path, capsys):
    lay(unit.folder, lived)
    path = tmp_path / "node.backup"
    call(capsys, "backup", path)
    own = json.loads(record.unseal(lived["ledger.json"])[1])
    for old in unit.folder.iterdir():
        old.unlink()
    lay(unit.folder, {"config.json": json.dumps(house_config(1)).encode()})
    unit.chip = "ffff"
    status, text = call(capsys, "restore", path)
    assert status == 2 and "--other-unit" in text and "ffff" in text
    assert [p.name for p in unit.folder.iterdir()] == ["config.json"]
    status, text = call(capsys, "restore", path, "--other-unit")
    assert status == 0
    found = json.loads(record.unseal((unit.folder / "ledger.json").read_bytes())[1])
    assert found["starts"]["room1.compressor"] == [*own["starts"]["room1.compressor"], 0] and found["serial"] == 0
    assert found["meters"] == own["meters"]


def test_a_damaged_backup_and_one_that_does_not_fit_change_nothing(unit, lived, tmp_path, capsys):
    lay(unit.folder, lived)
    path = tmp_path / "node.backup"
    call(capsys, "backup", path)
    whole = path.read_bytes()
    before = {p.name: p.read_bytes() for p in unit.folder.iterdir()}
    for data, words in ((whole[:-5], "is damaged"), (whole.replace(b"22500", b"22501"), "is damaged"), (b"{}", "no backup"),
                        (b"", "no backup"), (whole.replace(b"backup 1", b"backup 2", 1), "version 2")):
        path.write_bytes(data)
        status, text = call(capsys, "restore", path)
        assert status == 2 and words in text, text
    content = backup.unseal(whole, "x")
    content["files"]["config.json"]["well"]["min_flow_lph"] = 7
    path.write_bytes(backup.seal(content))
    status, text = call(capsys, "restore", path)
    assert status == 2 and "nothing was restored" in text and "min_flow_lph = 7" in text
    assert {p.name: p.read_bytes() for p in unit.folder.iterdir()} == before


def test_a_new_board_goes_on_where_the_old_one_was(unit, lived, tmp_path, capsys):
    lay(unit.folder, lived)
    path = tmp_path / "node.backup"
    call(capsys, "backup", path)
    ledger = json.loads(record.unseal(lived["ledger.json"])[1])
    with make_rig(1) as rig:
        rig.run(3)
        unit.folder, unit.chip = rig.folder, "ffff"
        assert call(capsys, "restore", path, "--other-unit")[0] == 0
        rig.restart()
        rig.run(3)
        p = rig.points()
        assert p["node.damaged"] == 0 and p["room1.setpoint_mc"] == 22500
        assert [p["well.circulated_l"], p["well.circulated_m3"]] == ledger["meters"]["well.circulated"]
        assert p["room1.starts_1h"] >= len(ledger["starts"]["room1.compressor"])


def row(number, day):
    values = [3, day, 1440, 4, 1, 1402, 1098, 12, number % 1000, 12, number % 1000, 0, 456789, 0, 0, 0]
    data = struct.pack(history.FORMAT, 1, values[0], number, *values[1:])
    return data + struct.pack("<I", crc32(data))


def rows_in(folder):
    data = b"".join((folder / name).read_bytes() for name in ("history.bin.old", "history.bin") if (folder / name).exists())
    return [row.number for row in days.rows_of(data)]


@pytest.mark.long
@pytest.mark.parametrize("count", some([3, 400, 700]))
def test_the_daily_rows_come_back_and_those_written_since_stay(unit, lived, tmp_path, capsys, count):
    lay(unit.folder, lived)
    old = max(0, count - 400) and 400
    (unit.folder / "history.bin.old").write_bytes(b"".join(row(n, 9000 + n) for n in range(1, old + 1)))
    (unit.folder / "history.bin").write_bytes(b"".join(row(n, 9000 + n) for n in range(old + 1, count + 1)))
    (unit.folder / "recent.bin").write_bytes(b"ten")
    path = tmp_path / "node.backup"
    assert call(capsys, "backup", path)[0] == 0
    content = backup.unseal(path.read_bytes(), "x")
    assert len(content["history"]) == count and bytes.fromhex(content["recent"]) == b"ten"
    (unit.folder / "history.bin.old").unlink()
    (unit.folder / "history.bin").write_bytes(row(count, 9000 + count) + row(count + 1, 9001 + count))
    status, text = call(capsys, "restore", path)
    assert status == 0 and rows_in(unit.folder) == list(range(1, count + 2))
    assert len((unit.folder / "history.bin").read_bytes()) <= 400 * 54 and not list(unit.folder.glob("*.part"))
    assert "history restored: " in "".join(unit.left)
    (unit.folder / "history.bin").write_bytes(row(1, 9500 + count))  # it began to count anew: told by its day
    assert call(capsys, "restore", path)[0] == 0 and rows_in(unit.folder) == [*range(1, count + 1), 1]


@pytest.mark.long
def test_another_units_rows_do_not_mix_with_those_of_the_board_it_came_on(unit, lived, tmp_path, capsys):
    lay(unit.folder, lived)
    (unit.folder / "history.bin").write_bytes(row(1, 9001) + row(2, 9002))
    path = tmp_path / "node.backup"
    call(capsys, "backup", path)
    unit.chip = "ffff"
    (unit.folder / "history.bin").write_bytes(row(5, 9999))
    assert call(capsys, "restore", path, "--other-unit")[0] == 0 and rows_in(unit.folder) == [1, 2]


# -- signed orders --


# -- the network --
