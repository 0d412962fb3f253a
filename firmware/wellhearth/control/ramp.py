"""A slew-rate limiter that loses nothing to rounding."""


class Ramp:
    """Follows a target by at most `rate_s` units a second.

    rate_s: 1 to 1,000,000 units per second; value and target inside +-100,000,000.
    """

    def __init__(self, rate_s: int, value: int = 0):
        self.rate_s = rate_s
        self.value = value
        self.rem = 0

    def set(self, value: int) -> None:
        """Jump to `value` at once (a start, or a safety stop)."""
        self.value = value
        self.rem = 0

    def update(self, target: int, dt_ms: int) -> int:
        """Move towards `target` for `dt_ms` (0 to 1000 ms) and return the new value."""
        value = self.value
        if value == target:
            self.rem = 0
            return value
        acc = self.rem + self.rate_s * dt_ms
        d = acc // 1000
        self.rem = acc - d * 1000
        if value < target:
            value += d
            if value > target:
                value = target
        else:
            value -= d
            if value < target:
                value = target
        self.value = value
        return value
