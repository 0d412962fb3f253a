"""The plant's direction, and its supply temperature: by the air outside, with a reset by the rooms (trim and respond)."""

from . import reasons_plant, respond

DAY_S = 86400
CHANGE_S = 3600  # between heating and cooling the plant rests for an hour
LAPSE_MK = 2000  # auto: so much beyond a limit before what runs ends


class Outside:
    """The day's mean of the air outside, an exponential one: -> mean_mc. Without a sensor it stays what it was."""

    def __init__(self):
        self.mean_mc = 0
        self.rest = 0
        self.known = False

    def each_second(self, outside_mc: int, ok: bool) -> None:
        """outside_mc: -55,000 to 60,000."""
        if not ok:
            return
        if not self.known:
            self.known = True
            self.mean_mc = outside_mc
            return
        self.rest += outside_mc - self.mean_mc
        step = self.rest // DAY_S
        self.mean_mc += step
        self.rest -= step * DAY_S


class Direction:
    """Heat, cool or nothing: by the mode, on auto by the mean outside; between the two a rest."""

    def __init__(self, heat_below_mc: int, cool_above_mc: int):
        self.heat_below_mc = heat_below_mc
        self.cool_above_mc = cool_above_mc
        self.now = reasons_plant.NONE
        self.rest_s = CHANGE_S  # since it was something
        self.last = reasons_plant.NONE

    def wish(self, mode: int, mean_mc: int, known: bool) -> int:
        """What the mode wants; auto without a weather keeps what it does."""
        if mode == reasons_plant.MODE_HEAT:
            return reasons_plant.HEAT
        if mode == reasons_plant.MODE_COOL:
            return reasons_plant.COOL
        if mode == reasons_plant.MODE_OFF:
            return reasons_plant.NONE
        if not known:
            return self.now
        if mean_mc < self.heat_below_mc + (LAPSE_MK if self.now == reasons_plant.HEAT else 0):
            return reasons_plant.HEAT
        if mean_mc > self.cool_above_mc - (LAPSE_MK if self.now == reasons_plant.COOL else 0):
            return reasons_plant.COOL
        return reasons_plant.NONE

    def each_second(self, mode: int, mean_mc: int, known: bool, running: bool) -> int:
        """running: a machine runs; the direction changes only at rest."""
        wish = self.wish(mode, mean_mc, known)
        if self.now != reasons_plant.NONE:
            self.last = self.now
            if wish != self.now:
                self.now = reasons_plant.NONE
                self.rest_s = 0
            return self.now
        if running:
            self.rest_s = 0
        elif self.rest_s < CHANGE_S:
            self.rest_s += 1
        if wish != reasons_plant.NONE and (wish == self.last or self.last == reasons_plant.NONE or self.rest_s >= CHANGE_S):
            self.now = wish
        return self.now


class SupplyTarget:
    """cold_mc at design_mc outside, mild_mc at heat_below_mc; cool_mc, cool_mild_mc: cooling. All inside +-90,000 mC.

    In: requests, of buildings that do not get enough, -1 where nobody could ask for more (then nothing is trimmed). Out:
    `mc`.
    """

    STEP_MK = 300

    def __init__(self, design_mc: int, heat_below_mc: int, cold_mc: int, mild_mc: int, cool_mc: int, cool_mild_mc: int):
        self.design_mc = design_mc
        self.span_mk = max(1000, heat_below_mc - design_mc)
        self.cold_mc = cold_mc
        self.mild_mc = mild_mc
        self.cool_mc = cool_mc
        step = self.STEP_MK
        # Heating: up to 5 K more than the weather says when somebody is cold, down to 4 K less when nobody is.
        self.heat = respond.TrimRespond(0, -4000, 5000, -step // 3, step, 3 * step, 0, 900, 300)
        self.cool = respond.TrimRespond(cool_mc, cool_mc, cool_mild_mc, step // 3, -step, -3 * step, 0, 900, 300)
        self.mc = mild_mc

    def each_second(self, direction: int, outside_mc: int, known: bool, requests: int, trim_mk: int, on: bool) -> int:
        """One second; without a weather: half way to the design day."""
        heating = direction == reasons_plant.HEAT
        on = on and requests >= 0
        more = self.heat.each_second(on and heating, requests)
        cool = self.cool.each_second(on and direction == reasons_plant.COOL, requests)
        if direction == reasons_plant.COOL:
            self.mc = cool + trim_mk
            return self.mc
        below_mk = self.design_mc + self.span_mk - outside_mc if known else self.span_mk // 2
        below_mk = 0 if below_mk < 0 else self.span_mk if below_mk > self.span_mk else below_mk
        base = self.mild_mc + (self.cold_mc - self.mild_mc) // 100 * (below_mk * 100 // self.span_mk)
        self.mc = base + more + trim_mk
        return self.mc
