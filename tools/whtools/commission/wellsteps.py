"""The steps of a well section: its pump, its meters, what the ground takes back. Each writes what it found into `data`."""

from __future__ import annotations

from .bench import Bench, Check

SPEEDS = (700, 800, 900, 1000)
FULL_PM = 990
SETTLE_S, SAMPLE_S = 25, 10
PROVE_S = 45  # 10 s of blanking, the pipe fills, 75 % of the minimum for some seconds
RATIO = (0.95, 1.05)  # two meters of +-2 % and a pulse more or less
COMMON_KPA = (250, 400, 500, 600, 1000, 1600, 2500)  # ranges that are sold
# Gain over feed-forward: that of the defaults, 40 / 85 pm/(m3/h), at which the flow loop answers without overshoot on the
# wells of host_tests/plant. The loop's gain is that of the pump, 1 / feed-forward, times this one.
KP_SHARE = 40 / 85


def pump(bench: Bench, data: dict, section: str = "well") -> list[Check]:
    """Start, flow proving, the curve at four speeds; the meters' dials and a manometer are read besides."""
    bench.service(True)
    bench.wait(65)  # the pump's shortest rest
    rest = dial(bench, "before", section)
    data["rest_kpa"] = bench.mean((f"{section}.reinjection_kpa",), 5)[f"{section}.reinjection_kpa"]
    data["gauge_rest_kpa"] = bench.person.number("manometer at the wellhead, pump off, kPa", named("gauge", section))
    refused = bench.force(pump_of(section), 1)
    if refused:
        return [Check("well pump starts", refused)]
    waited = bench.until(lambda: bench.point(f"{section}.permissive") or bench.trips(), PROVE_S)
    proven = waited is not None and bench.point(f"{section}.permissive")
    found = [Check("flow proven after", waited if proven else None, "s", 0, PROVE_S, unproven(bench))]
    data["curve"] = curve(bench, section) if proven else []
    active = bench.trips()
    found.append(Check("protections while the pump ran", ", ".join(active) or "none", hint="diag trips says what each saw;"
                       " leak: the meters disagree, see the step `meters`; a lockout wants its reset (SERVICE.md)"))
    manometer(bench, data, section)
    bench.force(pump_of(section), 0)
    bench.wait(40)
    data["dials"] = {key: value - rest[key] for key, value in dial(bench, "after", section).items()}
    return found + direction(bench, data, section)


def manometer(bench: Bench, data: dict, section: str) -> None:
    """Manometer and transmitter at full speed. A test of an output ends after 60 s: who reads slowly is asked again."""
    for _ in range(3):
        refused = bench.force(pump_of(section), 1000)
        data["gauge_kpa"] = bench.person.number("manometer at the wellhead now (within a minute), kPa",
                                                named("gauge", section))
        data["gauge_at_kpa"] = bench.mean((f"{section}.reinjection_kpa",), 5)[f"{section}.reinjection_kpa"]
        if refused or bench.point(f"{section}.pump_speed_pm") >= FULL_PM:
            return


def unproven(bench: Bench) -> str:
    """What to look at when no flow is proven."""
    return (f"protections: {', '.join(bench.trips()) or 'none'}; no water, air in the pipe, a pump that turns backwards, a"
            " closed valve, or a meter whose pulses_per_m3 is too large: the step `meters` tells them apart")


def pump_of(section: str) -> str:
    """The output of a section's pump."""
    return "well_pump" + section[4:]


def named(what: str, section: str) -> str:
    """A dial of a section, for the person who reads it."""
    return what + section[4:]


