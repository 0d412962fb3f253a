"""What must fit together in a configuration: values that are fine alone and wrong in company."""

from . import kinds
from .config_rows import LOOP, MAX_ROOMS, METER_TYPES, NODE, ROM, ROOM, WELL
from .section import KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import sections
    from .section import Config, Section

PULSES_HZ = 800  # at the largest flow; a Pico counts 900 a second at half duty, 800 down to a duty of 40 %
PULSES_LEAST_HZ = 3  # at the smallest; rarer ones show too late that the water stands (drivers/flow.py: GAP)
PLAIN_WATER_MC = 3000
SIX_INCH_REST_S = 900
ANTIFREEZE_MARGIN_MK = 5000
ROM_KEYS = sorted({row.key for row in NODE + WELL + LOOP + ROOM if row.kind == ROM})  # every sensor there may be


def addresses(text: str):
    """The Modbus addresses in "1-16,20". ValueError with what is wrong."""
    found = []
    for part in text.split(",") if text else []:
        first, _, last = part.partition("-")
        try:
            numbers = range(int(first), int(last or first) + 1)
        except ValueError:
            raise ValueError("%r is no address; wanted e.g. 1-16,20" % part)
        for n in numbers:
            if not 1 <= n <= 247 or n in found:
                raise ValueError("%d is %s" % (n, "named twice" if n in found else "no address: 1 to 247"))
            found.append(n)
        if len(found) > kinds.FAR.most:
            raise ValueError("%d rooms: a bus has 1 to %d" % (len(found), kinds.FAR.most))
    return found


def _order(errors: list, section: "Section", low: str, high: str) -> None:
    a = getattr(section, low)
    b = getattr(section, high)
    if a > b:
        errors.append("%s.%s = %d: must not be above %s = %d" % (section.where, low, a, high, b))


def check(config: "Config", errors: list) -> None:
    """Values that are fine alone but not together."""
    _order(errors, config.node, "restart_min_s", "restart_max_s")
    _links(errors, config)
    _meters(errors, config)
    if config.well is not None:
        _well(errors, config.well)
    if config.well2 is not None:
        _well(errors, config.well2)
    _media(errors, config)
    _same_sensor(errors, [s for s in [config.node, config.well, config.well2, config.loop] + config.rooms if s is not None])
    for section in config.rooms:
        _order(errors, section, "fan_min_pm", "fan_max_pm")
        _order(errors, section, "fan_min_pm", "quiet_fan_pm")
        _order(errors, section, "setpoint_min_mc", "setpoint_max_mc")
        if not section.setpoint_min_mc <= section.setpoint_mc <= section.setpoint_max_mc:
            errors.append("%s.setpoint_mc = %d: this room allows %d to %d"
                          % (section.where, section.setpoint_mc, section.setpoint_min_mc, section.setpoint_max_mc))


def _links(errors: list, config: "Config") -> None:
    """Who may be alone: a well without rooms of its own, and a room without a well, only on a bus; a plant always is."""
    if config.plant is not None:
        if config.rooms or config.remote is not None:
            errors.append("rooms: a plant's node has none; rooms with their units are nodes of their own")
        return
    bus = config.bus
    client = bus is not None and bus.role == "client"
    if bus is not None and client:
        config.far = addresses(bus.rooms)
        if config.well is None:
            errors.append("bus.role = 'client': the client is the node that has the well, and here `well` is missing")
    elif bus is not None and bus.rooms:
        errors.append("bus.rooms = %r: only the client (the well's node) has a list of rooms" % bus.rooms)
    if config.well is None and not client and len(config.rooms) != 1:
        errors.append("rooms: a node without a well of its own runs one room, got %d" % len(config.rooms))
    if not config.rooms and bus is None:
        errors.append("rooms: must be a list of 1 to %d rooms; only a well on a bus (bus.role = 'client': it has rooms"
                      " there; 'server': a plant asks it) has none" % MAX_ROOMS)
    if config.remote is not None and config.remote.room > len(config.rooms):
        errors.append("remote.room = %d: this node has %d rooms" % (config.remote.room, len(config.rooms)))
    bms = config.bms
    if bms is not None and bms.rooms_at:
        last = bms.rooms_at + len(config.far) - 1
        if not config.far or last > 247 or bms.rooms_at <= bms.address <= last:
            errors.append("bms.rooms_at = %d: units %d to %d are for the rooms on the bus of a well, up to 247, and"
                          " not its own address %d" % (bms.rooms_at, bms.rooms_at, last, bms.address))
    keys = [getattr(config.remote, key) for key in KEYS] if config.remote else []
    for code in keys:
        if code >= 0 and keys.count(code) > 1:
            errors.append("remote: code %d is learned for two keys" % code)
            break


