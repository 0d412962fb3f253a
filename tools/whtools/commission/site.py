"""The steps of the site: the leak test, what the crankcase heaters want, sensors paired to zero, and the links."""

from __future__ import annotations

import datetime

from .bench import Bench, Check
from .steps import rooms

# -- leak test of the indoor part, by dry nitrogen --

TEST_MPA = (0.2, 0.3)  # China Geothermal Energy, no. 42, June 2025: 0.2 to 0.3 MPa, a second test after 24 h
ATMOSPHERE_MPA = 0.1013
KELVIN = 273.15
HOLD_MIN = 30
SECOND_H = 24
# No loss is allowed. One per cent is what a test gauge of class 0.4 and a thermometer of +-1 K cannot tell from none.
LOSS_PERCENT = 1.0


def loss_percent(before: dict, after: dict) -> float:
    """Per cent of the test pressure that is gone, the gas brought back to its first temperature (p / T constant)."""
    warm = (before["degc"] + KELVIN) / (after["degc"] + KELVIN)
    return 100 * (before["mpa"] - ((after["mpa"] + ATMOSPHERE_MPA) * warm - ATMOSPHERE_MPA)) / before["mpa"]


def reading(bench: Bench, when: str) -> dict:
    """Pressure and temperature as somebody reads them, and when that was."""
    return {"mpa": bench.person.number(f"dry nitrogen in the indoor part, {when}, MPa", "nitrogen_mpa"),
            "degc": bench.person.number(f"temperature beside the pipes, {when}, degC", "nitrogen_degc"),
            "at": bench.person.now().isoformat(timespec="seconds")}


def loss_check(name: str, before: dict, after: dict) -> Check:
    """What is gone, and how much may be."""
    if before["mpa"] <= 0 or not -40 < after["degc"] < 60:
        return Check(name, None, "%", -LOSS_PERCENT, LOSS_PERCENT, "readings in MPa and degC are wanted")
    return Check(name, round(loss_percent(before, after), 2), "%", -LOSS_PERCENT, LOSS_PERCENT,
                 "it leaks: soap on every joint, mend it, and the first test once more (--again \"leak test\"); below the"
                 " range: the gauge or the temperature was misread")


def leak(bench: Bench, data: dict) -> list[Check]:
    """Filled, held for half an hour."""
    first = reading(bench, "at the beginning")
    held_min = bench.person.number(f"minutes held (at least {HOLD_MIN})", "nitrogen_min")
    after = reading(bench, f"after {held_min:g} min")
    data["leak"] = after
    return [Check("test pressure", first["mpa"], "MPa", *TEST_MPA, "fill with dry nitrogen through a reducing valve"),
            Check("held for", held_min, "min", HOLD_MIN, None, "a leak of one drop a minute does not show sooner"),
            loss_check("loss, brought to one temperature", first, after)]


def leak_again(bench: Bench, data: dict) -> list[Check]:
    """The second test, a day later: the nitrogen has stayed in."""
    first = data.get("leak")
    if not first:
        return [Check("the step `leak test` has passed", "no", hint="mend that first, then run the command again")]
    due = datetime.datetime.fromisoformat(first["at"]) + datetime.timedelta(hours=SECOND_H)
    left_h = (due - bench.person.now()).total_seconds() / 3600
    if left_h > 0 and not bench.person.waits(left_h):
        return [Check("hours until the second test", round(left_h, 1), "h", None, 0, f"leave the nitrogen in, and run the"
                      f" command again after {due:%Y-%m-%d %H:%M} UTC: it goes on from here")]
    return [loss_check("loss since the first test, brought to one temperature", first, reading(bench, "a day later"))]


# -- compressors in the cold --

HEATER_H = 12  # York EHK-05G manual, 8.0: at least 12 h before an initial start or one after a long shutdown
WARM_C = 10.0  # a compressor without a heater is started where refrigerant does not gather in its oil


def crankcase(bench: Bench, _data: dict) -> list[Check]:
    """Before its first start a compressor's oil has to be warm and free of refrigerant."""
    found = []
    for room in rooms(bench):
        hours = bench.person.number(f"hours since the crankcase heater of {room} has power (0: it has none)",
                                    f"{room}_heater_h")
        if hours:
            found.append(Check(f"{room} crankcase heater on for", hours, "h", HEATER_H, None,
                               "leave the unit's power on and its compressor off, and run the command again later"))
            continue
        p = bench.points(f"{room}.room_mc", f"{room}.room_ok")
        found.append(Check(f"{room} without a heater: air round its compressor",
                           p[f"{room}.room_mc"] / 1000 if p[f"{room}.room_ok"] else None, "degC", WARM_C, None,
                           "too cold for a first start without a crankcase heater: warm the room, or fit one"))
    return found


# -- sensors paired to zero --

TURNS = 4  # a test of an output ends after a minute
TURN_S, PAIR_S = 55, 20
APART_K = 1.0  # two parts of +-0.5 K


