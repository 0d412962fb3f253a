"""The second line's client: its rounds, silence, gaps, noise."""

from __future__ import annotations

import random

from doubles import china_meters as china
from doubles.meter_line import Port, Reader
from wellhearth.app import far_meter
from wellhearth.links.meters import china as frames


def two():
    a, b = china.Dlt645("000000000001", 10.0, 1.0), china.Dlt645("000000000002", 20.0, 2.0)
    return a, b, Reader(Port(china.Line(a, b)), ("dlt645", "000000000001"), ("dlt645", "000000000002"))


def test_a_round_reads_everybody_and_then_rests():
    a, _b, reader = two()
    reader.run(35)
    assert [name for name, _v in reader.taken[:3]] == ["meter1", "meter2", "meter1"]
    assert 3 <= sum(name == "meter1" for name, _v in reader.taken) <= 4, "a round every ten seconds"
    assert reader.client.p.rooms == 2 and reader.client.p.round_ms < 2000
    assert len(a.asked) == 2 * sum(name == "meter1" for name, _v in reader.taken)


def test_a_silent_meter_is_a_gap_and_holds_up_nobody():
    a, b, reader = two()
    reader.run(30)
    a.silent = True
    reader.run(300)
    p1, p2 = reader.meters[0].p, reader.meters[1].p
    assert (p1.state, p1.ok, p1.gaps) == (far_meter.SILENT, 0, 1) and "energy_wh" in p1.unknown and p1.age_s > 250
    assert p2.ok and p2.age_s <= 12, "its neighbour is read as ever"
    asked_before = len(reader.client.port.sent)
    reader.run(60)
    to_a = [f for f in reader.client.port.sent[asked_before:] if f[5:11] == bytes.fromhex("010000000000")]
    assert 1 <= len(to_a) <= 3, "one request in six rounds"
    a.silent, a.kwh = False, 12.5
    reader.run(130)
    assert p1.ok and p1.state == far_meter.OK and p1.energy_wh == 12_500
    assert [note.split(";")[0] for note in reader.notes] == ["meter1: silent", reader.notes[1]]
    assert "answers again after" in reader.notes[1]


def test_what_was_counted_in_a_gap_comes_with_the_next_answer():
    a = china.Dlt645("000000000001", 10.0)
    counted = []
    reader = Reader(Port(a), ("dlt645", "000000000001"))
    reader.take = lambda meter, values: counted.append(meter.take(values, reader.now_ms // 1000))
    reader.client.taken = reader.take
    reader.run(15)
    a.silent = True
    reader.run(600)
    a.silent, a.kwh = False, 10.75
    reader.run(120)
    assert sum(counted) == 750 and min(counted) == 0


def test_noise_from_a_broken_neighbour_does_not_stop_the_line():
    a, rng = china.Dlt645("000000000001", 10.0), random.Random(1)

    def noisy(heard):
        return rng.choice((b"", rng.randbytes(rng.randint(1, 300)), a(heard), a(heard), rng.randbytes(3) + a(heard)))

    reader = Reader(Port(noisy), ("dlt645", "000000000001"))
    reader.run(1200)
    assert len(reader.taken) > 20 and all(v.get("energy") == 10_000 for _n, v in reader.taken)
    assert frames.AWAKE == 4
