"""Lines and infra-red receivers of the ESP32 boards, on the fake chip; the alternatives of the pin tables."""

from __future__ import annotations

import random

import pytest

from doubles.fake_esp32 import Loaded, World
from doubles.handset import REPEAT, decode, frame, received, train
from doubles.houses import ROOT
from harness import scenarios
from harness.pinout import CONFIG
from wellhearth.links.infrared import nec
from wellhearth.tables import config

CHIPS = {"esp32_generic": "esp32", "esp32_s3": "esp32s3"}


@pytest.fixture(params=sorted(CHIPS))
def chip(request):
    world = World(CHIPS[request.param])
    with Loaded(world, ROOT / "boards" / request.param, ROOT / "boards" / "common") as board:
        yield world, board.open_board()


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


def test_the_infra_red_receiver_takes_no_pin_that_anything_else_has(chip):
    world, board = chip
    board.serial("bus", 19200, "even")
    board.ir_in()
    used = {number: name for name, number, _kind in board.pins}
    assert world.routed[board.number("rs485_tx", "tx")] == 1, "the line is mute"
    others = [number for number, unit in world.routed.items() if unit == 2]
    assert len(others) == 1 and others[0] not in used, f"the receiver drives {used.get(others[0])}"
    assert others[0] not in world.chip["console"] | world.chip["input_only"] and others[0] in world.chip["pins"]
    for _name, number, *_ in board.instead:
        assert number not in others


def test_one_terminal_is_not_asked_for_two_things(chip):
    _world, board = chip
    cfg, errors = config.validate({**CONFIG, "bms": {}, "remote": {}})
    assert not errors
    reasons = " / ".join(board.configure(cfg))
    assert "one UART for bms and remote" in reasons
    if board.name == "esp32_generic":
        assert "one terminal for" not in reasons, "this table does not need what bms replaces on every board"


# -- an inverted UART as an infra-red receiver --

BIT_US = 1e6 / 11000


def characters(times):
    """What a UART at 11,000 baud, inverted, makes of a waveform of marks and spaces."""
    edges, at = [], 0.0
    for us in times:
        edges.append((at, us > 0))
        at += abs(us)

    def level(t):
        now = False
        for when, mark in edges:
            if when > t:
                break
            now = mark
        return now
    result, t, i = bytearray(), 0.0, 0
    while i < len(edges):
        when, mark = edges[i]
        i += 1
        if mark or when < t or i == 1:
            continue  # a character begins where a space begins, and not inside another
        result.append(sum(level(when + (1.5 + n) * BIT_US) << n for n in range(8)))
        t = when + 9.5 * BIT_US
    return result


@pytest.mark.parametrize(("jitter", "stretch", "least"), [(0, 0, 200), (60, 60, 200), (100, 80, 200), (120, 0, 200)])
def test_the_uart_spells_what_the_decoder_understands(chip, jitter, stretch, least):
    world, board = chip
    receiver = board.ir_in()
    uart = world.uarts[2]
    assert uart.settings[0] == 11000 and uart.inverted
    rng = random.Random(jitter)
    decoder, good = nec.Decoder(), 0
    for _ in range(200):
        code = rng.randrange(1 << 24)
        seen = []
        for burst in (frame(code), REPEAT):
            uart.rx += characters(received(rng, [*burst, -40000], jitter, stretch))
            for _ in range(4):
                us = receiver.get()
                while us:
                    seen += decode([us], decoder)
                    us = receiver.get()
                world.ms += 15
        assert [c for c in seen if c >= 0] in ([code], [])
        good += seen == [code, nec.REPEAT]
    assert good >= least


def test_noise_on_the_uart_is_no_key(chip):
    world, board = chip
    receiver, rng, decoder = board.ir_in(), random.Random(3), nec.Decoder()
    for _ in range(3000):
        world.uarts[2].rx += rng.randbytes(rng.randint(1, 40))
        for _ in range(3):
            us = receiver.get()
            while us:
                assert decoder.take(us) < 0
                us = receiver.get()
            world.ms += 15
    assert decode(train(None, frame(5)), decoder) == [5]


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
