"""The sequence of one machine of a plant: valves and flow first, then its order to run, proof, run, valves after it.

The machine has its own flow switches, freeze-stat and pressure switches; this is the order in which it is asked.
"""

from . import starts

OFF, PREPARE, START, RUN, POST_RUN = range(5)
PREPARE_S = 75  # a motorised valve takes a minute


class MachineSequence:
    """min_on_s, min_off_s: 180 to 3600 s; postrun_s: 30 to 900 s; replace_s: so long a start may take; starts_per_day: 4
    to 100.

    In, before `each_second`: want (staging's word), bar (a protection: off at once), ready (source and network prove
    their flow), running (its own word). Out: `run`, `valves`, `state`; failed: it was told to run and did not (one second
    long).
    """

    def __init__(self, min_on_s: int, min_off_s: int, postrun_s: int, replace_s: int, starts_per_day: int):
        self.min_on_s = min_on_s
        self.min_off_s = min_off_s
        self.postrun_s = postrun_s
        self.replace_s = replace_s
        self.limiter = starts.StartLimiter(starts_per_day, 86400)
        self.want = False
        self.bar = False
        self.ready = False
        self.running = False
        self.run = False
        self.valves = False
        self.failed = False
        self.state = OFF
        self.state_s = 0
        self.off_s = 0  # since it was told to stop; a boot counts as a stop, so that a blackout costs a full rest
        self.on_s = 0
        self.starts = 0

    def rested(self, now_s: int) -> bool:
        """Whether its minimum rest is over and it has a start left today."""
        return self.off_s >= self.min_off_s and self.limiter.wait_s(now_s) == 0

    def settled(self) -> bool:
        """Whether its minimum run is over."""
        return self.on_s >= self.min_on_s

    def each_second(self, now_s: int) -> None:
        """One second of the sequence."""
        self.failed = False
        self.state_s += 1
        if self.run:
            self.on_s += 1
            self.off_s = 0
        elif self.off_s < 86400:
            self.off_s += 1
        if self.bar:
            self.stop()
        elif self.state == OFF:
            if self.want and self.off_s >= self.min_off_s:
                self.go(PREPARE)
        elif self.state == PREPARE:
            self.prepare(now_s)
        elif self.state == START:
            self.start()
        elif self.state == RUN:
            if not self.want:
                self.stop()
        if self.state == POST_RUN and self.state_s >= self.postrun_s:
            self.go(OFF)
        self.valves = self.state != OFF

    def prepare(self, now_s: int) -> None:
        """Valves open, flow proves; that has an end too."""
        if not self.want:
            self.go(POST_RUN)
        elif self.ready and self.state_s >= PREPARE_S:
            self.run = True
            self.on_s = 0
            self.starts += 1
            self.limiter.note(now_s)
            self.go(START)
        elif self.state_s >= 2 * self.replace_s + PREPARE_S:
            self.go(POST_RUN)  # water that does not come is not its fault; it tries again when its valves have shut

    def start(self) -> None:
        """It runs, or another one takes its place."""
        if not self.want:
            self.stop()
        elif self.running:
            self.go(RUN)
        elif self.state_s >= self.replace_s:
            self.failed = True
            self.stop()

    def stop(self) -> None:
        """Off at once; valves stay open for its post-run."""
        if self.state == PREPARE or self.state == START or self.state == RUN:
            self.go(POST_RUN)
        self.run = False

    def go(self, state: int) -> None:
        """The next step."""
        self.state = state
        self.state_s = 0

    def safe(self) -> None:
        """Everything off."""
        self.run = False
        self.valves = False
        self.want = False
        self.go(OFF)
