"""Pulse flow meter: one rule from a trickle to full flow.

The rate is pulses over the time between their edges (reciprocal counting): over at least a
second of pulses when they come often, from one edge to the next when they are rare. As both
are the same quotient there is no hand-over between a period and a count mode, and so no jump.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import PulseIn

COUNT_MASK = 0xFFFFFF  # boards count to 2^24 and wrap
TICKS_MASK = 0x3FFFFFFF  # ticks_us wraps at 2^30
FLOW_MAX_LPH = 100_000
GAP = 3  # mean periods without an edge that a steady flow may show: wheels pulse in bursts
SLOWEST_MS = 20_000  # less than one pulse in 20 s is taken for no flow


class FlowMeter:
    """Flow and new pulses from a board's pulse input (`count()`, `edge_us()`).

    pulses_per_m3: 1,000 to 1,000,000. step_ms: scan period. Valid up to 100,000 L/h.
    """

    def __init__(self, pulse_input: "PulseIn", pulses_per_m3: int, step_ms: int):
        self.input = pulse_input
        # L/h = pulses * 3.6e9 us/h * 1000 L/m3 / (pulses_per_m3 * us); time in 100 us units,
        # so that flow * time stays below 2^30 for a window of 1 s at 100,000 L/h.
        self.k = 36_000_000_000 // pulses_per_m3
        self.n_max = ((1 << 30) - 1) // self.k
        n = 1000 // step_ms
        self.size = n
        self.counts = [0] * n
        self.edges = [0] * n
        self.i = 0
        self.quiet_max = SLOWEST_MS // step_ms
        self.quiet = self.quiet_max
        self.flow_lph = 0
        self.new_pulses = 0
        self.last_count = -1  # the first scan only learns where the counter stands
        self.ref_count = 0
        self.ref_edge = 0

    def scan(self, now_us: int) -> int:
        """One scan: returns the flow in L/h. `new_pulses` holds the pulses since the last one."""
        count = self.input.count()
        edge = self.input.edge_us()
        i = self.i
        if self.last_count < 0:
            self.last_count = count
        new = (count - self.last_count) & COUNT_MASK
        self.new_pulses = new
        self.last_count = count
        if new == 0:
            if self.quiet < self.quiet_max:
                self.quiet += 1
        else:
            if self.quiet >= self.quiet_max:
                # After a rest the old edge says nothing (its clock has wrapped): count from here.
                self.begin(count, edge)
            self.quiet = 0
        # The oldest entry is a second old; without an edge since, the last reference stays.
        if self.counts[i] != count:
            self.ref_count = self.counts[i]
            self.ref_edge = self.edges[i]
        self.counts[i] = count
        self.edges[i] = edge
        i += 1
        self.i = 0 if i == self.size else i
        pulses = (count - self.ref_count) & COUNT_MASK
        if pulses == 0 or self.quiet >= self.quiet_max:
            self.flow_lph = 0
            return 0
        span = (edge - self.ref_edge) & TICKS_MASK
        if new == 0:
            idle = (now_us - edge) & TICKS_MASK
            if idle // 1000 * pulses > GAP * (span // 1000):
                # Longer without an edge than bursts explain: it can only be slower.
                pulses = GAP
                span = idle
        while pulses > self.n_max:  # late scans make a longer window
            pulses >>= 1
            span >>= 1
        flow = self.k * pulses // (span // 100 or 1)
        self.flow_lph = flow if flow < FLOW_MAX_LPH else FLOW_MAX_LPH
        return self.flow_lph

    def begin(self, count: int, edge: int) -> None:
        """Start counting from here: no flow is known yet."""
        for j in range(self.size):
            self.counts[j] = count
            self.edges[j] = edge
        self.ref_count = count
        self.ref_edge = edge
