"""What may be ordered of a plant on its page: points of the firmware's table, in the units that people read."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from starlette.exceptions import HTTPException

from .plant_columns import COLUMNS


class Ask(NamedTuple):
    """A point, its words, its unit; a value on the page times `divide` is the point's. press: a button that sends it."""

    point: str
    title: str
    unit: str = ""
    divide: int = 1
    press: int | None = None


ORDERS: dict[str, tuple[Ask, ...]] = {
    "plant": (Ask("mode", "Mode"), Ask("power_limit_kw", "Power limit (0: none)", "kW"),
              Ask("supply_trim_mk", "Added to the supply temperature", "K", 1000),
              Ask("electricity_fen", "Price of electricity (0: not known)", "fen/kWh"),
              Ask("gas_fen", "Price of gas (0: not known)", "fen/m³")),
    "tank": (Ask("setpoint_mc", "Hot water setpoint", "°C", 1000),),
}
IN_SERVICE, OUT = Ask("available", "Into service", press=1), Ask("available", "Out of service", press=0)
PRESSES: dict[str, tuple[Ask, ...]] = {
    **{kind: (OUT, IN_SERVICE) for kind in ("source", "machine", "pump")},
    "backup": (OUT, IN_SERVICE, Ask("prove_now", "Proof run now", press=1)),
    "tank": (Ask("disinfect_now", "Disinfect now", press=1),),
}
MODE_WORDS = {"off": "Off", "heat": "Heat", "cool": "Cool", "auto": "Auto"}
LONGEST = 20


def asked_value(kind: str, point: str, text: str) -> int:
    """The point's value of what a form says; HTTPException when that is nothing that this page asks for, or no number."""
    found = [one for one in (*ORDERS.get(kind, ()), *PRESSES.get(kind, ())) if one.point == point]
    if not found and not (point == "reset_trip" and kind in (*COLUMNS, "plant")):
        raise HTTPException(404, "There is no such room or value.")
    divide = found[0].divide if found else 1
    try:
        number = Decimal(text.strip().replace(",", ".")) * divide if len(text) <= LONGEST else Decimal("NaN")
        if number != number.to_integral_value() or abs(number) >= 1 << 31:
            raise HTTPException(400, "That is no number, or one with too many digits.")
    except InvalidOperation:
        raise HTTPException(400, "That is no number, or one with too many digits.") from None
    return int(number)
