"""Sensors, contacts and plant of a house, without its firmware."""

from __future__ import annotations

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
