"""Modbus on the emulated UART: answers beside the running scan, the driver's enable, pymodbus through a terminal, IR."""

from __future__ import annotations

import copy
import os
import random
import select
import threading
import time

import pytest

from doubles.handset import REPEAT, frame, received, train
from doubles.wire import crc16, request_of, sealed
from harness import rs485
from harness.pinout import CONFIG, pins
from wellhearth.tables import kinds, points

pytestmark = pytest.mark.timeout(20000)

ADDRESS = 7
KEYS = {"up": 0x00FF45, "down": 0x00FF46}


def config():
    data = copy.deepcopy(CONFIG)
    data["bus"] = {"role": "server", "address": ADDRESS}
    data["remote"] = KEYS
    return data


def linked(image):
    """A rig with a peer on the bus and a receiver for the remote."""
    from .devices import Receiver
    from .pl011 import Rs485
    from .rig import Rig
    peer, receiver = Rs485(0, 2), Receiver(pins()["ir"][0])
    rig = Rig(image, config(), devices=[peer, receiver])
    rig.peer, rig.receiver = peer, receiver
    return rig


@pytest.fixture(scope="module")
def world(image, built):
    rig = linked(image)
    rig.pico.until(lambda: b"running" in rig.pico.text, 10)
    rig.pico.run(3)
    return rig


def ask(rig, code, register, value, phase_s=0.0):
    """(answer, s from the request's last stop bit to the answer's first start bit)."""
    rig.pico.run(0.01 + phase_s)
    end = rig.peer.say(sealed(bytes([ADDRESS]) + request_of(code, register, value)))
    data, begin, _end = rig.peer.answer()
    assert data and crc16(data) == 0, f"no whole answer: {data.hex()}; console {rig.pico.tail()}"
    return data, begin - end


def long(rig, register):
    data, _took = ask(rig, 4, register, 2)
    return int.from_bytes(data[3:7], "big")


def register_of(name):
    return next(row.register for row in points.NODE if row.name == name)


def test_answers_within_fifty_milliseconds_beside_the_scan_and_the_driver_lets_go(world):
    rig, rng = world, random.Random(1)
    before = long(rig, register_of("overruns"))
    took = sorted(ask(rig, 4, kinds.ROOM.first, 20, rng.uniform(0, 0.1))[1] for _ in range(60))
    late = long(rig, register_of("late_max_us"))
    silence = 3.5 * rig.peer.uart.char_ns / 1e9
    print(f"\nanswers at 19.2 kbaud: p50 {took[30] * 1e3:.1f} ms, p95 {took[57] * 1e3:.1f} ms, longest "
          f"{took[-1] * 1e3:.1f} ms; scan late by {late} us at most, "
          f"overruns {long(rig, register_of('overruns')) - before}, "
          f"heap free {long(rig, register_of('heap_free_b'))} B")
    assert took[0] >= silence - 1e-4, "not before the silence that ends the request"
    assert took[-1] <= 0.05
    assert long(rig, register_of("overruns")) == before and long(rig, register_of("scan_faults")) == 0
    on = [t for t, level in rig.peer.de_edges if level]
    off = [t for t, level in rig.peer.de_edges if not level]
    heard = rig.peer.heard
    begins = [b for i, (_x, b, _e) in enumerate(heard) if i == 0 or b - heard[i - 1][2] > 0.005]
    ends = [e for i, (_x, _b, e) in enumerate(heard) if i + 1 == len(heard) or heard[i + 1][1] - e > 0.005]
    held = [min(t for t in off if t >= end - 1e-6) - end for end in ends]
    assert all(any(t <= begin for t in on) for begin in begins)
    print(f"driver enable: let go {min(held) * 1e3:.2f} to {max(held) * 1e3:.2f} ms after the last stop bit")
    assert max(held) <= silence + 0.001


