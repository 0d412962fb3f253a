"""How often a motor may start: starts per window, as motor makers and the design limit them."""


PATIENCE = 40  # scans a start waits to be stored (2 to 8 s); then heat comes first


class StartGate:
    """Between the decision to start a motor and its relay: the start is stored first, so that no power cut forgives it.

    The scan posts the intent (`posted`), the main thread stores it and answers (`stored`), a later scan closes the relay.
    """

    def __init__(self):
        self.used = False  # nobody stores anything: starts pass at once
        self.posted = False
        self.stored = False
        self.scans = 0
        self.unstored = 0  # starts that nobody stored in time

    def passes(self, on: bool) -> bool:
        """Whether the relay may follow now, in each scan while it differs; a stop always may."""
        if not self.used:
            return True
        if not on:
            self.posted = False
            return True
        if not self.posted:
            self.stored = False
            self.scans = 0
            self.posted = True
            return False
        if not self.stored:
            self.scans += 1
            if self.scans < PATIENCE:
                return False
            self.unstored += 1
        self.posted = False
        return True


class StartShare:
    """A goal and no limit: starts spread over a window, BURST of them may come early (a leaky bucket).

    goal: 1 to 100 starts; window_s: 1 to 86,400 s; now_s: seconds since boot, never falling.
    """

    BURST = 2

    def __init__(self, goal: int, window_s: int):
        self.share_s = window_s // goal
        self.due_s = 0  # by the goal the next start is due then

    def note(self, now_s: int) -> None:
        """A start at `now_s`."""
        self.due_s = (self.due_s if self.due_s > now_s else now_s) + self.share_s

    def left(self, now_s: int) -> bool:
        """One more start now would still be within the goal."""
        return self.due_s <= now_s + self.BURST * self.share_s


class StartLimiter:
    """Remembers the last `limit` starts; one more is allowed when the oldest is `window_s` old.

    limit: 1 to 100 starts; window_s: 1 to 86,400 s; now_s: seconds since boot, never falling.
    """

    def __init__(self, limit: int, window_s: int):
        self.limit = limit
        self.window_s = window_s
        self.times_s = [-window_s] * limit
        self.head = 0

    def wait_s(self, now_s: int) -> int:
        """Seconds until the next start is allowed; 0 when it is allowed now."""
        wait = self.times_s[self.head] + self.window_s - now_s
        return wait if wait > 0 else 0

    def gap_s(self, now_s: int) -> int:
        """Seconds until the next start is due when half of the limit is used up: what is left is spread over the window.

        0 before that, and for limits below four.
        """
        limit = self.limit
        half = limit >> 1
        if half < 2:
            return 0
        times = self.times_s
        if now_s - times[self.head - half] >= self.window_s:  # a negative index counts from the end, as a ring does
            return 0
        wait = times[self.head - 1] + self.window_s // limit - now_s
        return wait if wait > 0 else 0

    def note(self, now_s: int) -> None:
        """Record a start at `now_s`."""
        self.times_s[self.head] = now_s
        head = self.head + 1
        self.head = 0 if head == self.limit else head

    def ages_s(self, now_s: int):
        """Ages of the starts still inside the window, oldest first (for the ledger)."""
        ordered = self.times_s[self.head:] + self.times_s[:self.head]
        return [now_s - t for t in ordered if now_s - t < self.window_s]

    def restore(self, ages_s: list, now_s: int) -> None:
        """Take over starts from before a reset; how long the power was off is not known, so it
        counts as nothing."""
        for age in ages_s:
            self.times_s[self.head] = now_s - age
            self.head = (self.head + 1) % self.limit

    def count(self, now_s: int) -> int:
        """Starts inside the window that ends at `now_s`."""
        edge = now_s - self.window_s
        n = 0
        for t in self.times_s:
            if t > edge:
                n += 1
        return n
