"""The config section `plant`: read, and what must fit together in it. Loaded for a plant's node only, and dropped after
it."""

from . import plant_config_rows as rows
from . import plant_kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from . import sections
    from .section import Config


def read(config: "Config", given: "Any", fill: "Callable", errors: list) -> "sections.Plant":
    """config.plant out of its dict; every mistake goes to `errors`. fill: config._fill."""
    plain = dict(given) if isinstance(given, dict) else given
    parts = {}
    if isinstance(plain, dict):
        for name in [one[0] for one in rows.LISTS + rows.SINGLE] + ["lines"]:
            parts[name] = plain.pop(name, None)
    plant = fill("plant", rows.PLANT, plain, errors)
    lines = parts.get("lines") or {}
    if not isinstance(lines, dict) or [name for name in lines if name not in rows.LINES]:
        errors.append("plant.lines: must be an object with the lines %s" % " and ".join(rows.LINES))
        lines = {}
    plant.lines = {name: fill("plant.lines." + name, rows.LINE, lines.get(name, {}), errors) for name in rows.LINES
                   if name in lines or name == "bus"}
    for name, block, table in rows.LISTS:
        found = parts.get(name) or []
        if not isinstance(found, list) or len(found) > rows.MAX[name]:
            errors.append("plant.%s: must be a list of at most %d" % (name, rows.MAX[name]))
            found = []
        setattr(plant, name, [fill("plant.%s%d" % (block, i + 1), table, one, errors)
                              for i, one in enumerate(found)])
    for name, table in rows.SINGLE:
        one = parts.get(name)
        setattr(plant, name, None if one is None else fill("plant." + name, table, one, errors))
    plant.counts = plant_kinds.counts(plant)
    check(plant, config, errors)
    return plant


def devices(plant: "sections.Plant"):
    """Every section with a place on a line."""
    found = [one for name, _block, _table in rows.LISTS for one in getattr(plant, name)]
    return found + [one for one in (plant.tank, plant.weather) if one is not None]


def check(plant: "sections.Plant", config: "Config", errors: list) -> None:
    """What is fine alone and wrong in company."""
    if not plant.machines:
        errors.append("plant.machines: a plant has one machine and more")
    if not plant.wells:
        errors.append("plant.wells: a plant asks one well and more")
    if plant.cool_above_mc < plant.heat_below_mc + 3000:
        errors.append("plant.cool_above_mc = %d: must be 3 K and more above heat_below_mc = %d"
                      % (plant.cool_above_mc, plant.heat_below_mc))
    for low, high in (("supply_mild_mc", "supply_cold_mc"), ("supply_cool_mc", "supply_cool_mild_mc"),
                      ("supply_cold_mc", "supply_most_mc")):
        a = getattr(plant, low)
        b = getattr(plant, high)
        if a > b:
            errors.append("plant.%s = %d: must not be above %s = %d" % (low, a, high, b))
    if plant.stage_down_pm >= plant.stage_up_pm:
        errors.append("plant.stage_down_pm = %d: must be below stage_up_pm = %d" % (plant.stage_down_pm, plant.stage_up_pm))
    for one in plant.machines:
        if plant.power_limit_kw and one.power_kw > plant.power_limit_kw:
            errors.append("%s.power_kw = %d: more than power_limit_kw = %d, it could never start"
                          % (one.where, one.power_kw, plant.power_limit_kw))
    _places(plant, config, errors)
    _networks(plant, errors)
    if plant.tank is not None and not [one for one in plant.machines if one.hot_water]:
        errors.append("plant.tank: no machine has hot_water = 1, nothing would charge it")
    for one in plant.backups:
        if one.kind == "boiler" and one.efficiency_pm > 1100:
            errors.append("%s.efficiency_pm = %d: a boiler gives at most 1100 (of the lower calorific value)"
                          % (one.where, one.efficiency_pm))


def _places(plant: "sections.Plant", config: "Config", errors: list) -> None:
    """Each device has a place of its own, on a line that nobody else uses."""
    if config.bus is not None:
        errors.append("bus: a plant's node has its own use for that line; leave `bus` out")
    if config.electricity is not None or config.meters:
        errors.append("electricity, meters: a plant's node reads its machines' own meters; leave both out")
    second = [name for name in ("bms", "gateway", "meters") if getattr(config, name)]
    seen = {}
    for one in devices(plant):
        if one.line not in plant.lines:
            errors.append("%s.line = %r: plant.lines has no %s" % (one.where, one.line, one.line))
        if one.line == "bms" and second:
            errors.append("%s.line = 'bms': the second line is the one of `%s`" % (one.where, second[0]))
        if (one.type[:8] == "contacts") != (one.channel > 0):
            errors.append("%s.channel = %d: a type by contacts has a channel of its module, 1 and more; others have none"
                          % (one.where, one.channel))
        key = one.line, one.address, one.channel
        if key in seen or (one.channel and (one.line, one.address, 0) in seen):
            errors.append("%s.address = %r: the same place as %s" % (one.where, one.address, seen.get(key, "another one")))
        seen[key] = one.where


def _networks(plant: "sections.Plant", errors: list) -> None:
    """One secondary and one tertiary network at the most; pumps belong to one that is there."""
    parts = [one.part for one in plant.networks]
    for part in ("secondary", "tertiary"):
        if parts.count(part) > 1:
            errors.append("plant.networks: two of them are %s" % part)
        pumps = [one for one in plant.pumps if one.serves == part]
        if pumps and part not in parts:
            errors.append("%s.serves = %r: no such network is in plant.networks" % (pumps[0].where, part))
        if part in parts and not pumps:
            errors.append("plant.networks: the %s one has no pump" % part)
    if "tertiary" not in parts:
        errors.append("plant.networks: the tertiary one (of the buildings) is missing: without it nobody knows the load")
    for one in plant.networks:
        if not one.pressure_min_kpa < one.pressure_kpa < one.pressure_most_kpa:
            errors.append("%s.pressure_kpa = %d: must be between pressure_min_kpa and pressure_most_kpa"
                          % (one.where, one.pressure_kpa))
        if one.dp_least_kpa > one.dp_kpa:
            errors.append("%s.dp_least_kpa = %d: must not be above dp_kpa = %d" % (one.where, one.dp_least_kpa, one.dp_kpa))