def test_a_setpoint_over_the_bus_and_a_wrong_crc(world):
    rig = world
    data, _took = ask(rig, 16, kinds.ROOM.first + 16, 21500)
    assert data[:2] == bytes([ADDRESS, 16])
    data, _took = ask(rig, 3, kinds.ROOM.first + 16, 2)
    assert int.from_bytes(data[3:7], "big") == 21500
    rig.pico.run(0.05)
    rig.peer.say(sealed(bytes([ADDRESS]) + request_of(4, 400, 2))[:-1] + b"\x00")
    assert rig.peer.answer()[0] == b""
    rig.peer.say(sealed(bytes([ADDRESS + 1]) + request_of(4, 400, 2)))
    assert rig.peer.answer()[0] == b"", "not its address"
    data, _took = ask(rig, 3, 5000, 2)
    assert data[1:3] == b"\x83\x02"


def test_a_remote_is_heard_beside_the_scan_and_the_busy_1_wire_bus(world):
    """Waveforms with jitter on the receiver's pin, at random moments: decode rate, and no key that nobody pressed."""
    rig, rng = world, random.Random(2)
    light = rig.receiver.play
    value = long(rig, kinds.ROOM.first + 16)
    heard = 0
    for n in range(14):
        key, step = ("up", 500) if n % 2 else ("down", -500)
        rig.pico.run(0.9 + rng.uniform(0, 0.1))
        rig.pico.run(light(received(rng, train(rng, frame(KEYS[key]), REPEAT), 60, 50)) + 0.15)
        now = long(rig, kinds.ROOM.first + 16)
        heard += now == value + step
        assert now in (value, value + step)
        value = now
    print(f"\nremote: {heard} of 14 keys heard")
    assert heard >= 13
    rig.pico.run(light([rng.choice((1, -1)) * rng.randint(50, 3000) for _ in range(400)]) + 1)
    assert long(rig, kinds.ROOM.first + 16) == value and long(rig, kinds.ROOM.first + 14) == 1


def test_pymodbus_through_a_bridge(world):
    """The real pymodbus on a terminal; its frames cross the emulated line, in the emulated chip's time."""
    from pymodbus.client import ModbusSerialClient
    rig, outside = world, rs485.Pty()
    result: dict = {}

    def peer():
        client = ModbusSerialClient(outside.path, baudrate=19200, parity="N", timeout=60, retries=0)
        try:
            assert client.connect()
            result["room"] = client.read_input_registers(kinds.ROOM.first + 10, count=2, device_id=ADDRESS).registers
            result["write"] = client.write_registers(kinds.ROOM.first + 16, [0, 19500], device_id=ADDRESS).isError()
            result["back"] = client.read_holding_registers(kinds.ROOM.first + 16, count=2, device_id=ADDRESS).registers
            result["refused"] = client.write_registers(kinds.ROOM.first + 16, [0, 99], device_id=ADDRESS).exception_code
        except Exception as e:
            result["error"] = e
        finally:
            client.close()
            result["done"] = True
    thread = threading.Thread(target=peer, daemon=True)
    thread.start()
    seen = len(rig.peer.heard)
    begin = time.monotonic()
    while not result.get("done") and time.monotonic() - begin < 600:
        if select.select([outside.master], [], [], 0)[0]:
            time.sleep(0.02)
            rig.peer.say(os.read(outside.master, 512))
        rig.pico.run(0.01)
        new = rig.peer.heard[seen:]
        if new and not rig.peer.uart.shifting:
            seen += len(new)
            outside.give(bytes(byte for byte, _b, _e in new))
    thread.join(5)
    outside.close()
    assert "error" not in result, result
    assert result["room"] == [0, 18500] and not result["write"] and result["back"] == [0, 19500] and result["refused"] == 3


def test_answers_go_on_while_a_person_holds_the_prompt(world):
    rig = world
    rig.pico.prompt()
    rig.pico.run(3)
    took = sorted(ask(rig, 4, kinds.ROOM.first, 20, 0.013 * i)[1] for i in range(20))
    print(f"\nanswers with the prompt in hand: p50 {took[10] * 1e3:.1f} ms, longest {took[-1] * 1e3:.1f} ms")
    assert took[-1] <= 0.08
    rig.pico.ask("from wellhearth import diag")
    assert "room1" in rig.pico.ask("diag.status()", 20)
    rig.pico.send(b"diag.serve()\r")
    rig.pico.run(1)
    assert ask(rig, 4, kinds.ROOM.first, 20)[1] <= 0.05
