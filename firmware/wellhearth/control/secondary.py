"""The closed secondary loop of type II and III units: its circulation pump and flow proving."""

OFF = 0
PROVE = 1
RUN = 2
POST_RUN = 3

PROVE_MS = 2000
LOSE_MS = 2500  # the loop_flow row (2 s) comes first
BLANK_MS = 10000
LONG_MS = 1 << 29
SHOWN_S = 180  # pipes, exchanger and clamp: until a change of load shows in the return water


class LoopController:
    """Pump on while a unit wants water; `permissive` once the flow switch has been closed for 2 s.

    postrun_s: 10 to 600 s that the pump runs on.
    """

    def __init__(self, postrun_s: int):
        self.post_ms = postrun_s * 1000
        self.state = OFF
        self.state_ms = 0
        self.on_ms = 0
        self.seen_ms = 0
        self.lack_ms = 0
        self.pump_on = False
        self.permissive = False

    def enter(self, state: int) -> None:
        """Change state."""
        self.state = state
        self.state_ms = 0
        self.pump_on = state != OFF
        if state == OFF:
            self.on_ms = 0
            self.seen_ms = 0
            self.lack_ms = 0
            self.permissive = False

    def prove(self, flow_ok: bool, dt_ms: int) -> None:
        """The flow switch, both ways with its time."""
        if flow_ok:
            self.lack_ms = 0
            if self.seen_ms < PROVE_MS:
                self.seen_ms += dt_ms
            else:
                self.permissive = True
        else:
            self.seen_ms = 0
            if self.lack_ms < LOSE_MS:
                self.lack_ms += dt_ms
            else:
                self.permissive = False

    def scan(self, want: bool, flow_ok: bool, bar: bool, dt_ms: int) -> None:
        """One scan. want: a unit wants water or freezing threatens. bar: a protection holds the pump off."""
        if self.state_ms < LONG_MS:
            self.state_ms += dt_ms
        if bar:
            if self.state != OFF:
                self.enter(OFF)
            return
        if self.state == OFF:
            if want:
                self.enter(PROVE)
            return
        if self.on_ms < LONG_MS:
            self.on_ms += dt_ms
        self.prove(flow_ok, dt_ms)
        if self.state == PROVE:
            if self.permissive:
                self.enter(RUN)
            elif not want:
                self.enter(POST_RUN)
        elif self.state == RUN:
            if not want:
                self.enter(POST_RUN)
        elif want:
            self.enter(RUN)
        elif self.state_ms >= self.post_ms:
            self.enter(OFF)

    def safe(self) -> None:
        """Off at once."""
        self.enter(OFF)


class ReturnDoubt:
    """Is the return water's sensor, which guards the exchanger, where it should be, and alive? Once a second."""

    def __init__(self):
        self.least_w = 0
        self.steady_s = 0

    def load(self, taken_w: int) -> None:
        """What the units take, 0 to 1,000,000 W; the least of the last minutes counts. -1: they cool, nothing is judged."""
        if taken_w < self.least_w or (taken_w > self.least_w and self.steady_s >= 2 * SHOWN_S):
            self.least_w = taken_w
            self.steady_s = 0
        elif self.steady_s < 100_000:
            self.steady_s += 1

    def failing(self, fall_mk: int, flow_lph: int, same_s: int) -> bool:
        """fall_mk: supply minus return. same_s: since the sensor's value last changed."""
        if self.steady_s < SHOWN_S or self.least_w < 0 or flow_lph <= 0:
            return False
        if self.least_w and same_s >= self.steady_s + SHOWN_S:
            return True  # it slept through a change of load
        # Half of it, less two sensors of +-0.5 K and what clamps read of the cellar's air.
        return fall_mk < self.least_w * 645 // flow_lph // 2 - 1500
