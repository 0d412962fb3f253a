"""How the gateway is started, copied, moved on; what a process before it held."""

from __future__ import annotations

import argparse
import datetime
import http.client
import ipaddress
import re
import sqlite3
import ssl
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from doubles.houses import ROOT
from doubles.networked import free_port
from whtools import cli
from whtools.gateway import backup, run
from whtools.gateway.history import holds, schema
from whtools.gateway.nodes import Hub
from whtools.gateway.nodes.hub import Order

PASSWORD = "correct horse battery"  # conftest.py's people

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def test_the_extra_is_what_the_environment_installs():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["gateway"]
    text = (ROOT / "tools" / "requirements-gateway.txt").read_text().partition("# == tests")[0]
    assert sorted(extra) == sorted(re.findall(r"^(\S+==\S+)", text, re.M))


@pytest.mark.parametrize(("words", "said"), [
    (["gateway"], "needs a way to a node"), (["gateway", "--port", "x", "--units", "1-300"], "no address"),
    (["gateway", "--backup", "x", "--database", "postgresql://x"], "pg_dump"),
    (["gateway", "--backup", "x", "--database", "/nonexistent.db"], "there is no database")])
def test_mistakes_are_one_line(words, said, capsys):
    assert cli.main(words) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_copy_of_a_database_at_work_and_back(site, tmp_path, visit):
    visit("li").order("room1", "setpoint_mc", value="21500")
    site.recorder.flush()
    args = argparse.Namespace(database=str(tmp_path / "gateway.db"), backup=tmp_path / "copy.db", restore=None)
    assert backup.run(args) == 0
    engine = schema.open_store(str(args.backup))
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.PERSON)).scalar() == 4
        assert connection.execute(sa.select(schema.HOLD.c.value)).scalar() == 21500
    engine.dispose()
    args.restore, args.backup = args.backup, None
    with pytest.raises(run.LinkError, match="in use"):
        backup.run(args)
    args.database = str(tmp_path / "new" / "gateway.db")
    assert backup.run(args) == 0 and len(schema.open_store(args.database).connect().execute(
        sa.select(schema.PERSON)).all()) == 4
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"no database" * 1000)
    args.restore = rubbish
    args.database = str(tmp_path / "other.db")
    with pytest.raises(run.LinkError, match="no database of a gateway"):
        backup.run(args)
    assert not Path(args.database).exists()
    sqlite3.connect(tmp_path / "empty.db").close()
    args.restore = tmp_path / "empty.db"
    with pytest.raises(run.LinkError):
        backup.run(args)


def test_what_was_held_is_held_again_unless_the_wall_ended_it(site, world, visit):
    node = next(iter(site.hub.nodes()))
    visit("li").order("room1", "setpoint_mc", value="21500")
    visit("zhao").order("room2", "setpoint_mc", value="22500")
    assert world.rig.write("room2.setpoint_mc", 20000) == ""
    world.run(60)
    site.hub.turn()
    later = Hub([world], world.clock)
    holds.load(site.engine, later)
    world.run(15 * 60)
    later.turn()
    world.run(2)
    assert world.rig.points()["room1.setpoint_mc"] == 21500, "the first process died, the wish did not"
    assert world.rig.points()["room2.setpoint_mc"] == 20000, "the wall had its word"
    assert later.carry_out(Order(node, "room1.setpoint_mc", 20500, "li")) is None


def test_guides_are_in_both_languages_and_their_pictures_are_there():
    guide = ROOT / "tools" / "guide"
    assert {p.name for p in (guide / "en").iterdir()} == {p.name for p in (guide / "zh").iterdir()}
    for path in guide.rglob("*.md"):
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", path.read_text()):
            assert (path.parent / target).exists(), target


# -- TLS --

def certificate(folder, days=90, name="cert"):
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=200))
            .not_valid_after(now + datetime.timedelta(days=days, hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .sign(key, hashes.SHA256()))
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return [str(path) for path in paths]


def test_over_tls_a_cookie_is_for_tls_alone_and_nothing_is_served_without(site, tmp_path):
    cert, key = certificate(tmp_path)
    site.tls = True
    port = free_port()
    ready = []
    thread = threading.Thread(target=run.serve, args=(site, "127.0.0.1", port, cert, key, ready), daemon=True)
    thread.start()
    for _ in range(200):
        if ready and ready[0].started:
            break
        time.sleep(0.05)
    trusting = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=cert))
    opener = urllib.request.build_opener(trusting, Stay())
    base = f"https://127.0.0.1:{port}"
    try:
        page = opener.open(base + "/login")
        assert page.status == 200 and "max-age" in page.headers["strict-transport-security"]
        form = urllib.parse.urlencode({"name": "li", "password": PASSWORD}).encode()
        with pytest.raises(urllib.error.HTTPError) as moved:
            opener.open(base + "/login", form)
        assert moved.value.code == 303 and re.search(r"wellhearth=[^;]+;.*secure", moved.value.headers["set-cookie"], re.I)
        with pytest.raises((OSError, http.client.HTTPException)):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=5)
        with pytest.raises(urllib.error.URLError, match="certificate verify failed"):
            urllib.request.urlopen(base + "/login", timeout=5)
    finally:
        ready[0].should_exit = True
        thread.join(10)
    assert not thread.is_alive()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@pytest.mark.parametrize("case", ["no_key", "other_key", "missing", "rubbish"])
def test_a_certificate_that_cannot_serve_is_refused_before_anything_starts(case, tmp_path, capsys):
    cert, key = certificate(tmp_path)
    rubbish = tmp_path / "rubbish"
    rubbish.write_text("rubbish")
    pair = {"no_key": [cert], "other_key": [cert, certificate(tmp_path, 90, "b")[1]], "missing": [cert + "x", key],
            "rubbish": [str(rubbish), key]}[case]
    words = [word for name, path in zip(("--certificate", "--key"), pair) for word in (name, path)]
    assert cli.main(["gateway", "--port", "/dev/none", "--http", "0", *words]) == 2
    assert "certificate" in capsys.readouterr().err


@pytest.mark.parametrize(("days", "said"), [(90, ""), (20, "ends in 20 days"), (-1, "has ended")])
def test_the_end_of_a_certificate_is_told_before_it_comes(days, said, tmp_path, capsys):
    run.check_certificate(*certificate(tmp_path, days))
    error = capsys.readouterr().err
    assert said in error and bool(error) == bool(said)
