"""Files of a running board: read whole, written as temp, verified, renamed. The control goes on beside it."""

from __future__ import annotations

import zlib

from .link import Link, LinkError

CHUNK = 512

READ = """
import binascii
try:
    with open({path!r},'rb') as f:
        b=f.read(256)
        while b:
            print(binascii.hexlify(b).decode()); b=f.read(256)
    print('end')
except OSError as e:
    print('gone' if e.args[0]==2 else 'bad')
"""
CHECK = """
import binascii
c=0
with open({path!r},'rb') as f:
    b=f.read(256)
    while b:
        c=binascii.crc32(b,c); b=f.read(256)
print(c)
"""


def read(link: Link, path: str) -> bytes | None:
    """The content of a file; None when there is none. LinkError when it cannot be read."""
    lines = link.run(READ.format(path=path)).split()
    if lines[-1:] == ["gone"]:
        return None
    if lines[-1:] != ["end"]:
        raise LinkError(f"{path} on the board cannot be read")
    return bytes.fromhex("".join(lines[:-1]))


def write(link: Link, path: str, data: bytes) -> None:
    """Put a file there: beside the old one, verified, then renamed. LinkError, and the old one stays, when that fails."""
    temp = path + ".new"
    link.run(f"open({temp!r},'wb').close()")
    for i in range(0, len(data), CHUNK):
        link.run(f"f=open({temp!r},'ab')\nf.write({data[i:i + CHUNK]!r})\nf.close()")
    if int(link.run(CHECK.format(path=temp))) != zlib.crc32(data):
        raise LinkError(f"{path} arrived damaged; the old one is untouched; run the command again")
    link.run(f"import os\nos.rename({temp!r},{path!r})")
