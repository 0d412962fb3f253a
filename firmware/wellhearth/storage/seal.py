"""HMAC-SHA256 (RFC 2104): what a unit signs with its key, and what orders to it are signed with."""

import hashlib
from binascii import hexlify, unhexlify


def hmac(key: bytes, text: bytes) -> bytes:
    """The seal of a text, with a key of at most 64 bytes."""
    key = key + bytes(64 - len(key))
    inner = hashlib.sha256(bytes([b ^ 0x36 for b in key]) + text).digest()
    return hashlib.sha256(bytes([b ^ 0x5C for b in key]) + inner).digest()


def same(a: bytes, b: bytes) -> bool:
    """Whether two seals are alike, in a time that does not tell where they differ."""
    different = len(a) ^ len(b)
    for i in range(min(len(a), len(b))):
        different |= a[i] ^ b[i]
    return different == 0


def sealed(text: str, key: str) -> bool:
    """Whether the last word of an order is the seal of all before it, with this key (hex)."""
    said, _, sign = text.rpartition(" ")
    return same(hexlify(hmac(unhexlify(key), said.encode())), sign.encode())
