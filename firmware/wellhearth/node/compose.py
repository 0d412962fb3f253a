"""Composition: config + board -> the equipment of a node. What a node has none of is not loaded.

On a board this module leaves the heap when the node is made.
"""

from ..drivers import ds18b20
from ..equipment import probe
from ..tables import drop, kinds, on_board, points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..hardware import Board
    from ..storage.events import EventRing
    from ..tables import shapes
    from ..tables.section import Config
    from .node import Node


def source(cfg: "Config", board: "Board", ring: "EventRing", period_ms: int, node_p: "shapes.Node") -> "Any":
    """(BusSource or None, source): the well, two stacked ones, or (a room node) the one at the other end of the bus; a plant
    has the shape of a source too."""
    if cfg.plant is not None:
        from ..equipment import plant
        return None, plant.Plant(cfg.plant, ring, node_p)
    if cfg.well is None:
        from ..equipment import bus_source
        water = bus_source.BusSource()
        return water, water
    if cfg.well2 is not None:
        from ..equipment import stacked
        return None, stacked.StackedSource(cfg, board, ring, period_ms)
    from ..equipment import source as single
    return None, single.Source(cfg, board, ring, period_ms)


def far(cfg: "Config", ring: "EventRing"):
    """Rooms at the other end of the bus."""
    if not cfg.far:
        return []
    from ..equipment import bus_room
    return [bus_room.BusRoom(address, i, ring) for i, address in enumerate(cfg.far)]


def asked(cfg: "Config", wells: list):
    """The plant that asks this node's well, in a list; none where the well has rooms."""
    if not wells or cfg.rooms or cfg.far:
        return []
    from ..equipment import plant_ask
    return [plant_ask.PlantAsk(wells[0])]


def loop(cfg: "Config", board: "Board", ring: "EventRing", wells: list) -> "Any":
    """The secondary loop, or None."""
    if not cfg.loop:
        return None
    from ..control import well
    from ..equipment import secondary_loop
    first = max([room.rated_w for room in cfg.rooms])
    flow = max(cfg.well.min_flow_lph,  # pyright: ignore[reportOptionalMemberAccess] (config_rules.py: a loop has its well)
               well.flow_for(first, cfg.well.flow_lph_per_kw))  # pyright: ignore[reportOptionalMemberAccess]
    return secondary_loop.SecondaryLoop(cfg.loop, board, ring, wells, first * 645 // flow)


def rooms(node: "Node"):
    """This node's own units; a well with its rooms on the bus has none."""
    cfg = node.cfg
    if not cfg.rooms:
        return []
    from ..equipment import room_unit
    board = node.board
    entering = node.loop.p if node.loop else node.source.entering
    units = []
    for i, room in enumerate(cfg.rooms):
        stagger_s = board.entropy() % (cfg.node.restart_max_s - cfg.node.restart_min_s + 1) + cfg.node.restart_min_s
        units.append(room_unit.RoomUnit(room, i, board, node.events, entering, node.grant, stagger_s, node.water))
    entering = cfg.loop or cfg.well
    for unit in units:
        if entering:
            unit.zero.belongs(entering.supply_rom, entering.supply_trim_mk)
    if cfg.loop:
        from ..metering import antifreeze
        for unit in units:
            unit.carries = antifreeze.carries(cfg.loop.antifreeze, cfg.loop.antifreeze_mc)
        drop(antifreeze)
    return units


def outside(node: "Node"):
    """The sensor for the air outside, or None."""
    if not node.cfg.node.outside_rom:
        return None
    from ..equipment import outside
    return outside.Outside(node.cfg.node, node.p, node.events, node.rooms)


def sensors(node: "Node"):
    """(1-Wire bus, {chip: probe}) of all equipment."""
    fitted = node.equipment + ([node.outside] if node.outside else [])
    for one in fitted:
        probe.trim(one.sensors(), one.cfg)
    probes = [s for one in fitted for s in one.sensors()]
    bus = ds18b20.Ds18b20Bus(node.board.onewire(), [s.chip for s in probes], node.cfg.node.period_ms)
    return bus, {s.chip: s for s in probes}


def blocks(node: "Node"):
    """(all points, {name of a block: its trips})."""
    cfg = node.cfg
    named = node.equipment + node.far + node.plant_parts
    bus = cfg.bus or cfg.plant is not None
    second = cfg.bms or cfg.gateway or cfg.meter_line or (cfg.plant is not None and "bms" in cfg.plant.lines)
    buses = ([node.bus_p] if bus else []) + ([node.bms_p] if second else [])
    if cfg.plant is not None:
        return points.Points([node.p] + node.source.blocks() + buses), {one.p.name: one.trips for one in [node] + named}
    first = [node.p] + ([node.water.p] if node.water else [])
    if on_board():  # rows of blocks that this node has none of leave the heap
        if not cfg.loop:
            kinds.LOOP.rows = points.LOOP = ()
        if not cfg.far:
            kinds.FAR.rows = points.FAR = ()
        if not cfg.bus:
            kinds.WATER.rows = points.WATER = ()
    return points.Points(first + [one.p for one in named] + buses), {one.p.name: one.trips for one in [node] + named}
