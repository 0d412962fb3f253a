"""Water statements: from a node's own rows to a file that anybody verifies; no mutation of it is accepted."""

from __future__ import annotations

import copy
import datetime
import json
import random

import pytest

from doubles.command import call
from doubles.folder_link import InsideLink
from doubles.houses import app_of, make_inside
from doubles.statement_rows import NOVEMBER, NOW, UNIT, day_row, month_rows, source_of
from wellhearth.storage import history
from whtools.device import backup, journal, keyring, provision, settings
from whtools.papers import days, fonts, signing, source, statement


@pytest.fixture(scope="module")
def key():
    return signing.Ed25519PrivateKey.generate()


def made(key, seed=1, rows=None, month="2026-11"):
    rows = rows or month_rows(seed)
    return statement.sign(statement.head_of(source_of(rows), UNIT, month, NOW, 20, 800), key)


def test_a_month_with_gaps_a_day_without_clock_and_its_ratio(key):
    one = made(key)
    assert statement.verify(statement.text_of(one), key.public_key())
    by_day = {day["day"]: day for day in one["days"]}
    assert len([day for day in one["days"] if day["day"]]) == 30 and one["complete"]
    assert by_day["2026-11-10"]["state"] == by_day["2026-11-11"]["state"] == "gap"
    assert by_day["2026-11-12"]["state"] == "several_days" and by_day["2026-11-12"]["lifted_l"] > 180_000
    assert by_day["2026-11-16"]["state"] == "after_no_clock" and by_day[None]["state"] == "no_clock"
    rows = month_rows()
    last = max(row.lifted_l for row in rows if row.day and row.day.month == 11)
    before = next(row for row in rows if row.day == datetime.date(2026, 10, 31))
    t = one["totals"]
    assert t["lifted_l"] == last - before.lifted_l, "no water is lost in a gap"
    assert t["ratio_pm"] == 990 and t["ratio_uncertainty_pm"] == 33 and t["gaps"] == 4 and t["unknown"] == 0
    assert t["tax_fen"] == round(t["lifted_l"] / 1e6 * 0.8 * 100), "0.8 yuan for 1000 t"
    assert [day["row"] for day in one["days"] if "row" in day] == one["rows"]


def test_a_meter_that_begins_anew_and_a_node_without_october_are_unknown_not_zero(key):
    rows = [row for row in month_rows(skip=(), clockless=()) if row.day >= datetime.date(2026, 11, 1)]
    rows[9:] = [day_row(row.number, NOVEMBER + 9 + i, row.lifted_l - rows[9].lifted_l, row.returned_l - rows[9].returned_l)
                for i, row in enumerate(rows[9:])]
    one = made(key, rows=rows)
    assert one["days"][0]["state"] == "first_reading" and one["days"][0]["lifted_l"] is None
    assert one["days"][9]["state"] == "meters_reset" and one["days"][9]["lifted_l"] is None
    assert one["totals"]["unknown"] == 2 and statement.verify(statement.text_of(one), key.public_key())
    del rows[4]
    assert made(key, rows=rows)["days"][5]["state"] == "rows_missing"
    for month in ("2026-13", "x"):
        with pytest.raises(statement.LinkError, match="is no month"):
            made(key, month=month)
    with pytest.raises(statement.LinkError, match="no daily row"):
        made(key, month="2025-01")


def test_electricity_is_in_it_where_it_is_metered_and_older_statements_stay_what_they_were(key):
    plain = made(key)
    assert plain["totals"]["electricity_wh"] is None, "not metered is not zero"
    rows = [day_row(row.number, 9801 + i, row.lifted_l, row.returned_l, power=(2**32 - 29_999 + 5_000 * i) % 2**32)
            for i, row in enumerate(month_rows(skip=(), clockless=()))]
    one = made(key, rows=rows)
    assert [day["electricity_wh"] for day in one["days"][1:]] == [5_000] * 29, "the counter begins anew at 2^32"
    assert one["totals"]["electricity_wh"] == 29 * 5_000 and statement.verify(statement.text_of(one), key.public_key())
    assert "electricity 145.0 kWh" in statement.summary(one)
    head = {**statement.head_of(source_of(month_rows()), UNIT, "2026-11", NOW, 20, 800), "wellhearth_statement": 1}
    old = statement.sign(head, key)
    assert "electricity_wh" not in old["totals"] and "electricity_wh" not in old["days"][3]
    assert statement.verify(statement.text_of(old), key.public_key()) and statement.summary(old)


# -- mutations --


