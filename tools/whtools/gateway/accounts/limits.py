"""Rate limits: so many in so long by key (a peer's address, a name, a session)."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

KEYS_MAX = 10_000  # then the oldest half is forgotten: a flood of keys takes no memory


class Limit:
    """At most `most` in `seconds`."""

    def __init__(self, most: int, seconds: float, now: Callable[[], float] = time.monotonic):
        self.most, self.seconds, self.now = most, seconds, now
        self.lock = threading.Lock()
        self.times: dict[str, deque[float]] = {}

    def full(self, key: str) -> bool:
        """Whether this key has used up what it may."""
        with self.lock:
            times = self.times.get(key)
            while times and times[0] <= self.now() - self.seconds:
                times.popleft()
            return bool(times) and len(times) >= self.most

    def count(self, key: str) -> None:
        """One more."""
        with self.lock:
            if len(self.times) >= KEYS_MAX and key not in self.times:
                for old in list(self.times)[:KEYS_MAX // 2]:
                    del self.times[old]
            self.times.setdefault(key, deque(maxlen=self.most)).append(self.now())