def _meters(errors: list, config: "Config") -> None:
    """The second line has one use, each meter its own address, and nothing is counted twice."""
    uses = [name for name, there in (("bms", config.bms), ("gateway", config.gateway), ("meters", config.meters)) if there]
    if len(uses) > 1:
        errors.append("%s: the second line has one use; leave one of them" % " and ".join(uses))
    there = ["house"] + (["well"] if config.well else []) + ["room%d" % (i + 1) for i in range(len(config.rooms))]
    kinds_of = dict(METER_TYPES)
    seen = {}
    counted = {}
    for meter in config.meters:
        if not meter.type or not meter.address:  # said already
            continue
        kind = kinds_of[meter.type]
        address = meter.address
        # Modbus meters share their addresses whatever they are; CJ/T 188 tells heat from water.
        key = meter.type if meter.type[:3] in ("dlt", "cjt") else "", address.upper().lstrip("0")
        if not _is_address(meter.type, address):
            errors.append("%s.address = %r: Modbus wants 1 to 247, DL/T 645 12 digits, CJ/T 188 14 hex digits"
                          % (meter.where, meter.address))
        elif key in seen:
            errors.append("%s.address = %r: the same as %s" % (meter.where, meter.address, seen[key]))
        seen[key] = meter.where
        use = meter.counts_for
        if use == "nothing":
            continue
        if use not in there or kind == "water" or (kind == "electricity" and use != "house"):
            why = "an electricity meter counts for the house, a water meter for nothing" if use in there else "none is here"
            errors.append("%s.counts_for = %r: %s" % (meter.where, use, why))
        elif kind == "heat":
            if use in counted or (use[:4] == "room" and "well" in counted) or (use == "well" and config.well2):
                errors.append("%s.counts_for = %r: heat that another one counts, or two sections share"
                              % (meter.where, use))
            counted[use] = meter
    source = config.electricity.source if config.electricity else ""
    mine = [meter for meter in config.meters if meter.counts_for == "house" and kinds_of.get(meter.type) == "electricity"]
    if source == "meter" and not mine:
        errors.append("electricity.source = 'meter': no electricity meter in `meters` has counts_for = 'house'")
    elif mine and source != "meter":
        errors.append("%s.counts_for = 'house': wants electricity.source = 'meter'" % mine[0].where)


def _is_address(kind: str, text: str) -> bool:
    """Whether a meter of this type can have this address."""
    if kind == "dlt645":
        return len(text) == 12 and text.isdigit()
    if kind[:3] == "cjt":
        return len(text) == 14 and not text.strip("0123456789abcdefABCDEF")
    return len(text) <= 3 and text.isdigit() and 1 <= int(text) <= 247


