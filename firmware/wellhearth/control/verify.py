"""Plausibility supervisor, after Klipper's verify_heater: what was asked for must show within its time.

It knows nothing of the loops it watches, only what was asked of them and what came of it.
"""

ANSWER_S = 3600
ANSWER_MK = 300
FELL_AGAIN_MK = 2000
RUN_S = 300
WATER_MK = 1000
AIR_MK = 5000
UNKNOWN_MK = 50000  # a difference nobody can measure passes every plausibility check
WRONG_S = 45  # after a change-over the coil is cold from before for half a minute
WRONG_AIR_MK = 3000
APART_MK = 3000  # standing water this far from the water that enters shows whether the pump pumps
DOUBTED_MK = 2000  # where it has not answered before: two sensors of +-0.5 K, and what a clamp reads of the air around it
AGAIN_MK = 1000  # so much further from it than it had come: it was not answered after all
PUMP_S = 90
MOVED_S = 120  # no water keeps its sixteenth of a degree through the first two minutes of a run
WATER_S = 150
FELL_MK = 1500
ROSE_MK = 3000
STILL_S = 1800
DEAD_S = 90
DROP_MAX_MK = 20000
LEAD_S = 30  # a probe under a pipe clamp follows its water within 20 to 40 s
SLOW_S = 8  # the fall is told by a filter of this time: a sixteenth of a degree (a sensor's step) counts as 0.23 K
LACK_MK = 2000  # more than the usual difference by so much is a lack of water
USUAL_S = 64  # the usual difference is learned in about this time
FLAT_MK = 250  # under a kelvin in half a minute: the water is where it will be
FUTILE_MK = 500  # hysteresis


class Answer:
    """Full heat (or cooling) is asked for: the room must move by ANSWER_MK within ANSWER_S.

    Once it did it need not move again, however long it goes on: in a cold night, or a house that loses more than planned,
    full heat just holds the room. Only a room that goes on falling, by FELL_AGAIN_MK from its best, is asked anew.
    """

    def __init__(self):
        self.goal_mc = 0
        self.left_s = 0
        self.best_mc = 0
        self.answered = False

    def failing(self, asked: bool, cooling: bool, room_mc: int) -> bool:
        """Once a second; True while the room has not answered."""
        if not asked:
            self.left_s = 0
            self.answered = False
            return False
        if self.answered:
            if (room_mc < self.best_mc) if cooling else (room_mc > self.best_mc):
                self.best_mc = room_mc
            off_mk = room_mc - self.best_mc if cooling else self.best_mc - room_mc
            if off_mk < FELL_AGAIN_MK:
                return False
            self.answered = False
            self.left_s = 0
        if self.left_s == 0:
            self.restart(cooling, room_mc)
        elif (room_mc <= self.goal_mc) if cooling else (room_mc >= self.goal_mc):
            self.answered = True
            self.best_mc = room_mc
            return False
        elif self.left_s > 1:
            self.left_s -= 1
        return self.left_s == 1

    def restart(self, cooling: bool, room_mc: int) -> None:
        """A new goal from here."""
        self.goal_mc = room_mc - ANSWER_MK if cooling else room_mc + ANSWER_MK
        self.left_s = ANSWER_S


