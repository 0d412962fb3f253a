"""The ESP32 boards' infra-red receiver, an inverted UART on the fake chip: what it spells is what the decoder reads."""

from __future__ import annotations

import random

import pytest

from doubles.handset import REPEAT, decode, frame, received, train
from wellhearth.links.infrared import nec


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
