"""Time, as a scan hands it to everything below it."""


class Tick:
    """One object for each node, made at start-up and updated in each scan, so that nothing is allocated.

    dt_ms: since the last scan, 0 to 1000 ms. now_s: since boot. is_second: this scan brings the slow work of whoever is
    called with it. week_min: minute of the week, -1 without a clock.
    quiet: quiet hours. grid: what the grid would like, -1 to 1 (grid.py). still: no compressor is on, no trip is active.
    """

    def __init__(self, dt_ms: int = 0, now_s: int = 0):
        self.dt_ms = dt_ms
        self.now_s = now_s
        self.is_second = False
        self.week_min = -1
        self.quiet = False
        self.grid = 0
        self.still = False
