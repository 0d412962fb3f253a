"""The two ways to a unit: the prompt of its board, or Modbus (function codes 20, 21 and 43) over an adapter.

Both have: `identity()` (unit's id, board), `status()`, `begin(order)`, `piece(at, data)`, `work()`, `close()`.
"""

from __future__ import annotations

import json
import time
from typing import Protocol

from wellhearth.links.modbus import filewrite
from wellhearth.storage import slots
from wellhearth.tables import rows

from ..device.link import Link, LinkError, patience
from . import pack

GAP, BUSY = 2, 6  # exceptions
TRIES = 600
# Run on the board first: what others have looked at through diag.py leaves its heap, which has no room for both.
LIGHTER = """
import sys,gc
if sys.implementation.name=='micropython':
    globals().pop('diag',None)
    for n in list(sys.modules):
        if n=='wellhearth.diag' or n.startswith('wellhearth.console.'):
            p,_,c=n.rpartition('.')
            del sys.modules[n]
            if hasattr(sys.modules[p],c): delattr(sys.modules[p],c)
gc.collect()
"""


class Way(Protocol):
    """What an update needs of a way."""

    PIECE: int  # bytes of a piece

    def identity(self) -> tuple[str, str]:
        """(the unit's id or "", its board)."""
        ...

    def status(self) -> dict:
        """How far it is."""
        ...

    def begin(self, order: str) -> str:
        """The refusal, "fine" when there is none."""
        ...

    def piece(self, at: int, data: bytes) -> int | str:
        """Bytes that are there, or the refusal."""
        ...

    def work(self) -> dict:
        """Some steps, then the status."""
        ...

    def back(self) -> None:
        """End a trial."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Prompt:
    """The serial prompt; the control goes on beside it."""

    PIECE: int = 224  # its line has to find room in one piece of a Pico's heap, which an update leaves in pieces of 1.3 kB

    def __init__(self, link: Link):
        self.link = link
        self.link.run(LIGHTER)

    def call(self, words: str) -> str:
        """The last line that a call of console/update.py prints."""
        try:
            lines = self.link.run(f"from wellhearth.console import update\nupdate.{words}").splitlines()
        except LinkError as e:
            if "no module named" in str(e):
                raise LinkError("this unit's firmware takes no updates yet: wellhearth flash, once") from None
            raise
        if not lines or lines[-1].startswith("the control does not run"):
            raise LinkError("the control does not run: wellhearth diag status says why; wellhearth flash helps")
        return lines[-1]

    def identity(self) -> tuple[str, str]:
        """(the unit's id or "", its board)."""
        unit, board = json.loads(self.call("who()"))
        return unit, board

    def status(self) -> dict:
        """How far it is."""
        return json.loads(self.call("send()"))["now"]

    def begin(self, order: str) -> str:
        """The refusal, "fine" when there is none."""
        return json.loads(self.call(f"begin({order!r})"))["refused"]

    def piece(self, at: int, data: bytes) -> int | str:
        """Bytes that are there, or the refusal."""
        said = self.call(f"piece({at},{data!r})")
        return int(said) if said.isdigit() else said

    def work(self) -> dict:
        """Some steps, then the status."""
        return json.loads(self.call("work()"))["now"]

    def back(self) -> None:
        """End a trial."""
        self.link.leave_with("from wellhearth.console import update\nupdate.back()", b"\n")

    def close(self) -> None:
        """Let go."""
        self.link.close()


class Line:
    """Modbus RTU."""

    PIECE: int = 224  # a frame of 236 bytes: every receiver has room for it

    def __init__(self, adapter, address: int):
        self.adapter, self.address = adapter, address

    def identity(self) -> tuple[str, str]:
        """(the unit's id, its board)."""
        said = self.adapter.identify(self.address)
        return said.get(0x80, ""), said.get(1, "")

    def status(self) -> dict:
        """How far it is."""
        data = b""
        while len(data) < 480:
            found = self.adapter.file_record(self.address, filewrite.ORDER_FILE, len(data) // 2, 100)
            data += found
            if not found or b"\0" in found:
                break
        words = data.rstrip(b"\0").decode(errors="replace").split(" ", 7)
        if len(words) < 8:
            raise LinkError(f"unit {self.address} does not say how far its update is")
        phase, why, received, counter, floor = map(int, words[:5])
        return {"phase": rows.UPDATE[phase], "why": rows.UPDATE_WHY[why], "received": received, "counter": counter,
                "floor": pack.words(floor), "slot": words[5].strip("-"), "version": int(words[6]), "other": "",
                "order": "" if words[7] == "-" else words[7]}

    def write(self, number: int, first: int, data: bytes) -> int:
        """Records of a file; the exception's code, 0 for none. A node that is busy is asked again."""
        for _ in range(TRIES):
            code = self.adapter.write_file(self.address, number, first, data + bytes(len(data) % 2))
            if code != BUSY:
                return code
            time.sleep(0.05)
        raise LinkError(f"unit {self.address} is busy for too long; the same command goes on where it was")

    def begin(self, order: str) -> str:
        """The refusal, "fine" when there is none."""
        return "fine" if not self.write(filewrite.ORDER_FILE, 0, order.encode()) else self.status()["why"]

    def piece(self, at: int, data: bytes) -> int | str:
        """Bytes that are there, or the refusal."""
        part, first = divmod(at // 2, filewrite.RECORDS)
        room = 2 * (filewrite.RECORDS - first)
        code = self.write(filewrite.FIRST_FILE + part, first, data[:room])
        if code == GAP:
            return rows.UPDATE_WHY[slots.GAP]
        if code:
            why = self.status()["why"]
            return why if why != "fine" else rows.UPDATE_WHY[slots.NO_ORDER]
        return at + min(room, len(data))

    def work(self) -> dict:
        """It works by itself."""
        time.sleep(1 * patience())
        return self.status()

    def back(self) -> None:
        """Not over a line that carries no authentication."""
        raise LinkError("a trial is ended at the prompt of the board (--port), or by itself")

    def close(self) -> None:
        """Let go."""
        self.adapter.close()