def zero(bench: Bench, data: dict) -> list[Check]:
    """Water or air moves and no compressor runs: sensors of one stream show the same. What they differ by is their trim.

    The units' leaving-water sensors have no partner while one output at a time may run: the node pairs them itself.
    """
    bench.service(True)
    found = []
    for first, second, output, speed in pairs(bench):
        apart, why = apart_k(bench, first, second, output, speed)
        found.append(Check(f"{second} less {first}, in one stream", apart, "K", -APART_K, APART_K,
                           why or "one of them is off its pipe, or in another place (onewire --assign)"))
        if apart is not None and abs(apart) <= APART_K:
            data.setdefault("trims", {}).update(trims(bench.config, first, second, round(1000 * apart)))
    return found


def pairs(bench: Bench) -> list[tuple[str, str, str, int]]:
    """(sensor, sensor, what moves their stream, how fast)."""
    found = [(f"{name}.supply", f"{name}.return", f"well_pump{name[4:]}", 800) for name in ("well", "well2")
             if name in bench.blocks]
    if "loop" in bench.blocks:
        found.append(("loop.supply", "loop.return", "loop_pump", 1))
    return found + [(f"{room}.room", f"{room}.supply_air", f"{room}_fan", 800) for room in rooms(bench)]


def apart_k(bench: Bench, first: str, second: str, output: str, speed: int) -> tuple[float | None, str]:
    """(second less first in K; why there is none)."""
    try:
        for _ in range(TURNS):
            refused = bench.force(output, speed)
            if refused:
                return None, refused
            bench.wait(TURN_S)
        bench.force(output, speed)
        p = bench.mean((f"{first}_mc", f"{second}_mc", f"{first}_ok", f"{second}_ok"), PAIR_S)
    finally:
        bench.force(output, 0)
        bench.wait(3)
    if p[f"{first}_ok"] < 1 or p[f"{second}_ok"] < 1:
        return None, "one of them does not answer: wellhearth onewire"
    return round((p[f"{second}_mc"] - p[f"{first}_mc"]) / 1000, 3), ""


def trims(config: dict, first: str, second: str, apart_mk: int) -> dict[str, int]:
    """The keys of both trims, half of the difference each: neither is known to be the better one."""
    found = {}
    for path, share in ((first, apart_mk // 2), (second, apart_mk // 2 - apart_mk)):
        block, _, name = path.partition(".")
        section = config["rooms"][int(block[4:]) - 1] if block.startswith("room") else config[block]
        found[f"{path}_trim_mk"] = section.get(f"{name}_trim_mk", 0) + share
    return found


# -- links --

LINK_S = 30


def links(bench: Bench, _data: dict) -> list[Check]:
    """What is at the other end of each line answers, and no frame is damaged on the way."""
    bench.service(False)
    found = []
    if "bus" in bench.config:
        found += bus(bench)
    if "bms" in bench.config:
        found += heard(bench, "bms", "the building management system asks nothing: its address, baud rate, parity, A and B")
        seen = bench.person.sees("the building management system shows this node's temperatures: are they right?", "bms")
        found.append(Check("building management system shows the right values", "yes" if seen else "no",
                           hint="its register map: wellhearth modbus --config"))
    if "remote" in bench.config:
        room = f"room{bench.config['remote'].get('room', 1)}"
        seen = bench.person.sees(f"press a key of the remote: does {room} obey?", "remote")
        found.append(Check(f"remote of {room}", "yes" if seen else "no", hint="wellhearth remote learn; its batteries"))
    return found or [Check("links in the config", "none")]


def bus(bench: Bench) -> list[Check]:
    """The line between a well and its rooms, from either end."""
    if bench.config["bus"].get("role") == "client":
        found = heard(bench, "bus", "no room answers: the line's wires and its terminators")
        silent = [name for name in bench.blocks if name.startswith("far") and not bench.point(f"{name}.online")]
        return [*found, Check("rooms on the bus that do not answer", ", ".join(silent) or "none",
                              hint="wellhearth rooms --scan; address, power, A and B of that room's node")]
    found = heard(bench, "bus", "the well's node is not heard: the line's wires, the address, its config's rooms")
    if "water" in bench.blocks:
        found.append(Check("the well was heard before", float(bench.point("water.age_s")), "s", 0, 10, "see above"))
    return found


def heard(bench: Bench, block: str, hint: str) -> list[Check]:
    """Frames of half a minute."""
    before = bench.points(f"{block}.frames", f"{block}.errors", f"{block}.answers")
    bench.wait(LINK_S)
    grown = {path: value - before[path] for path, value in bench.points(*before).items()}
    frames, errors = grown[f"{block}.frames"], grown[f"{block}.errors"]
    found = [Check(f"{block}: frames in {LINK_S} s", float(frames), "", 1, None, hint)]
    if frames + errors:
        found.append(Check(f"{block}: damaged frames", round(100 * errors / (frames + errors), 1), "%", None, 1,
                           "terminators of 120 ohm at both ends and nowhere else, the screen, another baud rate"))
    return found
