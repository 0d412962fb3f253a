"""For each row of a plant's protections: what brings it about, what mends it (table_cases.py has the others)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wellhearth.control import trips
from wellhearth.tables import bits

from .toyplant import ToyPlant, plant_config

BLOCK = {trips.PLANT: "plant", trips.SOURCE: "source1", trips.MACHINE: "machine2", trips.PUMP: "pump3",
         trips.NETWORK: "network2", trips.TANK: "tank", trips.BACKUP: "backup1", trips.QUALITY: "quality1"}


@dataclass
class PlantCase:
    """How to cause a row in a plant of three wells and two machines that run, and what mends it."""

    on: Callable[[ToyPlant], object]
    off: Callable[[ToyPlant], object]
    within_s: float  # from the fault to the trip, the water's own inertia included
    resets: bool = True  # False: by hand, or not within an hour
    cold_start: bool = False  # the fault is there before anything starts
    network: dict = field(default_factory=dict)  # changes to the tertiary network


def says(block: str, **values):
    """A device says so, whatever the water does."""
    def on(plant):
        plant.device(block).forced.update(values)

    def off(plant):
        plant.device(block).forced.clear()
    return on, off


def silent(block: str):
    """It does not answer."""
    def change(state):
        def do(plant):
            plant.device(block).silent = state
        return do
    return change(True), change(False)


def every_well(**values):
    """Each of the wells says so."""
    pairs = [says(f"source{i}", **values) for i in (1, 2, 3)]
    return lambda plant: [on(plant) for on, _off in pairs], lambda plant: [off(plant) for _on, off in pairs]


def world(name: str, value, mended):
    """Something of the water."""
    return (lambda plant: setattr(plant, name, value)), (lambda plant: setattr(plant, name, mended))


def part(find: Callable, name: str, value, mended=0):
    """What years would bring, put into the firmware's own memory."""
    return (lambda plant: setattr(find(plant.plant), name, value)), (lambda plant: setattr(find(plant.plant), name, mended))


def lost(find: Callable):
    """The record of lockouts cannot be read."""
    return (lambda plant: find(plant.plant).trips.hold(0)), (lambda plant: None)


def unknown(block: str, signal: str):
    """The device does not know this value."""
    return (lambda plant: plant.device(block).unknown.add(signal)), (lambda plant: plant.device(block).unknown.clear())


def stray(plant):
    """A machine that runs on though it was taken out of service."""
    plant.device("machine2").forced["running"] = 1
    plant.node.points.write("machine2.available", 0)


def fouled(plant):
    plant.plant.networks[1].fouling.percent = 160


def clean(plant):
    plant.plant.networks[1].fouling.percent = 110


