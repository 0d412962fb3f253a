"""The rows of the point table that only a plant's node has (equipment/plant.py): no other loads them. plant_kinds.py is
what to import.

Flow of a network in L/h like everywhere; sums of a plant in kW and m3/h, so that they stay in 31 bits.
"""

from ..control import reasons_plant, trips
from . import causes, plant_causes, rows

plant_causes.join(causes)  # before the points that name them
INT_MAX = rows.INT_MAX

YES = "bool"
WISH = "io"


def _trips(scope: int, at: int):
    """The three points of a block that has protections, from register `at` on."""
    return (
        ("trips", rows.keys(scope), 0, INT_MAX, "r", False, at, "active protections"),
        ("lockouts", rows.keys(scope), 0, INT_MAX, "r", False, at + 2, "latched protections, reset by hand"),
        ("reset_trip", "count", 0, 29, "cmd", False, at + 4, "reset a lockout: its place in `lockouts`, 0 the first", "i",
         0),
    )


def _line(at: int):
    """How the device at the other end of a line answers."""
    return (
        ("online", YES, 0, 1, "r", False, at, "it answers"),
        ("answers", "count", 0, INT_MAX, "r", False, at + 2, "answers taken"),
        ("timeouts", "count", 0, INT_MAX, "r", False, at + 4, "requests without an answer"),
        ("errors", "count", 0, INT_MAX, "r", False, at + 6, "answers refused: CRC, length, exception"),
    )


PLANT = (
    ("mode", "enum:" + "|".join(reasons_plant.MODES), 0, 3, "rw", True, 0, "what the plant is for; auto: by the weather",
     WISH, 0),
    ("direction", "enum:none|heat|cool", 0, 2, "r", False, 2, "what it does: heating or cooling"),
    ("reason", "enum:" + "|".join(reasons_plant.PLANT), 0, 20, "r", False, 4, "why the plant does what it does"),
    ("wait_s", "s", 0, 86400, "r", False, 6, "and for how long at the most; 0 = nobody can say"),
    ("load_kw", "kw", 0, 100000, "r", False, 8, "heat (or cold) that the buildings take now"),
    ("on_kw", "kw", 0, 100000, "r", False, 10, "capacity of the machines that run"),
    ("able_kw", "kw", 0, 100000, "r", False, 12, "capacity of all machines that could run"),
    ("machines_on", "count", 0, 8, "r", False, 14, "machines that run"),
    ("sources_on", "count", 0, 24, "r", False, 16, "wells that are asked"),
    ("source_kw", "kw", -100000, 100000, "r", False, 18, "heat asked of the wells; negative: given to them"),
    ("lifted_m3h", "m3h", 0, 10000, "r", False, 20, "water lifted by all wells"),
    ("returned_m3h", "m3h", 0, 10000, "r", False, 22, "water returned by all wells"),
    ("returned_pm", "pm", -1, 2000, "r", False, 24, "water returned of lifted, this day so far; -1 = not known"),
    ("supply_target_mc", "mc", 0, 90000, "r", False, 26, "supply temperature wanted: by the weather, with its reset"),
    ("outside_mc", "mc", -55000, 125000, "r", False, 28, "air outside"),
    ("outside_ok", YES, 0, 1, "r", False, 30, "outside temperature known"),
    ("power_kw", "kw", 0, 100000, "r", False, 32, "electrical power of the machines"),
    ("budget_kw", "kw", 0, 100000, "r", False, 34, "electrical power that may be used now: it rises after a blackout"),
    ("power_limit_kw", "kw", 0, 100000, "rw", True, 36, "most electrical power of the machines; 0 = no bound", WISH, 1),
    ("supply_trim_mk", "mk", -10000, 10000, "rw", True, 38, "added to the supply temperature by the weather", WISH, 1),
    ("electricity_fen", "fen", 0, 1000, "rw", True, 40, "price of electricity, fen per kWh; 0 = not known", WISH, 1),
    ("gas_fen", "fen", 0, 5000, "rw", True, 42, "price of gas, fen per m3; 0 = not known", WISH, 1),
    ("heat_wh", "wh", 0, 999999, "r", False, 44, "heat delivered, Wh of the MWh begun"),
    ("heat_mwh", "mwh", 0, INT_MAX, "r", False, 46, "heat delivered, whole MWh"),
    ("cold_wh", "wh", 0, 999999, "r", False, 48, "cold delivered, Wh of the MWh begun"),
    ("cold_mwh", "mwh", 0, INT_MAX, "r", False, 50, "cold delivered, whole MWh"),
    ("electricity_wh", "wh", 0, 999999, "r", False, 52, "electricity of the machines, Wh of the MWh begun"),
    ("electricity_mwh", "mwh", 0, INT_MAX, "r", False, 54, "electricity of the machines, whole MWh"),
    ("cold_day_kw", "kw", 0, 100000, "r", False, 56, "what all wells carry on the coldest day, by what they showed; 0 = not"
     " known yet"),
) + _trips(trips.PLANT, 58)

