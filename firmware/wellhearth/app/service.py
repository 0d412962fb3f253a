"""Service mode: no loop controls, one output at a time may be tried by hand, the protections stay on.

Loaded in that mode only. The scan runs as ever: sensors are read, trips judged, meters counted. The master contactor is
open unless it is itself the output under test, so that no compressor can start on dry pipes.
"""

from ..control.tick import Tick

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..node.node import Node

FORCE_MS = 60_000  # an output under test falls back by itself


class Service:
    """The output under test of a node in service mode."""

    def __init__(self, node: "Node", max_s: int):
        self.node = node
        self.max_s = max_s
        self.outputs = outputs(node)
        self.forced = ""
        self.speed = False
        self.target = None
        self.trips = None
        self.mask = 0
        self.left_ms = 0
        self.value = 0
        self.guarded = False  # the watchdog runs: not before an output is tried, as a flash may hold up a scan for long
        node.service = self

    def force(self, name: str, value: int) -> str:
        """Try an output: 1 for a relay, 0 to 1000 pm for a speed; 0 ends the test. Returns why not, or "".

        A well pump takes both: 1 is its own flow at rest, more a speed, inside its ramps and every override.
        """
        found = self.outputs.get(name)
        if found is None:
            return "no output is named %s; there are %s" % (name, ", ".join(sorted(self.outputs)))
        speed, target, trips, mask = found
        top = 1000 if speed or name in PUMPS else 1
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= top:
            return "%s takes a whole number, 0 to %d (%s), got %r" % (name, top, "pm" if speed else "0 off, 1 on", value)
        if value and self.forced and self.forced != name:
            return "%s is under test; end it first: force(\"%s\", 0)" % (self.forced, self.forced)
        if value and trips is not None and trips.bits & mask:
            return "%s is held off by a protection of %s; see diag.trips()" % (name, trips.block.name)
        self.release()
        if value:
            if not self.guarded:
                self.guarded = True
                self.node.board.watchdog.start()
            self.speed = speed
            self.target = target
            self.trips = trips
            self.mask = mask
            self.value = value
            self.left_ms = FORCE_MS
            self.forced = name
            if name not in PUMPS:
                target.command(value if speed else True)
        return ""

    def still(self) -> bool:
        """Whether no compressor is under test: nothing else moves heat."""
        return self.target is None or self.forced in PUMPS

    def release(self) -> None:
        """The output under test goes off; the pump stops by its own sequence."""
        target = self.target
        if target is not None:
            if self.forced not in PUMPS:
                target.command(0 if self.speed else False)
            self.target = None
            self.forced = ""

    def control(self, tick: Tick) -> None:
        """In place of the loops: only the well pump under test runs, through its own sequence and protections."""
        if self.target is not None:
            self.left_ms -= tick.dt_ms
            if self.left_ms <= 0 or (self.trips is not None and self.trips.bits & self.mask):
                self.release()
        source = self.node.source
        source.move_water = self.forced in PUMPS
        if source.move_water:
            i = PUMPS.index(self.forced)
            if len(source.wells) > 1:
                source.stack.lead = i
            pump = source.wells[i].controller
            if self.value > 1 and pump.proven:
                pm = pump.pump_speed_pm + 1  # up by one a scan: slow enough for every override
                pump.test_pm = pm if pm < self.value else self.value
        source.control(tick)


PUMPS = ("well_pump", "well_pump2")


def outputs(node: "Node") -> "dict[str, tuple]":
    """{name: (is a speed, Relay or SpeedOutput, TripSet that may hold it off, mask of its bits)}."""
    found = {"master": (False, node.master, None, 0)}
    for one in node.equipment:
        found.update(one.outputs())
    return found
