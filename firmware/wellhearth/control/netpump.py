"""The pumps of a network: how fast, and how many of them, by the differential pressure that the worst user needs.

The differential pressure's setpoint is trimmed and answers the worst user's valve (ASHRAE Guideline 36-2021, 5.1.14);
pumps come and go by speed with delays, the one that ran least first (5.1.15).
"""

from . import pi, respond

UP_PM, DOWN_PM = 950, 550
UP_S, DOWN_S = 120, 600
FLOW_UP_S = 20  # a machine waits for its flow
OPEN_PM = 950  # a valve so far open asks for more pressure; two requests when it is wide open
SHUT_PM = 50
KP_M = 4  # thousandths of a per mille of speed for each pascal
TI_S = 20
GAP_S = 15


class NetworkPumps:
    """n: pumps. dp_pa, least_pa: setpoint at design and least of its reset, 5,000 to 500,000 Pa. least_pm: lowest speed.

    In, before `each_second`: wanted, bar (a protection: off at once), dp_pa, dp_ok, valve_pm, limit_pm (noise),
    need_lph (the machines' least flow, 0: none), flow_lph. Per pump: able, on, run_h. Out: on, speed_pm, target_pa;
    `start`, `stop`: none (they are told by `on`).
    """

    def __init__(self, n: int, dp_pa: int, least_pa: int, least_pm: int):
        self.n = n
        self.least_pm = least_pm
        self.able = [False] * n
        self.on = [False] * n
        self.run_h = [0] * n
        self.wanted = False
        self.bar = False
        self.dp_pa = 0
        self.dp_ok = False
        self.valve_pm = 1000
        self.limit_pm = 1000
        self.need_lph = 0
        self.flow_lph = 0
        self.floor_pm = least_pm
        self.pi = pi.PI(KP_M, TI_S, least_pm, 1000)
        self.reset = respond.TrimRespond(dp_pa, least_pa, dp_pa, -max(1, (dp_pa - least_pa) // 40),
                                         max(1, (dp_pa - least_pa) // 20), dp_pa - least_pa)
        self.target_pa = dp_pa
        self.speed_pm = 0
        self.count = 0
        self.more_s = self.less_s = 0
        self.gap_s = GAP_S

    def each_second(self) -> None:
        """One second."""
        if self.gap_s < GAP_S:
            self.gap_s += 1
        self.drop_unable()
        if self.bar or not self.wanted:
            self.rest()
            return
        requests = 0
        if self.valve_pm >= OPEN_PM:
            requests = 2 if self.valve_pm >= 990 else 1
        self.target_pa = self.reset.each_second(self.count > 0, requests)
        if self.count == 0:
            self.add()
            self.pi.preset(self.least_pm)
            self.speed_pm = self.least_pm
            return
        self.follow()
        self.stage()

    def drop_unable(self) -> None:
        """One that cannot run does not count."""
        count = 0
        i = self.n
        while i:
            i -= 1
            if self.on[i] and (self.bar or not self.able[i]):
                self.on[i] = False
            if self.on[i]:
                count += 1
        self.count = count

    def rest(self) -> None:
        """All off."""
        i = self.n
        while i:
            i -= 1
            self.on[i] = False
        self.count = 0
        self.speed_pm = 0
        self.floor_pm = self.least_pm
        self.more_s = self.less_s = 0
        self.target_pa = self.reset.each_second(False, 0)

    def follow(self) -> None:
        """Speed after pressure; without a measurement it stays where it is."""
        self.lift()
        if self.dp_ok:
            error = self.target_pa - self.dp_pa
            speed = self.pi.update(20000 if error > 20000 else -20000 if error < -20000 else error)
            if speed > self.limit_pm:
                speed = self.limit_pm if self.limit_pm > self.least_pm else self.least_pm
                self.pi.track(speed)
            if speed < self.floor_pm:
                speed = self.floor_pm
                self.pi.track(speed)
            self.speed_pm = speed
        elif self.speed_pm > self.limit_pm >= self.least_pm:
            self.speed_pm = self.limit_pm

    def lift(self) -> None:
        """A machine's least flow comes before the pressure that the users want, and before noise."""
        if self.flow_lph < self.need_lph:
            self.floor_pm = self.floor_pm + 10 if self.floor_pm < 990 else 1000
        elif self.flow_lph > self.need_lph // 8 * 10:
            self.floor_pm = self.floor_pm - 2 if self.floor_pm > self.least_pm + 2 else self.least_pm

    def stage(self) -> None:
        """One more at full speed, one less at a low one."""
        top_pm = UP_PM if self.limit_pm > UP_PM else self.limit_pm - 10
        lacks = self.dp_pa < self.target_pa or self.flow_lph < self.need_lph
        self.more_s = self.more_s + 1 if self.speed_pm >= top_pm and lacks else 0
        self.less_s = self.less_s + 1 if self.speed_pm <= DOWN_PM and self.count > 1 else 0
        if self.more_s >= (FLOW_UP_S if self.flow_lph < self.need_lph else UP_S):
            self.add()
        elif self.less_s >= DOWN_S:
            self.less_s = 0
            self.drop()

    def drop(self) -> None:
        """One less, the one that ran most. While machines need their flow the others take over its share at once, and none
        goes where they could not."""
        if self.need_lph:
            speed = self.speed_pm * self.count // (self.count - 1)
            if speed >= UP_PM or speed > self.limit_pm:
                return
            self.speed_pm = self.floor_pm = speed
            self.pi.track(speed)
        most = -1
        i = self.n
        while i:
            i -= 1
            if self.on[i] and (most < 0 or self.run_h[i] > self.run_h[most]):
                most = i
        self.on[most] = False
        self.count -= 1

    def add(self) -> None:
        """One more, the one that ran least; not two at once."""
        best = -1
        i = self.n
        while i:
            i -= 1
            if self.able[i] and not self.on[i] and (best < 0 or self.run_h[i] <= self.run_h[best]):
                best = i
        if best >= 0 and self.gap_s >= GAP_S:
            self.on[best] = True
            self.count += 1
            self.gap_s = 0
            self.more_s = 0


class Bypass:
    """A network's bypass valve keeps its least flow. minimum_lph: of one machine; 0 = there is none.

    It keeps nine to ten eighths of what is needed: machines' flow switches open at the need itself. Fast where water is
    missing, slow elsewhere: the valve takes a minute, the flow is heard seconds late, and what shuts too quickly swings.
    """

    FAST_PM = 10
    STEP_PM = 2

    def __init__(self, minimum_lph: int):
        self.minimum_lph = minimum_lph
        self.pm = 0

    def each_second(self, on: bool, valve_pm: int, flow_lph: int, need_lph: int) -> int:
        """One second; its opening in per mille. valve_pm: of the users; the less they take, the further it is open before
        the pumps start, up to a half."""
        if not self.minimum_lph:
            self.pm = 0
        elif not on:
            self.pm = (1000 - valve_pm) >> 1
        elif flow_lph < need_lph:
            self.pm = min(1000, self.pm + self.FAST_PM)
        elif flow_lph < need_lph // 8 * 9:
            self.pm = min(1000, self.pm + self.STEP_PM)
        elif flow_lph > need_lph // 8 * 10:
            self.pm = max(0, self.pm - (self.STEP_PM if flow_lph > need_lph // 8 * 12 else 1))
        return self.pm