def forged(rng, one, other, key):
    """A statement that somebody made of a signed one: consistent in itself, its chain and its totals computed anew."""
    bad = copy.deepcopy(one)
    how = rng.choice(("drop", "drop_last", "swap", "change", "head", "signature", "until", "foreign_row", "twice"))
    rows = bad["rows"]
    i = rng.randrange(len(rows))
    if how == "drop":
        del rows[i]
    elif how == "drop_last":
        del rows[-rng.randint(1, 5):]
    elif how == "swap":
        j = rng.choice([k for k in range(len(rows)) if k != i])
        rows[i], rows[j] = rows[j], rows[i]
    elif how == "twice":
        rows.insert(i, rows[i])
    elif how == "foreign_row":
        rows[i] = rng.choice([row for row in other["rows"] if row not in rows])
    elif how == "change":
        old = days.parse(bytes.fromhex(rows[i]))
        rows[i] = day_row(old.number, (old.day - days.DAY_0).days if old.day else -1, old.lifted_l + rng.randint(1, 9999),
                          old.returned_l).data.hex()
    elif how == "until":
        bad["until"] = f"2026-11-{rng.randint(1, 29):02d}"
    elif how == "head":
        name = rng.choice(("unit", "name", "made", "month", "complete", "utc_offset_min", "key", "before"))
        bad[name] = {"complete": False, "utc_offset_min": 60, "before": "", "month": "2026-10"}.get(name, "someone else's")
    else:
        bad["signature"] = rng.choice((other["signature"], bad["signature"].upper(), "00" * 64, ""))
    if rng.random() < 0.7:
        try:
            bad.update(statement.computed(bad))
        except (ValueError, KeyError):
            return statement.text_of(bad)
    if rng.random() < 0.3:
        body = {name: value for name, value in bad.items() if name != "signature"}
        bad = {**body, "signature": key.sign(statement.text_of(body)).hex()}  # with a key of his own
    return statement.text_of(bad)


def damaged(rng, text):
    """A file in which bytes changed, went, came or moved."""
    i = rng.randrange(len(text))
    how = rng.randrange(6)
    if how == 0:
        return text[:i] + bytes([text[i] ^ 1 << rng.randrange(8)]) + text[i + 1:]
    if how == 1:
        return text[:i]
    if how == 2:
        return text[:i] + rng.choice((b" ", b"\n", b"0", b"}", b'"', b"\\u0041")) + text[i:]
    lines = text.splitlines(keepends=True)
    j, k = sorted(rng.sample(range(len(lines)), 2))
    if how == 3:
        lines[j], lines[k] = lines[k], lines[j]
    elif how == 4:
        del lines[j:k]
    else:
        lines.insert(j, lines[k])
    return b"".join(lines)


@pytest.mark.parametrize("n", [500, pytest.param(10_000, marks=pytest.mark.long(minutes=1))])
def test_no_mutation_is_accepted(key, n):
    rng = random.Random(n)
    one, other = made(key), made(key, seed=2)
    public, his = key.public_key(), signing.Ed25519PrivateKey.generate()
    text = statement.text_of(one)
    accepted, tried = [], 0
    while tried < n:
        bad = forged(rng, one, other, his) if rng.random() < 0.5 else damaged(rng, text)
        if bad == text:
            continue
        tried += 1
        try:
            statement.verify(bad, public)
        except statement.StatementError as e:
            assert str(e)
        else:
            accepted.append(bad)
    assert statement.verify(text, public) and not accepted, f"{len(accepted)} of {n}"


def test_what_was_changed_is_named_by_its_day(key):
    one = made(key)
    one["days"][6]["lifted_l"] -= 1000
    with pytest.raises(statement.StatementError, match="day 2026-11-07 was changed, dropped or moved"):
        statement.verify(statement.text_of(one), key.public_key())
    one = made(key)
    one["totals"]["returned_l"] += 1
    with pytest.raises(statement.StatementError, match="totals do not follow"):
        statement.verify(statement.text_of(one), key.public_key())


# -- from the node to the file, and to paper --


@pytest.fixture
def node(monkeypatch, tmp_path):
    """A provisioned node in this process with November on its flash, and the operator's files."""
    with make_inside(1) as rig:
        rig.run(5)
        link = InsideLink(rig)
        for module in (source, backup, provision, journal):
            monkeypatch.setattr(module, "Link", lambda port: link)
            monkeypatch.setattr(module, "find_port", lambda port: "/dev/fake")
        monkeypatch.setattr(settings.Node, "board", lambda self: None)
        monkeypatch.chdir(tmp_path)
        link.run(backup.FLUSH)
        (rig.folder / history.PATH).write_bytes(b"".join(row.data for row in month_rows()))
        app_of(rig).journal.flush(9, True)
        with open(rig.folder / "journal.txt", "a") as f:
            f.write("900.500.9805.3600.5 trip 1 no_flow\n901.501.9806.3600.5 trip 2 frost\n")
        yield link