# A well node, as the plant sees it.
SOURCE = _line(0) + (
    ("asked_w", "w", -1000000, 1000000, "r", False, 8, "heat asked of it; negative: heat given to it"),
    ("state", "enum:off|prove|run|post_run|test", 0, 4, "r", False, 10, "its pump's sequence"),
    ("permissive", YES, 0, 1, "r", False, 12, "its flow is proven"),
    ("flow_lph", "lph", 0, 100000, "r", False, 14, "water lifted"),
    ("return_flow_lph", "lph", 0, 100000, "r", False, 16, "water returned"),
    ("supply_mc", "mc", -55000, 125000, "r", False, 18, "water lifted, temperature"),
    ("return_mc", "mc", -55000, 125000, "r", False, 20, "water returned, temperature"),
    ("reinjection_kpa", "kpa", -100, 10000, "r", False, 22, "reinjection pressure"),
    ("capacity_percent", "percent", 0, 999, "r", False, 24, "its reinjection capacity against commissioning; 0 = not known"),
    ("well_trips", rows.keys(trips.WELL), 0, INT_MAX, "r", False, 26, "its own active protections"),
    ("relief", "enum:" + "|".join(reasons_plant.RELIEFS), 0, 7, "r", False, 28, "why it is asked for less than its share"),
    ("share_pm", "pm", 0, 1000, "r", False, 30, "what is left of its rated power"),
    ("available", YES, 0, 1, "rw", True, 32, "0 = taken out of service by hand", WISH, 0),
    ("run_h", "h", 0, INT_MAX, "r", False, 34, "run time of its pump"),
    ("taken_mwh", "mwh", 0, INT_MAX, "r", False, 36, "heat taken from its ground, by its own meter"),
    ("given_mwh", "mwh", 0, INT_MAX, "r", False, 38, "heat given to its ground, by its own meter"),
    ("rest_mc", "mc", -55000, 125000, "r", False, 40, "its water after a rest: the state of its ground"),
    ("drop_mk_kw", "mk", 0, 10000, "r", False, 42, "its water falls by so much for each kW taken; 0 = not known yet"),
    ("carries_kw", "kw", 0, 1000, "r", False, 44, "what it would carry on the coldest day; 0 = not known yet"),
) + _trips(trips.SOURCE, 46)

