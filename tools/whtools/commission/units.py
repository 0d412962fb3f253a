"""The steps of the room units: each heats alone, and its own sensors must say so."""

from __future__ import annotations

from .bench import Bench, Check
from .steps import rooms

HEAT = 1  # of the points `mode`: off, heat, cool, auto
START_S = 1500  # staggered restart, shortest rest, flow proving
RUN_S = 420
WARM_MC = 24000
MOVES_K = 1.0


def unit(bench: Bench, data: dict, room: str) -> list[Check]:
    """One unit heats, all others are off: supply air, water, and that nobody else's sensors follow."""
    bench.service(False)
    awake(bench)
    kept = {name: bench.points(f"{name}.mode", f"{name}.setpoint_mc") for name in rooms(bench)}
    refused = ""
    try:
        for name in rooms(bench):
            refused = refused or bench.set(f"{name}.mode", HEAT if name == room else 0)
        refused = refused or bench.set(f"{room}.setpoint_mc", WARM_MC)
        if refused:
            return [Check(f"{room} takes its orders", refused)]
        return heats(bench, data, room)
    finally:
        for values in kept.values():
            for path, value in values.items():
                bench.set(path, value)


def awake(bench: Bench) -> None:
    """After a start every sensor has to be read once; one that never answers is the step `sensors`' to tell."""
    paths = [f"{name}.{one}_ok" for name in rooms(bench) for one in ("supply_air", "leaving")]
    bench.until(lambda: all(bench.points("well.supply_ok", "well.return_ok", *paths).values()), 60)


def temperatures(bench: Bench) -> dict[str, float]:
    """Every unit's air and water, and the well's, degC."""
    paths = [f"{name}.{one}_mc" for name in rooms(bench) for one in ("supply_air", "leaving")]
    paths += ["well.supply_mc", "well.return_mc", entering(bench)]
    return {path: value / 1000 for path, value in bench.points(*paths).items()}


def entering(bench: Bench) -> str:
    """The water that enters the units: the secondary loop's, where there is one."""
    return "loop.supply_mc" if "loop" in bench.blocks else "well.supply_mc"


def own_trips(bench: Bench, room: str) -> list[str]:
    """Protections of this unit, and of the well."""
    return [one for one in bench.trips() if one.startswith((room + ".", "well."))]


def heats(bench: Bench, data: dict, room: str) -> list[Check]:
    """From the start to seven minutes later."""
    before = temperatures(bench)
    waited = bench.until(lambda: bench.point(f"{room}.compressor_on") or own_trips(bench, room), START_S, 5)
    if not bench.point(f"{room}.compressor_on"):
        why = bench.link.ask("why", room)["rows"]
        return [Check(f"{room} compressor starts within", None, "s", 0, START_S,
                      f"protections: {', '.join(own_trips(bench, room)) or 'none'}; {why[0][3] if why else ''}")]
    begun = temperatures(bench)
    tripped: list[str] = []
    coldest = {path: value for path, value in begun.items()}
    hottest = dict(begun)
    for _ in range(RUN_S // 10):
        bench.wait(10)
        for path, value in temperatures(bench).items():
            coldest[path], hottest[path] = min(coldest[path], value), max(hottest[path], value)
        tripped += [one for one in own_trips(bench, room) if one not in tripped]
        if tripped:
            break
    now = temperatures(bench)
    data[room] = {"supply_air_c": now[f"{room}.supply_air_mc"], "leaving_c": now[f"{room}.leaving_mc"],
                  "supply_c": now["well.supply_mc"], "return_c": now["well.return_mc"], "start_s": waited}
    moved = Moves(before, coldest, hottest)
    return judged(bench, room, now, tripped, moved)


class Moves:
    """How far each sensor went, up and down, since before the start."""

    def __init__(self, before: dict[str, float], coldest: dict[str, float], hottest: dict[str, float]):
        self.before, self.coldest, self.hottest = before, coldest, hottest

    def fell(self, path: str) -> float:
        """Kelvin below where it began."""
        return self.before[path] - self.coldest[path]

    def rose(self, path: str) -> float:
        """Kelvin above where it began."""
        return self.hottest[path] - self.before[path]


def judged(bench: Bench, room: str, now: dict[str, float], tripped: list[str], moved: Moves) -> list[Check]:
    """What the run says."""
    air, water = f"{room}.supply_air_mc", f"{room}.leaving_mc"
    found = [Check(f"{room} ran without a protection", ", ".join(tripped) or "none", hint=no_water(room, tripped, moved))]
    others = [name for name in rooms(bench) if name != room]
    for name, how in (*((f"{other}.leaving_mc", moved.fell) for other in others),
                      *((f"{other}.supply_air_mc", moved.rose) for other in others)):
        found.append(Check(f"{name[:-3]} stays while {room} heats, moved", round(max(0.0, how(name)), 2), "K", None, MOVES_K,
                           f"sensors are swapped: {name[:-3]} follows {room} (onewire --assign)"))
    if tripped:
        return found
    found += [Check(f"{room} supply air", now[air], "degC", 38, 60, "fan too fast, filter, refrigerant, or the sensor is not"
                    " in the air stream"),
              Check(f"{room} water, entering less leaving", round(now[entering(bench)] - now[water], 2), "K", 1.5, 9,
                    "no water through the unit, or its leaving sensor sits in another place")]
    crossed = moved.fell("well.supply_mc") > MOVES_K or now["well.return_mc"] > now["well.supply_mc"]
    apart = round(now["well.supply_mc"] - now["well.return_mc"], 2)
    return [*found, Check("well water, supply less return", apart, "K", 0.3, 9,
                          "the sensors well.supply and well.return are swapped (onewire --assign)" if crossed else
                          "too much flow for one unit, or a sensor is off its pipe")]


def no_water(room: str, tripped: list[str], moved: Moves) -> str:
    """What a protection of this unit most likely means."""
    keys = {one.partition(".")[2] for one in tripped}
    if keys & {"freeze", "low_pressure", "no_difference", "no_response", "freeze_again", "freeze_blind"}:
        other = [path[:-3] for path in moved.before if path.endswith(".leaving_mc") and not path.startswith(room)
                 and moved.fell(path) > MOVES_K]
        if other:
            return f"sensors are swapped: {', '.join(other)} follows {room} (onewire --assign)"
        return (f"no water passes {room}: its valve, its strainer, its circulation pump (or its leaving sensor is off its"
                " pipe)")
    return "wellhearth diag trips says what it saw"
