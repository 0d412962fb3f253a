"""The rows of the configuration: every key of config.json with its default, unit, limits and help, described once."""

from collections import namedtuple

from ..control import plan
from .section import KEYS

INT = "int"
TEXT = "text"
ROM = "rom"
WEEK = "week"

ADDRESSES = "addresses"
TRIM = "added to what that sensor reads: it belongs to the part, a new one begins with 0"

MAX_ROOMS = 8
MAX_METERS = 8
SECTIONS = ("node", "well", "well2", "loop", "rooms", "bus", "bms", "gateway", "meter_line", "meters", "electricity",
            "remote", "network", "plant")
BAUDS = (9600, 19200, 38400, 57600, 115200)
PARITIES = ("even", "odd", "none")

# What may be read on the second line, and what it measures: links/meters/types has a file for each.
METER_TYPES = (("multical603", "heat"), ("sdm120", "electricity"), ("sdm230", "electricity"), ("sdm630", "electricity"),
               ("dlt645", "electricity"), ("cjt188_heat", "heat"), ("cjt188_water", "water"))

# kind: one of the above, or a tuple of the allowed words. lo, hi: of a number, or of a text's length.
Row = namedtuple("Row", ("key", "kind", "default", "unit", "lo", "hi", "help"))


def table(given: tuple):
    """Rows with named columns."""
    return tuple([Row(*row) for row in given])


