"""`wellhearth commission --simulate`: the same run, unattended, on the firmware in this process and a simulated house.

The person beside the board is one who reads dials and a manometer, and looks at motors: what he sees is the plant's.
Mistakes can be planted: what a fitter gets wrong.
"""

from __future__ import annotations

import datetime
import json
import math
import random

from harness import inprocess, scenarios
from harness import prompt as prompts
from plant import house, weather

from ..device.link import LinkError
from . import autumn
from . import run as runner
from .bench import Bench

BEGIN = datetime.datetime(2026, 11, 30, tzinfo=datetime.timezone.utc)
GAUGE_KPA = 4.0  # a manometer of 0 to 400 kPa, class 1.0
CLOG_A_YEAR = 0.1
REST_S = 3 * 3600
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
        self.slept = datetime.timedelta()
        self.leak_percent_h = 0.0  # of the nitrogen, by volume
        self.rng = rng
        self.heater_h = 24.0

    def number(self, _question: str, what: str) -> float:
        """A dial, or the manometer."""
        wiring = self.rig.wiring
        if what in ("gauge", "gauge2"):
            return max(0.0, self.rig.plant.sensed["reinjection2_kpa" if what[5:] else "reinjection_kpa"] + self.error_kpa)
        if what.startswith("nitrogen"):
            return self.nitrogen(what)
        if what.endswith("_heater_h"):
            return self.heater_h
        meter = getattr(wiring, ("lift" if what.startswith("lift") else "back") + what[-1:].replace("l", ""))
        return 1000.0 * meter.count / self.well["pulses_per_m3" if what.startswith("lift") else "return_pulses_per_m3"]

    def nitrogen(self, what: str) -> float:
        """The test gauge (class 0.4 of 0.6 MPa) and the thermometer on a pipe whose room gets warmer and colder."""
        hours = (self.now() - BEGIN).total_seconds() / 3600
        degc = 15.0 + 4.0 * math.sin(hours * math.pi / 12)
        if what == "nitrogen_min":
            self.slept += datetime.timedelta(minutes=30)
            return 30.0
        if what == "nitrogen_degc":
            return round(degc, 1)
        mpa = (0.25 + 0.1013) * (1 - self.leak_percent_h / 100 * hours) * (degc + 273.15) / (15.0 + 273.15) - 0.1013
        return round(mpa, 4)

    def now(self) -> datetime.datetime:
        """The time at the site."""
        return BEGIN + datetime.timedelta(seconds=self.rig.t_s) + self.slept

    def waits(self, hours: float) -> bool:
        """He sleeps there."""
        self.slept += datetime.timedelta(hours=hours)
        return True

    def sees(self, _question: str, what: str) -> bool:
        """Whether that motor or contactor moved."""
        commands = self.rig.wiring.commands
        if what == "master":
            return commands["master_on"]
        if what == "loop_pump":
            return commands["loop_pump_on"]
        room, _, part = what.partition("_")
        key = {"pump": "pump_room_on", "compressor": "compressor_on", "reversing": "reversing", "fan": "fan",
               "compressor_speed": "compressor_speed"}[part]
        return bool(commands[key][int(room[4:]) - 1])


def make(planted: tuple[str, ...], seed: int, rooms: int = 2, well_type: str = "single_aquifer"):
    """(rig, bench) of a house in which `planted` was got wrong."""
    config = scenarios.house_config(rooms, well_type)
    world = {"seed": seed, "scenario": {"start_c": 15.0}, "weather": weather.Minutes(weather.DesignDay(seed))}
    rig = inprocess.Rig(config, house.create(config, world), seed)
    there = json.loads(json.dumps(config))
    for name in planted:
        PLANTED[name](rig, there)
    if there != config:
        (rig.folder / "config.json").write_text(json.dumps(there), encoding="utf-8")
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
        passed = runner.walk(bench, state, [])
        if not args.autumn:
            return runner.finish(bench, state, args, passed)
        args.autumn = False
        first = runner.finish(bench, state, args, passed)
        return first or a_year_later(rig, bench, args, path)


def rest(bench: Bench) -> None:
    """A summer in which nothing ran, as far as sensors know it."""
    bench.service(False)
    rooms = [name for name in bench.blocks if name.startswith("room")]
    for name in rooms:
        bench.set(f"{name}.mode", 0)
    bench.wait(REST_S)
    for name in rooms:
        bench.set(f"{name}.mode", 1)


def a_year_later(rig, bench: Bench, args, path) -> int:
    """The ground has clogged a little, and the first record is compared with."""
    args.autumn = True
    rig.plant.well.clog += CLOG_A_YEAR
    rest(bench)
    later = args.out / "simulated-autumn.json"
    later.unlink(missing_ok=True)
    state = runner.State(later, "simulator")
    begun_s = rig.t_s
    passed = runner.walk(bench, state, [], todo=autumn.plan(bench, autumn.first_of(path, "simulator"), runner.second))
    print(f"the repeat took {(rig.t_s - begun_s) / 60:.1f} min")
    bench.service(False)
    return runner.finish(bench, state, args, passed)
