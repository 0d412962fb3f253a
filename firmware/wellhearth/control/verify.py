"""Plausibility supervisor, after Klipper's verify_heater: what was asked for must show within its time.

It knows nothing of the loops it watches, only what was asked of them and what came of it.
"""

ANSWER_S = 3600
ANSWER_MK = 300
RUN_S = 300
WATER_MK = 1000
AIR_MK = 5000


class Answer:
    """Full heat (or cooling) is asked for: the room must move by ANSWER_MK within ANSWER_S."""

    def __init__(self):
        self.goal_mc = 0
        self.left_s = 0

    def failing(self, asked: bool, cooling: bool, room_mc: int) -> bool:
        """Once a second; True while the room has not answered."""
        if not asked:
            self.left_s = 0
            return False
        if self.left_s == 0:
            self.restart(cooling, room_mc)
        elif (room_mc <= self.goal_mc) if cooling else (room_mc >= self.goal_mc):
            self.restart(cooling, room_mc)
        elif self.left_s > 1:
            self.left_s -= 1
        return self.left_s == 1

    def restart(self, cooling: bool, room_mc: int) -> None:
        """A new goal from here."""
        self.goal_mc = room_mc - ANSWER_MK if cooling else room_mc + ANSWER_MK
        self.left_s = ANSWER_S


def no_difference(run_s: int, water_mk: int, air_mk: int) -> bool:
    """A compressor on for RUN_S must cool (or warm) its water by WATER_MK or its air by AIR_MK.

    water_mk, air_mk: entering minus leaving, either sign; a difference that is not known is
    given as one that passes.
    """
    return run_s >= RUN_S and -WATER_MK < water_mk < WATER_MK and -AIR_MK < air_mk < AIR_MK