NODE = table((
    ("name", TEXT, "wellhearth", "", 1, 32, "name of this controller"),
    ("period_ms", INT, 100, "ms", 50, 200, "scan period (20 to 5 Hz)"),
    ("restart_min_s", INT, 30, "s", 0, 600, "staggered restart, shortest wait after power returns"),
    ("restart_max_s", INT, 180, "s", 0, 600, "staggered restart, longest wait"),
    ("aux_contacts", INT, 1, "0/1", 0, 1,
     "0 = no auxiliary contacts are wired: a welded or dead relay then goes unnoticed"),
    ("tariff_cheap", WEEK, "", "", 0, 200,
     "hours of cheap power, e.g. daily 22:00-06:00; rooms with `flex_mk` pre-heat in them"),
    ("tariff_dear", WEEK, "", "", 0, 200, "hours of dear power, e.g. mo-fr 08:00-11:00,18:00-21:00; they spare in these"),
    ("outside_rom", ROM, "", "", 0, 0,
     "DS18B20 in the shade outside: a room whose own sensor is lost then follows the weather; without: its last duty"),
    ("outside_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
    ("peak_w", INT, 0, "W", 0, 250000,
     "most electrical power of all compressors together (rated_w / 4 each), units first come by their need; 0 = no bound"),
    ("quiet_from_min", INT, 0, "min", 0, 1439, "quiet hours begin, minutes after midnight; equal to the end: none"),
    ("quiet_to_min", INT, 0, "min", 0, 1439, "quiet hours end, minutes after midnight"),
    ("rtc", ("none", "ds3231"), "none", "", 0, 0, "clock chip on the I2C pins: with it schedules go on after a power cut"),
    ("utc_offset_min", INT, 480, "min", -720, 840, "local time ahead of UTC, without daylight saving; China: 480"),
    ("account", INT, 0, "0/1", 0, 1,
     "1 = returned water by hour, day and season, and its tax, are reckoned on the node too; with `electricity` or `meters`"
     " they are anyway. It takes a tenth of what a Pico has to spare"),
    ("water_tax_fen_kt", INT, 80, "fen/1000 t", 0, 100000,
     "water-resource tax for 1000 t lifted; Beijing, 100 % reinjection: 80 (0.8 yuan)"),
    ("dst", ("none", "eu", "us"), "none", "", 0, 0,
     "daylight saving by the rule of the European Union or the United States: one hour more in summer; China has none"),
))

WELL = table((
    ("type", ("single_aquifer", "particle", "multi_aquifer"), "single_aquifer", "", 0, 0,
     "kind of well; multi_aquifer: two stacked sections, the upper one in `well2`"),
    ("pump_drive", ("variable", "fixed"), "variable", "", 0, 0, "variable-speed drive, or a relay and full speed"),
    ("drive_fault_input", INT, 0, "0/1", 0, 1, "1 = the drive's fault contact (normally closed) is wired"),
    ("motor_protection_input", INT, 0, "0/1", 0, 1,
     "1 = the contact (normally closed) of a relay for phase loss and over-current is wired"),
    ("strainer_input", INT, 0, "0/1", 0, 1,
     "1 = a differential pressure switch over the strainer (opens when it is clogged) is wired"),
    ("pump_motor", ("four_inch", "six_inch"), "four_inch", "", 0, 0,
     "six_inch, and larger: pump_min_off_s is 900 and not less, motor_cooling_lph must be given"),
    ("motor_cooling_lph", INT, 0, "L/h", 0, 48000,
     "flow that cools the motor, from its maker and the bore; with less the pump stops (no_flow); 0 = not given"),
    ("flow_lph_per_kw", INT, 134, "L/(h kW)", 50, 500, "source flow per kW of heating (T/BAEE019-2023)"),
    ("flow_lph_per_kw_cool", INT, 200, "L/(h kW)", 50, 500, "source flow per kW of cooling (5 K at an EER of 6)"),
    ("min_flow_lph", INT, 1200, "L/h", 100, 60000, "least flow, also the pump's flow at 30 Hz or a little above"),
    ("max_flow_lph", INT, 4800, "L/h", 100, 60000, "most flow the well was tested with"),
    ("pulses_per_m3", INT, 50000, "1/m3", 1000, 1000000, "flow meter in the lift pipe"),
    ("return_pulses_per_m3", INT, 0, "1/m3", 0, 1000000, "flow meter in the return pipe; 0 = not fitted"),
    ("flow_kp_pm_m3h", INT, 40, "pm/(m3/h)", 1, 1000, "flow controller, proportional gain"),
    ("flow_ff_pm_m3h", INT, 85, "pm/(m3/h)", 0, 1000, "pump speed per flow, from commissioning; 0 = no feed-forward"),
    ("flow_ti_ms", INT, 1800, "ms", 500, 60000, "flow controller, integral time"),
    ("flow_ramp_lph_s", INT, 100, "(L/h)/s", 5, 2000, "flow setpoint, slew rate"),
    ("pump_floor_pm", INT, 600, "pm", 600, 900, "lowest pump speed; 600 = 30 Hz (Franklin AIM)"),
    ("pump_ramp_pm_s", INT, 50, "pm/s", 5, 500, "pump speed, slew rate above 30 Hz"),
    ("postrun_s", INT, 60, "s", 10, 600, "water moves on after the last compressor"),
    ("pump_min_on_s", INT, 60, "s", 60, 3600, "shortest pump run"),
    ("pump_min_off_s", INT, 60, "s", 10, 3600, "shortest pump rest; not given: 900 for pump_motor six_inch"),
    ("pump_starts_per_day", INT, 100, "1/d", 4, 100, "most pump starts in 24 h"),
    ("pump_starts_goal", INT, 20, "1/d", 4, 100,
     "pump starts aimed at in 24 h: beyond it the pump runs on between two calls for heat; never a limit to heat"),
    ("pressure_signal", ("v05_45", "ma4_20"), "v05_45", "", 0, 0, "0.5 to 4.5 V ratiometric, or 4 to 20 mA"),
    ("pressure_range_kpa", INT, 1000, "kPa", 100, 10000, "pressure at full signal"),
    ("pressure_zero_kpa", INT, 0, "kPa", -100, 0,
     "pressure at 0.5 V or 4 mA; a sealed return over a deep level wants a compound transmitter, e.g. -100 to +500 kPa"),
    ("vacuum_limit_kpa", INT, 0, "kPa", -100, 0,
     "least pressure at the wellhead while pumping; where a vacuum is meant (airtight pipes): how deep; -100 = no alarm"),
    ("pressure_shunt_ohm", INT, 150, "ohm", 50, 250, "shunt of a 4 to 20 mA transmitter"),
    ("reinjection_limit_kpa", INT, 300, "kPa", 20, 10000, "reinjection pressure limit, gauge"),
    ("quiet_pump_pm", INT, 1000, "pm", 600, 1000, "pump speed ceiling in quiet hours; 1000 = none"),
    ("current_range_ma", INT, 0, "mA", 0, 25000, "motor current at 20 mA of its transmitter; 0 = not fitted"),
    ("dry_run_percent", INT, 80, "%", 70, 90, "motor current below this share of its learned value is dry running"),
    ("level_range_kpa", INT, 0, "kPa", 0, 2000, "water over the pump at 20 mA of its level transmitter; 0 = not fitted"),
    ("level_min_kpa", INT, 20, "kPa", 5, 500, "least water over the pump (10 kPa = 1 m); the speed comes down above it"),
    ("rotate_h", INT, 24, "h", 1, 168, "stacked pumps: the lead changes after so many hours of running"),
    ("min_difference_mk", INT, 1000, "mK", 0, 10000, "least supply/return difference; 0 = off"),
    ("lowest_supply_mc", INT, 10000, "mdegC", 4000, 25000,
     "coldest water that the well gives; what the units take from it at their flow must leave it above their freeze limit"),
    ("supply_rom", ROM, None, "", 0, 0, "DS18B20 in the lifted water"),
    ("supply_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
    ("return_rom", ROM, None, "", 0, 0, "DS18B20 in the returned water"),
    ("return_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
))

ROOM = table((
    ("name", TEXT, "room", "", 1, 32, "name of the room"),
    ("mode", plan.MODES, "heat", "", 0, 0, "mode at first start"),
    ("setpoint_mc", INT, 20000, "mdegC", 5000, 30000, "setpoint at first start"),
    ("setpoint_min_mc", INT, 5000, "mdegC", 5000, 30000, "lowest setpoint that anybody may give this room"),
    ("setpoint_max_mc", INT, 30000, "mdegC", 5000, 30000, "highest setpoint that anybody may give this room"),
    ("schedule", WEEK, "", "", 0, 200, "comfort periods, e.g. mo-fr 06:30-08:00,16:30-22:30; sa-su 07:00-23:00"),
    ("setback_mc", INT, 17000, "mdegC", 5000, 30000, "heating: highest setpoint outside the comfort periods"),
    ("setback_cool_mc", INT, 29000, "mdegC", 18000, 35000, "cooling: lowest setpoint outside the comfort periods"),
    ("early_max_min", INT, 180, "min", 0, 720, "earliest begin of a warm-up before a comfort period"),
    ("flex_mk", INT, 0, "mK", 0, 2000,
     "comfort band that the household gives away: so much warmer before dear hours, so much cooler in them; 0 = none"),
    ("neutral_mk", INT, 1500, "mK", 500, 5000, "auto: how far the room may be off on the other side"),
    ("changeover_s", INT, 1800, "s", 60, 86400, "auto: and how long, before it changes over"),
    ("frost_mc", INT, 5000, "mdegC", 4000, 12000, "frost limit of the room, whatever its mode"),
    ("unit_type", ("I", "II", "III"), "I", "", 0, 0,
     "unit type by lowest entering water: 6 degC (well water), 0 or -5 degC (antifreeze)"),
    ("compressor", ("on_off", "variable"), "on_off", "", 0, 0, "fixed or variable speed compressor"),
    ("compressor_min_pm", INT, 300, "pm", 100, 1000, "lowest speed of a variable compressor"),
    ("rated_w", INT, 5600, "W", 500, 100000, "rated heating capacity"),
    ("unit_flow_lph", INT, 750, "L/h", 50, 20000, "water flow of the circulation pump"),
    ("min_on_s", INT, 180, "s", 180, 1800, "shortest compressor run"),
    ("min_off_s", INT, 180, "s", 180, 1800, "shortest compressor rest"),
    ("starts_per_hour", INT, 6, "1/h", 1, 6, "most compressor starts in any hour"),
    ("condensate_input", INT, 0, "0/1", 0, 1, "1 = the condensate pan's float switch (opens when it is full) is wired"),
    ("compressor_protection_input", INT, 0, "0/1", 0, 1,
     "1 = the contact (normally closed) of a relay for phase loss and over-current is wired"),
    ("pump_lead_s", INT, 5, "s", 2, 120, "circulation pump runs this long before the compressor"),
    ("postrun_s", INT, 45, "s", 10, 600, "circulation pump and fan run on after the compressor"),
    ("freeze_limit_mc", INT, 4000, "mdegC", -20000, 10000,
     "leaving water limit; not given: 4000 for type I, -4000 for II, -9000 for III (plain water: not below 3000; "
     "antifreeze: 5 K above its freezing point)"),
    ("room_kp_pm_k", INT, 500, "pm/K", 50, 5000, "variable compressor: most gain; less follows from what the room is"),
    ("room_ti_s", INT, 2400, "s", 60, 36000, "room controller, integral time"),
    ("swing_mk", INT, 470, "mK", 200, 1000,
     "the room may be so far from its setpoint before the compressor is switched; less costs starts, and 20 Wh each"),
    ("half_band_s", INT, 80, "s", 20, 600, "without a room sensor: full-load seconds owed before the compressor switches"),
    ("supply_air_mc", INT, 40000, "mdegC", 38000, 55000, "supply air setpoint of the fan"),
    ("cool_air_mc", INT, 13000, "mdegC", 8000, 20000, "supply air setpoint of the fan when cooling"),
    ("quiet_fan_pm", INT, 1000, "pm", 100, 1000, "fan speed ceiling in quiet hours; 1000 = none"),
    ("fan_min_pm", INT, 200, "pm", 100, 1000, "lowest fan speed"),
    ("fan_max_pm", INT, 1000, "pm", 100, 1000, "highest fan speed"),
    ("room_rom", ROM, None, "", 0, 0, "DS18B20 in the room"),
    ("room_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
    ("supply_air_rom", ROM, None, "", 0, 0, "DS18B20 in the supply air"),
    ("supply_air_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
    ("leaving_rom", ROM, None, "", 0, 0, "DS18B20 in the leaving water"),
    ("leaving_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
))

LOOP = table((
    ("antifreeze_mc", INT, 0, "mdegC", -40000, 0, "freezing point of the filling; 0 = plain water, and the units stay off"),
    ("antifreeze", ("propylene_glycol", "ethylene_glycol", "other"), "propylene_glycol", "", 0, 0,
     "what the filling is: heat is metered with its density and heat capacity at that freezing point; other: up to 3 % off"),
    ("postrun_s", INT, 60, "s", 10, 600, "the loop's pump runs on after the last unit"),
    ("pressure_range_kpa", INT, 600, "kPa", 100, 2000, "pressure at full signal (0.5 to 4.5 V)"),
    ("pressure_min_kpa", INT, 80, "kPa", 10, 500, "least pressure of the filling, gauge"),
    ("exchanger_limit_mc", INT, 2500, "mdegC", 2000, 8000, "lowest well water behind the heat exchanger"),
    ("supply_rom", ROM, None, "", 0, 0, "DS18B20 in the loop, to the units"),
    ("supply_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
    ("return_rom", ROM, None, "", 0, 0, "DS18B20 in the loop, from the units"),
    ("return_trim_mk", INT, 0, "mK", -2000, 2000, TRIM),
))

BUS = table((
    ("role", ("server", "client"), "server", "", 0, 0,
     "client: the well's node, it polls the rooms; server: everybody else"),
    ("address", INT, 1, "", 1, 247, "Modbus address of a server"),
    ("baud", BAUDS, 19200, "1/s", 0, 0, "the same at every node of a line"),
    ("parity", PARITIES, "even", "", 0, 0, "none has two stop bits, the others one (Modbus over serial line V1.02)"),
    ("rooms", ADDRESSES, "", "", 0, 100, "client: addresses of the rooms, e.g. 1-16,20"),
    ("round_ms", INT, 2000, "ms", 500, 10000, "client: time of one round of all rooms"),
    ("timeout_ms", INT, 150, "ms", 50, 1000, "client: how long a room may take for its answer"),
))

BMS = BUS[1:4] + table((
    ("rooms_at", INT, 0, "", 0, 247, "of a well with a bus: its first room is this unit as well, and so on; 0 = none"),
))

METER_LINE = table((
    ("baud", (1200, 2400, 4800) + BAUDS, 9600, "1/s", 0, 0, "the same in every meter of the line; China's own: 2400"),
    ("parity", PARITIES, "none", "", 0, 0,
     "none has two stop bits here, which a meter set to one takes; DL/T 645 and CJ/T 188: even"),
    ("round_s", INT, 10, "s", 5, 3600, "time of one round of all meters"),
    ("timeout_ms", INT, 1000, "ms", 100, 5000, "how long a meter may take for its answer"),
))

METER = table((
    ("type", tuple([name for name, _kind in METER_TYPES]), None, "", 0, 0, "which register map (links/meters/types)"),
    ("address", TEXT, None, "", 1, 14, "Modbus: 1 to 247; DL/T 645: the 12 digits on its plate; CJ/T 188: its 14 digits"),
    ("counts_for", ("nothing", "house", "well") + tuple(["room%d" % (i + 1) for i in range(MAX_ROOMS)]), "nothing", "", 0, 0,
     "nothing: shown only; house: its electricity, or heat delivered to it; well, roomN: heat from the water, in place of"
     " what the node reckons itself"),
))

ELECTRICITY = table((
    ("source", ("estimate", "s0", "meter"), "estimate", "", 0, 0,
     "s0: pulses on the terminal `s0`; meter: the `meters` that count for the house; estimate: from the powers below"),
    ("s0_pulses_per_kwh", INT, 1000, "1/kWh", 10, 10000, "S0 pulses (EN 62053-31) for one kWh, from the meter's plate"),
    ("compressor_w", INT, 0, "W", 0, 50000, "estimate: a unit's compressor at full speed; 0 = a quarter of its rated_w"),
    ("circulation_w", INT, 45, "W", 0, 5000, "estimate: a unit's circulation pump"),
    ("fan_w", INT, 60, "W", 0, 5000, "estimate: a unit's fan at full speed"),
    ("well_pump_w", INT, 1100, "W", 0, 100000, "estimate: the well pump at 50 Hz"),
    ("standby_w", INT, 5, "W", 0, 1000, "estimate: controller, drives and valves at rest"),
))

REMOTE = table((
    ("room", INT, 1, "", 1, MAX_ROOMS, "the room that the remote belongs to"),
) + tuple([(key, INT, -1, "", -1, 0xFFFFFF, "NEC code of the key, address * 256 + command; -1 = not learned")
           for key in KEYS]))

NETWORK = table((
    ("broker", TEXT, "", "", 0, 64, "name or address of the MQTT broker; empty: none"),
    ("port", INT, 1883, "", 1, 65535, "of the broker; with `tls` usually 8883"),
    ("tls", INT, 0, "0/1", 0, 1,
     "1 = TLS to the broker, checked against broker.der; only on boards whose scan it does not hold up (boards/README.md)"),
    ("prefix", TEXT, "wellhearth", "", 1, 32, "begin of this node's topics; the gateway's where both are there"),
    ("discovery", TEXT, "homeassistant", "", 1, 32, "Home Assistant's own begin of topics"),
    ("plain_orders", INT, 1, "0/1", 0, 1,
     "0 = over MQTT signed orders only; 1 = also a resident's wishes for the rooms, which expire after ten minutes"),
    ("ntp", TEXT, "", "", 0, 64, "name or address of a time server; empty: none"),
    ("dns", TEXT, "", "", 0, 21, "address of the name server; empty: the one that the Wi-Fi gives"),
    ("page", INT, 1, "0/1", 0, 1, "1 = the page from this board's own flash"),
    ("page_port", INT, 80, "", 1, 65535, "where it is"),
    ("page_host", TEXT, "", "", 0, 64, "a name by which the page is called too; its address always is one"),
))

LINKS = {"bus": BUS, "bms": BMS, "gateway": BMS, "meter_line": METER_LINE, "electricity": ELECTRICITY, "remote": REMOTE,
         "network": NETWORK}

WELL2 = tuple([row for row in WELL if row.key not in ("type", "flow_lph_per_kw", "flow_lph_per_kw_cool", "rotate_h")])
