"""A board at the other end of a serial port: mpremote's transport, our questions, errors in one line.

Always `resume`: a soft reset would stop the control of a running house.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import Any

from .build import MICROPYTHON_MIN

# USB vendors of boards and of the bridges on them: Raspberry Pi, Espressif, Silicon Labs, WCH, FTDI.
VENDORS = (0x2E8A, 0x303A, 0x10C4, 0x1A86, 0x0403)
GET = {"rp2": "hold BOOTSEL while plugging it in and copy the UF2 from https://micropython.org/download/RPI_PICO onto it",
       "esp32": "flash it with esptool, see https://micropython.org/download/?port=esp32"}


class LinkError(Exception):
    """What is wrong with the board or the port, and what to do."""


def patience() -> float:
    """WELLHEARTH_PATIENCE multiplies every time-out: an emulated board is slower than a real one."""
    return float(os.environ.get("WELLHEARTH_PATIENCE", "1"))


def find_port(port: str | None) -> str:
    """The port given, or the only board that is plugged in."""
    if port:
        return port
    from serial.tools import list_ports
    found = sorted(p.device for p in list_ports.comports() if p.vid in VENDORS)
    if not found:
        raise LinkError("no board found; plug it in with a data cable, or name its port with --port")
    if len(found) > 1:
        raise LinkError(f"{len(found)} boards found: {', '.join(found)}; name one with --port")
    return found[0]


def open_error(port: str, error: Exception) -> LinkError:
    """Why a port does not open, for a person."""
    text = str(error)
    if "exclusively lock" in text or "Resource busy" in text or "Access is denied" in text or "Errno 16" in text:
        return LinkError(f"{port} is in use; close the other terminal (or mpremote) and try again")
    if "Permission" in text:
        return LinkError(f"{port}: no permission; add yourself to the group dialout (sudo usermod -aG dialout $USER) "
                         "and log in again")
    return LinkError(f"{port} cannot be opened; is the board plugged in? (mpremote devs lists the ports)")


class Link:
    """An open board in the raw REPL, beside whatever it does."""

    def __init__(self, port: str, timeout_s: float = 10):
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport
        self.port = port
        try:
            self.board: Any = SerialTransport(port, baudrate=115200, timeout=5 * patience())
        except (TransportError, OSError, ValueError) as e:
            raise open_error(port, probe_error(port, e)) from None
        try:
            self.board.enter_raw_repl(soft_reset=False, timeout_overall=timeout_s * patience())
        except (TransportError, OSError):
            self.board.close()
            raise LinkError(f"no MicroPython answers on {port}; if the board is new, put MicroPython on it first: "
                            f"{GET['rp2']} (ESP32: {GET['esp32']})") from None
        self.platform, self.version, self.machine = self.ask_identity()

    def ask_identity(self) -> tuple[str, tuple[int, ...], str]:
        """(platform, MicroPython version, machine) of the board."""
        text = self.run("import sys,json;print(json.dumps([sys.platform,list(sys.implementation.version[:3]),"
                        "sys.implementation._machine]))")
        platform, version, machine = json.loads(text)
        return platform, tuple(version), machine

    def run(self, code: str, timeout_s: float = 30) -> str:
        """Run code on the board; returns what it printed. LinkError with its last line when it raised."""
        from mpremote.transport import TransportError
        try:
            out, err = self.board.exec_raw(code, timeout=timeout_s * patience())
        except (TransportError, OSError) as e:
            raise LinkError(f"the board on {self.port} stopped answering ({e}); unplug it, plug it in again and repeat "
                            "the command") from None
        if err:
            raise LinkError(f"{self.port}: {err.decode(errors='replace').strip().splitlines()[-1]}")
        return out.decode(errors="replace").strip()

    def ask(self, view: str, *arguments) -> dict:
        """One view of diag.py."""
        words = ", ".join([repr(view), *map(repr, arguments)])
        try:
            text = self.run(f"from wellhearth import diag\ndiag.send({words})")
        except LinkError as e:
            if "no module named" in str(e):
                raise LinkError(f"Wellhearth is not on the board on {self.port}: wellhearth flash --board ...") from None
            raise
        try:
            return json.loads(text.splitlines()[-1])
        except (ValueError, IndexError):
            raise LinkError(f"{self.port}: the board answered {text[:80]!r}; is Wellhearth on it? "
                            "(wellhearth flash)") from None

    def check_chip(self, manifest: dict) -> None:
        """Refuse the wrong chip and a MicroPython that is too old."""
        if self.platform != manifest["chip"]:
            raise LinkError(f"the board on {self.port} is a {self.machine} ({self.platform}), the build is for "
                            f"{manifest['board']} ({manifest['chip']}): choose the right --board")
        wanted = MICROPYTHON_MIN[manifest["chip"]]
        if self.version[:2] < wanted:
            raise LinkError(f"MicroPython {'.'.join(map(str, self.version))} is too old, {wanted[0]}.{wanted[1]} or newer "
                            f"is needed: {GET[manifest['chip']]}")
        if self.platform == "rp2":
            right = "rpi_pico" + ("2" if "RP2350" in self.machine else "") + ("_w" if " W" in self.machine else "")
            if manifest["board"] != right:
                raise LinkError(f"the board on {self.port} is a {self.machine}: use --board {right}")
        if self.platform == "esp32" and ("S3" in self.machine) != (manifest["board"] == "esp32_s3"):
            raise LinkError(f"the board on {self.port} is a {self.machine}: use --board "
                            f"{'esp32_s3' if 'S3' in self.machine else 'esp32_generic'}")

    def leave_with(self, code: str, last_word: bytes) -> None:
        """Run code that ends in a reset, wait for what it prints just before, and let go of the port."""
        with contextlib.suppress(Exception):  # a port that vanishes is what a reset looks like
            self.board.exec_raw_no_follow(code)
            self.board.read_until(1, last_word, timeout=5 * patience())
        self.close(stay=True)

    def close(self, stay: bool = False) -> None:
        """Back to the friendly prompt (unless `stay`), and the port free."""
        with contextlib.suppress(Exception):
            if not stay:
                self.board.exit_raw_repl()
            self.board.close()

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def probe_error(port: str, error: Exception) -> Exception:
    """mpremote swallows why a port does not open; ask pyserial again."""
    import serial
    try:
        serial.serial_for_url(port, exclusive=True).close()
    except (serial.SerialException, OSError, ValueError) as e:
        return e
    return error


def reconnect(port: str, timeout_s: float = 30) -> Link:
    """After a reset: wait until the board answers again."""
    end = time.monotonic() + timeout_s * patience()
    time.sleep(1)
    while True:
        try:
            return Link(port, 3)
        except LinkError as e:
            if time.monotonic() > end:
                raise LinkError(f"the board on {port} did not come back within {timeout_s:.0f} s; unplug it, plug it in "
                                f"again, then `wellhearth diag --port {port} status` says what it does") from e
            time.sleep(0.5)