def test_from_the_node_or_its_backup_to_a_file_that_needs_a_public_key_only(node, capsys, tmp_path):
    keys = ("--keys", tmp_path / "keys.json", "--key", tmp_path / "op.pem")
    status, text = call(capsys, "statement", "--month", "2026-11", *keys)
    assert status == 2 and "wellhearth provision" in text
    assert call(capsys, "provision", "--keys", tmp_path / "keys.json", "--name", "house 7")[0] == 0
    status, text = call(capsys, "statement", "--month", "2026-11", *keys, "--out", "a.json", "--pdf", "a.pdf")
    assert status == 0 and "house 7, 2026-11" in text and "1 trips that matter" in text and "99.0 % +- 3.3 %" in text, text
    status, text = call(capsys, "verify-statement", "a.json", "--key", tmp_path / "op.pub.pem")
    assert status == 0 and "is as it was signed" in text
    one = json.loads((tmp_path / "a.json").read_text())
    assert one["trips"][0]["key"] == "no_flow" and one["trips"][0]["local"].startswith("2026-11-05 09:00")
    assert "no_flow" not in (secret := (tmp_path / "op.pem").read_text()) and secret not in (tmp_path / "a.json").read_text()
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and b"CIDFont" in pdf and len(pdf) < 200_000
    assert call(capsys, "backup", "n.backup")[0] == 0
    status, text = call(capsys, "statement", "--month", "2026-11", "--backup", "n.backup", *keys, "--out", "b.json")
    assert status == 0 and json.loads((tmp_path / "b.json").read_text())["days"] == one["days"]
    (tmp_path / "a.json").write_text((tmp_path / "a.json").read_text().replace('"house 7"', '"house 8"'))
    status, text = call(capsys, "verify-statement", "a.json", "--key", tmp_path / "op.pub.pem")
    assert status == 2 and "NOT the signed one" in text


def test_rows_that_are_not_those_that_the_unit_sealed_are_not_signed(node, capsys, tmp_path):
    keys = ("--keys", tmp_path / "keys.json", "--key", tmp_path / "op.pem")
    call(capsys, "provision", "--keys", tmp_path / "keys.json")
    assert call(capsys, "backup", "n.backup")[0] == 0
    content = backup.unseal((tmp_path / "n.backup").read_bytes(), "x")
    for change in ("drop", "last", "swap", "hmac", "older"):
        bad = copy.deepcopy(content)
        rows = bad["history"]
        if change == "drop":
            del rows[3]
        elif change == "last":
            rows.pop()
        elif change == "swap":
            rows[4], rows[5] = rows[5], rows[4]
        elif change == "older":
            del bad["history"]
        else:
            bad["seal"][3] = "11" * 32
        (tmp_path / "bad.backup").write_bytes(backup.seal(bad))
        status, text = call(capsys, "statement", "--month", "2026-11", "--backup", "bad.backup", *keys)
        assert status == 2 and ("not those that the unit sealed" in text or "seal is not that of" in text
                                or "older tool" in text), text
    ring = keyring.Keyring(tmp_path / "keys.json")
    ring.units.clear()
    with pytest.raises(statement.LinkError, match="does not know unit"):
        source.check_seal(source.from_backup(tmp_path / "n.backup"), ring)


def test_keys_that_others_read_or_are_none_and_a_machine_without_a_font(tmp_path, monkeypatch, key):
    path = tmp_path / "op.pem"
    signing.private(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing.name_of(signing.public(tmp_path / "op.pub.pem")) == signing.name_of(signing.private(path).public_key())
    path.chmod(0o644)
    with pytest.raises(statement.LinkError, match="others may read it"):
        signing.private(path)
    path.chmod(0o600)
    path.write_text("x")
    with pytest.raises(statement.LinkError, match="is no key"):
        signing.private(path)
    with pytest.raises(statement.LinkError, match="no public key"):
        signing.public(path)
    monkeypatch.setattr(fonts, "DEBIAN", ())
    monkeypatch.setitem(__import__("sys").modules, "noto_cjk_sans_otc", None)
    with pytest.raises(statement.LinkError, match="no font with Chinese letters"):
        fonts.page("x")


def test_firmware_without_daily_rows_is_backed_up_and_gives_no_statement(tmp_path):
    class Old:
        def run(self, code):
            raise statement.LinkError("/dev/x: ImportError: no module named 'wellhearth.console.history'")
    rows, seal = source.sealed_rows(Old())
    assert rows == []
    old = source.Source({}, rows, seal)
    with pytest.raises(statement.LinkError, match="keeps no daily rows yet"):
        source.check_seal(old, keyring.Keyring(tmp_path / "keys.json"))
