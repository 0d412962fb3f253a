"""The gateway's certificate."""

from __future__ import annotations

import datetime
import http.client
import ipaddress
import re
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from doubles.networked import free_port
from whtools import cli
from whtools.gateway import run

PASSWORD = "correct horse battery"  # conftest.py's people


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