MACHINE = _line(0) + (
    ("state", "enum:off|prepare|start|run|post_run", 0, 4, "r", False, 8, "its sequence"),
    ("mode", "enum:" + "|".join(reasons_plant.MACHINE_MODES), 0, 4, "r", False, 10, "what it is told to do"),
    ("reason", "enum:" + "|".join(reasons_plant.MACHINE), 0, 20, "r", False, 12, "why it does what it does"),
    ("wait_s", "s", 0, 86400, "r", False, 14, "and for how long at the most; 0 = nobody can say"),
    ("run", YES, 0, 1, "r", False, 16, "it is told to run"),
    ("running", YES, 0, 1, "r", False, 18, "it says that it runs"),
    ("capacity_pm", "pm", 0, 1000, "r", False, 20, "its load limit"),
    ("lwt_mc", "mc", -55000, 125000, "r", False, 22, "leaving water, to the buildings"),
    ("ewt_mc", "mc", -55000, 125000, "r", False, 24, "entering water, from the buildings"),
    ("source_lwt_mc", "mc", -55000, 125000, "r", False, 26, "leaving water, source side"),
    ("power_w", "w", 0, 5000000, "r", False, 28, "electrical power"),
    ("available", YES, 0, 1, "rw", True, 30, "0 = taken out of service by hand", WISH, 0),
    ("starts", "count", 0, INT_MAX, "r", False, 32, "starts since boot"),
    ("run_s", "s", 0, 3599, "r", False, 34, "run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 36, "run time, whole hours"),
) + _trips(trips.MACHINE, 38)

PUMP = _line(0) + (
    ("run", YES, 0, 1, "r", False, 8, "it is told to run"),
    ("running", YES, 0, 1, "r", False, 10, "it says that it runs"),
    ("speed_pm", "pm", 0, 1000, "r", False, 12, "speed, 1000 = 50 Hz"),
    ("available", YES, 0, 1, "rw", True, 14, "0 = taken out of service by hand", WISH, 0),
    ("starts", "count", 0, INT_MAX, "r", False, 16, "starts since boot"),
    ("run_s", "s", 0, 3599, "r", False, 18, "run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 20, "run time, whole hours"),
) + _trips(trips.PUMP, 22)

NETWORK = _line(0) + (
    ("state", "enum:" + "|".join(reasons_plant.NETWORK), 0, 5, "r", False, 8, "what its pumps do, and why"),
    ("supply_mc", "mc", -55000, 125000, "r", False, 10, "supply temperature"),
    ("return_mc", "mc", -55000, 125000, "r", False, 12, "return temperature"),
    ("flow_lph", "lph", 0, 2000000, "r", False, 14, "flow"),
    ("dp_kpa", "kpa", -1000, 1000, "r", False, 16, "differential pressure at the worst user, or at the pumps"),
    ("dp_target_kpa", "kpa", 0, 1000, "r", False, 18, "what it shall be: trimmed, and raised by the worst user"),
    ("pressure_kpa", "kpa", -100, 2500, "r", False, 20, "static pressure"),
    ("valve_pm", "pm", 0, 1000, "r", False, 22, "most open valve of its users"),
    ("pumps_on", "count", 0, 8, "r", False, 24, "pumps that run"),
    ("speed_pm", "pm", 0, 1000, "r", False, 26, "their speed"),
    ("bypass_pm", "pm", 0, 1000, "r", False, 28, "its bypass valve"),
    ("makeup", YES, 0, 1, "r", False, 30, "make-up valve open"),
    ("makeup_l", "l", 0, INT_MAX, "r", False, 32, "make-up water by its meter"),
    ("makeup_day_l", "l", 0, INT_MAX, "r", False, 34, "make-up water, this day so far"),
    ("heat_kw", "kw", -100000, 100000, "r", False, 36, "heat that it carries; negative: cold"),
    ("approach_mk", "mk", -50000, 50000, "r", False, 38, "secondary: supply against the wells' water (the exchanger's)"),
    ("fouling_percent", "percent", 0, 999, "r", False, 40, "resistance to heat, of that at commissioning; 0 = unknown"),
) + _trips(trips.NETWORK, 42)

TANK = _line(0) + (
    ("state", "enum:" + "|".join(reasons_plant.TANK), 0, 5, "r", False, 8, "what is done for it"),
    ("top_mc", "mc", -55000, 125000, "r", False, 10, "top of the tank"),
    ("middle_mc", "mc", -55000, 125000, "r", False, 12, "middle of the tank"),
    ("bottom_mc", "mc", -55000, 125000, "r", False, 14, "bottom of the tank"),
    ("tap_mc", "mc", -55000, 125000, "r", False, 16, "hot water on its way to the taps"),
    ("circulation_mc", "mc", -55000, 125000, "r", False, 18, "circulation, coming back"),
    ("setpoint_mc", "mc", 45000, 65000, "rw", True, 20, "hot water setpoint", WISH, 1),
    ("charge", YES, 0, 1, "r", False, 22, "charge pump"),
    ("circulation", YES, 0, 1, "r", False, 24, "circulation pump"),
    ("heater", YES, 0, 1, "r", False, 26, "electric heater"),
    ("disinfect_now", YES, 0, 1, "cmd", False, 28, "1: disinfect now", WISH, 0),
    ("proved_min", "min", 0, 1000, "r", False, 30, "this disinfection: minutes with tank and circulation at temperature"),
    ("disinfected_day", "count", -1, 65535, "r", False, 32, "last proved disinfection, days since 2000-01-01; -1 = none"),
) + _trips(trips.TANK, 34)

BACKUP = _line(0) + (
    ("reason", "enum:" + "|".join(reasons_plant.BACKUP), 0, 12, "r", False, 8, "why it runs, or does not"),
    ("run", YES, 0, 1, "r", False, 10, "it is told to run"),
    ("running", YES, 0, 1, "r", False, 12, "it says that it runs"),
    ("capacity_pm", "pm", 0, 1000, "r", False, 14, "its load limit"),
    ("lwt_mc", "mc", -55000, 125000, "r", False, 16, "leaving water"),
    ("available", YES, 0, 1, "rw", True, 18, "0 = taken out of service by hand", WISH, 0),
    ("prove_now", YES, 0, 1, "cmd", False, 20, "1: a proof run now", WISH, 0),
    ("proved_day", "count", -1, 65535, "r", False, 22, "last proof run passed, days since 2000-01-01; -1 = none"),
    ("starts", "count", 0, INT_MAX, "r", False, 24, "starts since boot"),
    ("run_s", "s", 0, 3599, "r", False, 26, "run time, seconds of the hour begun"),
    ("run_h", "h", 0, INT_MAX, "r", False, 28, "run time, whole hours"),
    ("gas_m3", "m3", 0, INT_MAX, "r", False, 30, "gas by its meter"),
) + _trips(trips.BACKUP, 32)

QUALITY = _line(0) + (
    ("acidity_ph", "ph", 0, 1400, "r", False, 8, "pH"),
    ("turbidity_ntu", "ntu", 0, 1000000, "r", False, 10, "turbidity"),
    ("conductivity_us_cm", "us_cm", 0, 200000, "r", False, 12, "conductivity at 25 degC"),
    ("water_mc", "mc", -55000, 125000, "r", False, 14, "water temperature at the probe"),
) + _trips(trips.QUALITY, 16)

BUILDING = _line(0) + (
    ("room_mc", "mc", -55000, 125000, "r", False, 8, "mean of its rooms"),
    ("coldest_mc", "mc", -55000, 125000, "r", False, 10, "its coldest room"),
    ("valve_pm", "pm", 0, 1000, "r", False, 12, "its most open valve"),
    ("heat_kw", "kw", -32000, 32000, "r", False, 14, "heat that it takes; negative: cold"),
    ("heat_wh", "wh", 0, 999999, "r", False, 16, "heat that it took, Wh of the MWh begun"),
    ("heat_mwh", "mwh", 0, INT_MAX, "r", False, 18, "heat that it took, whole MWh"),
    ("cold_wh", "wh", 0, 999999, "r", False, 20, "cold that it took, Wh of the MWh begun"),
    ("cold_mwh", "mwh", 0, INT_MAX, "r", False, 22, "cold that it took, whole MWh"),
)
