"""The rows of the config section `plant`, described once (tables/config_rows.py has the others)."""

from ..control import reasons_plant
from .config_rows import BAUDS, INT, PARITIES, TEXT, WEEK, table

LINES = ("bus", "bms")
MAX = {"wells": 24, "machines": 8, "pumps": 8, "networks": 2, "backups": 2, "quality": 2, "buildings": 8}

PLANT = table((
    ("mode", reasons_plant.MODES, "auto", "", 0, 0, "mode at first start"),
    ("heat_below_mc", INT, 16000, "mdegC", 0, 25000, "auto: heats when the air outside was colder on a day's mean"),
    ("cool_above_mc", INT, 23000, "mdegC", 15000, 40000, "auto: cools when it was warmer; 3 K and more above heat_below_mc"),
    ("design_mc", INT, -12000, "mdegC", -45000, 15000, "heating: air outside on the coldest day"),
    ("design_kw", INT, 0, "kW", 0, 100000, "heat that the buildings take on that day; 0 = all that the machines give"),
    ("supply_cold_mc", INT, 45000, "mdegC", 25000, 75000, "heating: supply temperature on the coldest day"),
    ("supply_mild_mc", INT, 32000, "mdegC", 20000, 60000, "heating: supply temperature at heat_below_mc"),
    ("supply_cool_mc", INT, 9000, "mdegC", 5000, 20000, "cooling: supply temperature"),
    ("supply_cool_mild_mc", INT, 13000, "mdegC", 5000, 22000, "cooling: highest supply temperature that its reset may give"),
    ("supply_most_mc", INT, 60000, "mdegC", 30000, 85000, "most that the buildings' network bears; machines stop above it"),
    ("stage_up_s", INT, 600, "s", 60, 3600, "more is needed for so long before one more machine starts"),
    ("stage_down_s", INT, 900, "s", 60, 7200, "less is needed for so long before one stops"),
    ("stage_up_pm", INT, 900, "pm", 500, 1000, "load on the machines that run, above which one more is wanted"),
    ("stage_down_pm", INT, 750, "pm", 300, 950, "load on one less, below which one stops"),
    ("stage_band_mk", INT, 2000, "mK", 500, 8000, "and so far off its target the supply may be"),
    ("start_gap_s", INT, 60, "s", 10, 900, "time between the starts of two machines"),
    ("power_limit_kw", INT, 0, "kW", 0, 100000, "most electrical power of the machines at first start; 0 = no bound"),
    ("restart_kw_min", INT, 0, "kW/min", 0, 10000,
     "after power returns the power that may be used rises by so much a minute; 0 = start_gap_s alone"),
    ("replace_s", INT, 300, "s", 60, 1800, "a machine told to run proves it within so long, or another one takes its place"),
    ("source_lph_per_kw", INT, 134, "L/(h kW)", 50, 500, "source flow per kW of heating (T/BAEE019-2023)"),
    ("source_lph_per_kw_cool", INT, 200, "L/(h kW)", 50, 500, "source flow per kW of cooling"),
    ("source_freeze_mc", INT, 3500, "mdegC", -9000, 8000, "lowest water leaving a machine on its source side"),
    ("wells_rotate_h", INT, 24, "h", 1, 720, "the wells that are asked change after so long"),
    ("wells_load_pm", INT, 850, "pm", 300, 1000, "load on the wells that are asked, above which one more is"),
    ("night", WEEK, "", "", 0, 200, "hours in which the pumps keep their noise limit, e.g. daily 22:00-06:00"),
    ("night_speed_pm", INT, 700, "pm", 300, 1000, "pump speed limit in these hours"),
    ("electricity_fen", INT, 0, "fen/kWh", 0, 1000, "price of electricity at first start; 0 = not known: no choice by cost"),
    ("gas_fen", INT, 0, "fen/m3", 0, 5000, "price of gas at first start; 0 = not known"),
))

LINE = table((
    ("baud", BAUDS, 19200, "1/s", 0, 0, "the same at every node and device of a line"),
    ("parity", PARITIES, "even", "", 0, 0, "none has two stop bits, the others one"),
    ("timeout_ms", INT, 200, "ms", 50, 2000, "how long a node or device may take for its answer"),
    ("round_ms", INT, 2000, "ms", 500, 10000, "time of one round of all of them"),
))

PLACE = table((
    ("line", LINES, "bus", "", 0, 0, "which line of the board it hangs on"),
    ("address", INT, None, "", 1, 247, "its Modbus address"),
    ("channel", INT, 0, "", 0, 32, "of a type that shares one I/O module: which of its channels, from 1; else 0"),
))


def placed(types: tuple, rows: tuple):
    """A section of something on a line. types: the register maps that it may have (links/field/types)."""
    return PLACE + table((("type", types, types[0], "", 0, 0, "which register map (links/field/types)"),)) + table(rows)


WELL = placed(("well",), (
    ("heat_kw", INT, 200, "kW", 1, 1000, "heat that it gives in winter"),
    ("cool_kw", INT, 300, "kW", 1, 1000, "heat that it takes in summer"),
    ("lowest_mc", INT, 5000, "mdegC", 3000, 20000, "coldest water that it may give"),
))

