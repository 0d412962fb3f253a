"""What the page is told: generators of JSON in small pieces, so that no answer is ever in memory as a whole."""

import json

from ...storage import history
from ...tables import kinds
from . import states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...node.node import Node

DAY_TENS = 8640  # tens of seconds


def joined(pairs: list):
    """`"name":value` each, with commas between."""
    comma = ""
    for name, value in pairs:
        yield ('%s"%s":%s' % (comma, name, value)).encode()
        comma = ","


def state(node: "Node", unit: str, lock_s: int, pin: bool):
    """Everything that the page shows but its trend: blocks as in MQTT, what each room is called and may be set to."""
    clock = node.wall
    yield ('{"unit":%s,"name":%s,"day":%d,"s":%d,"offset":%d,"lock_s":%d,"pin":%s,"rooms":{'
           % (json.dumps(unit), json.dumps(node.cfg.node.name), clock.day, clock.ms // 1000, clock.offset_min, lock_s,
              "true" if pin else "false")).encode()
    for piece in joined([("room%d" % (i + 1), '{"name":%s,"lo":%d,"hi":%d}'
                          % (json.dumps(room.name), room.setpoint_min_mc, room.setpoint_max_mc))
                         for i, room in enumerate(node.cfg.rooms)]):
        yield piece
    yield b'},"blocks":{'
    comma = b'"'
    for block in node.points.blocks:
        if block.kind.name in states.KEYS:
            yield comma + block.name.encode() + b'":' + states.of(block)
            comma = b',"'
    yield b"}}"


def points(node: "Node"):
    """Every point as it is, block by block."""
    comma = "{"
    for block in node.points.blocks:
        yield ('%s"%s":{' % (comma, block.name)).encode()
        names = [row.name for row in block.rows]
        for i in range(0, len(names), 8):
            some = ['"%s":%d' % (name, getattr(block, name)) for name in names[i:i + 8]]
            yield (("," if i else "") + ",".join(some)).encode()
        yield b"}"
        comma = ","
    yield b"}"


def trend(node: "Node"):
    """The last 24 hours in rows of ten minutes: [minutes before now, room 1, ...] in 0.01 degC, null where nobody knows."""
    clock = node.wall
    now = clock.day * DAY_TENS + clock.ms // 10000
    rooms = sum([block.kind is kinds.ROOM for block in node.points.blocks])
    yield b"["
    comma = b"["
    for _data, row in history.rows(history.TEN):
        _version, _quality, _number, tens = row[:4]
        if clock.day >= 0 and 0 <= now - tens <= DAY_TENS:
            air = [str(value) if value != history.NO_TEMPERATURE else "null" for value in row[18:18 + rooms]]
            yield comma + ",".join([str((now - tens) // 6)] + air).encode() + b"]"
            comma = b",["
    yield b"]"
