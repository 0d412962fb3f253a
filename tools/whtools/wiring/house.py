"""The cabinets of a house: what stands on which rail, feeders, the RS-485 line; and whether it fits."""

from __future__ import annotations

from .data import FOLDER, tomllib

FILE = FOLDER / "house.toml"
DROP_SHARE = 0.03  # of the voltage, on a feeder (IEC 60364-5-52, annex G: 5 % to motors, 3 % kept for light)
OHM_MM2_M = 0.0225  # copper at 70 degC
UNBALANCE_A = 4.0
FILL = 0.95  # of a rail


def read(text: str | None = None) -> dict:
    """The house's data, or other text in its place."""
    return tomllib.loads(FILE.read_text(encoding="utf-8") if text is None else text)


def phases(house: dict) -> dict[str, float]:
    """Amperes on each phase."""
    found = {"L1": 0.0, "L2": 0.0, "L3": 0.0}
    for feeder in house["feeder"]:
        for phase in feeder["phase"].split():
            found[phase] += feeder["load_a"]
    return found


def check(house: dict) -> list[str]:
    """What does not fit; an empty list is a house that may be built so."""
    return cabinets(house) + feeders(house) + bus(house)


def cabinets(house: dict) -> list[str]:
    """Widths and heat."""
    found = []
    for name, cabinet in house["cabinet"].items():
        if len(cabinet["rail"]) > cabinet["rails"]:
            found.append(f"{name}: {len(cabinet['rail'])} rails, {cabinet['rails']} fit")
        for i, rail in enumerate(cabinet["rail"], 1):
            wide = sum(device[2] for device in rail["devices"])
            if wide > cabinet["rail_mm"] * FILL:
                found.append(f"{name}: rail {i} is filled with {wide} mm of {cabinet['rail_mm']} (95 % at the most)")
        heat = sum(device[3] for rail in cabinet["rail"] for device in rail["devices"])
        if heat > cabinet["heat_w_most"]:
            found.append(f"{name}: {heat} W of heat, {cabinet['heat_w_most']} W at the most")
        found += selv(name, cabinet)
    return found


def selv(name: str, cabinet: dict) -> list[str]:
    """Mains strips left of the partition, SELV strips right of it, wherever both are on a rail."""
    found = []
    for rail in cabinet["rail"]:
        names = [device[0] for device in rail["devices"]]
        high = [i for i, n in enumerate(names) if n in ("X1", "X2")]
        low = [i for i, n in enumerate(names) if n in ("X3", "X5", "X6", "X7")]
        if high and low and not ("gap" in names and max(high) < names.index("gap") < min(low)):
            found.append(
                f"{name}: {names[max(high)]} and {names[min(low)]} stand on one rail without a partition between them"
            )
    return found


def feeders(house: dict) -> list[str]:
    """Loads, breakers, cables, phases; each feeder has its device in the well's cabinet."""
    found = []
    devices = {device[0] for rail in house["cabinet"]["well"]["rail"] for device in rail["devices"]}
    for one in house["feeder"]:
        carries = house["cable_a"].get(one["mm2"], 0.0)
        if one["load_a"] * 1.25 > one["breaker_a"]:
            found.append(f"{one['name']}: {one['load_a']} A on a breaker of {one['breaker_a']} A (1.25 times wanted)")
        if one["breaker_a"] > carries:
            found.append(f"{one['name']}: {one['mm2']} mm2 carry {carries} A, the breaker lets {one['breaker_a']} A through")
        drop = 2 * one["metres"] * OHM_MM2_M / float(one["mm2"]) * one["load_a"]
        if len(one["phase"].split()) == 3:
            drop *= 3**0.5 / 2
        base = house["volts"] * (3**0.5 if len(one["phase"].split()) == 3 else 1)
        if drop > DROP_SHARE * base:
            found.append(f"{one['name']}: {drop:.1f} V are lost on {one['metres']} m")
        if one["name"] not in devices:
            found.append(f"{one['name']}: feeds {one['to']}, but stands on no rail of the well's cabinet")
    amperes = phases(house).values()
    if max(amperes) - min(amperes) > UNBALANCE_A:
        found.append(f"phases: {', '.join(f'{name} {a:g} A' for name, a in phases(house).items())}")
    return found


def bus(house: dict) -> list[str]:
    """One line with two ends, one bias, a common; no long branch."""
    line, found = house["bus"], []
    ends = [i for i, node in enumerate(line) if node.get("ends")]
    if ends != [0, len(line) - 1]:
        found.append(
            f"bus: 120 ohm at {', '.join(line[i]['node'] for i in ends) or 'no node'}, wanted at the two ends of the line"
        )
    if [bool(node.get("bias")) for node in line].count(True) != 1:
        found.append("bus: bias at one node, no more and no less")
    if sum(node["metres"] for node in line) > house["bus_metres_most"]:
        found.append(f"bus: longer than {house['bus_metres_most']} m")
    found += [
        f"bus: {node['node']} hangs on a branch of {node['branch']} m"
        for node in line
        if node.get("branch", 0) > house["branch_metres_most"]
    ]
    return found
