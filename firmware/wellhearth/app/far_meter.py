"""One meter on the second line as the node sees it: its points, its reading. Belongs to the main thread."""

from ..metering import reading
from ..tables import kinds, points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..tables import sections, shapes

SILENT_S = 60  # at the least; four rounds where these take longer
TELLINGS = 8  # lines in the journal at once, and one more each ten minutes
TELL_S = 600
STATES = WAITS, OK, SILENT, DOUBT = range(4)
VALUES = (("power_w", "power_w"), ("energy_wh", "energy"), ("energy_mwh", "energy"), ("volume_l", "volume"),
          ("volume_m3", "volume"), ("flow_lph", "flow_lph"), ("supply_mc", "supply_mc"), ("return_mc", "return_mc"))
MOST_W = 10000000
LEAST = {"supply_mc": -55000, "return_mc": -55000}
MOST = {"energy": 10 ** 15, "volume": 10 ** 12, "supply_mc": 250000, "return_mc": 250000}
WORDS = {reading.ROLLED: "its counter began anew at its end", reading.DOUBT: "its counter jumped, it is asked again",
         reading.CHANGED: "another counter: nothing is counted for the change, it goes on from here"}


class FarMeter:
    """cfg: its section. index: 0 for the first. round_s: of the line. note(text): for the journal."""

    def __init__(self, cfg: "sections.Meter", index: int, round_s: int, note: "Callable[[str], None]"):
        types = __name__.rpartition(".")[0].rpartition(".")[0] + ".links.meters.types."
        self.map = __import__(types + cfg.type, None, None, ("ASKS",))
        p: "shapes.Meter" = points.new_block(kinds.METER, index)
        self.p = p
        self.note = note
        self.address = cfg.address
        self.counts_for = cfg.counts_for
        self.is_heat = cfg.type in ("multical603", "cjt188_heat")
        self.silent_s = max(SILENT_S, 4 * round_s)
        self.turned = False  # which way its data identifier goes (links/meters/cjt188.py)
        self.serial = 0
        self.changed = False  # its last reading was another counter's
        self.tellings = TELLINGS
        self.quiet_s = 0
        self.reading = reading.Reading(cfg.type + cfg.address, self.map.MOST_W, self.map.WRAP, self.map.SLACK)
        self.unknown()

    def unknown(self) -> None:
        """None of its values is known."""
        self.p.ok = 0
        self.p.unknown = tuple([point for point, _name in VALUES])

    def take(self, values: dict, now_s: int) -> int:
        """A whole reading, by the names of the map; returns what its counter of energy added, Wh."""
        p = self.p
        own = self.reading
        if "energy" in values and values["energy"] < 0 or "volume" in values and values["volume"] < 0:
            p.errors += 1
            return 0
        verdict = own.read(values["energy"], now_s) if "energy" in values else 0
        if verdict in WORDS and not (verdict == reading.DOUBT and p.state == DOUBT):  # a doubt is told once
            p.gaps += 1
            self.tell("%s: %s (%d Wh, was %d)" % (p.name, WORDS[verdict], values["energy"], own.last - own.added))
        self.changed = verdict == reading.CHANGED
        if p.state == SILENT:
            self.tell("%s: answers again after %d s" % (p.name, p.age_s))
        p.state = DOUBT if verdict == reading.DOUBT else OK
        p.age_s = 0
        p.ok = 1
        self.show(values)
        return own.added

    def show(self, values: dict) -> None:
        """Its points; what this type does not say, or what is beyond all measure, is not known."""
        p = self.p
        own = {name: values[name] for name in values if LEAST.get(name, -MOST_W) <= values[name] < MOST.get(name, MOST_W)}
        p.power_w = own.get("power_w", 0)
        p.flow_lph = own.get("flow_lph", 0)
        p.supply_mc = own.get("supply_mc", 0)
        p.return_mc = own.get("return_mc", 0)
        p.energy_wh = own.get("energy", 0) % 1000000
        p.energy_mwh = own.get("energy", 0) // 1000000
        p.volume_l = own.get("volume", 0) % 1000
        p.volume_m3 = own.get("volume", 0) // 1000
        p.unknown = tuple([point for point, name in VALUES if name not in own])

    def tell(self, text: str) -> None:
        """For the journal: a loose wire must not wear the flash, so only so often; `gaps` counts them all."""
        if self.tellings:
            self.tellings -= 1
            self.note(text)

    def each_second(self) -> None:
        """It grows older."""
        p = self.p
        p.age_s += 1
        self.quiet_s += 1
        if self.quiet_s >= TELL_S:
            self.quiet_s = 0
            self.tellings = min(TELLINGS, self.tellings + 1)
        if p.age_s == self.silent_s:
            p.gaps += 1
            p.state = SILENT
            self.unknown()
            self.tell("%s: silent; what it counts meanwhile comes with its next answer" % p.name)
