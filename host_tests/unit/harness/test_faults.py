"""Every fault does to the signal, or to the water, what its help says: seen by the board's inputs and by the plant."""

from __future__ import annotations

import statistics
from types import SimpleNamespace

import pytest

from harness import faults, scenarios, wiring
from harness.devices.ds18b20 import crc8
from harness.sitl import frames
from plant import house, weather

RUNNING = 0b111111 | 3 << 26  # both pumps of a stacked well, loop pump, two compressors, two circulation pumps, master
ROOMS = 2


class Bench:
    """A plant and its wiring without a firmware: outputs by hand, inputs as the board reads them."""

    def __init__(self, seed=1, ideal=True):
        self.seed = seed
        self.config = scenarios.house_config(ROOMS, "multi_aquifer", "III")
        self.config["well"].update(current_range_ma=5000, level_range_kpa=200)
        self.plant = house.create(self.config, {
            "seed": seed, "scenario": {"start_c": 18.0}, "weather": weather.Minutes(weather.DesignDay(seed))})
        self.wiring = wiring.Wiring(self.config, self.plant, seed, ideal=ideal)
        self.tick = 0
        self.words = [0] * frames.OUT_WORDS

    @property
    def t_s(self):
        return self.tick / 10

    def out(self, bits=RUNNING, pump_pm=800, fan_pm=800):
        """Relays, pump speed, fans and compressors."""
        self.words[2], self.words[4], self.words[26] = bits, pump_pm, pump_pm
        for i in range(ROOMS):
            self.words[5 + 2 * i], self.words[6 + 2 * i] = fan_pm, 1000

    def run(self, seconds):
        """Returns the frames, unpacked."""
        frames = []
        for _ in range(round(seconds * 10)):
            self.tick += 1
            self.wiring.drive(tuple(self.words), self.t_s)
            self.plant.step(self.t_s - 0.1, 0.1, self.wiring.commands)
            frames.append(wiring.FRAME_IN.unpack(self.wiring.frame(self.tick, self.t_s, 0.1)))
        return frames

    def ask(self, name):
        """(status, 9 bytes) of a DS18B20 that has converted."""
        bus, rom = self.wiring.bus, self.wiring.sensors[name].rom
        bus.transact(b"\xcc\x44", 0, self.t_s)
        return bus.transact(b"\x55" + rom + b"\xbe", 9, self.t_s + 0.8)

    def read(self, name):
        """degC of a DS18B20, once it has taken the temperature of its place."""
        for _ in range(40):
            self.tick += 600
            status, data = self.ask(name)
        assert status == 0 and crc8(data) == 0
        return int.from_bytes(data[:2], "little", signed=True) / 16

    def change(self, name, target="", value=None, mend=False):
        faults.change(self, name, target, value, mend)


FEEDBACK, PRESSURE, SWITCHES, CONTACTS = 4, 5, 6, 8
COUNT = {"lift": 9, "return": 11, "lift2": 13, "return2": 15}
EXTRA = {"current": -7, "level": -6, "pressure2": -5, "loop_pressure": -2}


@pytest.fixture
def bench():
    return Bench()


def pulses(frames, name):
    word = COUNT[name]
    return (frames[-1][word] - frames[0][word]) & 0xFFFFFF


# -- sensors --


def test_sensor_values(bench):
    true = bench.read("supply")
    for name, value, want in (("sensor_drift", None, true + 5.0), ("sensor_drift", -2.0, true - 2.0),
                              ("sensor_scale", None, true * 0.9), ("sensor_scale", 1.5, true * 1.5),
                              ("sensor_power_on", None, 85.0)):
        bench.change(name, "supply", value)
        assert bench.read("supply") == pytest.approx(want, abs=0.15), name
        bench.change(name, "supply", mend=True)
        assert bench.read("supply") == pytest.approx(true, abs=0.15)