def curve(bench: Bench, section: str) -> list[dict]:
    """Speed, flows and pressure at four speeds; fewer when a protection stops the pump. Its end stays at full speed."""
    found = []
    paths = tuple(f"{section}.{name}" for name in ("lift_flow_lph", "return_flow_lph", "pump_speed_pm", "reinjection_kpa",
                                                   "limiter"))
    for speed in SPEEDS[-1:] if fixed(bench, section) else SPEEDS:
        if bench.force(pump_of(section), speed):
            break
        bench.wait(SETTLE_S)
        if not bench.point(f"{section}.pump_on"):
            break
        p = bench.mean(paths, SAMPLE_S)
        found.append({"speed_pm": p[f"{section}.pump_speed_pm"], "lift_lph": p[f"{section}.lift_flow_lph"],
                      "return_lph": p[f"{section}.return_flow_lph"], "kpa": p[f"{section}.reinjection_kpa"],
                      "limited": p[f"{section}.limiter"] > 0})
    return found


def fixed(bench: Bench, section: str) -> bool:
    """A pump that knows one speed."""
    return bench.config[section].get("pump_drive") == "fixed"


def dial(bench: Bench, when: str, section: str) -> dict[str, float]:
    """Litres by the meters' own dials, and as the node counts them."""
    p = bench.points(*(f"{section}.{name}" for name in ("circulated_l", "circulated_m3", "returned_l", "returned_m3")))
    found = {"lift_counted": 1000 * p[f"{section}.circulated_m3"] + p[f"{section}.circulated_l"],
             "lift_dial": bench.person.number(f"dial of the lift meter of {section} {when} the pump's run, litres",
                                              named("lift_dial", section))}
    if bench.config[section].get("return_pulses_per_m3"):
        found["return_counted"] = 1000 * p[f"{section}.returned_m3"] + p[f"{section}.returned_l"]
        found["return_dial"] = bench.person.number(f"dial of the return meter of {section} {when} the run, litres",
                                                   named("return_dial", section))
    return found


def direction(bench: Bench, data: dict, section: str = "well") -> list[Check]:
    """A three-phase pump that turns backwards lifts water, and much less of it."""
    points = data["curve"]
    most = bench.config[section].get("max_flow_lph", 4800)
    if not points:
        litres = data["dials"]["lift_dial"]
        return [Check("water lifted by the dial", litres, "l", 5, None, "no water comes: the pump turns backwards (change"
                      " two phases), stands, or the well is dry")]
    if points[-1]["speed_pm"] < FULL_PM and not points[-1]["limited"]:
        return [Check("pump reached full speed", "no", hint="a protection stopped it before (above): mend that first")]
    flow = true_flow(points[-1]["lift_lph"], data)
    rises = all(after["lift_lph"] > before["lift_lph"] or after["limited"] for before, after in zip(points, points[1:]))
    return [Check("flow rises with speed", "yes" if rises else "no", hint="the drive does not follow its 0 to 10 V signal"),
            Check("flow at full speed, by the dial", round(flow), "L/h", 0.7 * most, 1.6 * most,
                  "the pump turns backwards (change two phases), is worn, or a valve is not open; or max_flow_lph in the"
                  " config is not what the well was tested with")]


def true_flow(lph: float, data: dict) -> float:
    """A flow corrected by what the dial says of the meter's pulses."""
    d = data["dials"]
    return lph * d["lift_dial"] / d["lift_counted"] if d["lift_counted"] > 20 and d["lift_dial"] > 0 else lph


def meters(bench: Bench, data: dict, section: str = "well") -> list[Check]:
    """Pulses against the meters' own dials, and the two meters against each other."""
    if "dials" not in data:
        return [Check("the step `pump` has run", "no")]
    d, found = data["dials"], []
    for name, key in (("lift", "pulses_per_m3"), ("return", "return_pulses_per_m3")):
        if f"{name}_dial" not in d:
            continue
        counted, read = d[f"{name}_counted"], d[f"{name}_dial"]
        share = counted / read if read > 0 else None
        set_to = bench.config[section].get(key, 50000)
        hint = "the dial stands: no water passes this meter" if share is None else (
            f"{key} = {set_to} does not fit the meter: it gives {set_to * share:.0f} pulses per m3"
            f" (wellhearth config set {section}.{key}={round(set_to * share, -2):.0f}), or its wire is loose")
        band = 0.03 + 2 / max(read, 10)  # the dial and the counter show whole litres
        found.append(Check(f"{name} meter, counted over dial", None if share is None else round(share, 3), "",
                           round(1 - band, 3), round(1 + band, 3), hint))
    if d.get("return_dial") and d["lift_dial"] > 0:
        data["ratio"] = d["return_dial"] / d["lift_dial"]
        found.append(Check("water returned over lifted, by the dials", round(data["ratio"], 3), "", *RATIO,
                           "water is lost between the meters, or one of them errs"))
    return found