def _well(errors: list, well: "sections.Well2") -> None:
    """Contradictions inside one well section."""
    _order(errors, well, "min_flow_lph", "max_flow_lph")
    _order(errors, well, "pump_floor_pm", "quiet_pump_pm")
    limit = well.reinjection_limit_kpa
    if limit * 10 > well.pressure_range_kpa * 9:
        errors.append("%s.reinjection_limit_kpa = %d: must not be above 90 %% of pressure_range_kpa = %d, or the signal is"
                      " at its end before the limit is seen" % (well.where, limit, well.pressure_range_kpa))
    if well.vacuum_limit_kpa < well.pressure_zero_kpa:
        errors.append("%s.vacuum_limit_kpa = %d: the transmitter shows %d kPa and more (pressure_zero_kpa); a wellhead under"
                      " vacuum wants a compound one, e.g. -100 to +500 kPa"
                      % (well.where, well.vacuum_limit_kpa, well.pressure_zero_kpa))
    if well.pump_motor == "six_inch":
        if well.pump_min_off_s < SIX_INCH_REST_S:
            errors.append("%s.pump_min_off_s = %d: a motor of 6 inch rests %d s and more between two runs"
                          % (well.where, well.pump_min_off_s, SIX_INCH_REST_S))
        if not well.motor_cooling_lph:
            errors.append("%s.motor_cooling_lph is missing: what a motor of 6 inch needs in its bore (e.g. 0.16 m/s past it,"
                          " in a flow sleeve less)" % well.where)
    if well.min_flow_lph * 4 < well.motor_cooling_lph * 5:
        errors.append("%s.min_flow_lph = %d: must be a quarter above motor_cooling_lph = %d"
                      % (well.where, well.min_flow_lph, well.motor_cooling_lph))
    for key, least in (("return_pulses_per_m3", 1000), ("current_range_ma", 500), ("level_range_kpa", 20)):
        value = getattr(well, key)
        if 0 < value < least:
            errors.append("%s.%s = %d: allowed is 0 (not fitted), or %d and more" % (well.where, key, value, least))
    for key in ("pulses_per_m3", "return_pulses_per_m3"):
        pulses = getattr(well, key)
        hz = pulses * well.max_flow_lph // 3_600_000
        if hz > PULSES_HZ:
            errors.append("%s.%s = %d: %d pulses a second at max_flow_lph = %d; a board counts %d"
                          % (well.where, key, pulses, hz, well.max_flow_lph, PULSES_HZ))
    least = -(-PULSES_LEAST_HZ * 3_600_000 // well.min_flow_lph)
    if well.pulses_per_m3 < least:
        errors.append("%s.pulses_per_m3 = %d: at min_flow_lph = %d that is less than %d a second, and lost flow shows too"
                      " late; a meter with %d and more is wanted"
                      % (well.where, well.pulses_per_m3, well.min_flow_lph, PULSES_LEAST_HZ, least))
    if well.level_range_kpa:
        _order(errors, well, "level_min_kpa", "level_range_kpa")


def _media(errors: list, config: "Config") -> None:
    """What flows through the units: well water (type I), or antifreeze in a closed loop (II and III)."""
    loop = config.loop
    cold = [room for room in config.rooms if room.unit_type != "I"]
    if cold and config.well is None:
        errors.append("%s.unit_type = %r: a room on the bus takes well water (type I); units of type II and III belong on"
                      " the node of the well and its loop" % (cold[0].where, cold[0].unit_type))
        return
    if cold and len(cold) < len(config.rooms):
        errors.append("%s.unit_type = %r: type I takes well water, the others antifreeze; one node runs one of both"
                      % (cold[0].where, cold[0].unit_type))
    if cold and loop is None:
        errors.append("loop is missing: units of type II and III start only with a secondary loop and antifreeze_mc")
    elif cold and loop.antifreeze_mc > -5000:  # pyright: ignore[reportOptionalMemberAccess] (the line above asks)
        errors.append("loop.antifreeze_mc = %d: units of type II and III start only with antifreeze; fill the loop, measure"
                      " its freezing point and set it (-5000 or lower)"
                      % loop.antifreeze_mc)  # pyright: ignore[reportOptionalMemberAccess]
    elif loop is not None and not cold:
        errors.append("loop: no room has a unit of type II or III, and type I takes well water")
    for room in config.rooms:
        least = PLAIN_WATER_MC if room.unit_type == "I" else (loop.antifreeze_mc + ANTIFREEZE_MARGIN_MK if loop else -20000)
        drop = room.rated_w * 645 // room.unit_flow_lph  # three quarters of the heat, 860 L K/h to the kWh
        if config.well is not None and room.unit_type == "I" and room.freeze_limit_mc + drop > config.well.lowest_supply_mc:
            errors.append("%s.freeze_limit_mc = %d: at full load the water leaves %d mK colder, and"
                          " well.lowest_supply_mc = %d does not give that; raise the flow (and well.flow_lph_per_kw) or"
                          " lower the limit" % (room.where, room.freeze_limit_mc, drop, config.well.lowest_supply_mc))
        if room.freeze_limit_mc < least:
            errors.append("%s.freeze_limit_mc = %d: type %s must not go below %d here"
                          % (room.where, room.freeze_limit_mc, room.unit_type, least))


def _same_sensor(errors: list, sections: "list[Section]") -> None:
    """One sensor cannot be in two places."""
    seen = {}
    for section in sections:
        for key in ROM_KEYS:
            rom = getattr(section, key, None)
            if not rom:
                continue
            here = section.where + "." + key
            if rom.lower() in seen:
                errors.append("%s = %r: the same sensor as %s" % (here, rom, seen[rom.lower()]))
            seen[rom.lower()] = here