def test_sensor_frozen_and_slow(bench):
    at = {name: bench.read(name) for name in ("room1", "room2", "supply_air1")}
    bench.change("sensor_frozen", "room1")
    bench.change("sensor_slow", "room2")
    bench.plant.sensed["room_c"][:] = [at["room1"] + 10.0, at["room2"] + 10.0]
    seen = []
    for _ in range(10):
        bench.tick += 60  # six seconds
        seen.append([int.from_bytes(bench.ask(name)[1][:2], "little") / 16 for name in ("room1", "room2")])
    assert all(abs(one - at["room1"]) <= 0.0625 for one, _two in seen)
    assert 0.3 < seen[-1][1] - at["room2"] < 1.0, "a minute of 15: 20 times 45 s"
    for name in ("sensor_frozen", "sensor_slow"):
        bench.change(name, "room1" if "frozen" in name else "room2", mend=True)
    assert bench.read("room1") == pytest.approx(at["room1"] + 10.0, abs=0.15)


def test_sensor_noise(bench):
    true = bench.read("supply")
    bench.change("sensor_noise", "supply")
    assert statistics.stdev([bench.read("supply") for _ in range(60)]) == pytest.approx(2.0, abs=0.6)
    bench.change("sensor_noise", "supply", mend=True)
    assert bench.read("supply") == pytest.approx(true, abs=0.15)


def test_sensor_open_garbled_and_on_a_loose_wire(bench):
    bench.change("sensor_open", "room1")
    assert bench.ask("room1")[1] == b"\xff" * 9 and crc8(bench.ask("room2")[1]) == 0
    bench.change("sensor_open", "room1", mend=True)
    bench.change("sensor_crc", "room1")
    assert crc8(bench.ask("room1")[1]) != 0
    bench.change("sensor_crc", "room1", mend=True)
    bench.change("sensor_intermittent", "room1")
    lost = sum(bench.ask("room1")[1] == b"\xff" * 9 for _ in range(400))
    assert 160 <= lost <= 240
    bench.change("sensor_intermittent", "room1", mend=True)
    assert crc8(bench.ask("room1")[1]) == 0


def test_the_bus_short_and_open(bench):
    for name, status in (("bus_short", 2), ("bus_open", 1)):
        bench.change(name)
        assert bench.ask("supply")[0] == bench.ask("room1")[0] == status
        bench.change(name, mend=True)
        assert bench.ask("supply")[0] == 0


def test_a_slipped_sensor_reads_the_air_and_nothing_tells(bench):
    s = bench.plant.sensed
    s["leaving_c"][0], s["supply_c"] = 3.0, 15.0
    assert bench.read("leaving1") == pytest.approx(3.0, abs=0.15)
    bench.change("sensor_slipped", "leaving1")
    bench.change("sensor_slipped", "supply")
    assert bench.read("leaving1") == pytest.approx(s["room_c"][0], abs=0.5)
    assert bench.read("supply") == pytest.approx(10.0, abs=0.5)
    assert len({bench.read("supply") for _ in range(30)}) > 3, "air moves: it is not a frozen value"
    bench.change("sensor_slipped", "leaving1", mend=True)
    assert bench.read("leaving1") == pytest.approx(3.0, abs=0.15)
    with pytest.raises(faults.FaultError, match="no target 'room1'"):
        bench.change("sensor_slipped", "room1")  # it hangs in the air already


@pytest.mark.parametrize("pair", ["supply+return", "return+supply", "leaving1+leaving2", "room1+leaving1"])
def test_two_sensors_are_swapped_and_come_back(bench, pair):
    s = bench.plant.sensed
    s.update(supply_c=15.0, return_c=11.0, leaving_c=[6.0, 9.0], room_c=[18.0, 19.0])
    a, b = pair.split("+")
    before = bench.read(a), bench.read(b)
    bench.change("sensor_swapped", pair)
    assert (bench.read(a), bench.read(b)) == pytest.approx(before[::-1], abs=0.15)
    with pytest.raises(faults.FaultError, match="swapped already"):
        bench.change("sensor_swapped", f"{a}+supply2")
    bench.change("sensor_swapped", pair, mend=True)
    bench.change("sensor_swapped", pair, mend=True)  # twice does no harm
    assert (bench.read(a), bench.read(b)) == pytest.approx(before, abs=0.15)


def test_a_swapped_chip_keeps_its_own_offset():
    bench = Bench(ideal=False)
    a, b = bench.wiring.sensors["supply"], bench.wiring.sensors["return"]
    own = a.offset_k, b.offset_k, a.mount, b.mount
    bench.change("sensor_swapped", "supply+return")
    assert (a.offset_k, b.offset_k, b.mount, a.mount) == own


# -- meters and transmitters --


