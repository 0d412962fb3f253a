"""What the plant's page shows of each kind of block: columns with their units, once; words are made in plant_values.py."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A point (or a word of plant_values.WORDS) of a block. A value over `divide` is in `unit`; 0: it is words."""

    key: str
    title: str
    unit: str = ""
    divide: int = 0
    digits: int = 0


def temperature(key: str, title: str) -> Column:
    """A column of thousandths of a degree."""
    return Column(key, title, "°C", 1000, 1)


STATE, WHY, ALARMS = Column("doing", "State"), Column("why", "Why"), Column("alarms", "Alarms")
RUN_H, STARTS = Column("run_h", "Run time", "h", 1), Column("starts", "Starts since boot", "", 1)
LOAD, SPEED = Column("capacity_pm", "Load limit", "%", 10), Column("speed_pm", "Speed", "%", 10)
UP, BACK = temperature("supply_mc", "Supply"), temperature("return_mc", "Return")
VALVE = Column("valve_pm", "Most open valve", "%", 10)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "source": (STATE, Column("asked_w", "Asked load", "kW", 1000, 0), Column("flow_lph", "Flow", "m³/h", 1000, 1),
               Column("return_flow_lph", "Returned", "m³/h", 1000, 1), Column("returned", "Returned of lifted", "%"),
               temperature("supply_mc", "Water up"), temperature("return_mc", "Water back"),
               Column("reinjection_kpa", "Reinjection pressure", "kPa", 1),
               Column("capacity_percent", "Reinjection capacity", "%", 1), RUN_H, WHY, ALARMS),
    "machine": (STATE, Column("told", "Mode"), LOAD, Column("power_w", "Power", "kW", 1000, 1),
                temperature("lwt_mc", "Leaving water"), temperature("ewt_mc", "Entering water"),
                temperature("source_lwt_mc", "Leaving water, source side"), RUN_H, STARTS, WHY, ALARMS),
    "pump": (STATE, SPEED, RUN_H, STARTS, ALARMS),
    "network": (UP, BACK, Column("flow_lph", "Flow", "m³/h", 1000, 1), Column("heat_kw", "Heat flow", "kW", 1),
                Column("dp_kpa", "Differential pressure", "kPa", 1), Column("dp_target_kpa", "Its target", "kPa", 1),
                Column("pressure_kpa", "Static pressure", "kPa", 1), Column("pumps_on", "Pumps on", "", 1), SPEED, VALVE,
                Column("makeup_day_l", "Make-up water today", "L", 1), WHY, ALARMS),
    "tank": (temperature("top_mc", "Top"), temperature("middle_mc", "Middle"), temperature("bottom_mc", "Bottom"),
             temperature("tap_mc", "Tap"), temperature("circulation_mc", "Circulation"),
             temperature("setpoint_mc", "Setpoint"), Column("disinfected", "Last disinfection", "UTC"), WHY, ALARMS),
    "backup": (STATE, LOAD, temperature("lwt_mc", "Leaving water"), RUN_H, STARTS, Column("gas_m3", "Gas", "m³", 1),
               Column("proved", "Last proof run", "UTC"), WHY, ALARMS),
    "quality": (Column("acidity_ph", "pH", "", 100, 2), Column("turbidity_ntu", "Turbidity", "NTU", 100, 2),
                Column("conductivity_us_cm", "Conductivity", "µS/cm", 1), temperature("water_mc", "Water"), ALARMS),
    "building": (temperature("room_mc", "Rooms, mean"), temperature("coldest_mc", "Coldest room"), VALVE,
                 Column("heat_kw", "Heat flow", "kW", 1)),
}
HEADINGS = {"source": "Wells", "machine": "Machines", "network": "Networks", "pump": "Pumps", "tank": "Hot water tank",
            "backup": "Back-up", "quality": "Water quality", "building": "Buildings"}
TITLES = {"source": "Well {number}", "machine": "Machine {number}", "network": "Network {number}", "pump": "Pump {number}",
          "tank": "Hot water tank", "backup": "Back-up {number}", "quality": "Probe {number}",
          "building": "Building {number}", "plant": "Plant"}
SOURCE_STATES = {"off": "Resting", "prove": "Proving its flow", "run": "Running", "post_run": "Finishing its run",
                 "test": "Test"}
MACHINE_STATES = {"off": "Resting", "prepare": "Preparing", "start": "Starting", "run": "Running",
                  "post_run": "Finishing its run"}
MACHINE_MODES = {"off": "-", "heat": "Heat", "cool": "Cool", "hot_water": "Hot water", "recovery": "Heat recovery"}
DIRECTIONS = {"none": "Neither", "heat": "Heating", "cool": "Cooling"}
ON_OFF = {"run": "Running", "wait": "Starting", "rest": "Resting"}
TABLES = ("HEADINGS", "TITLES", "SOURCE_STATES", "MACHINE_STATES", "MACHINE_MODES", "DIRECTIONS", "ON_OFF")  # texts
NEVER, UNKNOWN_ZERO = -1, ("capacity_percent",)  # a day that never was; points whose 0 says that nobody knows

LASTING = ("run_h", "starts", "gas_m3", "setpoint_mc")  # known of a device that does not answer too; the rest is not


class Fact(NamedTuple):
    """A figure of the whole plant: a point, or a word of plant_values.FACTS."""

    key: str
    title: str
    unit: str = ""
    divide: int = 0
    digits: int = 0


FACTS = (Fact("direction", "It does"), Fact("reason", "Why"), temperature("outside_mc", "Outside"),
         temperature("supply_target_mc", "Supply target"), Fact("load_kw", "Load of the buildings", "kW", 1),
         Fact("on_kw", "Capacity of running machines", "kW", 1), Fact("able_kw", "Capacity of all able machines", "kW", 1),
         Fact("machines_on", "Machines on", "", 1), Fact("sources_on", "Wells asked", "", 1),
         Fact("source_kw", "Asked of the wells", "kW", 1), Fact("lifted_m3h", "Water lifted", "m³/h", 1),
         Fact("returned_m3h", "Water returned", "m³/h", 1), Fact("share", "Returned of lifted today", "%"),
         Fact("power_kw", "Electrical power", "kW", 1), Fact("budget_kw", "Power that may be used now", "kW", 1),
         Fact("cop", "Load for power now"), Fact("coldest", "Wells carry on the coldest day", "kW"),
         Fact("heat", "Heat delivered", "MWh"), Fact("cold", "Cold delivered", "MWh"),
         Fact("electricity", "Electricity of the machines", "MWh"))
