"""Runs a scenario: rig, metrics and trace together, reporting once a simulated second."""

from __future__ import annotations

import dataclasses
import importlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plant import house, weather

from . import bars, inprocess, lockstep, scenarios, trace, village
from .metrics import Metrics

PLANT_INTERFACE = 1


@dataclass
class Options:
    """What a run is told."""

    scenario: str = "winter_day"
    hours: float | None = None
    weather: str | None = None
    first_day: int | None = None
    seed: int = 1
    rooms: int | None = None
    plant: str | None = None
    config: str | None = None
    in_process: bool = False
    period_ms: int | None = None  # another scan period than the config's


def sky(options: Options, scenario):
    """The weather of a run: a file's, or the scenario's own."""
    if options.weather is None:
        if options.first_day is not None:
            raise scenarios.ScenarioError("--first-day needs --weather")
        return scenario.weather(options.seed)
    return weather.EpwYear(options.weather, options.first_day)


def plant_factory(name: str | None) -> Callable[..., Any]:
    """The factory `MODULE:FACTORY` names; the default house when it is None."""
    if name is None:
        return house.create
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise scenarios.ScenarioError(f"--plant {name}: wanted MODULE:FACTORY, e.g. plant.house:create")
    try:
        module = importlib.import_module(module_name)
    except ImportError as e:
        raise scenarios.ScenarioError(f"--plant {name}: cannot import {module_name} ({e})") from None
    factory = getattr(module, attribute, None)
    if not callable(factory):
        raise scenarios.ScenarioError(f"--plant {name}: {module_name} has no callable {attribute}")
    return factory


class Run:
    """One scenario from its options to its summary. `advance` a simulated second at a time."""

    def __init__(self, options: Options, out: Path | None):
        scenario = scenarios.find(options.scenario)
        # Its list of faults is this run's own: power cuts of a season come to it.
        self.scenario = scenario = dataclasses.replace(scenario, faults=list(scenario.faults))
        if scenario.plant_only:
            raise scenarios.ScenarioError(f"{scenario.name} has no firmware in it: it runs with `make sim` only")
        self.hours = options.hours if options.hours is not None else scenario.hours
        if not 0 < self.hours <= 24 * 366:
            raise scenarios.ScenarioError(f"--hours {self.hours:g}: wanted more than 0, at most 8784")
        if options.config is not None:
            if options.rooms is not None:
                raise scenarios.ScenarioError("--rooms and --config: the config says how many rooms there are")
            self.config = scenarios.read_config(options.config)
        else:
            self.config = scenario.house(options.rooms if options.rooms is not None else scenario.rooms)
        if options.period_ms is not None:
            self.config.setdefault("node", {})["period_ms"] = options.period_ms
        self.weather = weather.Minutes(sky(options, scenario))
        world = {"seed": options.seed, "scenario": scenario.world, "weather": self.weather}
        self.plant = plant_factory(options.plant)(self.config, world)
        version = getattr(self.plant, "PLANT_INTERFACE", None)
        if version != PLANT_INTERFACE:
            raise scenarios.ScenarioError(
                f"--plant {options.plant}: speaks plant interface {version}, wanted {PLANT_INTERFACE}"
                " (boards/sitl/PROTOCOL.md)")
        self.names = [room.get("name", f"room {i}") for i, room in enumerate(self.config["rooms"], start=1)]
        self.metrics = Metrics(self.names, scenario.settle_h)
        self.trace = trace.Trace(out / "trace.csv", self.config) if out else None
        rig = inprocess.Rig if options.in_process else lockstep.Rig
        street = inprocess.Village if options.in_process else village.Village
        self.rig: Any = (street if scenario.village else rig)(self.config, self.plant, options.seed)
        self.points: Mapping[str, int] = {}
        self.seconds = 0
        self.begun = time.perf_counter()
        self.per_second = round(1000 / self.rig.period_ms)
        self.pending: list[tuple[int, bool, int]] = []
        self.schedule()

    def schedule(self) -> None:
        """Line up beginnings and ends of the scenario's faults by time."""
        faults = self.scenario.faults
        self.pending = sorted([(f.at_s, False, i) for i, f in enumerate(faults)]
                              + [(f.end_s, True, i) for i, f in enumerate(faults)])

    @property
    def total_s(self) -> int:
        """Length in simulated seconds."""
        return max(1, round(self.hours * 3600))

    @property
    def speed(self) -> float:
        """Simulated time over wall time so far."""
        return self.seconds / max(1e-9, time.perf_counter() - self.begun)

    def advance(self) -> list[dict]:
        """One simulated second; returns new trips."""
        rig = self.rig
        while self.pending and self.pending[0][0] <= self.seconds:
            _at, mend, i = self.pending.pop(0)
            self.scenario.faults[i].change(rig, mend)
        for _ in range(self.per_second):
            rig.step()
        self.seconds += 1
        self.points = rig.points()
        truth = self.plant.truth
        self.metrics.sample(self.seconds, truth, self.points, rig.wiring.commands)
        if self.trace is not None and self.seconds % trace.EVERY_S == 0:
            self.trace.row(self.seconds, truth, self.points)
        return self.metrics.take_events(rig.events, truth)

    def summary(self) -> dict:
        """The summary so far."""
        result = {"scenario": self.scenario.name, "weather": self.weather.name, "seed": self.rig.seed}
        result.update(self.metrics.summary(self.rig, self.plant.truth))
        wall = time.perf_counter() - self.begun
        result["wall_s"] = round(wall, 2)
        result["speed"] = round(self.seconds / wall, 1)
        result["settle_h"] = self.scenario.settle_h
        result["clogging"] = bool(self.scenario.world.get("clog_per_day"))
        result["cooling"] = all(self.points.get(f"room{i}.direction") == 2 for i in range(1, len(self.names) + 1))
        result["faults"] = [
            {"name": f.name, "target": f.target, "from_s": f.at_s, "to_s": f.end_s} for f in self.scenario.faults]
        result["bars"] = bars.of(result)
        return result

    def close(self) -> None:
        """End the firmware, and the plant where it has something to end; close the trace."""
        self.rig.close()
        end = getattr(self.plant, "close", None)
        if end is not None:
            end()
        if self.trace is not None:
            self.trace.close()
