"""`wellhearth provision` and `order`: keys on the unit and in the key file and nowhere else; the network by cable."""

from __future__ import annotations

import json
import os
import re
import stat
import types

import pytest

from doubles.command import call
from doubles.houses import house_config
from doubles.provisioned import new_unit, secret
from doubles.selection import some
from wellhearth.console import identity as board_side
from wellhearth.storage import record, signed_order
from whtools.device import keyring, network, provision, signing
from whtools.device.link import LinkError


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A unit in a folder, and its operator's key file."""
    return new_unit(tmp_path, monkeypatch)


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


@pytest.mark.parametrize("fails_at", some([8, 0, 4, 6, 10, 2, 1, 3, 5, 7, 9, 11], 3))
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


def test_order_prints_one_line_that_the_unit_takes_and_its_number_rises(unit, capsys):
    call(capsys, "provision", "--keys", unit.keys, "--name", "house 7")
    lines = [call(capsys, "order", "--keys", unit.keys, *words)[1].strip() for words in (
        ("--unit", "house 7", "set", "node.grid_state", "encouraged"), ("set", "well.postrun_s", "1"),
        ("reset", "well", "no_flow"),
        ("--role", "operator", "reset", "well", "no_flow"), ("--hours", "400", "reset", "well", "no_flow"),
        ("--unit", "x", "reset", "well", "no_flow"), ("set", "node.peak_w", "9000"))]
    assert "no unit has such a point" in lines[1] and "for the installer" in lines[3] and "1 to 168" in lines[4]
    assert "none of that name" in lines[5]
    orders = [signed_order.SignedOrder(lines[i]) for i in (0, 2, 6)]
    keys = secret(unit)
    assert all(one.whole and one.sealed(keys[one.role]) and one.unit == keys["id"] for one in orders)
    assert [one.role for one in orders] == ["operator", "installer", "operator"]
    assert orders[2].counter > orders[0].counter
    assert 23 * 3600 < orders[0].until_s - orders[0].counter + signing.DAY_ZERO_S <= 86400
    assert not any(keys[role] in line for line in lines for role in provision.KEYS)


def test_new_keys_take_the_counters_of_signed_orders_with_them(unit, capsys):
    call(capsys, "provision", "--keys", unit.keys)
    for name in ("orders.json", "orders.json.2"):
        (unit.folder / name).write_bytes(b"rubbish")
    call(capsys, "provision", "--keys", unit.keys, "--lost")
    assert not list(unit.folder.glob("orders.json*"))


def typed(monkeypatch, *words):
    """What the person types at the questions, in turn."""
    given = list(words)
    monkeypatch.setattr(network.getpass, "getpass", lambda _what: given.pop(0))
    monkeypatch.setattr(network.asked, "__defaults__", (network.getpass.getpass,))


def kept(unit):
    """network.json."""
    return json.loads(record.unseal((unit.folder / "network.json").read_bytes())[1])


def test_wifi_broker_and_pin_are_typed_stored_and_never_shown(unit, capsys, monkeypatch):
    typed(monkeypatch, "a long wifi key", "a broker's password", "482915")
    status, text = call(capsys, "provision", "--keys", unit.keys, "--wifi", "well house", "--broker-user", "well", "--pin")
    found = kept(unit)
    assert status == 0 and found["ssid"] == "well house" and found["key"] == "a long wifi key" and found["user"] == "well"
    assert not any(word in text for word in ("a long wifi key", "a broker's password", "482915", found["pin"]))
    assert "482915" not in (unit.folder / "network.json").read_text()
    assert (unit.folder / "network.json").read_bytes() == (unit.folder / "network.json.2").read_bytes()
    typed(monkeypatch, "739160")
    call(capsys, "provision", "--keys", unit.keys, "--pin")
    assert kept(unit)["key"] == "a long wifi key" and kept(unit)["pin"] != found["pin"], "the others stay"
    call(capsys, "provision", "--keys", unit.keys, "--wifi", "")
    assert "ssid" not in kept(unit) and "key" not in kept(unit)
    assert not unit.keys.exists(), "the key file is not for these"


@pytest.mark.parametrize(("words", "typing", "why"), [
    (("--wifi", "x" * 33), ["long enough"], "at most 32"), (("--wifi", "x"), ["short"], "8 to 63"),
    (("--wifi", "x"), ["tab\tin the key"], "unprintable"), (("--pin",), ["12345"], "6 to 12 digits"),
    (("--pin",), ["12345a"], "6 to 12 digits"), (("--pin",), ["111111"], "anybody tries"),
    (("--pin",), ["234567"], "anybody"),
    (("--pin",), ["１２３４５６"], "digits"), (("--broker-user", "u"), ["p" * 65], "at most 64")])
def test_what_no_network_takes_is_refused(unit, capsys, monkeypatch, words, typing, why):
    typed(monkeypatch, *typing)
    status, text = call(capsys, "provision", *words)
    assert status == 2 and why in text and not (unit.folder / "network.json").exists()


def test_a_backup_holds_nothing_of_the_network(unit, capsys, monkeypatch, tmp_path):
    typed(monkeypatch, "a long wifi key")
    call(capsys, "provision", "--keys", unit.keys, "--wifi", "well house")
    call(capsys, "provision", "--keys", unit.keys)
    (unit.folder / "config.json").write_text(json.dumps(house_config(1)))
    for name in ("settings.json", "ledger.json"):
        (unit.folder / name).write_bytes(record.head(b"{}", 1).encode() + b"{}")
    status, text = call(capsys, "backup", tmp_path / "b")
    assert status == 0, text
    assert b"a long wifi key" not in (tmp_path / "b").read_bytes() and b"ssid" not in (tmp_path / "b").read_bytes()
