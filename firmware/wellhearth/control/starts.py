"""How often a motor may start: starts per window, as motor makers and the design limit them."""


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

    def note(self, now_s: int) -> None:
        """Record a start at `now_s`."""
        self.times_s[self.head] = now_s
        head = self.head + 1
        self.head = 0 if head == self.limit else head

    def ages_s(self, now_s: int):
        """Ages of the starts still inside the window, oldest first (for the ledger)."""
        ordered = self.times_s[self.head:] + self.times_s[:self.head]
        return [now_s - t for t in ordered if now_s - t < self.window_s]

    def restore(self, ages_s, now_s: int) -> None:
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
