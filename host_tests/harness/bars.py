"""The promises of a run, each with what was seen; and what the world suffered, by the plant's own word."""

from __future__ import annotations

PUMP_STARTS = 22  # a day: the goal of 20, and two that may come early
HARMLESS = (("dry_pump_s", "pump ran dry, s"), ("dead_head_s", "pump against a closed way, s"),
            ("over_pressure_s", "reinjection pressure over its limit, s"),
            ("standing_compressor_s", "compressor on standing water, s"),
            ("cold_water_s", "water below 0.5 degC in a unit or exchanger, s"), ("lost_l", "water lost outside, L"),
            ("cold_room_kh", "rooms below 12 degC, K h"), ("wrong_way_wh", "heat moved the wrong way, Wh"),
            ("exchangers_frozen", "exchangers frozen through"), ("overcurrent_s", "motor under power on two phases, s"),
            ("iced_coil_s", "compressor on an iced air coil, s"), ("spilt_l", "condensate spilt, L"))


def bar(key: str, name: str, want: str, seen, ok) -> dict:
    """One promise; `ok` is None when the plant does not tell what was seen."""
    return {"key": key, "name": name, "want": want, "seen": seen, "ok": None if seen is None else bool(ok(seen))}


def worst(summary: dict, key: str, pick=min):
    """The worst room's figure; None when no room has one."""
    values = [room[key] for room in summary["rooms"] if room[key] is not None]
    return pick(values) if values else None


def of(summary: dict) -> list[dict]:
    """All promises of a summary: {key, name, want, seen, ok}."""
    lifted, returned = summary["lifted_m3"], summary["returned_m3"]
    lost = None if lifted is None or returned is None else round(lifted - returned, 4)
    quiet = not summary["faults"] and not summary["clogging"]
    return [
        bar("comfort", f"time within 0.5 K after hour {summary['settle_h']:g}, worst room", ">= 95 %",
            worst(summary, "comfort_share"), lambda x: x >= 0.95),
        *season(summary),
        bar("starts", "compressor starts in any hour, worst room", "<= 6", worst(summary, "most_starts_in_an_hour", max),
            lambda x: x <= 6),
        bar("flow", "flow within 5 % of setpoint", ">= 95 %", summary["flow_share"], lambda x: x >= 0.95),
        bar("pump_starts", "starts of a pump in 24 h", f"<= {PUMP_STARTS}", pump_starts(summary),
            lambda x: x <= PUMP_STARTS),
        *([bar("trips", "trips", "0", len(summary["trips"]), lambda x: x == 0)] if quiet else []),
        bar("water", "water lifted minus returned, m3", "0", lost, lambda x: x == 0),
        *unharmed(summary),
        bar("scans", "failed scans", "0", summary["scan"]["faults"], lambda x: x == 0),
    ]


def season(summary: dict) -> list[dict]:
    """What winter, summer and a clogging well are judged by besides."""
    hour = f"{summary['settle_h']:g}"
    if summary["cooling"]:
        found = [bar("hottest", f"hottest room after hour {hour}, degC", "<= 28", worst(summary, "max_c", max),
                     lambda x: x <= 28.0)]
    else:
        found = [
            bar("coldest", f"coldest room after hour {hour}, degC", ">= 17", worst(summary, "min_c"), lambda x: x >= 17.0),
            bar("supply_air", "supply air >= 38 degC after 3 min of a run, worst room", ">= 95 %",
                worst(summary, "supply_air_share"), lambda x: x >= 0.95)]
    if summary["clogging"]:
        found.append(bar("capacity", "capacity left at the clogging alarm", "65 to 72 %", summary["capacity_at_alarm"],
                         lambda x: 0.65 <= x <= 0.72))
    return found


def pump_starts(summary: dict) -> float:
    """Starts of the busiest pump in 24 h; a shorter run is scaled up."""
    return round(summary["pump_starts"] * 24.0 / max(1.0, summary["hours"]), 1)


def unharmed(summary: dict) -> list[dict]:
    """One line for what the plant suffered; in a scenario with faults it is shown and not judged."""
    harm = summary["harm"]
    if harm is None or summary["faults"]:
        return []
    kinds = [name for key, name in HARMLESS if harm.get(key)]
    return [bar("harm", "harm to water, machines and rooms (kinds)", "0", len(kinds), lambda x: x == 0)]
