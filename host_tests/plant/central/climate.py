"""A year of weather for a place of which only the annual mean and the heating design temperature are known.

Those two stand in GB 50736-2012 for each city (tools/whtools/device/climate.csv); five days a year are colder than the
design temperature, and so they are here. Swing of the year and of the day, spells of weather and clouds are drawn from the
seed; the sun is that of DesignDay, dimmed by the day's clouds.
"""

from __future__ import annotations

import math
import random

from ..weather import DesignDay, WeatherError

COLD_DAYS = 5  # colder than the design temperature, GB 50736-2012, 4.1.2
COLDEST_DAY = 20  # of the year: 20 January
SPELL_K, SPELL_MEMORY = 3.0, 0.7  # deviation of a day's mean from the season's, and what is left of it a day later
DAYS = 365
SHORT_SUMMER = 0.08  # of the amplitude: inland, July is less far above the year's mean than January below; assumed


class ClimateYear(DesignDay):
    """`at(t_s)` as the other weathers have it; t = 0 is midnight before day `first_day` (1 = 1 January)."""

    def __init__(self, seed: int, mean_c: float, design_c: float, latitude_deg: float = 40.0, first_day: int = 1,
                 swing_k: float = 5.0):
        if not -10.0 <= mean_c <= 30.0 or not mean_c - 45.0 <= design_c <= mean_c - 3.0:
            raise WeatherError(f"annual mean {mean_c:g} (-10 to 30) or design temperature {design_c:g} degC is out of range")
        if not 1 <= first_day <= DAYS:
            raise WeatherError(f"first day {first_day}: 1 to {DAYS}")
        super().__init__(seed, mean_c, swing_k, latitude_deg=latitude_deg)
        self.name = f"synthetic year, mean {mean_c:g}, heating design {design_c:g} degC, from day {first_day}"
        self.first_day = first_day
        self.waves = []
        rng = random.Random(f"climate-{seed}")
        spell, self.spells, self.clear = 0.0, [], []
        for _ in range(DAYS):
            spell = SPELL_MEMORY * spell + rng.gauss(0.0, SPELL_K * math.sqrt(1.0 - SPELL_MEMORY**2))
            self.spells.append(spell)
            self.clear.append(rng.choice((1.0, 1.0, 0.9, 0.7, 0.5, 0.3)))
        self.amplitude_k = self._fitted(mean_c, design_c)
        self.means = self._means(mean_c, self.amplitude_k)
        self._today = -1

    def _means(self, mean_c: float, amplitude_k: float) -> list[float]:
        """Mean temperature of each day, its yearly mean held."""
        turns = [2.0 * math.pi * (day + 1 - COLDEST_DAY) / DAYS for day in range(DAYS)]
        shape = [math.cos(x) + SHORT_SUMMER * math.cos(2.0 * x) for x in turns]
        days = [spell - amplitude_k * cold for cold, spell in zip(shape, self.spells)]
        shift = mean_c - sum(days) / DAYS
        return [day + shift for day in days]

    def _fitted(self, mean_c: float, design_c: float) -> float:
        """Yearly amplitude with which COLD_DAYS days are colder than the design temperature."""
        low, high = 0.0, 40.0
        for _ in range(40):
            middle = 0.5 * (low + high)
            colder = sum(day < design_c for day in self._means(mean_c, middle))
            low, high = (middle, high) if colder < COLD_DAYS else (low, middle)
        return high

    def day_mean_c(self, day: int) -> float:
        """Mean of a day of the year, 1 to 365."""
        return self.means[(day - 1) % DAYS]

    def coldest_day(self) -> int:
        """The day of the year with the lowest mean."""
        return 1 + min(range(DAYS), key=self.means.__getitem__)

    def hottest_day(self) -> int:
        """The day of the year with the highest mean."""
        return 1 + max(range(DAYS), key=self.means.__getitem__)

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, sun W/m2 on a vertical south window)."""
        place = t_s / 86400.0 + self.first_day - 1
        day = math.floor(place)
        if day != self._today:
            self._today = day
            self.day = day % DAYS + 1
            self.declination, self.noon_h, self.half_h = self.place.noon(self.day)
            self.scale = self.clear[day % DAYS]
        middle = place - 0.5
        before = math.floor(middle)
        f = middle - before
        mean = (1.0 - f) * self.means[before % DAYS] + f * self.means[(before + 1) % DAYS]
        hour = (place - day) * 24.0
        if 6.5 <= hour < 14.5:
            shape = -math.cos(math.pi * (hour - 6.5) / 8.0)
        else:
            shape = math.cos(math.pi * ((hour - 14.5) % 24.0) / 16.0)
        return mean + self.swing_k * shape, self._sun(hour)
