"""What a room shall be: heat or cool, to which temperature, now. Schedule, setback, boost, auto, frost."""

from . import schedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .given import RoomSettings

NONE = 0
HEAT = 1
COOL = 2

MODE_OFF = 0
MODE_HEAT = 1
MODE_COOL = 2
MODE_AUTO = 3
MODES = ("off", "heat", "cool", "auto")

BOOST_MK = 2000
RATE_MK_H = 1500  # warm-up of a room nothing is known of yet
RATE_MIN = 200
RATE_MAX = 10000
FIRST_S = 60  # auto waits so long after a start for its room sensor
NEAR_MK = 500  # warm enough: the way there ends in the band; the last tenths are the thermostat's
LEARN_S = 240


class RoomPlan:
    """Direction and target of one room; `each_second` at the slow rate, `each_minute` when the clock moves.

    cfg: a room section of config.py.
    """

    def __init__(self, cfg: "RoomSettings"):
        self.cfg = cfg
        self.week = schedule.Week(cfg.schedule)
        self.direction = NONE
        self.target_mc = 0
        self.turn_s = 0
        self.until_min = 0
        self.rate_mk_h = RATE_MK_H
        self.comfort = True
        self.from_mc = 0  # where a warm-up began
        self.warming_s = 0
        self.shift_mk = 0  # what the grid's wish moved the target by
        self.grid = 0  # the grid's wish, -1 to 1
        self.ahead_mk = 0  # what the air has more than its sensor shows (room_model.py)

    def each_minute(self, week_min: int) -> None:
        """A new minute of the week, or -1."""
        self.until_min = self.week.until_comfort_min(week_min)

    def each_second(self, mode: int, setpoint_mc: int, boost: bool, room_mc: int, room_ok: bool, frost: bool) -> None:
        """One second. frost: the frost row is active, the room is heated whatever its mode."""
        cfg = self.cfg
        self.turn(mode, setpoint_mc, room_mc, room_ok)
        target = setpoint_mc
        self.shift_mk = 0
        if self.direction == HEAT:
            self.comfort = self.now_comfort(setpoint_mc, room_mc, room_ok)
            if boost:
                target += BOOST_MK
            elif not self.comfort and cfg.setback_mc < target:
                target = cfg.setback_mc
            else:
                target = self.flexed(target)
            self.learn(setpoint_mc, room_mc, room_ok and self.comfort)
        elif self.direction == COOL:
            self.comfort = self.until_min == 0
            if boost:
                target -= BOOST_MK
            elif not self.comfort and cfg.setback_cool_mc > target:
                target = cfg.setback_cool_mc
            else:
                target = self.flexed(target)
        if frost:
            warm = cfg.frost_mc + 3000
            if self.direction != HEAT or target < warm:
                self.direction = HEAT
                target = warm
        self.target_mc = target

    def flexed(self, target_mc: int) -> int:
        """A target moved by what the household gives to the grid, inside the room's limits."""
        cfg = self.cfg
        shift = self.grid * cfg.flex_mk
        moved = target_mc + (-shift if self.direction == COOL else shift)
        if moved > cfg.setpoint_max_mc:
            moved = cfg.setpoint_max_mc if cfg.setpoint_max_mc > target_mc else target_mc
        elif moved < cfg.setpoint_min_mc:
            moved = cfg.setpoint_min_mc if cfg.setpoint_min_mc < target_mc else target_mc
        self.shift_mk = moved - target_mc
        return moved

    def turn(self, mode: int, setpoint_mc: int, room_mc: int, room_ok: bool) -> None:
        """The direction. Auto changes over when the room has been outside the neutral band on the
        other side for the change-over delay; it never waits without a direction."""
        if mode == MODE_HEAT:
            self.direction = HEAT
        elif mode == MODE_COOL:
            self.direction = COOL
        elif mode == MODE_OFF:
            self.direction = NONE
        elif self.direction == NONE:
            self.first(setpoint_mc, room_mc, room_ok)
        else:
            over = room_mc - setpoint_mc
            if self.direction == COOL:
                over = -over
            if room_ok and over > self.cfg.neutral_mk:
                self.turn_s += 1
                if self.turn_s >= self.cfg.changeover_s:
                    self.turn_s = 0
                    self.direction = HEAT if self.direction == COOL else COOL
            else:
                self.turn_s = 0

    def first(self, setpoint_mc: int, room_mc: int, room_ok: bool) -> None:
        """The first direction in auto; without a reading it is heat, after the sensors had their time."""
        if room_ok:
            self.direction = COOL if room_mc > setpoint_mc + self.cfg.neutral_mk else HEAT
            self.turn_s = 0
            return
        self.turn_s += 1
        if self.turn_s >= FIRST_S:
            self.direction = HEAT
            self.turn_s = 0

    def now_comfort(self, setpoint_mc: int, room_mc: int, room_ok: bool) -> bool:
        """Comfort now, or so near that the warm-up must begin."""
        until = self.until_min
        if until == 0:
            return True
        if until > self.cfg.early_max_min:
            return False
        if not room_ok or self.warming_s:
            return True  # once begun, a warm-up is carried through
        need_mk = setpoint_mc - room_mc
        return need_mk > NEAR_MK and (need_mk - NEAR_MK) * 60 // self.rate_mk_h >= until

    def learn(self, setpoint_mc: int, room_mc: int, warming: bool) -> None:
        """Follow a warm-up from a setback and learn this room's rate from it."""
        need_mk = setpoint_mc - room_mc
        if not warming:
            self.warming_s = 0
        elif self.warming_s == 0:
            # Only the way up from a setback tells anything.
            if need_mk > 1000:
                self.warming_s = 1
                self.from_mc = room_mc
        elif need_mk - self.ahead_mk <= NEAR_MK:
            gained = room_mc + self.ahead_mk - self.from_mc
            if self.warming_s >= LEARN_S and gained >= 500:
                seen = gained * 360 // (self.warming_s // 10)
                rate = (self.rate_mk_h + seen) // 2
                self.rate_mk_h = min(RATE_MAX, max(RATE_MIN, rate))
            self.warming_s = 0
        elif self.warming_s < 100_000:
            self.warming_s += 1

    def values(self):
        """For the ledger: the direction too, so that a restart in auto goes on as it was."""
        return [self.rate_mk_h, self.direction]

    def take(self, values: "list[int]") -> None:
        """From the ledger; ValueError when it does not fit."""
        rate, direction = values
        if not RATE_MIN <= rate <= RATE_MAX or direction not in (NONE, HEAT, COOL):
            raise ValueError(values)
        self.rate_mk_h = rate
        self.direction = direction