MACHINE = placed(("machine", "contacts"), (
    ("heat_kw", INT, None, "kW", 1, 10000, "heating capacity at design"),
    ("cool_kw", INT, 0, "kW", 0, 10000, "cooling capacity at design; 0 = it does not cool"),
    ("power_kw", INT, None, "kW", 1, 5000, "its electrical power at full load"),
    ("least_pm", INT, 250, "pm", 100, 1000, "lowest load that it runs at; 1000 = on and off only"),
    ("hot_water", INT, 0, "0/1", 0, 1, "1 = it can charge the tank"),
    ("min_on_s", INT, 600, "s", 180, 3600, "shortest run"),
    ("min_off_s", INT, 300, "s", 180, 3600, "shortest rest"),
    ("starts_per_day", INT, 24, "1/d", 4, 100, "most starts in 24 h"),
    ("postrun_s", INT, 120, "s", 30, 900, "its valves stay open so long after it stopped"),
))

PUMP = placed(("pump", "contacts_pump"), (
    ("serves", ("secondary", "tertiary"), None, "", 0, 0, "its network"),
    ("least_pm", INT, 400, "pm", 200, 1000, "lowest speed"),
))

NETWORK = placed(("network",), (
    ("part", ("secondary", "tertiary"), None, "", 0, 0, "secondary: source side of the machines; tertiary: buildings"),
    ("dp_kpa", INT, 60, "kPa", 5, 500, "differential pressure at design flow, at the worst user where it is measured"),
    ("dp_least_kpa", INT, 20, "kPa", 5, 500, "least that its reset may give"),
    ("flow_lph", INT, None, "L/h", 1000, 2000000, "design flow"),
    ("pressure_min_kpa", INT, 100, "kPa", 10, 1600, "static pressure, least; pumps stop below it"),
    ("pressure_kpa", INT, 150, "kPa", 10, 1600, "static pressure that make-up restores"),
    ("pressure_most_kpa", INT, 350, "kPa", 50, 2500, "static pressure, most"),
    ("makeup_day_l", INT, 500, "L", 10, 100000, "most make-up water a day; more is a leak"),
    ("makeup_s", INT, 1800, "s", 60, 36000, "longest filling at once"),
    ("minimum_lph", INT, 0, "L/h", 0, 2000000,
     "tertiary: least flow of one machine; for each that is open so much, by speed and bypass; 0 = none, and no bypass"),
))

TANK = placed(("tank",), (
    ("setpoint_mc", INT, 55000, "mdegC", 45000, 65000, "hot water setpoint at first start"),
    ("band_mk", INT, 5000, "mK", 1000, 15000, "charged when its middle is so much below"),
    ("priority_min", INT, 90, "min", 10, 600, "longest charging at once while the buildings are short of heat"),
    ("disinfect", WEEK, "su 02:00-05:00", "", 0, 200, "hours in which it is disinfected, once a week; none: never"),
    ("disinfect_mc", INT, 65000, "mdegC", 60000, 75000, "temperature of tank and circulation that disinfects"),
    ("disinfect_min", INT, 30, "min", 3, 240, "minutes at it, without a break"),
    ("disinfect_days", INT, 7, "d", 1, 31, "longest time between two disinfections"),
))

BACKUP = placed(("backup",), (
    ("kind", ("boiler", "electric", "chiller"), "boiler", "", 0, 0, "gas boiler, electric boiler, or chiller"),
    ("power_kw", INT, None, "kW", 1, 20000, "heat (or cold) that it gives"),
    ("least_pm", INT, 300, "pm", 100, 1000, "lowest load"),
    ("efficiency_pm", INT, 900, "pm", 500, 7000, "heat (cold) for what it burns or draws; a chiller's is its COP x 1000"),
    ("gas_wh_m3", INT, 9700, "Wh/m3", 5000, 12000, "heat of a cubic metre of gas, lower calorific value"),
    ("bivalence_mc", INT, -50000, "mdegC", -50000, 40000,
     "boiler: always wanted below this temperature outside; chiller: above; -50000 = never"),
    ("delay_s", INT, 900, "s", 60, 7200, "the machines fall short for so long before it helps"),
    ("min_on_s", INT, 900, "s", 60, 7200, "shortest run"),
    ("min_off_s", INT, 600, "s", 60, 7200, "shortest rest"),
    ("supply_most_mc", INT, 75000, "mdegC", 30000, 95000, "most leaving water; a chiller: not below 4000"),
    ("proof_days", INT, 30, "d", 0, 366, "a proof run so often; 0 = none"),
    ("proof_min", INT, 15, "min", 5, 120, "length of a proof run"),
))

QUALITY = placed(("quality",), (
    ("name", TEXT, "returned", "", 1, 32, "where the probe sits"),
    ("ph_low", INT, 650, "1/100", 0, 1400, "lowest pH, hundredths (GB/T 14848-2017, class III: 6.5 to 8.5)"),
    ("ph_high", INT, 850, "1/100", 0, 1400, "highest pH, hundredths"),
    ("turbidity_ntu", INT, 300, "1/100 NTU", 10, 1000000, "most turbidity (GB/T 14848-2017, class III: 3 NTU)"),
    ("conductivity_us_cm", INT, 0, "uS/cm", 0, 200000, "its value at commissioning; 0 = not watched"),
    ("conductivity_off", INT, 200, "uS/cm", 10, 200000, "and how far it may be off"),
))

BUILDING = placed(("building",), (
    ("name", TEXT, "building", "", 1, 32, "its name"),
    ("room_mc", INT, 20000, "mdegC", 10000, 26000, "heating: what its rooms shall have"),
))

WEATHER = placed(("weather",), ())

LISTS = (("wells", "source", WELL), ("machines", "machine", MACHINE), ("pumps", "pump", PUMP),
         ("networks", "network", NETWORK),
         ("backups", "backup", BACKUP), ("quality", "quality", QUALITY), ("buildings", "building", BUILDING))
SINGLE = (("tank", TANK), ("weather", WEATHER))
