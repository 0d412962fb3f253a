"""`wellhearth provision`, `backup`, `restore`: keys that are nowhere but where they belong, and a node that comes back."""

from __future__ import annotations

import json
import os
import re
import stat
import types

import pytest

from doubles.command import call
from doubles.folder_link import FolderLink
from doubles.houses import house_config, make_inside, make_rig
from wellhearth.console import identity as board_side
from wellhearth.storage import record
from whtools.device import backup, keyring, provision, settings
from whtools.device.link import LinkError


class Unit(FolderLink):
    """A board that answers `identity` as the firmware does, in a MicroPython; chip: what its chip calls itself."""

    chip = "e66138528361bc32"

    def ask(self, view, *arguments):
        if view != "identity":
            return super().ask(view, *arguments)
        code = ("import json,types\nfrom wellhearth.console import identity\n"
                "print(json.dumps(identity.rows(types_board)))")
        code = code.replace("import json,types", "import json\nclass types_board:\n    SECRET_PATH='secret.json'")
        return {"headings": ("what", "now"), "rows": json.loads(self.run(code))}

    def run(self, code, timeout_s=30):
        return self.chip if code == backup.CHIP else super().run(code, timeout_s)

    def leave_with(self, code, last_word):
        super().leave_with(code, last_word)
        super().run(code.replace("machine.reset()", "").replace(",machine", ""))


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A unit in a folder, and its operator's key file."""
    link = Unit(tmp_path / "unit")
    link.folder.mkdir()
    for module in (provision, backup, settings):
        monkeypatch.setattr(module, "Link", lambda port: link)
        monkeypatch.setattr(module, "find_port", lambda port: "/dev/fake")
    monkeypatch.setattr(backup, "reconnect", lambda port: link)
    monkeypatch.setattr(settings.Node, "board", lambda self: None)
    link.keys = tmp_path / "operator" / "keys.json"
    return link


def secret(link):
    return json.loads(record.unseal((link.folder / "secret.json").read_bytes())[1])


# -- keys --


def test_keys_are_on_the_unit_and_in_the_key_file_and_nowhere_else(unit, capsys):
    os.umask(0o022)
    status, text = call(capsys, "provision", "--keys", unit.keys, "--name", "house 7")
    assert status == 0 and "owner 1, house 7" in text and text.count("in the key file") == 3
    mine = json.loads(unit.keys.read_text())["units"]
    (number, entry), = mine.items()
    there = secret(unit)
    assert {key: entry[key] for key in ("id", "owner", *provision.KEYS)} == there and re.fullmatch("[0-9a-f]{12}", number)
    keys = [there[key] for key in provision.KEYS]
    assert len(set(keys)) == 3 and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
    assert not any(key in text for key in keys), "never printed"
    assert stat.S_IMODE(unit.keys.stat().st_mode) == 0o600 and stat.S_IMODE(unit.keys.parent.stat().st_mode) == 0o700
    assert (unit.folder / "secret.json").read_bytes() == (unit.folder / "secret.json.2").read_bytes()
    status, text = call(capsys, "provision", "--keys", unit.keys, "--show")
    assert status == 0 and provision.fingerprint(keys[0]) in text and not any(key in text for key in keys)
    assert list(unit.keys.parent.iterdir()) == [unit.keys] and not list(unit.folder.glob("*.new"))


def test_keys_are_not_replaced_unasked_and_a_new_owner_voids_the_old_ones(unit, capsys, tmp_path):
    call(capsys, "provision", "--keys", unit.keys)
    first = secret(unit)
    status, text = call(capsys, "provision", "--keys", unit.keys)
    assert status == 2 and "--new-owner" in text and secret(unit) == first
    theirs = tmp_path / "new owner" / "keys.json"
    status, text = call(capsys, "provision", "--keys", theirs, "--new-owner")
    now = secret(unit)
    assert status == 0 and now["id"] == first["id"] and now["owner"] == 2
    assert not {first[key] for key in provision.KEYS} & {now[key] for key in provision.KEYS}
    status, text = call(capsys, "provision", "--keys", unit.keys, "--show")
    assert text.count("ANOTHER one is in the key file") == 3
    theirs.unlink()
    status, text = call(capsys, "provision", "--keys", theirs, "--lost")
    assert status == 0 and secret(unit)["owner"] == 2 and secret(unit)["unit"] != now["unit"]
    status, text = call(capsys, "provision", "--keys", theirs, "--lost")
    kept = json.loads(theirs.read_text())["units"][first["id"]]["replaced"]
    assert len(kept) == 1 and set(kept[0]) == {"made", "owner", "unit"}, "what its old key signed stays verifiable"


def test_nothing_to_replace_and_a_file_that_others_read(unit, capsys):
    status, text = call(capsys, "provision", "--keys", unit.keys, "--lost")
    assert status == 2 and "no keys to replace" in text
    status, text = call(capsys, "provision", "--keys", unit.keys, "--show")
    assert status == 0 and "no keys yet" in text
    call(capsys, "provision", "--keys", unit.keys)
    unit.keys.chmod(0o640)
    status, text = call(capsys, "provision", "--keys", unit.keys, "--show")
    assert status == 2 and "others may read it (mode 640)" in text
    unit.keys.chmod(0o600)
    for text in ("{", "[]", '{"version": 1}', '{"version": 9, "units": {}}'):
        unit.keys.write_text(text)
        with pytest.raises(LinkError, match="damaged|version 9"):
            keyring.Keyring(unit.keys)


@pytest.mark.parametrize("fails_at", range(12))
def test_whenever_it_is_cut_short_the_file_has_the_keys_that_the_unit_has(unit, capsys, monkeypatch, fails_at):
    call(capsys, "provision", "--keys", unit.keys)
    calls = [0]
    run = unit.run

    def cut(code, timeout_s=30):
        calls[0] += 1
        if calls[0] > fails_at:
            raise LinkError("unplugged")
        return run(code, timeout_s)
    monkeypatch.setattr(unit, "run", cut)
    call(capsys, "provision", "--keys", unit.keys, "--lost")
    monkeypatch.setattr(unit, "run", run)
    status, text = call(capsys, "provision", "--keys", unit.keys, "--show")
    there = secret(unit)
    entry = json.loads(unit.keys.read_text())["units"][there["id"]]
    assert status == 0 and text.count("  in the key file") == 3 and "before" not in entry
    assert [entry[key] for key in provision.KEYS] == [there[key] for key in provision.KEYS]


def test_a_unit_shows_fingerprints_and_no_key_and_says_when_its_file_is_damaged(tmp_path):
    board = types.SimpleNamespace(SECRET_PATH=str(tmp_path / "secret.json"))
    assert board_side.rows(board) == [("id", "none: wellhearth provision")]
    for text in (b'{"id": "x", "owner": 1}', b'{"id": "x", "owner": 1, "unit": "zz", "operator": "", "installer": ""}'):
        (tmp_path / "secret.json").write_bytes(record.head(text, 1).encode() + text)
        assert "does not hold keys" in board_side.rows(board)[0][1]
    (tmp_path / "secret.json").write_bytes(b"wellhearth 1 1 5 00000000\nxxxxx")
    assert "damaged" in board_side.rows(board)[0][1]


# -- backup --


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
