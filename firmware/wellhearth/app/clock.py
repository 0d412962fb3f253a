"""Who says what time it is, in the order of trust of control/wall.QUALITIES. Everything here belongs to the main thread.

rtc: a clock chip, asked at the start and once an hour. ntp: has its place in the order; a networked board will call
`set`. host: a person, or `wellhearth clock --set`. bus: the well's node tells its rooms. kept: memory that outlives a
reset, behind by the seconds the reset took. A source is taken when it is trusted as much as the one in use, or that one is
silent for a week; a person always is. Whoever sets the clock sets the chip with it.
"""

from ..control import wall
from ..storage import boot_record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..hardware import Board
    from ..node.node import Node

STALE_S = 7 * 86400
AGE_MAX_S = 1 << 29
JUMP_S = 2  # less is no news
EPOCH_DAY = 9497  # 2026-01-01, from which the kept memory and the simulator count
EARLIEST_DAY = 9828  # 2026-11-28: this firmware is no older


class Clock:
    """note(now_s, text): a line for the journal. chip: a chipclock.ChipClock, None where the config has none."""

    def __init__(self, node: "Node", board: "Board", note: "Callable[[int, str], None]"):
        self.node = node
        self.board = board
        self.note = note
        self.wall = node.wall
        self.zone = node.cfg.node
        self.utc = getattr(board, "utc", None)  # the simulator's word: seconds since 2026, -1 nothing, -2 forget
        self.quality = wall.NONE
        self.age_s = 0
        self.chip = None
        if self.zone.rtc != "none":
            from . import chipclock
            self.chip = chipclock.ChipClock(self, board.i2c())
        kept_s = board.kept.get(boot_record.TIME)
        day = EPOCH_DAY + kept_s // 86400
        if self.quality == wall.NONE and EARLIEST_DAY <= day <= wall.LAST_DAY:
            self.take(wall.KEPT, day, kept_s % 86400, 0)

    def take(self, quality: int, day: int, second: int, now_s: int) -> None:
        """This is the time now."""
        clock = self.wall
        jump_s = JUMP_S + 1
        if clock.day == day:
            jump_s = abs(second - clock.ms // 1000)
        if jump_s > JUMP_S:
            self.note(now_s, "clock set by %s: day %d since 2000, %d s UTC" % (wall.QUALITIES[quality], day, second))
        self.quality = quality
        self.age_s = 0
        clock.post(day, second * 1000)
        self.local(day, second)

    def set(self, quality: int, day: int, second: int) -> str:
        """A source gives the time: days since 2000-01-01 and second of the day, UTC. Why it is not taken, or ""."""
        if not EARLIEST_DAY <= day <= wall.LAST_DAY or not 0 <= second < 86400:
            return "a time from 2026-11-28 to the end of 2099 is wanted"
        if quality < self.quality and quality != wall.HOST and self.age_s < STALE_S:
            return "the clock has its time from a better source: %s" % wall.QUALITIES[self.quality]
        self.take(quality, day, second, self.node.p.uptime_s)
        if self.chip is not None:
            self.chip.owed = True
        return ""

    def each_second(self) -> None:
        """Sources that speak by themselves, the chip in its turn, the points, and what outlives a reset."""
        if self.age_s < AGE_MAX_S:
            self.age_s += 1
        clock = self.wall
        water = self.node.water
        if water is not None and water.timed:
            water.timed = False
            self.set(wall.BUS, water.p.utc_day, water.p.utc_s)
        if self.utc is not None:
            self.simulated(self.utc())
        known = clock.day >= 0 and clock.posted is None
        if self.chip is not None:
            self.chip.each_second(known)
        self.publish(known)

    def publish(self, known: bool) -> None:
        """The points, local time's offset, the kept memory."""
        p = self.node.p
        p.clock_quality = self.quality
        p.clock_age_s = self.age_s
        clock = self.wall
        if not known:
            return
        second = clock.ms // 1000
        p.utc_day = clock.day
        p.utc_s = second
        if second % 60 == 0:
            self.local(clock.day, second)
        if clock.day >= EPOCH_DAY:
            self.board.kept.set(boot_record.TIME, ((clock.day - EPOCH_DAY) * 86400 + second) & 0x3FFFFFFF)

    def local(self, day: int, second: int) -> None:
        """What local time is ahead of UTC now."""
        self.wall.offset_min = self.offset_min(day, second // 60)

    def offset_min(self, day: int, minute: int) -> int:
        """Minutes that local time is ahead of UTC at a minute of a UTC day."""
        zone = self.zone
        if zone.dst == "none":
            return zone.utc_offset_min
        from ..control import summer
        return summer.offset_min(zone.dst, zone.utc_offset_min, day, minute)

    def simulated(self, utc_s: int) -> None:
        """The simulator stands for a host that always has the time."""
        clock = self.wall
        if utc_s == -2:
            self.quality = wall.NONE
            clock.post(-1, 0)
            self.node.p.utc_day = -1
        elif utc_s >= 0 and self.quality <= wall.HOST:
            day = EPOCH_DAY + utc_s // 86400
            off_s = (day - clock.day) * 86400 + utc_s % 86400 - clock.ms // 1000
            if self.quality != wall.HOST or not -JUMP_S <= off_s <= JUMP_S:
                self.take(wall.HOST, day, utc_s % 86400, self.node.p.uptime_s)
