"""A block's values as Home Assistant wants them: a flat JSON object, the same keys as the gateway's; null is unknown.

tools/whtools/gateway/homeassistant/states.py says the same for the gateway; a test compares the two.
"""

from ...control import plan
from ...tables import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...tables.points import Block

# kind: keys in their order. key: a point of that name, or a row of SCALED or COUNTED. What a node has not is left out.
ROOM = ("room_c", "supply_air_c", "leaving_c", "demand_w", "source_kwh", "sink_kwh", "run_h", "starts", "fan_percent",
        "boost_min")
WELL = ("supply_c", "return_c", "flow_lph", "reinjection_kpa", "circulated_m3", "returned_m3", "source_w", "source_kwh",
        "sink_kwh", "pump_percent", "run_h", "starts", "capacity_percent")
KEYS = {"room": ROOM, "far": ("room_c", "demand_w"), "well": WELL, "well2": WELL, "node": ("uptime_s", "outside_c"),
        "account": ("electricity_kwh",), "loop": ("supply_c", "return_c", "pressure_kpa")}
ON = {"room": ("compressor", "compressor_on"), "far": ("compressor", "compressor_on"), "well": ("pump", "pump_on"),
      "well2": ("pump", "pump_on"), "loop": ("pump", "pump_on")}
SCALED = {"room_c": "room_mc", "supply_air_c": "supply_air_mc", "leaving_c": "leaving_mc", "supply_c": "supply_mc",
          "return_c": "return_mc", "setpoint_c": "setpoint_mc", "outside_c": "outside_mc", "fan_percent": "fan_pm",
          "pump_percent": "pump_speed_pm"}
COUNTED = {"source_kwh": ("source_mwh", "source_wh", 1), "sink_kwh": ("sink_mwh", "sink_wh", 1),
           "electricity_kwh": ("electricity_mwh", "electricity_wh", 1),
           "circulated_m3": ("circulated_m3", "circulated_l", 0), "returned_m3": ("returned_m3", "returned_l", 0),
           "run_h": ("run_h", "run_s", 2)}
MODES = {"off": "off", "heat": "heat", "cool": "cool", "auto": "heat_cool"}  # a node's word: Home Assistant's
FANS = (("auto", 0), ("low", 400), ("medium", 700), ("high", 1000))  # fan_fixed_pm
NULL = "null"


def tenths(value_mc: int) -> str:
    """Thousandths of a degree as degrees with one digit."""
    n = (abs(value_mc) + 50) // 100
    return "%s%d.%d" % ("-" if value_mc < 0 and n else "", n // 10, n % 10)


def counted(block: "Block", key: str) -> str:
    """A long counter in two words, in the unit of its key with three digits; null without such points."""
    whole, part, kind = COUNTED[key]
    high = getattr(block, whole, None)
    low = getattr(block, part, None)
    if high is None or low is None:
        return NULL
    if kind == 1:  # MWh and Wh as kWh
        high, low = high * 1000 + low // 1000, low % 1000
    elif kind == 2:  # h and s as h
        low = low * 5 // 18
    return "%d.%03d" % (high, low)


def known(block: "Block", name: str):
    """A point's value, None while nobody knows it, or where there is none."""
    value = getattr(block, name, None)
    if name in block.unknown or (name[-3:] == "_mc" and getattr(block, name[:-2] + "ok", 1) == 0):
        return None
    return value


def number(block: "Block", key: str) -> str:
    """One key's value."""
    if key in COUNTED:
        return counted(block, key)
    name = SCALED.get(key, key)
    value = known(block, name)
    if value is None:
        return NULL
    if name[-3:] == "_mc":
        return tenths(value)
    return str((value + 5) // 10 if name[-3:] == "_pm" else value)


def yes(flag: int) -> str:
    """ON or OFF."""
    return '"ON"' if flag else '"OFF"'


def word(block: "Block", name: str) -> str:
    """An enum point's value as its key."""
    return block.row(name).unit.partition(":")[2].split("|")[getattr(block, name)]


def fan(fixed_pm: int) -> str:
    """The nearest word; automatic is its own."""
    if not fixed_pm:
        return "auto"
    found, best = "", 1001
    for word, pm in FANS[1:]:
        if abs(pm - fixed_pm) < best:
            found, best = word, abs(pm - fixed_pm)
    return found


def climate(block: "Any"):
    """What a room's climate entity shows: (key, value in JSON) each."""
    mode = MODES[plan.MODES[block.mode]]
    on = getattr(block, "compressor_on", 0)
    cooling = block.row("direction") is not None and word(block, "direction") == "cool"
    action = ("cooling" if cooling else "heating") if on else "off" if mode == "off" else "idle"
    yield "mode", '"%s"' % mode
    yield "action", '"%s"' % action
    yield "setpoint_c", tenths(block.setpoint_mc)
    if block.row("fan_fixed_pm") is not None:
        yield "fan", '"%s"' % fan(block.fan_fixed_pm)
    if block.row("boost_min") is not None:
        yield "preset", '"boost"' if block.boost_min else '"none"'
    if block.row("reason") is not None:
        yield "reason", '"%s"' % word(block, "reason")
        yield "wait_s", str(block.wait_s)


def alarms(block: "Block"):
    """Faults of the block: whether there are any, and which."""
    scope = block.kind.scope
    locked = getattr(block, "lockouts", 0)
    active = getattr(block, "trips", 0) | locked
    yield "alarm", yes(active)
    yield "locked", yes(locked)
    for key, bits in (("faults", active), ("lockouts", locked)):
        names = ['"%s"' % causes.name(scope, bit) for bit in range(30) if bits >> bit & 1]
        yield key, "[" + ",".join(sorted(names)) + "]"


def parts(block: "Block"):
    """Every key of a block with its value in JSON."""
    kind = block.kind.name
    for key in KEYS[kind]:
        if key in COUNTED or block.row(SCALED.get(key, key)) is not None:
            if key not in COUNTED or block.row(COUNTED[key][0]) is not None:
                yield key, number(block, key)
    if kind in ON and block.row(ON[kind][1]) is not None:
        yield ON[kind][0], yes(getattr(block, ON[kind][1]))
    if kind == "room" or kind == "far":
        for pair in climate(block):
            yield pair
    for pair in alarms(block):
        yield pair


def of(block: "Block") -> bytes:
    """The block's JSON."""
    return ("{" + ",".join(['"%s":%s' % pair for pair in parts(block)]) + "}").encode()


def wish(point: str, text: str):
    """What Home Assistant sends, as a point's value; None when it is no value for it."""
    if point == "mode":
        for ours in MODES:
            if MODES[ours] == text:
                return plan.MODES.index(ours)
    elif point == "fan_fixed_pm":
        for name, fixed_pm in FANS:
            if name == text:
                return fixed_pm
    elif point == "boost_min":
        return {"boost": 60, "none": 0}.get(text)
    elif point == "setpoint_mc":
        whole, _, part = text.partition(".")
        if 0 < len(whole) <= 3 and whole.isdigit() and (not part or (part.isdigit() and len(part) < 8)):
            return int(whole) * 1000 + int((part + "0")[0]) * 100
    return None
