"""`wellhearth commission --simulate`: the same run, unattended, on the firmware in this process and a simulated house.

The person beside the board is one who reads dials and a manometer, and looks at motors: what he sees is the plant's.
Mistakes can be planted: what a fitter gets wrong.
"""

from __future__ import annotations

import json
import random

from harness import inprocess, scenarios
from harness import prompt as prompts
from plant import house, weather

from ..device.link import LinkError
from . import run as runner
from .bench import Bench

GAUGE_KPA = 4.0  # a manometer of 0 to 400 kPa, class 1.0
BACKWARDS = 0.6  # a radial pump that turns backwards loses some 60 % of its head


def backwards(rig, _config: dict) -> None:
    """Two phases of the well pump are changed."""
    rig.plant.well.wear = BACKWARDS


def swapped(rig, _config: dict) -> None:
    """The leaving-water sensors of two units sit in each other's place."""
    sensors = rig.wiring.sensors
    sensors["leaving1"].swap(sensors["leaving2"])


def pulses(_rig, config: dict) -> None:
    """The lift meter's pulses per m3 were taken from another meter's plate."""
    config["well"]["pulses_per_m3"] = 25000


def dry_unit(rig, _config: dict) -> None:
    """The water valve of the second unit is closed."""
    from harness import faults

    faults.change(rig, "unit_valve_closed", "room2", 0.0, False)


def other_range(_rig, config: dict) -> None:
    """The config says 400 kPa; the transmitter on the pipe goes to 1000."""
    config["well"]["pressure_range_kpa"] = 400


PLANTED = {"backwards": backwards, "swapped": swapped, "pulses": pulses, "dry_unit": dry_unit, "other_range": other_range}


class SimulatedPerson:
    """Sees the plant."""

    def __init__(self, rig, seed: int):
        self.rig = rig
        self.well = dict(rig.config["well"])  # as it is on the pipes, whatever the node's config says
        rng = random.Random(f"gauge-{seed}")
        self.error_kpa = rng.uniform(-GAUGE_KPA, GAUGE_KPA)

    def number(self, _question: str, what: str) -> float:
        """A dial, or the manometer."""
        wiring = self.rig.wiring
        if what == "gauge":
            return max(0.0, self.rig.plant.sensed["reinjection_kpa"] + self.error_kpa)
        meter, key = (wiring.lift, "pulses_per_m3") if what == "lift_dial" else (wiring.back, "return_pulses_per_m3")
        return 1000.0 * meter.count / self.well[key]

    def sees(self, _question: str, what: str) -> bool:
        """Whether that motor or contactor moved."""
        commands = self.rig.wiring.commands
        if what == "master":
            return commands["master_on"]
        room, _, part = what.partition("_")
        key = {"pump": "pump_room_on", "compressor": "compressor_on", "reversing": "reversing", "fan": "fan",
               "compressor_speed": "compressor_speed"}[part]
        return bool(commands[key][int(room[4:]) - 1])


def make(planted: tuple[str, ...], seed: int, rooms: int = 2):
    """(rig, bench) of a house in which `planted` was got wrong."""
    config = scenarios.house_config(rooms)
    world = {"seed": seed, "scenario": {"start_c": 15.0}, "weather": weather.Minutes(weather.DesignDay(seed))}
    rig = inprocess.Rig(config, house.create(config, world), seed)
    there = json.loads(json.dumps(config))
    for name in planted:
        PLANTED[name](rig, there)
    if there != config:
        (rig.folder / "config.json").write_text(json.dumps(there))
        rig.restart()
    rig.run(5)
    return rig, Bench(prompts.Prompt(rig), SimulatedPerson(rig, seed), there)


def run(args) -> int:
    """The subcommand with --simulate."""
    unknown = set(args.planted) - set(PLANTED)
    if unknown:
        raise LinkError(f"no mistake is named {', '.join(sorted(unknown))}; there are {', '.join(PLANTED)}")
    rig, bench = make(tuple(args.planted), args.seed)
    with rig:
        args.out.mkdir(parents=True, exist_ok=True)
        path = args.out / "simulated-state.json"
        path.unlink(missing_ok=True)
        state = runner.State(path, "simulator")
        return runner.finish(bench, state, args, runner.walk(bench, state, []))
