"""A plant at the serial prompt: a line for each of its parts, and why each does what it does; loaded when somebody asks."""

from .text import known, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..app.main_loop import App

# Points that tell most, by kind; what is not known is left out.
SHOWN = {
    "plant": ("direction", "reason", "load_kw", "on_kw", "machines_on", "sources_on", "lifted_m3h", "supply_target_mc",
              "outside_mc", "power_kw"),
    "source": ("asked_w", "permissive", "flow_lph", "supply_mc", "relief"),
    "machine": ("state", "reason", "mode", "capacity_pm", "lwt_mc", "power_w"),
    "pump": ("run", "running", "speed_pm"),
    "network": ("state", "supply_mc", "return_mc", "flow_lph", "dp_kpa", "pressure_kpa"),
    "tank": ("state", "top_mc", "bottom_mc", "tap_mc"),
    "backup": ("reason", "capacity_pm", "lwt_mc"),
    "quality": ("acidity_ph", "turbidity_ntu", "conductivity_us_cm"),
    "building": ("room_mc", "coldest_mc", "valve_pm", "heat_kw"),
}
REASON = {"source": "relief", "network": "state", "tank": "state"}  # where it is not in `reason`
WORDS = {
    "plant": {
        "off": "switched off", "no_need": "the buildings need nothing", "serves": "it serves the buildings",
        "waits_source": "machines wait for the wells to prove their flow",
        "waits_network": "it waits for the buildings' water to move", "waits_machine": "a machine is about to run",
        "changeover": "an hour's rest between heating and cooling", "short_source": "the wells give less than is needed",
        "short_machine": "every machine that is able runs, and it is not enough", "power": "the power allows for no more"},
    "machine": {
        "off": "switched off", "not_needed": "the others are enough", "runs": "it runs",
        "prepare": "its valves open, its flow is awaited", "proves": "told to run, its own word is awaited",
        "post_run": "its valves stay open for a while", "rest": "shortest rest between two runs",
        "power": "it waits for power, or for its turn to start", "gap": "another one has just started",
        "protection": "a protection holds it: see trips()", "out_of_service": "taken out of service by hand",
        "silent": "it does not answer on its line", "min_on": "shortest run",
        "starts_used": "the starts of this day are used"},
    "source": {
        "none": "its full share", "out_of_service": "taken out of service by hand",
        "silent": "it does not answer on its line",
        "trip": "a protection holds it: see trips()", "leak": "less water came back than was lifted",
        "cold": "its water nears the coldest that it may give", "clogged": "its ground takes less than it did",
        "rest": "it rests"},
    "network": {
        "off": "nobody needs it", "opening": "its valves are shut, or about to open", "runs": "its pumps hold the pressure",
        "at_limit": "its pumps run at full speed", "night_limit": "its pumps keep the night's noise limit",
        "protection": "a protection holds it: see trips()"},
    "tank": {
        "off": "switched off", "ready": "hot enough", "charge": "it is charged",
        "priority_ended": "the buildings come first for a while",
        "disinfect": "it is disinfected", "unknown": "its sensors are silent: nothing is done"},
    "backup": {
        "rest": "not needed", "capacity": "the machines are not enough", "bivalence": "the weather wants it",
        "cost": "it is cheaper than the machines now", "failure": "machines are missing", "proof": "its proof run",
        "min_on": "shortest run", "min_off": "shortest rest",
        "protection": "a protection, or a network without flow, holds it",
        "out_of_service": "taken out of service by hand", "silent": "it does not answer on its line"},
}


def line(block: "Any") -> str:
    """One line of a part."""
    found = []
    if hasattr(block, "online") and not block.online:
        return "does not answer"
    for name in SHOWN[block.kind.name]:
        if known(block, name):
            text, unit = shown(block.row(name).unit, getattr(block, name))
            found.append("%s %s%s" % (name[:name.rfind("_")] if unit else name, text, " " + unit if unit else ""))
    return ", ".join(found)


def why(a: "App", prefix: str):
    """Rows of views.view_why."""
    rows = []
    for block in a.node.points.blocks:
        words = WORDS.get(block.kind.name)
        if words is None or not block.name.startswith("" if prefix == "room" else prefix):
            continue
        row = block.row(REASON.get(block.kind.name, "reason"))
        key = shown(row.unit, getattr(block, row.name))[0]
        wait_s = getattr(block, "wait_s", 0)
        rows.append((block.name, key, wait_s, "%s, %d s" % (words[key], wait_s) if wait_s else words[key]))
    return rows
