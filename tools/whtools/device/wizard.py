"""`wellhearth config init`: from a few answers to the config of every controller of a house, and what has to be wired.

Interactive, or from a file of answers. The sensors' ROMs stay open: `wellhearth onewire --assign` finds them in the
finished house.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from harness.pinout import rom
from wellhearth.tables import config, config_rows

from . import boardcheck, climate
from .build import BOARDS
from .link import LinkError
from .wires import wires

LPH_PER_KW = 134  # T/BAEE019-2023
WELL = {row.key: row for row in config_rows.WELL}
ROOM = {row.key: row for row in config_rows.ROOM}
# Why no port expander: boards/README.md, "More rooms than a board has pins".
ONE_ROOM = "a board has the terminals of one room; each further room gets a board of its own on the bus, no port expander"


class Asker:
    """Answers from a file, else from a person. `taken` is what was answered, as such a file."""

    def __init__(self, answers: dict | None):
        self.answers = answers
        self.taken: dict = {}

    def ask(self, key: str, words: str, default, allowed=None) -> Any:
        """One answer of the default's type. allowed: words, or (least, most). LinkError (a file) or again (a person)."""
        while True:
            given = self.given(key, words, default, allowed)
            value, wrong = judge(given, default, allowed)
            if not wrong:
                self.taken[key] = value
                return value
            if self.answers is not None:
                raise LinkError(f"answers: {key} = {given!r}: {wrong}")
            print(f"  {wrong}")

    def given(self, key: str, words: str, default, allowed):
        """What stands in the file, or what a person types."""
        if self.answers is not None:
            return self.answers.get(key, default)
        hint = "" if not isinstance(allowed, tuple) or isinstance(allowed[0], int) else f" ({', '.join(allowed)})"
        shown = ("yes" if default else "no") if isinstance(default, bool) else default
        return input(f"{words}{hint} [{shown}]: ").strip() or default

    def row(self, row, words: str = "", key: str = "") -> Any:
        """The answer for a row of the config's table."""
        allowed = row.kind if isinstance(row.kind, tuple) else (row.lo, row.hi)
        unit = f", {row.unit}" if row.unit else ""
        return self.ask(key or row.key, (words or row.help) + unit, row.default, allowed)

    def done(self) -> None:
        """A file's answers that nobody asked for are mistakes."""
        strange = [key for key in self.answers or () if key not in self.taken]
        if strange:
            raise LinkError(f"answers: nobody asks for {', '.join(strange)} here; asked is {', '.join(self.taken)}")


def judge(given, default, allowed):
    """(value, what is wrong with it or "")."""
    if isinstance(default, bool):
        words = {"yes": True, "y": True, "no": False, "n": False, True: True, False: False}
        return words.get(given, given), "" if given in words else "yes or no is wanted"
    if isinstance(default, int):
        try:
            value = int(given)
        except (TypeError, ValueError):
            return given, "a whole number is wanted"
        low, high = allowed
        return value, "" if low <= value <= high else f"allowed is {low} to {high}"
    if not isinstance(given, str):
        return given, "text is wanted"
    if allowed is not None and isinstance(allowed[0], str):
        return given, "" if given in allowed else f"allowed is {', '.join(allowed)}"
    return given, ""


def climate_of(ask: Asker) -> climate.Advice | None:
    """What the place says, None where no city was given; shown to a person."""
    city = ask.ask("city", "city, Chinese or English (none: no advice; wellhearth climate lists them)", "")
    if not city:
        return None
    found = climate.of_city(city)
    if ask.answers is None:
        print("\n".join("  " + line for line in climate.lines(found, 5.6)))
    return found


