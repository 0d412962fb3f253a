"""The operator's Ed25519 key: made once, in a file that nobody else may read; its public half goes to whoever verifies."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..device.link import LinkError

DEFAULT = Path("~/.config/wellhearth/statements.pem")


def private(path: Path | None) -> Ed25519PrivateKey:
    """The operator's key; made when there is none yet. LinkError when others may read it, or it is none."""
    path = (path or DEFAULT).expanduser()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        text = key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption())
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(text)
        public_file(path).write_bytes(key.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo))
        print(f"a new key: {path} (keep it, and a copy); its public half for everybody: {public_file(path)}")
        return key
    if path.stat().st_mode & 0o077:
        raise LinkError(f"{path}: others may read it; chmod 600 {path}")
    try:
        key = ser.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        raise LinkError(f"{path} is no key without a password (PEM)") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise LinkError(f"{path} is no Ed25519 key")
    return key


def public_file(path: Path) -> Path:
    """Where the public half lies."""
    return path.with_suffix(".pub.pem")


def public(path: Path) -> Ed25519PublicKey:
    """A public key from its file. LinkError when it is none."""
    try:
        key = ser.load_pem_public_key(path.read_bytes())
    except ValueError:
        raise LinkError(f"{path} is no public key (PEM)") from None
    if not isinstance(key, Ed25519PublicKey):
        raise LinkError(f"{path} is no Ed25519 key")
    return key


def name_of(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of its SHA-256, for two people on the phone."""
    return hashlib.sha256(key.public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)).hexdigest()[:16]


def signed(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    """Whether it is this key's signature of the text."""
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True