class Water:
    """Whether the leaving water follows what is done to it: its sensor's proof of life, and the unit's own flow proof.

    A circulation pump that stands, a sensor that slipped off its pipe, repeats one value or sits in another place: each
    looks perfect until something ought to move. Call `pump` or `run` once a second; units: mK and mdegC.
    """

    def __init__(self, rated_w: int, flow_lph: int):
        """rated_w: 500 to 100,000 W. flow_lph: 50 to 20,000 L/h through the unit."""
        # Three quarters of the heat come from the water: 860 L K/h to the kWh.
        self.drop_mk = min(DROP_MAX_MK, rated_w * 645 // flow_lph)
        self.pending = False  # the circulation pump runs and the water has not answered yet: no start
        self.wait_s = 0
        self.dead_s = 0
        self.from_mc = 0
        self.gap_mk = 0
        self.warm = False
        self.top_mc = 0
        self.low_mc = 0
        self.fell = False
        # A unit that cools its water by a quarter and a kelvin more than it should lacks water.
        self.lack_mk = self.drop_mk * 5 // 4 + 1000
        # Its own difference at full speed, where that is larger. A smaller one is not believed: a sensor off its pipe shows
        # none.
        self.usual_mk = self.lack_mk - LACK_MK
        self.slow = 0  # leaving water through a filter of SLOW_S, times SLOW_S
        self.top_pm = 0
        self.ahead_mk = 0

    def pump(self, flowing: bool, leaving_mc: int, entering_mc: int, doubted: bool) -> bool:
        """Compressor off. flowing: the pump runs, the source proves its flow, both sensors are valid. doubted: see `lead`.

        Water that stood has another temperature than the water that enters, and must give way to it. True when it does not.
        Once it did (or was near), it must stay near: water that drifts away again is asked anew.
        """
        if not flowing:
            self.wait_s = 0
            self.pending = False
            return False
        gap = leaving_mc - entering_mc
        apart = gap if gap >= 0 else -gap
        far_mk = DOUBTED_MK if doubted else APART_MK
        # Where water flows nothing drifts apart: standing water does, as its room warms it.
        if self.wait_s == 0 or (not self.pending and apart >= max(far_mk, self.gap_mk + AGAIN_MK)):
            self.wait_s = 0
            self.from_mc = leaving_mc
            self.gap_mk = apart
            self.warm = gap > 0
            self.pending = apart >= far_mk
        moved = self.from_mc - leaving_mc if self.warm else leaving_mc - self.from_mc
        if self.pending and (apart < far_mk or moved * 2 >= self.gap_mk):
            self.pending = False
            self.gap_mk = apart if apart >= far_mk else 0
        if self.wait_s < PUMP_S:
            self.wait_s += 1
        return self.pending and self.wait_s >= PUMP_S

    def begin(self, leaving_mc: int) -> None:
        """A run begins, or has not begun; cooling: see `run`."""
        self.top_mc = leaving_mc
        self.low_mc = leaving_mc
        self.fell = False
        self.dead_s = 0
        self.top_pm = 0
        self.slow = leaving_mc * SLOW_S
        self.ahead_mk = 0

    def futile(self, over_mk: int, slowest_pm: int, was: bool) -> bool:
        """Whether water so little over the freeze limit gives no run worth its start: not half of its usual difference at
        the slowest speed. Such a run ends in a freeze trip within a minute, and three of those lock the unit out."""
        return over_mk < self.usual_mk * slowest_pm // 2000 + (FUTILE_MK if was else 0)

    def lead(self, run_s: int, leaving_mc: int, water_mk: int, speed_pm: int, doubted: bool) -> None:
        """Compressor on and heating: how far the water is ahead of its sensor, into `ahead_mk` (0 mK or more).

        Water that stands freezes while its clamp is still warm. What a sensor falls by in LEAD_S is what it has yet to
        fall; this counts only where the difference (`water_mk`, UNKNOWN_MK: no word) is larger than this unit's usual one,
        as only a lack of water makes it, so that a quick sensor at an honest start is taken at its word.
        doubted: this unit's water has not answered before; then a difference so large is enough.
        """
        fall = self.slow // SLOW_S - leaving_mc
        self.slow -= fall
        # A compressor that slows down leaves the difference of its faster time for a while.
        self.top_pm = speed_pm if speed_pm > self.top_pm else self.top_pm - ((self.top_pm - speed_pm) >> 5)
        self.ahead_mk = 0
        if water_mk == UNKNOWN_MK:
            return
        ahead = fall * LEAD_S // SLOW_S if fall > 0 else 0
        # At a start the sensor's own word has to pass the usual difference: how quickly an honest unit's water falls is not
        # known. In a run nothing honest falls so.
        if water_mk + (ahead if run_s >= WATER_S else 0) > self.usual_mk * self.top_pm // 1000 + LACK_MK:
            self.ahead_mk = UNKNOWN_MK if doubted and fall >= FLAT_MK else ahead
        if run_s >= WATER_S and -FLAT_MK < fall < FLAT_MK and self.top_pm >= 100:
            usual = self.usual_mk + (water_mk * 1000 // self.top_pm - self.usual_mk) // USUAL_S
            self.usual_mk = max(usual, self.lack_mk - LACK_MK)

    def run(self, run_s: int, leaving_mc: int, water_mk: int, speed_pm: int, same_s: int, air_mk: int) -> bool:
        """Compressor on; True when the sensor has not done what water does for DEAD_S.

        leaving_mc, water_mk (entering minus leaving): their signs turned when cooling. same_s: since the value changed.
        air_mk: supply air over room air; without warm air it is the compressor that does not answer, another row's
        business, and its air stays warm for a minute after its water has.
        """
        self.wait_s = 0  # the pump's test begins anew after the run: it may have stopped meanwhile
        self.pending = False
        dead = self.strange(run_s, leaving_mc, water_mk, speed_pm, same_s) and air_mk >= AIR_MK
        self.dead_s = self.dead_s + 1 if dead else 0
        return self.dead_s >= DEAD_S

    def strange(self, run_s: int, leaving_mc: int, water_mk: int, speed_pm: int, same_s: int) -> bool:
        """See `run`. The entering sensor may be the wrong one: a leaving sensor that moved with the run is believed."""
        if leaving_mc > self.top_mc:
            self.top_mc = leaving_mc
            self.low_mc = leaving_mc
        elif leaving_mc < self.low_mc:
            self.low_mc = leaving_mc
            if self.top_mc - leaving_mc >= FELL_MK:
                self.fell = True
        if run_s >= MOVED_S and same_s >= run_s:
            return True
        # Two sensors of +-0.5 K, and pipe clamps that read some of the air around them.
        if run_s < WATER_S or water_mk >= self.drop_mk * speed_pm // 4000 * 3 - 2000:
            return False
        return not self.fell or leaving_mc - self.low_mc >= ROSE_MK or same_s >= STILL_S


def wrong_way(run_s: int, water_mk: int, air_mk: int) -> bool:
    """The air gets colder and the water warmer, and heat was asked for (the signs turned when cooling).

    A difference that is not known leaves the word to the other one; both unknown say nothing.
    """
    return (run_s >= WRONG_S and (water_mk <= -WATER_MK or water_mk == UNKNOWN_MK)
            and (air_mk <= -WRONG_AIR_MK or (air_mk == UNKNOWN_MK and -UNKNOWN_MK < water_mk <= -2 * WATER_MK
                                             and run_s >= WATER_S)))


def no_difference(run_s: int, water_mk: int, air_mk: int) -> bool:
    """A compressor on for RUN_S must cool its water by WATER_MK or warm its air by AIR_MK, the signs turned when cooling.

    UNKNOWN_MK passes.
    """
    return run_s >= RUN_S and water_mk < WATER_MK and air_mk < AIR_MK
