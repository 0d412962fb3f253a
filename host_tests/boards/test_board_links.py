"""Lines of the ESP32 boards, on the fake chip; the alternatives of the pin tables."""

from __future__ import annotations

import pytest

from harness import scenarios
from harness.pinout import CONFIG
from wellhearth.tables import config


def test_frames_end_with_a_silence_and_the_driver_is_on_while_bytes_leave(chip):
    world, board = chip
    line = board.serial("bus", 19200, "even")
    uart = world.uarts[1]
    de = world.pins[board.number("rs485_de", "drive")]
    assert uart.settings == (19200, 8, 0, 1) and line.char_us == 572
    into = bytearray(256)
    uart.rx += b"\x01\x03"
    assert line.receive(into) == 0
    world.ms += 1
    uart.rx += b"\x05\x06"
    assert line.receive(into) == 0, "a pause of one character ends nothing"
    world.ms += 2
    assert line.receive(into) == 0
    world.ms += 1
    assert line.receive(into) == 4 and bytes(into[:4]) == b"\x01\x03\x05\x06"
    uart.rx += bytes(300)
    line.receive(into)
    world.ms += 5
    assert line.receive(into) == 1, "longer than any frame: noise"
    line.send(bytearray(b"hello___"), 5)
    assert uart.tx == b"hello" and de.level == 1 and line.sending()
    line.receive(into)
    assert de.level == 1
    uart.sending = False
    line.receive(into)
    assert de.level == 0


def test_faster_lines_have_a_silence_of_their_own_and_no_parity_two_stop_bits(chip):
    world, board = chip
    line = board.serial("bus", 115200, "none")
    assert world.uarts[1].settings == (115200, 8, None, 2) and line.silence_us == 1750
    with pytest.raises(ValueError, match="used twice"):
        board.serial("bus", 9600, "odd")


def links_config(**sections):
    data = scenarios.village_config(2)["well_node"]
    data["well"]["return_pulses_per_m3"] = 0
    cfg, errors = config.validate({**data, **sections})
    assert not errors, errors
    return cfg


def test_a_well_without_rooms_of_its_own_and_a_room_without_a_well_fit_these_boards(chip):
    _world, board = chip
    assert board.configure(links_config(bms={})) == []
    assert board.number("bms_tx", "tx") >= 0
    cfg, errors = config.validate(scenarios.village_config(1)["room_nodes"][0])
    assert not errors and board.configure(cfg) == []


def test_one_terminal_is_not_asked_for_two_things(chip):
    _world, board = chip
    cfg, errors = config.validate({**CONFIG, "bms": {}, "remote": {}})
    assert not errors
    reasons = " / ".join(board.configure(cfg))
    assert "one UART for bms and remote" in reasons
    if board.name == "esp32_generic":
        assert "one terminal for" not in reasons, "this table does not need what bms replaces on every board"


def test_links_are_seen_to_while_the_main_thread_is_busy_and_left_to_it_when_it_is_not(chip):
    world, board = chip
    polled = []

    class App:
        turns = 0
        parts = [1]
        poll_links = staticmethod(polled.append)

        def has_links(self):
            return len(self.parts) > 0
    app = board.timer.app = App()
    board.timer.serve_links()
    period, turn = world.timer
    assert period == 10
    for n in range(6):  # the main loop turns on
        app.turns = n + 1
        turn(None)
    assert not polled
    for _ in range(5):  # it stores a ledger, or somebody types
        turn(None)
    assert len(polled) == 5
    board.timer.serve_links()
    assert world.timer[1] is turn or world.timer[1] == turn, "one timer is enough"
    App.parts.clear()
    board.timer.link_timer = None
    world.timer = None
    board.timer.serve_links()
    assert world.timer is None, "no line, no timer"
