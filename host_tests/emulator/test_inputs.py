"""Power-on, the real drivers against emulated devices, pulses without loss, a scan that allocates nothing."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(3000)


@pytest.fixture(scope="module")
def rig(image, built):
    from .rig import Rig
    return Rig(image)


def test_every_output_is_off_until_a_scan_turns_it_on(rig):
    pico = rig.pico
    took = pico.until(lambda: b"running" in pico.text, 10)
    first = pico.until(lambda: rig.probe.changes, 2, 0.001)
    pico.run(0.3)
    print(f"power-on to running {took:.2f} s, to the first output {took + first:.2f} s: {rig.probe.changes}")
    # The master contactor is all that a rested node closes, in its first scan, and it stays closed.
    assert [change[1:] for change in rig.probe.changes] == [("master", True)]
    assert rig.probe.changes[0][0] >= took - 0.02


def test_temperatures_flow_and_pressure_agree_with_what_the_devices_were_given(rig):
    from .rig import CELSIUS
    pico = rig.pico
    rig.flow(1440, 1400)
    pico.run(9)
    pico.prompt()
    pico.ask("from wellhearth import app; n=app.current.node; w=n.well.p; r=n.rooms[0].p")
    got = dict(zip(CELSIUS, map(int, pico.ask(
        "print(w.supply_mc, w.return_mc, r.room_mc, r.supply_air_mc, r.leaving_mc)").split())))
    assert {name: mc / 1000 for name, mc in got.items()} == CELSIUS
    lift, back, kpa, errors = map(int, pico.ask(
        "print(w.lift_flow_lph, w.return_flow_lph, w.reinjection_kpa, n.onewire.errors)").split())
    assert abs(lift - 1440) <= 3 and abs(back - 1400) <= 3  # an edge's time is known to 125 us
    assert abs(kpa - 80) <= 1  # 12 bits of 3.3 V behind the divider: 1.6 mV, 0.4 kPa
    assert errors == 0


def test_sensor_faults_are_told_apart(rig):
    pico = rig.pico
    rig.sensors["room1.room"].fault = "crc"
    rig.sensors["room1.leaving"].fault = "open"
    pico.run(4)
    ask = "print([c.fault for c in n.onewire.sensors])"
    faults = eval(pico.ask(ask))
    assert faults[:4] == [0, 0, 3, 0], faults  # CRC
    assert faults[4] in (3, 5), faults  # nobody answers to that ROM: nine bytes of ones
    rig.bus.short(True)
    pico.run(4)
    assert set(eval(pico.ask(ask))) == {2}  # short
    rig.bus.short(False)
    for sensor in rig.sensors.values():
        sensor.fault = ""
    pico.run(4)
    assert set(eval(pico.ask(ask))) == {0}


def test_not_one_pulse_is_lost_beside_conversions_and_file_writes(rig):
    pico = rig.pico
    rig.lift.bounce_s = 0.0001
    rig.lift.set(0)
    rig.back.set(0)
    pico.run(0.1)
    begin = [int(x) for x in pico.ask("b=app.current.board.pulses; print(b['lift'].count(), b['return'].count())").split()]
    sent = rig.lift.sent, rig.back.sent
    pico.ask("import os\ndef burn():\n for i in range(10):\n  f=open('burn.bin','wb');f.write(bytes(3000));f.close()\n\n")
    reads = sum(s.reads for s in rig.sensors.values())
    rig.lift.set(200)
    rig.back.set(200)
    for _ in range(6):
        pico.ask("burn()", 60)
        pico.run(10)
    rig.lift.set(0)
    rig.back.set(0)
    pico.run(0.5)
    end = [int(x) for x in pico.ask("print(b['lift'].count(), b['return'].count())").split()]
    assert sum(s.reads for s in rig.sensors.values()) > reads + 50
    counted = [e - b for b, e in zip(begin, end)]
    assert counted == [rig.lift.sent - sent[0], rig.back.sent - sent[1]]
    assert counted[0] >= 200 * 60
    reads = sum(s.reads for s in rig.sensors.values()) - reads
    print(f"{counted} pulses counted, as many sent; {reads} sensor reads beside them")


LOCKED = """
import micropython as m
def locked(t, cb=app.current.board.timer.callback):
 m.heap_lock()
 try: cb(t)
 finally: m.heap_unlock()

app.current.board.timer.callback=locked
"""


def test_a_scan_on_31_bit_integers_allocates_nothing(rig):
    pico = rig.pico
    pico.ask("before=n.p.scans; faults=n.p.scan_faults")
    pico.send(b"\x05" + LOCKED.encode() + b"\x04")  # paste mode
    pico.run(1)
    rig.flow(4000, 3990)
    rig.pressure.set(0.5 + 4.0 * 290 / 1000)
    pico.run(15)
    rig.flow(0, 0)
    rig.pressure.set(0.1)  # open: every row around it
    pico.run(10)
    scans, faults = map(int, pico.ask("print(n.p.scans-before, n.p.scan_faults-faults)").split())
    assert scans > 240 and faults == 0, pico.tail(1500)
