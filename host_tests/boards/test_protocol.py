"""boards/sitl/frames.py is what PROTOCOL.md says, and what the structs pack."""

from __future__ import annotations

import re
import struct

from harness.sitl import FOLDER, frames

TEXT = (FOLDER / "PROTOCOL.md").read_text()


def test_version_sizes_and_kinds_are_those_of_the_page():
    assert f"Protocol version {frames.PROTOCOL}." in TEXT and f"always {frames.IN_WORDS} words" in TEXT
    assert f"Exit status {frames.RESET_STATUS} means" in TEXT
    inward, outward = TEXT.split("Board to simulator:")
    kinds = {name: int(number) for number, name in re.findall(r"^\| (\d) ([A-Z]+)", inward, re.M)}
    assert kinds == {name: getattr(frames, name) for name in ("TICK", "COMMAND", "QUIT", "LINK", "LIGHT")}
    kinds = {f"OUT_{name}": int(number) for number, name in re.findall(r"^\| (\d) ([A-Z0-9]+)", outward, re.M)}
    assert kinds == {f"OUT_{name}": getattr(frames, f"OUT_{name}")
                     for name in ("TICK", "TELEMETRY", "TEXT", "EVENT", "REPLY", "LINK", "I2C")}
    assert f"1 TICK ({frames.OUT_WORDS} words)" in outward
    assert f"up to {frames.LINK_FRAMES} frames" in inward and f"up to {frames.TICK_FRAMES} frames" in inward


def test_words_are_where_the_page_puts_them():
    inward, outward = TEXT.split("Board to simulator:")
    for word, what in ((frames.IN_MS, "ticks_ms"), (frames.IN_US, "ticks_us"), (frames.IN_FEEDBACK, "feedback bits"),
                       (frames.ANALOG["reinjection"], "analog input"), (frames.IN_SWITCHES, "safety switches"),
                       (frames.IN_UTC, "UTC as a host gives it"), (frames.IN_CONTACTS, "contacts"),
                       (frames.IN_ONEWIRE, "1-Wire status")):
        assert f"`[{word}]` {what}" in inward, what
    assert f"`[{frames.IN_COUNTERS}..{frames.IN_COUNTERS + 2 * len(frames.COUNTERS) - 1}]` four counters" in inward
    assert f"`[{frames.IN_ONEWIRE_BYTES}..20]` 9 bytes read; `[{frames.IN_HEARD}..23]` lengths" in inward
    analog = ("current", "level", "reinjection2", "current2", "level2", "loop_pressure")
    assert [frames.ANALOG[name] for name in analog] == list(range(24, 30))
    assert f"`[{frames.IN_RTC}..31]` clock chip" in inward
    for word, what in ((frames.OUT_SEQUENCE, "sequence answered"), (frames.OUT_RELAYS, "relay bits"),
                       (frames.OUT_FED, "watchdog feedings"), (frames.OUT_PUMP, "pump pm"), (frames.OUT_ONEWIRE, "1-Wire"),
                       (frames.OUT_SCAN_US, "real duration"), (frames.OUT_PUMP2, "second pump pm"),
                       (frames.OUT_WRITTEN, "bytes written on the bus"), (frames.OUT_WISH_MS, "ms until its links")):
        assert f"`[{word}]` {what}" in outward, what
    assert f"`[{frames.OUT_ROOMS}..20]` fan and compressor" in outward


def test_the_structs_have_the_frames_sizes():
    assert struct.calcsize(frames.FRAME_IN) == 4 * frames.IN_WORDS
    assert struct.calcsize(frames.FRAME_OUT) == 4 * frames.OUT_WORDS


def test_bits_are_those_of_the_page_and_nothing_is_twice():
    assert frames.RELAYS == {"master": 0, "well_pump": 1, "well_pump2": 26, "loop_pump": 27}
    rooms = [f"room{n}_{what}" for n in range(1, 9) for what in ("compressor", "pump", "reversing")]
    bits = [*frames.RELAYS.values(), *map(frames.relay_bit, rooms)]
    assert len(set(bits)) == len(bits) and max(bits) < 30
    assert [frames.relay_bit(f"room3_{what}") for what in ("compressor", "pump", "reversing")] == [6, 7, 20]
    assert [frames.switch_bit(f"room2_{what}") for what in ("high_ok", "low_ok")] == [4, 5]
    contacts = ("button", "room1_condensate_ok", "room1_protection_ok", "room1_high_ok")
    assert [frames.contact_bit(name) for name in contacts] == [3, 8, 9, -1]