def pressure(bench: Bench, data: dict, section: str = "well") -> list[Check]:
    """The transmitter against a manometer: its zero, and how much it rises with the flow."""
    if "gauge_kpa" not in data:
        return [Check("the step `pump` has run", "no")]
    span = bench.config[section].get("pressure_range_kpa", 1000)
    zero = data["rest_kpa"] - data["gauge_rest_kpa"]
    found = [Check("transmitter less manometer, pump off", round(zero, 1), "kPa", -0.025 * span, 0.025 * span,
                   "zero of the transmitter, pressure_zero_kpa, or pressure_signal")]
    real = data["gauge_kpa"] - data["gauge_rest_kpa"]
    if real < 15:
        return [*found, Check("pressure rise by the manometer", round(real, 1), "kPa", 15, None, "too little flow to judge"
                              " the transmitter's range: see the step `pump`")]
    share = (data["gauge_at_kpa"] - data["rest_kpa"]) / real
    likely = min(COMMON_KPA, key=lambda one: abs(one - span / max(share, 0.01)))
    found.append(Check("pressure rise, transmitter over manometer", round(share, 2), "", 0.88, 1.12,
                       f"pressure_range_kpa = {span} is not the transmitter's: it is likely {likely} kPa"))
    return found


def capacity(bench: Bench, data: dict, section: str = "well") -> list[Check]:
    """How much the well takes back, kept as the baseline; and how far the limit is away."""
    points = [one for one in data.get("curve", []) if one["kpa"] - data["rest_kpa"] > 5]
    limit = bench.config[section].get("reinjection_limit_kpa", 300)
    if not points:
        return [Check("the step `pump` has seen pressure", "no", hint="no curve, or a level too deep to show any")]
    rise = sum(one["kpa"] - data["rest_kpa"] for one in points) / sum(one["lift_lph"] for one in points)
    data["capacity_lph_bar"] = round(100 / rise)
    return [Check("reinjection capacity (baseline)", data["capacity_lph_bar"], "L/h per 100 kPa", 100, 3_500_000),
            Check("pressure at full speed", round(points[-1]["kpa"]), "kPa", None, round(0.9 * limit),
                  "the override will slow the pump: a lower max_flow_lph, a cleaner well, or another limit")]


def tuning(bench: Bench, data: dict, section: str = "well") -> list[Check]:
    """Feed-forward and gain of the flow controller, from the curve: speed over flow in the steady state."""
    points = [one for one in data.get("curve", []) if not one["limited"]]
    if fixed(bench, section):
        return [Check("nothing to tune on a pump of one speed", "none")]
    if len(points) < 3:
        return [Check("points of the curve", float(len(points)), "", 3, None, "see the step `pump`")]
    flows = [one["lift_lph"] / 1000 for one in points]
    speeds = [one["speed_pm"] for one in points]
    mean_q, mean_n = sum(flows) / len(flows), sum(speeds) / len(speeds)
    square = sum((q - mean_q) ** 2 for q in flows)
    slope = sum((q - mean_q) * (n - mean_n) for q, n in zip(flows, speeds)) / square if square else 0.0
    error = max((abs(mean_n + slope * (q - mean_q) - n) for q, n in zip(flows, speeds)), default=0.0)
    data["tuned"] = {"flow_ff_pm_m3h": round(slope), "flow_kp_pm_m3h": max(1, round(KP_SHARE * slope))}
    return [Check("speed over flow (flow_ff_pm_m3h)", round(slope), "pm/(m3/h)", 1, 1000,
                  "the flow does not follow the speed"),
            Check("straightness: largest error of the line", round(error), "pm", None, 40,
                  "a valve or an override interfered")]
