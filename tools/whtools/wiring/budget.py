"""What every supply gives, against what hangs on it; and all pads of the chip together."""

from __future__ import annotations

from .data import Wiring
from .electric import HIGH, State, solve
from .netlist import Drawn
from .switched import pad_ma

SHARE = 0.8  # of a rating
SUPPLY_24 = {"24VL": "F3", "24VE": "F4", "24VF": "F5", "24VT": "F6"}  # rail: its fuse


def sums(wiring: Wiring, drawn: list[Drawn]) -> dict[str, float]:
    """mA on each rail with everything on, what the converters take included."""
    rails: dict[str, float] = {}
    for one in drawn:
        for rail, milli in wiring.circuits[one.channel.circuit].get("draws", {}).items():
            if not one.channel.some:  # an option takes the place of something that draws as much
                rails[rail] = rails.get(rail, 0.0) + milli
    rails["5V"] = rails.get("5V", 0.0) + rails.get("5VT", 0.0) + rails.get("3V3", 0.0) + wiring.own["own_ma"]
    five = wiring.part("dcdc", "TSR1-2450")
    twelve = wiring.part("dcdc", "TSR1-24120")
    rails["24VL"] = sum(
        rails.get(rail, 0.0) * row["out_v"] / 24 / row["efficiency"] for rail, row in (("5V", five), ("12VA", twelve))
    )
    rails["24V"] = sum(rails.get(rail, 0.0) for rail in SUPPLY_24)
    return rails


def check(wiring: Wiring, drawn: list[Drawn]) -> list[str]:
    """Ratings that are asked for too much."""
    rails = sums(wiring, drawn)
    limits = {
        "3V3": (wiring.own["v33_ma"], f"{wiring.own['buy']}, 3.3 V"),
        "5V": (wiring.part("dcdc", "TSR1-2450")["out_ma"], "TSR1-2450"),
        "12VA": (wiring.part("dcdc", "TSR1-24120")["out_ma"], "TSR1-24120"),
        "24V": (wiring.part("psu", "HDR-30-24")["out_ma"], "HDR-30-24"),
    }
    supply = next(one for one in drawn if one.channel.circuit == "supply")
    for rail, name in SUPPLY_24.items():
        fuse = next((p for p in supply.parts if p.name == name), None)
        if fuse is None:
            return [f"supply: {rail} has no fuse {name}"]
        limits[rail] = (float(fuse.value.removesuffix("AT")) * 1000, f"{name} {fuse.value}")
    found = [
        f"supply: {rail} carries {rails[rail]:.0f} mA, {what} is good for {SHARE * most:.0f} (80 %)"
        for rail, (most, what) in limits.items()
        if rails.get(rail, 0.0) > SHARE * most
    ]
    total = pads(wiring, drawn)
    if total > wiring.chip["total_ma"]:
        found.append(f"all pads together give {total:.1f} mA, the chip {wiring.chip['total_ma']:g} mA")
    return found + declared(wiring, drawn)


def pads(wiring: Wiring, drawn: list[Drawn]) -> float:
    """mA that the chip sources when every output is on."""
    each: dict[str, float] = {}
    total = 0.0
    for one in drawn:
        circuit = one.channel.circuit
        if circuit in ("relay", "pwm", "led", "rs485"):
            if circuit not in each:
                pad = one.pad("de" if circuit == "rs485" else "")
                each[circuit] = max(0.0, pad_ma(solve(wiring, one, State(drive={pad: 3.3})), pad))
            total += each[circuit]
    return total


def declared(wiring: Wiring, drawn: list[Drawn]) -> list[str]:
    """`draws` of relays and contacts is no less than what the drawing takes."""
    found = []
    for one in {one.channel.circuit: one for one in drawn}.values():
        row = wiring.circuits[one.channel.circuit].get("draws", {})
        if one.channel.circuit == "relay":
            coil = one.part("coil")
            seen = 1000 * 24 * HIGH / wiring.part(coil.kind, coil.value)["ohm"]
            found += (
                [f"{one.channel.name}: the coil takes {seen:.0f} mA, `draws` says {row['24VE']}"]
                if seen > row["24VE"]
                else []
            )
        elif one.channel.circuit in ("contact", "pulse", "s0"):
            fed = one.part("field_contact")
            seen = 1000 * abs(solve(wiring, one, State(HIGH, closed={fed.name})).a(fed.name))
            found += (
                [f"{one.channel.name}: the input takes {seen:.1f} mA, `draws` says {row['24VF']}"]
                if seen > row["24VF"]
                else []
            )
    return found
