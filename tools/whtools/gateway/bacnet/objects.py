"""What a point is in BACnet: its object, its units, and who may write it.

Analog for numbers, binary for yes and no, multi-state for words; an input where the point only tells, a value where it can
be set. A node's instances are 16,384 times its unit id (as in tcp/units.py) and the point's register over two: they stay
when nodes are found in another order, and with newer firmware.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bacpypes3.errors import ExecutionError
from bacpypes3.local.analog import AnalogInputObject, AnalogValueObject
from bacpypes3.local.binary import BinaryInputObject, BinaryValueObject
from bacpypes3.local.multistate import MultiStateInputObject, MultiStateValueObject
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import CharacterStringValueObject as _CharacterStringValueObject

from ..nodes.tables import BlockTable, PointRow

STRIDE = 16_384
ALARMS = STRIDE - 1  # the instance of a node's list of alarms, behind every register
UNITS = {"degC": "degreesCelsius", "K": "deltaDegreesKelvin", "K/h": "noUnits", "%": "percent", "L/h": "litersPerHour",
         "kPa": "kilopascals", "W": "watts", "Wh": "wattHours", "kW": "kilowatts", "m3/h": "cubicMetersPerHour",
         "MWh": "megawattHours", "L": "liters", "m3": "cubicMeters", "A": "amperes", "ms": "milliseconds", "s": "seconds",
         "min": "minutes", "h": "hours"}
Order = Callable[[int], str | None]  # gives a node's point a value; why not, or None


def denied(code: str = "writeAccessDenied") -> ExecutionError:
    """What a client is answered that may not."""
    return ExecutionError(errorClass="property", errorCode=code)


class Guarded:
    """Nobody writes anything but a present value, and that where `_gives` takes it to the node. `_point` scales it."""

    _gives: Order | None = None
    _point: PointRow | None = None

    async def write_property(self, attr, value: Any, index: int | None = None, priority: int | None = None) -> None:
        """A client's order: the node has the last word."""
        named = str(attr).replace("-", "").lower()
        if self._gives is None or self._point is None or "presentvalue" not in named or index is not None:
            raise denied()
        why = await asyncio.to_thread(self._gives, raw_of(self._point, value))
        if why is not None:
            raise denied("valueOutOfRange")


class AnalogInput(Guarded, AnalogInputObject):
    """A number that is told."""


class AnalogValue(Guarded, AnalogValueObject):
    """A number that can be set."""


class BinaryInput(Guarded, BinaryInputObject):
    """Yes or no."""


class BinaryValue(Guarded, BinaryValueObject):
    """Yes or no, to be set."""


class MultiStateInput(Guarded, MultiStateInputObject):
    """One of several words."""


class MultiStateValue(Guarded, MultiStateValueObject):
    """One of several words, to be set."""


class Text(Guarded, LocalObject, _CharacterStringValueObject):
    """Words."""


def raw_of(row: PointRow, value: Any) -> int:
    """A present value as the node's integer."""
    if row.words:
        return int(value) - 1
    return int(value) if row.unit == "bool" else round(float(value) * row.divide)


def shown(row: PointRow, value: int) -> Any:
    """The node's integer as a present value."""
    if row.words:
        return value + 1 if 0 <= value < len(row.words) else 1
    if row.unit == "bool":
        return "active" if value else "inactive"
    return value / row.divide


def number(unit: int, table: BlockTable, row: PointRow) -> int:
    """The instance of a point's object."""
    return unit * STRIDE + (table.first + row.register) // 2


def make(node: str, unit: int, table: BlockTable, row: PointRow, order: Order | None) -> Any:
    """A point's object; None for what BACnet has no plain word for (sets of bits). order: None where it is only told."""
    kind = "multi" if row.words and row.unit == "enum" else "binary" if row.unit == "bool" else "analog"
    if row.words and row.unit != "enum":
        return None
    classes = {"multi": (MultiStateInput, MultiStateValue), "binary": (BinaryInput, BinaryValue),
               "analog": (AnalogInput, AnalogValue)}[kind]
    more: dict[str, Any] = {}
    if kind == "multi":
        more = {"numberOfStates": len(row.words), "stateText": list(row.words)}
    elif kind == "analog":
        more = {"units": UNITS.get(row.shown_unit, "noUnits"), "covIncrement": 1.0 / row.divide}
    if kind == "binary" and order is None:
        more["polarity"] = "normal"
    names = ("analog-input", "analog-value") if kind == "analog" else ("binary-input", "binary-value") if kind == "binary" \
        else ("multi-state-input", "multi-state-value")
    made = classes[order is not None](
        objectIdentifier=(names[order is not None], number(unit, table, row)), objectName=f"{node}.{table.name}.{row.name}",
        description=row.help, presentValue=shown(row, 0), statusFlags=[0, 1, 0, 0], eventState="normal",
        outOfService=False, reliability="noSensor", **more)
    made._gives, made._point = order, row
    return made


def alarms(node: str, unit: int) -> Text:
    """The list of what is tripped at a node, in words."""
    made: Any = Text(objectIdentifier=("characterstring-value", unit * STRIDE + ALARMS), objectName=f"{node}.alarms",
                     description="protections at work, by block and cause; empty: none", presentValue="",
                     statusFlags=[0, 0, 0, 0], eventState="normal", outOfService=False)
    return made
