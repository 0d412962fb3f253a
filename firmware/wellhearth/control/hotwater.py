"""A hot water tank: charged by its middle and bottom, before the buildings but not for ever; disinfected once a week, and
proved.

Disinfection: tank and circulation at temperature for so long without a break, together (DVGW W 551: the whole system; GB
50015-2019, 6.2: 55 to 60 degC where nothing else disinfects). What was not proved did not happen.
"""

READY, CHARGE, ENDED, DISINFECT, UNKNOWN = range(5)
TAP_MC = 50000
OVER_MK = 2000  # so far above what shall be proved the water is heated
RETRY_S = 3600
ALONE_S = 1200


class HotWater:
    """band_mk: charged when the middle is so much below its setpoint. priority_s: longest charging at once while the
    buildings are short. disinfect_mc, disinfect_s: what is to be proved; 0 s = never.

    In, before `each_second`: setpoint_mc; top, middle, bottom, circulation (mC), known, circulation_ok; due (its hours,
    or by hand); short (the buildings want more than runs). Out: call (charge), target_mc, circulate, heater, proved (one
    second long), state.
    """

    def __init__(self, band_mk: int, priority_s: int, disinfect_mc: int, disinfect_s: int):
        self.band_mk = band_mk
        self.priority_s = priority_s
        self.disinfect_mc = disinfect_mc
        self.disinfect_s = disinfect_s
        self.setpoint_mc = 55000
        self.top_mc = self.middle_mc = self.bottom_mc = self.circulation_mc = 0
        self.known = False
        self.circulation_ok = False
        self.due = False
        self.short = False
        self.call = False
        self.target_mc = 0
        self.circulate = False
        self.heater = False
        self.proved = False
        self.state = READY
        self.charging = False  # a machine does
        self.call_s = 0
        self.alone_s = 0
        self.pause_s = 0
        self.hot_s = 0
        self.done = False  # proved within these hours

    def each_second(self) -> None:
        """One second."""
        self.proved = False
        if not self.known:
            self.state = UNKNOWN
            self.call = self.circulate = self.heater = False
            self.hot_s = 0
            return
        self.circulate = True
        if not self.due:
            self.done = False
        if self.due and not self.done and self.disinfect_s:
            self.disinfect()
            return
        self.hot_s = 0
        self.target_mc = self.setpoint_mc
        self.charge()
        # Nobody charges, and the taps grow cold: the electric heater keeps them.
        self.alone_s = self.alone_s + 1 if self.call and not self.charging else 0
        if self.heater:
            self.heater = self.call and not self.charging
        else:
            self.heater = self.alone_s >= ALONE_S and self.top_mc < TAP_MC + 3000

    def charge(self) -> None:
        """By the middle on, by the bottom off; a tap below 50 degC knows no limit of priority."""
        if self.pause_s > 0:
            self.pause_s -= 1
        if self.call:
            self.call_s += 1
            if self.bottom_mc >= self.setpoint_mc - 1000:
                self.call = False
            elif self.short and self.call_s >= self.priority_s and self.top_mc >= TAP_MC + 2000:
                self.call = False
                self.pause_s = RETRY_S
        elif self.middle_mc < self.setpoint_mc - self.band_mk and (self.pause_s == 0 or self.top_mc < TAP_MC + 1000):
            self.call = True
            self.call_s = 0
        self.state = CHARGE if self.call else ENDED if self.pause_s else READY

    def disinfect(self) -> None:
        """All of the tank and what comes back from the taps, hot at once, without a break."""
        self.state = DISINFECT
        self.call = True
        self.target_mc = self.disinfect_mc + OVER_MK
        self.heater = True
        hot = (self.bottom_mc >= self.disinfect_mc and self.top_mc >= self.disinfect_mc and self.circulation_ok
               and self.circulation_mc >= self.disinfect_mc - 5000)
        self.hot_s = self.hot_s + 1 if hot else 0
        if self.hot_s >= self.disinfect_s:
            self.done = True
            self.proved = True
            self.call = self.heater = False
            self.hot_s = 0