@pytest.mark.parametrize("name", ["lift", "return", "lift2", "return2"])
def test_meters(bench, name):
    bench.out()
    bench.run(30)
    true = pulses(bench.run(60), name)
    for fault, value, want in (("meter_stuck", None, 0), ("meter_bouncing", None, 2 * true),
                               ("meter_scale", None, 0.9 * true), ("meter_scale", 1.3, 1.3 * true),
                               ("meter_pickup", None, true + 3000), ("meter_chatter", 20.0, true + 1200)):
        bench.change(fault, name, value)
        assert pulses(bench.run(60), name) == pytest.approx(want, rel=0.07, abs=5), fault
        bench.change(fault, name, mend=True)
    assert pulses(bench.run(60), name) == pytest.approx(true, rel=0.03)


@pytest.mark.parametrize(("dry", "bits"), [(True, RUNNING), (False, 0)])
def test_pickup_and_chatter_count_without_water(bench, dry, bits):
    if dry:
        bench.change("dry_well", "well")
    bench.out(bits)
    bench.run(30)
    assert pulses(bench.run(30), "lift") <= 5
    bench.change("meter_pickup", "lift")
    assert pulses(bench.run(30), "lift") == pytest.approx(1500, abs=10)
    bench.change("meter_chatter", "lift")
    assert 70 <= pulses(bench.run(30), "lift") <= 230


@pytest.mark.parametrize(("name", "key", "span", "zero_v", "full_v"), [
    ("pressure", "reinjection_kpa", 1000, 0.5, 4.0), ("pressure2", "reinjection2_kpa", 1000, 0.5, 4.0),
    ("loop_pressure", "loop_kpa", 600, 0.5, 4.0), ("current", "current_ma", 5000, 0.6, 2.4),
    ("level", "level_kpa", 200, 0.6, 2.4)])
def test_transmitters(bench, name, key, span, zero_v, full_v):
    word = EXTRA.get(name, PRESSURE)

    def share():
        return (statistics.mean(frame[word] for frame in frames(20)) / 1e6 - zero_v) / full_v

    def frames(n):
        for _ in range(n):
            bench.plant.sensed[key] = 0.4 * span
            yield wiring.FRAME_IN.unpack(bench.wiring.frame(1, 1.0, 0.0))

    assert share() == pytest.approx(0.4, abs=0.002)
    for fault, value, want in (("transmitter_drift", None, 0.5), ("transmitter_drift", -15.0, 0.25),
                               ("transmitter_scale", None, 0.32), ("transmitter_open", None, -zero_v / full_v),
                               ("transmitter_short", None, (5.0 - zero_v) / full_v)):
        bench.change(fault, name, value)
        assert share() == pytest.approx(want, abs=0.003), fault
        bench.change(fault, name, mend=True)
    bench.change("transmitter_frozen", name)
    assert len({frame[word] for frame in frames(50)}) == 1
    bench.change("transmitter_frozen", name, mend=True)
    assert len({frame[word] for frame in frames(50)}) > 1


# -- contacts and cables --


@pytest.mark.parametrize(("name", "bit"), [("room1_compressor", 2), ("well_pump", 1), ("loop_pump", 27), ("master", 0)])
def test_relays_and_their_feedback(bench, name, bit):
    command = {"room1_compressor": lambda c: c["compressor_on"][0], "well_pump": lambda c: c["pump_on"],
               "loop_pump": lambda c: c["loop_pump_on"], "master": lambda c: c["master_on"]}[name]

    def seen(commanded):
        bench.out(RUNNING if commanded else 0)
        frame = bench.run(0.2)[-1]
        return bool(command(bench.wiring.commands)), bool(frame[FEEDBACK] >> bit & 1)

    assert seen(True) == (True, True) and seen(False) == (False, False)
    for fault, on, off in (("relay_welded", (True, True), (True, True)), ("relay_dead", (False, False), (False, False)),
                           ("feedback_short", (True, True), (False, True)),
                           ("feedback_open", (True, False), (False, False))):
        bench.change(fault, name)
        assert seen(True) == on and seen(False) == off, fault
        bench.change(fault, name, mend=True)
    assert seen(True) == (True, True) and seen(False) == (False, False)


