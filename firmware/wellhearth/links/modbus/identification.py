"""Function code 43/14, who this node is (Modbus application protocol V1.1b3, 6.21); loaded when somebody asks.

Objects: 0 vendor, 1 product (the board), 2 version, 6 name of the node, 0x80 serial (the unit's id; empty before
`wellhearth provision`). Conformity 0x83: as a stream and one by one.
"""

from ... import version
from ...storage import record
from . import registers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...hardware import Board
    from ...node.node import Node

VENDOR, PRODUCT, VERSION, NAME, SERIAL = 0, 1, 2, 6, 0x80
TEXT_MAX = 40  # bytes of one object: all of them fit into one frame
MEI_TYPE = 14
CONFORMITY = 0x83
LAST = (0, VERSION, 0x7F, 0xFF)  # the last object of a stream, by its read code 1 to 3
ONE = 4


def objects(node: "Node", board: "Board | None"):
    """(number, bytes), rising."""
    serial = ""
    if board is not None:
        found = record.Record(board.SECRET_PATH).read()
        serial = str(found.get("id", "")) if found else ""
    texts = ((VENDOR, "Wellhearth"), (PRODUCT, version.BOARD), (VERSION, version.VERSION), (NAME, node.cfg.node.name),
             (SERIAL, serial))
    return [(number, text.encode()[:TEXT_MAX]) for number, text in texts]


def respond(node: "Node", board: "Board | None", buf: bytearray, begin: int, end: int, out: bytearray, at: int) -> int:
    """The answer behind its function code; registers.Refused when it was asked for what is not there."""
    if end - begin != 4 or buf[begin + 1] != MEI_TYPE:
        raise registers.Refused(registers.ILLEGAL_FUNCTION)
    code = buf[begin + 2]
    first = buf[begin + 3]
    all_of = objects(node, board)
    if not 1 <= code <= ONE:
        raise registers.Refused(registers.ILLEGAL_VALUE)
    if code == ONE:
        chosen = [(number, text) for number, text in all_of if number == first]
        if not chosen:
            raise registers.Refused(registers.ILLEGAL_ADDRESS)
    else:
        if first not in [number for number, _text in all_of]:
            first = 0  # the standard: a stream begins anew
        chosen = [(number, text) for number, text in all_of if first <= number <= LAST[code]]
    for byte in (MEI_TYPE, code, CONFORMITY, 0, 0, len(chosen)):
        at += 1
        out[at] = byte
    at += 1
    for number, text in chosen:
        out[at] = number
        out[at + 1] = len(text)
        out[at + 2:at + 2 + len(text)] = text
        at += 2 + len(text)
    return at