NEVER: dict[str, Any] = {"resets": False}
CASES = {
    "source_short": PlantCase(*every_well(flow_lph=8700), 120),
    "source_lost": PlantCase(*every_well(permissive=0), 30),
    "outside_lost": PlantCase(*unknown("weather", "outside_mc"), 330),
    "return_short": PlantCase(*world("wet", {f"source{i}": 0.04 for i in (1, 2, 3)}, {}), 2400, **NEVER),
    "machines_short": PlantCase(*world("need_kw", 900, 100), 3000),
    "plant_record_lost": PlantCase(*lost(lambda plant: plant), 1, **NEVER),
    "source_silent": PlantCase(*silent("source1"), 30),
    "source_tripped": PlantCase(*says("source1", trips=1 << bits.OVER_PRESSURE), 10),
    "source_leak": PlantCase(*says("source1", return_flow_lph=8000), 140, **NEVER),
    "source_frosty": PlantCase(*says("source1", supply_mc=7000), 80),
    "source_idle": PlantCase(*says("source1", permissive=0), 1240),
    "source_clogged": PlantCase(*says("source1", capacity_percent=60), 10),
    "machine_silent": PlantCase(*silent("machine2"), 40),
    "machine_fault": PlantCase(*says("machine2", fault=1), 10),
    "machine_no_start": PlantCase(*says("machine2", running=0), 900, cold_start=True),
    "machine_stopped": PlantCase(*says("machine2", running=0), 70),
    "machine_stray": PlantCase(stray, says("machine2")[1], 150),
    "machine_freeze": PlantCase(*says("machine2", source_lwt_mc=3000), 10),
    "machine_no_flow": PlantCase(*says("machine2", flow_ok=0), 15),
    "machine_hot": PlantCase(*says("machine2", lwt_mc=61000), 20),
    "machine_wrong_way": PlantCase(*says("machine2", lwt_mc=30000, ewt_mc=34000), 400),
    "machine_record_lost": PlantCase(*lost(lambda plant: plant.machines[1]), 1, **NEVER),
    "pump_silent": PlantCase(*silent("pump3"), 50),
    "pump_fault": PlantCase(*says("pump3", fault=1), 10),
    "pump_no_run": PlantCase(*says("pump3", running=0), 40),
    "network_silent": PlantCase(*silent("network2"), 60),
    "network_empty": PlantCase(*world("pressure_kpa", 80.0, 150.0), 20),
    "network_pressed": PlantCase(*world("pressure_kpa", 360.0, 150.0), 20),
    "network_standing": PlantCase(*says("network2", flow_lph=0), 40),
    "network_shut": PlantCase(*world("shut", True, False), 70),
    "network_leak": PlantCase(*says("network2", makeup_l=2000), 10, **NEVER),
    "network_filling": PlantCase(*says("network2", pressure_kpa=110), 90, network={"makeup_s": 60}, **NEVER),
    "network_fouled": PlantCase(fouled, clean, 5),
    "tank_silent": PlantCase(*silent("tank"), 60),
    "tank_hot": PlantCase(*says("tank", top_mc=76000), 10),
    "tank_cold": PlantCase(*says("tank", tap_mc=48000), 620),
    "disinfection_due": PlantCase(*part(lambda plant: plant.tank, "since_s", 9 * 86400), 5),
    "circulation_cold": PlantCase(*says("tank", circulation_mc=40000), 1820),
    "backup_silent": PlantCase(*silent("backup1"), 40),
    "backup_fault": PlantCase(*says("backup1", fault=1), 10),
    "backup_no_start": PlantCase(*says("backup1", running=0), 1500, cold_start=True),
    "backup_hot": PlantCase(*says("backup1", lwt_mc=76000), 15),
    "backup_no_flow": PlantCase(*says("backup1", flow_ok=0), 15),
    "proof_due": PlantCase(*part(lambda plant: plant.backups[0], "since_s", 40 * 86400), 5),
    "backup_record_lost": PlantCase(*lost(lambda plant: plant.backups[0]), 1, **NEVER),
    "quality_silent": PlantCase(*silent("quality1"), 240),
    "quality_acid": PlantCase(*says("quality1", acidity_ph=600), 640),
    "quality_turbid": PlantCase(*says("quality1", turbidity_ntu=400), 640),
    "quality_salty": PlantCase(*says("quality1", conductivity_us_cm=900), 640),
}


def make(case: PlantCase) -> ToyPlant:
    """The plant of a case, running unless it wants a cold start. Its boiler is always wanted."""
    data = plant_config(
        3, 2, tank={"line": "bms", "address": 55},
        backups=[{"line": "bms", "address": 56, "kind": "boiler", "power_kw": 200, "bivalence_mc": 5000, "proof_days": 30}],
        quality=[{"line": "bms", "address": 59, "conductivity_us_cm": 600}], buildings=[{"line": "bms", "address": 61}])
    data["plant"]["networks"][1].update(case.network)
    for well in data["plant"]["wells"]:
        well["heat_kw"] = 120  # all three are asked
    plant = ToyPlant(data, need_kw=260, water_c=42)
    plant.tank_c = [58.0, 58.0, 58.0]
    if case.cold_start:
        case.on(plant)
        return plant
    plant.until(lambda one: one.told("machine1", "run") and one.told("machine2", "run"), 900)
    plant.until(lambda one: one.device("backup1").says["running"], 900)
    plant.run(400)
    return plant