@pytest.mark.parametrize(("name", "word", "bit"), [
    ("room2_compressor", FEEDBACK, 4), ("room1_high", SWITCHES, 2), ("room2_low", SWITCHES, 5), ("drive", CONTACTS, 0),
    ("loop_flow", CONTACTS, 2)])
def test_contact_chatter(bench, name, word, bit):
    bench.out()
    bench.run(5)
    bench.change("contact_chatter", name)
    frames = bench.run(100)
    wrong = sum(1 for frame in frames if not frame[word] >> bit & 1)
    assert 0.25 < wrong / len(frames) < 0.35
    assert all(bench.wiring.commands["compressor_on"]), "the motor does not chatter, only what is told of it"
    bench.change("contact_chatter", name, mend=True)
    assert all(frame[word] >> bit & 1 for frame in bench.run(5))


def test_pressure_switches(bench):
    def closed(name):
        return bool(bench.run(0.1)[-1][SWITCHES] >> {"room1_high": 2, "room2_low": 5}[name] & 1)

    for name in ("room1_high", "room2_low"):
        bench.change("switch_open", name)
        assert not closed(name)
        bench.change("switch_short", name)
        assert closed(name), "a shorted cable always says fine"
        bench.change("switch_short", name, mend=True)
        assert not closed(name)
        bench.change("switch_open", name, mend=True)
        assert closed(name)


@pytest.mark.parametrize(("section", "bit", "flow"), [("well", 0, "lift_lph"), ("well2", 1, "lift2_lph")])
def test_drives(bench, section, bit, flow):
    bench.out()
    bench.run(20)
    assert bench.plant.sensed[flow] > 500 and bench.run(0.1)[-1][CONTACTS] >> bit & 1
    bench.change("drive_fault", section)
    frames = bench.run(20)
    assert bench.plant.sensed[flow] < 10 and not frames[-1][CONTACTS] >> bit & 1
    bench.change("drive_short", section)
    assert bench.run(0.1)[-1][CONTACTS] >> bit & 1 and bench.plant.sensed[flow] < 10, "a tripped drive looks fine"
    bench.change("drive_short", section, mend=True)
    bench.change("drive_fault", section, mend=True)
    assert bench.run(20)[-1][CONTACTS] >> bit & 1 and bench.plant.sensed[flow] > 500


def test_loop_flow_and_button(bench):
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0, "the loop stands, nobody holds the button"
    bench.change("loop_flow_short")
    bench.change("button_short")
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0b1100
    bench.change("loop_flow_short", mend=True)
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0b1000
    bench.change("button_short", mend=True)
    assert bench.run(0.1)[-1][CONTACTS] & 0b1100 == 0


# -- the water --


@pytest.mark.parametrize(("section", "number"), [("well", ""), ("well2", "2")])
def test_wells(bench, section, number):
    s = bench.plant.sensed

    def steady():
        bench.run(40)
        return {key: s[f"{key}{number}_{unit}"] for key, unit in
                (("lift", "lph"), ("return", "lph"), ("reinjection", "kpa"), ("level", "kpa"))}

    bench.out()
    fine = steady()
    assert fine["lift"] > 500 and fine["return"] == pytest.approx(fine["lift"])
    for fault, value, changed in (
            ("pump_worn", None, lambda now: now["lift"] < 0.9 * fine["lift"]),
            ("low_water", 2.0, lambda now: now["level"] < fine["level"] - 10 and now["lift"] < fine["lift"]),
            ("dry_well", None, lambda now: now["lift"] < 1),
            ("clogged_well", 1.0, lambda now: now["reinjection"] / now["lift"] > 1.3 * fine["reinjection"] / fine["lift"]),
            ("water_lost", 0.1, lambda now: now["return"] == pytest.approx(0.9 * now["lift"], rel=0.02))):
        bench.change(fault, section, value)
        now = steady()
        assert changed(now), (fault, fine, now)
        bench.change(fault, section, mend=True)
    assert steady()["lift"] == pytest.approx(fine["lift"], rel=0.05)


def test_cold_source_and_leaking_valve(bench):
    bench.out()
    bench.run(60)
    supply = bench.plant.sensed["supply_c"]
    bench.change("cold_source", "well", 6.5)
    bench.run(400)  # through the bore and the riser
    assert bench.plant.sensed["supply_c"] == pytest.approx(6.5, abs=0.3) and supply > 9.0
    bench.change("cold_source", "well", mend=True)
    bench.out(0)
    bench.run(60)
    assert pulses(bench.run(30), "lift") <= 5
    bench.change("valve_open", "well")
    assert pulses(bench.run(30), "lift") > 20, "what falls back turns the meter"


