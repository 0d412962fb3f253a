"""The kinds of blocks that a node may have: what each is called, its points, its registers, its number in events.

One row says all of it. A block is named after its kind: `node`, `well`, `well2`; where a node may have several, they are
numbered from 1: `room1`, `room2`. The order of the rows is the order of the telemetry.
"""

from ..control import trips
from . import points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .section import Config


class Kind:
    """One kind of block.

    first, stride: the first register of its first block, and how far the next one is from there. most: how many blocks a
    node may have. where: number of the first of them in events; -1: it reports none. scope: of its protections, -1: none.
    """

    def __init__(self, name: str, rows: tuple, first: int, stride: int, most: int, where: int, scope: int):
        self.name = name
        self.rows = rows
        self.first = first
        self.stride = stride
        self.most = most
        self.where = where
        self.scope = scope

    def block(self, index: int) -> str:
        """The name of its block number `index`, from 0."""
        return self.name if self.most == 1 else "%s%d" % (self.name, index + 1)


NODE = Kind("node", points.NODE, 0, 0, 1, 0, trips.NODE)
WELL = Kind("well", points.WELL, 200, 0, 1, 1, trips.WELL)
WATER = Kind("water", points.WATER, 100, 0, 1, -1, -1)  # of a room node: what the well told it
WELL2 = Kind("well2", points.WELL, 300, 0, 1, 10, trips.WELL)
LOOP = Kind("loop", points.LOOP, 1200, 0, 1, 11, trips.LOOP)
ROOM = Kind("room", points.ROOM, 400, 100, 8, 2, trips.ROOM)
FAR = Kind("far", points.FAR, 2000, 50, 32, 20, trips.BUS)  # rooms on the bus, as the well sees them
BUS = Kind("bus", points.BUS, 150, 0, 1, -1, -1)
BMS = Kind("bms", points.BUS, 170, 0, 1, -1, -1)
GATEWAY = Kind("gateway", points.BUS, 1384, 0, 1, -1, -1)
METERS = Kind("meter_line", points.BUS, 1370, 0, 1, -1, -1)
ACCOUNT = Kind("account", points.ACCOUNT, 1300, 0, 1, -1, -1)
METER = Kind("meter", points.METER, 1400, 40, 8, -1, -1)
RADIO = Kind("radio", points.RADIO, 1800, 0, 1, -1, -1)
KINDS = (NODE, WELL, WATER, WELL2, LOOP, ROOM, FAR, BUS, BMS, GATEWAY, METERS, ACCOUNT, METER,
         RADIO)


def metering() -> None:
    """A node with an account or meters: their rows come into memory."""
    ACCOUNT.rows, METER.rows = points.metering()


def place(where: int):
    """(kind, index) of an event's `where`; the kind is None for a number that is nobody's."""
    for kind in KINDS:
        if kind.where >= 0 and kind.where <= where < kind.where + kind.most:
            return kind, where - kind.where
    return None, 0


def layout(cfg: "Config"):
    """(kind, index) of every block of a node with this config, in the order of the telemetry."""
    plant: "Any" = cfg.plant
    planted = plant is not None
    counts = {NODE: 1, WELL: cfg.well is not None, WATER: cfg.well is None and not planted, WELL2: cfg.well2 is not None,
              LOOP: cfg.loop is not None, ROOM: len(cfg.rooms), FAR: len(cfg.far), BUS: cfg.bus is not None or planted,
              BMS: cfg.bms is not None or (planted and "bms" in plant.lines), GATEWAY: cfg.gateway is not None,
              METERS: cfg.meter_line is not None, ACCOUNT: cfg.account, METER: len(cfg.meters),
              RADIO: cfg.network is not None}
    if planted:
        counts.update(plant.counts)
    return [(kind, index) for kind in KINDS for index in range(int(counts.get(kind, 0)))]


if not points.on_board():
    from . import plant_kinds as plant_kinds  # a board loads them where its config has a plant