def well_of(ask: Asker, flow_lph: int, advice: climate.Advice | None = None) -> dict:
    """The well section."""
    found = {"type": ask.row(WELL["type"], "kind of well"),
             "pump_drive": ask.row(WELL["pump_drive"], "drive of the pump"),
             "pump_motor": ask.row(WELL["pump_motor"], "motor of the pump")}
    if found["type"] == "multi_aquifer":
        raise LinkError("a stacked well (multi_aquifer) has a second section, `well2`: write it by hand (CONFIG.md)")
    if found["pump_motor"] == "six_inch":
        found["motor_cooling_lph"] = ask.row(WELL["motor_cooling_lph"], "flow that cools the motor")
    found["max_flow_lph"] = ask.ask("max_flow_lph", "most flow the well was tested with, L/h", max(2400, flow_lph * 5 // 4),
                                    (100, 60000))
    least = max(1200, found.get("motor_cooling_lph", 0) * 5 // 4)
    found["min_flow_lph"] = ask.ask("min_flow_lph", "least flow, also the pump's at 30 Hz, L/h", least, (100, 60000))
    found["pulses_per_m3"] = ask.row(WELL["pulses_per_m3"], "pulses of the flow meter in the lift pipe")
    if ask.ask("return_meter", "a second meter in the return pipe (it finds leaks)", True):
        found["return_pulses_per_m3"] = ask.ask("return_pulses_per_m3", "its pulses, 1/m3", found["pulses_per_m3"],
                                                (1000, 1000000))
    for key, words in (("pressure_signal", "signal of the pressure transmitter"), ("pressure_range_kpa", "its full scale"),
                       ("pressure_zero_kpa", "its zero (a sealed return over a deep level: -100)"),
                       ("reinjection_limit_kpa", "reinjection pressure limit")):
        found[key] = ask.row(WELL[key], words)
    if advice is not None:
        row = WELL["lowest_supply_mc"]
        found["lowest_supply_mc"] = min(row.hi, max(row.lo, round(1000 * advice.well_c)))
    return found


def rooms_of(ask: Asker, advice: climate.Advice | None = None) -> tuple[list[dict], dict | None]:
    """(room sections, the loop's or None)."""
    if ask.answers is None:
        print(f"  {ONE_ROOM}")
    found = []
    for i in range(1, ask.ask("rooms", "number of rooms with a unit of their own", 1, (1, 32)) + 1):
        rated = ask.row(ROOM["rated_w"], f"room {i}: rated heating capacity", f"room{i}_rated_w")
        room = {"name": ask.ask(f"room{i}_name", f"room {i}: its name", f"room {i}"), "rated_w": rated,
                "unit_flow_lph": max(50, (rated * LPH_PER_KW + 500) // 1000),
                "compressor": ask.row(ROOM["compressor"], f"room {i}: compressor", f"room{i}_compressor")}
        schedule = ask.ask(f"room{i}_schedule", f"room {i}: comfort periods, e.g. mo-fr 06:30-22:00 (none: always)", "")
        if schedule:
            room["schedule"] = schedule
        found.append(room)
    kind = ask.ask("unit_type", "type of the units (I: well water; II, III: antifreeze in a loop)",
                   advice.unit_type if advice else ROOM["unit_type"].default, ROOM["unit_type"].kind)
    if kind == "I":
        return found, None
    for room in found:
        room["unit_type"] = kind
    words = "measured freezing point of the loop's filling, thousandths of a degC"
    freezing_c = advice.antifreeze_c if advice is not None and advice.antifreeze_c is not None else -15.0
    return found, {"antifreeze_mc": ask.ask("antifreeze_mc", words, round(1000 * freezing_c), (-40000, -5000))}


def node_of(name: str, options: dict) -> dict:
    """The node section of one controller."""
    return {"name": name[:32], **options}


def compose(ask: Asker) -> list[tuple[str, str, dict]]:
    """(file, board, config) of every controller."""
    name = ask.ask("name", "name of the house", "house")
    board = ask.ask("board", "board of the well", "rpi_pico", BOARDS)
    advice = climate_of(ask)
    rooms, loop = rooms_of(ask, advice)
    well = well_of(ask, sum(room["unit_flow_lph"] for room in rooms), advice)
    options = {}
    if ask.ask("rtc", "a clock chip (DS3231) on each board, for schedules over a power cut", False):
        options["rtc"] = "ds3231"
    if not ask.ask("aux_contacts", "auxiliary contacts of the contactors are wired (they find a welded one)", True):
        options["aux_contacts"] = 0
    together = loop is not None or ask.ask("together", "the first room on the well's own board", True)
    here = rooms[:1] if together else []
    apart = rooms[len(here):]
    first: dict = {"version": config.newest(), "node": node_of(name, options), "well": well, "rooms": here}
    if loop is not None:
        first["loop"] = loop
    found = [("well.json", board, first)]
    if apart:
        first["bus"] = {"role": "client", "rooms": "1" if len(apart) == 1 else f"1-{len(apart)}"}
        other = ask.ask("room_board", "board of the other rooms", board, BOARDS)
        for i, room in enumerate(apart, start=1):
            found.append((f"room{len(here) + i}.json", other, {
                "version": config.newest(), "node": node_of(f"{name} {room['name']}", options), "rooms": [room],
                "bus": {"role": "server", "address": i}}))
    ask.done()
    return found


def with_roms(data: dict) -> dict:
    """A copy with a ROM in every place, so that all the rest can be judged."""
    data = copy.deepcopy(data)
    n = 0
    for name in ("well", "loop"):
        for key in ("supply_rom", "return_rom") if name in data else ():
            data[name][key] = rom(n := n + 1)
    for room in data["rooms"]:
        for key in ("room_rom", "supply_air_rom", "leaving_rom"):
            room[key] = rom(n := n + 1)
    return data


def judged(found) -> list[str]:
    """What the firmware and the boards would refuse of it."""
    errors = []
    for file, board, data in found:
        cfg, wrong = config.validate(with_roms(data))
        errors += [f"{file}: {line}" for line in wrong + boardcheck.missing(cfg, board)]
    return errors


def run(args) -> int:
    """`config init`."""
    answers = None
    if args.answers is not None:
        try:
            answers = json.loads(args.answers.read_text(encoding="utf-8"))
        except ValueError as e:
            raise LinkError(f"{args.answers}: not valid JSON: {e}") from None
    ask = Asker(answers)
    try:
        found = compose(ask)
    except (EOFError, KeyboardInterrupt):
        raise LinkError("ended before the last question; nothing was written") from None
    errors = judged(found)
    if errors:
        raise LinkError("this house cannot be built so, nothing was written:\n  " + "\n  ".join(errors))
    out: Path = args.out
    there = [file for file, *_rest in found if (out / file).exists()]
    if there and not args.force:
        raise LinkError(f"{', '.join(there)} in {out} would be overwritten: give --force, or another --out")
    out.mkdir(parents=True, exist_ok=True)
    for file, _board, data in found:
        (out / file).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "answers.json").write_text(json.dumps(ask.taken, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(summary(found, out))
    return 0


def summary(found, out: Path) -> str:
    """How many controllers, which wires, and what comes next."""
    rooms = sum(len(data["rooms"]) for _file, _board, data in found)
    sensors = sum(2 * (("well" in data) + ("loop" in data)) + 3 * len(data["rooms"]) for _file, _board, data in found)
    line = ", one RS-485 pair from board to board (120 ohm at both ends)" if len(found) > 1 else ""
    lines = [f"{rooms} room{'s' if rooms > 1 else ''}: {len(found)} controller{'s' if len(found) > 1 else ''}, "
             f"{sensors} DS18B20{line}"]
    if len(found) > 1:
        lines.append(ONE_ROOM)
    for file, board, data in found:
        lines += ["", f"{out / file}: {board} ({boardcheck.title(board)})"]
        cfg = config.validate(with_roms(data))[0]
        lines += [f"  GPIO {number:<3} {name:<24} {what}" for number, name, what in wires(cfg, board)]
    lines += ["", "next, for each controller: wellhearth flash --board BOARD, then wellhearth onewire --assign --file FILE,",
              "wellhearth config check FILE --board BOARD, wellhearth config push FILE"]
    return "\n".join(lines)