def test_the_secondary_loop(bench):
    bench.out()
    assert bench.run(30)[-1][CONTACTS] & 4 and bench.plant.sensed["loop_flow"]
    bench.change("loop_pump_seized")
    assert not bench.run(5)[-1][CONTACTS] & 4 and bench.wiring.commands["loop_pump_on"]
    bench.change("loop_pump_seized", mend=True)
    assert bench.run(5)[-1][CONTACTS] & 4
    bench.change("loop_leak")
    frames = bench.run(120)
    assert frames[-1][EXTRA["loop_pressure"]] / 1e6 == pytest.approx(0.5 + 4.0 * 10 / 600, abs=0.02)
    bench.change("loop_leak", mend=True)


def test_refrigerant_leak(bench):
    bench.out()
    bench.run(300)
    full = [unit.heat_w for unit in bench.plant.units]
    bench.change("refrigerant_leak", "room1", 0.6)
    bench.run(300)
    now = [unit.heat_w for unit in bench.plant.units]
    assert now[0] < 0.75 * full[0] and now[1] == pytest.approx(full[1], rel=0.1)


NEW = {  # fault: (target, where in the plant, attribute, value it must get, value when mended)
    "valve_closed": ("well", "well", "throttle", 1.0, 0.0), "valve_throttled": ("well2", "well2", "throttle", 0.7, 0.0),
    "burst_pipe": ("well", "well", "burst_m3h", 1.0, 0.0), "leak_cycling": ("well", "well", "leak_cycle_s", 120.0, 0.0),
    "loop_valve_closed": ("", "loop", "throttle", 1.0, 0.0), "unit_pump_seized": ("room2", "", "unit_seized", True, False),
    "unit_valve_closed": ("room2", "", "unit_open", 0.0, 1.0),
    "reversing_stuck": ("room2", "units", "valve_stuck", True, False),
    "compressor_dead": ("room2", "units", "motor_dead", True, False),
    "fan_dead": ("room2", "units", "fan_dead", True, False), "filter_clogged": ("room2", "units", "filter", 0.4, 1.0)}


@pytest.mark.parametrize("name", NEW)
def test_faults_whose_physics_the_plant_provides(bench, name):
    target, where, attribute, on, off = NEW[name]
    part = getattr(bench.plant, where) if where else bench.plant
    one = part[1] if where == "units" else part
    setattr(one, attribute, [off] * ROOMS if not where else off)

    def value():
        found = getattr(one, attribute)
        return found[1] if isinstance(found, list) else found

    bench.change(name, target)
    assert value() == on
    if name == "leak_cycling":
        assert bench.plant.well.lost_share == 0.3
    bench.change(name, target, mend=True)
    assert value() == off
    bare = SimpleNamespace(wiring=bench.wiring, plant=SimpleNamespace(
        well=object(), well2=object(), loop=object(), units=[object()] * ROOMS))
    with pytest.raises(faults.FaultError, match=attribute):
        faults.change(bare, name, target)


# -- names --


def test_refusals_say_what_there_is(bench):
    with pytest.raises(faults.FaultError, match=r"no fault is named 'flood'; there are: sensor_open"):
        bench.change("flood")
    with pytest.raises(faults.FaultError, match=r"and 36 more"):
        bench.change("sensor_swapped", "supply+moon")
    with pytest.raises(faults.FaultError, match="takes no target"):
        bench.change("clock_lost", "room1")
    with pytest.raises(faults.FaultError, match="no bus"):
        bench.change("line_noise")


def test_every_fault_says_in_words_what_it_does():
    for name, fault in faults.FAULTS.items():
        assert len(fault.help) >= 15 and name == name.lower(), name


def test_clock_lost(bench):
    bench.run(61)
    known = bench.run(0.1)[-1][7]
    assert known == 333 * 86400 - 8 * 3600 + 61 + 1, "Monday, 2026-11-30, 00:01:01 in China"
    bench.change("clock_lost")
    assert bench.run(0.1)[-1][7] == -1
    bench.change("clock_lost", mend=True)
    assert bench.run(0.1)[-1][7] == known
