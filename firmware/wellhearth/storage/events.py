"""The event ring: the scan puts, the main thread drains. Putting allocates nothing."""

# As the journal has them. count_passed: the pump started beyond its daily count, heat and frost come first. zero: a pair of
# sensors learned what it reads when nothing is there (mK), or refused it.
EVENTS = ("boot", "trip", "clear", "lockout", "sensor_lost", "sensor_back", "scan_fault", "pump_start", "pump_stop",
          "compressor_start", "compressor_stop", "set", "count_passed", "zero")

BOOT, TRIP, CLEAR, LOCKOUT, SENSOR_LOST, SENSOR_BACK, SCAN_FAULT = range(7)
PUMP_START, PUMP_STOP, COMPRESSOR_START, COMPRESSOR_STOP, SET, COUNT_PASSED, ZERO = range(7, 14)


class EventRing:
    """Fixed ring of events: (time_s, code, where, detail), all small ints.

    where: 0 the node, 1 the well, 2.. the rooms. One writer (the scan, or the main thread
    between scans) and one reader (the main thread).
    """

    def __init__(self, size: int):
        """size: number of events held, 8 to 512."""
        self.size = size
        self.time_s = [0] * size
        self.code = bytearray(size)
        self.where = bytearray(size)
        self.detail = [0] * size
        self.head = 0
        self.tail = 0
        self.lost = 0

    def put(self, time_s: int, code: int, where: int, detail: int) -> None:
        """Store an event; when the ring is full the new one is counted as lost."""
        head = self.head
        after = head + 1
        if after == self.size:
            after = 0
        if after == self.tail:
            self.lost += 1
            return
        self.time_s[head] = time_s
        self.code[head] = code
        self.where[head] = where
        self.detail[head] = detail
        self.head = after

    def get(self):
        """The oldest event as a tuple, or None."""
        tail = self.tail
        if tail == self.head:
            return None
        event = (self.time_s[tail], self.code[tail], self.where[tail], self.detail[tail])
        tail += 1
        self.tail = 0 if tail == self.size else tail
        return event
