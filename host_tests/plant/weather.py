"""Weather: a seeded synthetic design day, or a year from an EnergyPlus EPW file; the sun by geometry."""

from __future__ import annotations

import math
import random
from pathlib import Path

from . import sun

WHOLE_YEARS = (8760, 8784)
STEFAN = 5.67e-8  # W/(m2 K4)


class WeatherError(Exception):
    """A weather file that cannot be used; the message says why."""


class DesignDay:
    """A design day, the same every day: mean and swing of the outside temperature, sun through south windows.

    Coldest two hours before sunrise's end (06:30), warmest at 14:30; defaults are Beijing's design
    day: mean -7.6 degC, night minimum about -13 degC. A slow seeded wander of +-0.5 K on top.
    Sun: the clear sky of `day` (1 = 1 January) at `latitude_deg` by the clock of the place's own noon, scaled so that
    `sun_w_m2` is the day's peak on a vertical south window.
    """

    def __init__(self, seed: int, mean_c: float = -7.6, swing_k: float = 5.2, sun_w_m2: float = 420.0,
                 latitude_deg: float = 39.9, day: int = 21):
        if not (-66.0 <= latitude_deg <= 66.0 and 1 <= day <= 366):
            raise WeatherError(f"latitude_deg {latitude_deg:g} (-66 to 66) or day {day} (1 to 366) is out of range")
        rng = random.Random(f"weather-{seed}")
        self.mean_c = mean_c
        self.swing_k = swing_k
        self.sun_w_m2 = sun_w_m2
        self.waves = [(rng.uniform(0.1, 0.3), rng.uniform(3000, 20000), rng.uniform(0, 6.28)) for _ in range(3)]
        self.name = f"synthetic design day, mean {mean_c:g} degC"
        self.day = day
        self.place = sun.Place(latitude_deg)
        self._skin = (-1.0, sun.Skin())
        self.declination, self.noon_h, self.half_h = self.place.noon(day)
        self.scale = 1.0
        peak = max(self._sun(m / 60.0) for m in range(1440))
        self.scale = sun_w_m2 / peak if peak > 0.0 else 0.0

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, sun W/m2 on a vertical south window) at `t_s` since midnight."""
        hour = (t_s / 3600.0) % 24.0
        # Two half cosines: eight hours up, sixteen down, as days are.
        if 6.5 <= hour < 14.5:
            shape = -math.cos(math.pi * (hour - 6.5) / 8.0)
        else:
            shape = math.cos(math.pi * ((hour - 14.5) % 24.0) / 16.0)
        temp = self.mean_c + self.swing_k * shape
        for size, period, phase in self.waves:
            temp += size * math.sin(2 * math.pi * t_s / period + phase)
        return temp, self._sun(hour)

    def skin(self, t_s: float) -> sun.Skin:
        """What sun and sky do to walls, roof and glass in these ten minutes, for plant/room.py."""
        part = t_s // 600.0
        if self._skin[0] != part:
            direct, diffuse, light = self._light((part + 0.5) / 6.0 % 24.0)
            shines = [light] if direct > 0.0 else []
            self._skin = (part, sun.skin(shines, self.scale * direct, self.scale * diffuse, self.day))
        return self._skin[1]

    def _light(self, hour: float) -> tuple[float, float, tuple]:
        """(direct normal, diffuse horizontal W/m2, direction) of the clear sky, before it is scaled.

        ASHRAE's clear sky (Handbook of Fundamentals 1985): extinction 0.142 and diffuse share 0.058 in January, 0.207
        and 0.136 in July.
        """
        light = self.place.vector(self.declination, hour - self.noon_h)
        if light[2] <= 0.0:
            return 0.0, 0.0, light
        summer = 0.5 - 0.5 * math.cos(2.0 * math.pi * (self.day - 21) / 365.0)
        direct = (1230.0 - 145.0 * summer) * math.exp(-(0.142 + 0.065 * summer) / light[2])
        return direct, (0.058 + 0.078 * summer) * direct, light

    def _sun(self, hour: float) -> float:
        direct, diffuse, light = self._light(hour)
        return self.scale * sun.on_surface(light, sun.SOUTH, direct, diffuse, self.day)[0] if direct > 0.0 else 0.0


class EpwYear:
    """Hourly data of an EPW file, interpolated; `first_day` is where t = 0 lies (1 = 1 January; None: the
    coldest week).

    Columns by the EnergyPlus auxiliary programs manual: 7 dry bulb degC (at the end of the hour), 13 infrared from the
    sky, 15 direct normal, 16 diffuse horizontal W/m2 (means of the hour). Sun on the window by plant/sun.py.
    """

    def __init__(self, path: str | Path, first_day: int | None = 1):
        self.path = Path(path)
        self.temps: list[float] = []
        self.light: list[tuple[float, float, float]] = []  # direct, diffuse W/m2, sky's kelvins below the air
        self._read()
        days = len(self.temps) // 24
        if first_day is None:
            first_day = self.coldest_week()
        if not 1 <= first_day <= days:
            raise WeatherError(f"{self.path}: day {first_day} is not in the file (1 to {days})")
        self.offset_h = (first_day - 1) * 24
        self.name = f"{self.path.name}, from day {first_day}"
        self.suns = [self._south(i) for i in range(len(self.temps))]  # mean W/m2 of each hour
        self._curve()
        self._skin = (-1, sun.Skin())

    def _read(self) -> None:
        try:
            lines = self.path.read_text(encoding="latin-1").splitlines()
        except OSError as e:
            raise WeatherError(f"{self.path}: cannot be read ({e.strerror})") from None
        if not lines or not lines[0].startswith("LOCATION,"):
            raise WeatherError(f"{self.path}: not an EPW file (its first line must begin with LOCATION,)")
        for number, line in enumerate(lines[8:], start=9):
            self._record(number, line.split(","))
        if len(self.temps) not in WHOLE_YEARS:
            raise WeatherError(f"{self.path}: {len(self.temps)} hours of data; a whole year wanted, 8760 or 8784")
        try:
            latitude, longitude, zone = (float(cell) for cell in lines[0].split(",")[6:9])
        except ValueError:
            raise WeatherError(f"{self.path}: line 1 (LOCATION) has no latitude, longitude and time zone") from None
        self.place = sun.Place(latitude, longitude, zone)

    def _record(self, number: int, cells: list[str]) -> None:
        try:
            temp, infrared, direct, diffuse = float(cells[6]), float(cells[12]), float(cells[14]), float(cells[15])
        except (IndexError, ValueError):
            raise WeatherError(f"{self.path}: line {number} is no hourly record (35 columns wanted)") from None
        if not -70.0 < temp < 70.0:
            raise WeatherError(f"{self.path}: line {number}: dry bulb {temp} degC is missing or out of range")
        self.temps.append(temp)
        # 9999 marks missing radiation: no sun then, and a common sky.
        sky_k = temp + 273.15 - (infrared / STEFAN) ** 0.25 if 0.0 < infrared < 9000 else sun.SKY_K
        self.light.append((direct if 0.0 <= direct < 9000 else 0.0, diffuse if 0.0 <= diffuse < 9000 else 0.0, sky_k))

    def _day(self, hour: int) -> tuple[float, float, float]:
        """(declination, sunrise and sunset as hours of the file) of the day that holds this hour."""
        day = hour // 24
        declination, noon, half = self.place.noon(day + 1)
        return declination, day * 24 + noon - half, day * 24 + noon + half

    def _up(self, hour: int) -> tuple[float, float]:
        """Begin and length of the part of an hour in which the sun is up, in hours; less than a minute counts as none."""
        _, rise, down = self._day(hour)
        begin, end = max(0.0, rise - hour), min(1.0, down - hour)
        return (begin, end - begin) if end - begin > 1.0 / 60.0 else (0.0, 0.0)

    def _directions(self, hour: int) -> list[tuple]:
        """The sun at four moments of the part of an hour in which it is up."""
        begin, length = self._up(hour)
        if length == 0.0:
            return []
        declination, rise, down = self._day(hour)
        first = hour + begin - (rise + down) / 2.0
        return [self.place.vector(declination, first + length * (k + 0.5) / 4.0) for k in range(4)]

    def _south(self, hour: int) -> float:
        direct, diffuse, _ = self.light[hour]
        if direct + diffuse <= 0.0:
            return 0.0
        day = hour // 24 + 1
        return sum(sun.on_surface(light, sun.SOUTH, direct, diffuse, day)[0] for light in self._directions(hour)) / 4.0

    def _curve(self) -> None:
        """For each hour (begin, length of its sunny part, W/m2 at its begin, middle and end): straight lines whose mean is
        the hour's mean, without a step between two hours of the day, and nothing outside sunrise and sunset.

        Twilight's light is in the record of an hour of which the sun sees only minutes: they get no more than a neighbour.
        """
        means, n = self.suns, len(self.suns)
        ups = [self._up(i) if means[i] > 0.0 else (0.0, 0.0) for i in range(n)]
        peaks = [0.0] * n
        for i, (_, length) in enumerate(ups):
            if length >= 1.0:
                peaks[i] = means[i]
            elif length:
                peaks[i] = min(means[i] / length, max(means[i - 1], means[(i + 1) % n]))
        edges = [min((peaks[i - 1] + peaks[i]) / 2.0, 2.0 * peaks[i - 1], 2.0 * peaks[i]) for i in range(n)]
        self.curve = [(*ups[i], edges[i], 2.0 * peaks[i] - (edges[i] + edges[(i + 1) % n]) / 2.0, edges[(i + 1) % n])
                      for i in range(n)]

    def day_mean_c(self, day: int) -> float:
        """Mean temperature of a day (1 = 1 January)."""
        return sum(self.temps[(day - 1) * 24 : day * 24]) / 24

    def coldest_week(self) -> int:
        """First day (1..) of the seven days with the lowest mean temperature."""
        days = len(self.temps) // 24
        means = [self.day_mean_c(d) for d in range(1, days + 1)]
        return 1 + min(range(max(1, days - 6)), key=lambda i: sum(means[i : i + 7]))

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, sun W/m2 on a vertical south window) at `t_s` after the first day's midnight."""
        hour = t_s / 3600.0 + self.offset_h
        i = math.floor(hour)
        f = hour - i
        i %= len(self.temps)
        begin, length, first, middle, last = self.curve[i]
        x = (f - begin) / length if length else -1.0
        if not 0.0 <= x < 1.0:
            power = 0.0
        elif x < 0.5:
            power = first + 2.0 * x * (middle - first)
        else:
            power = middle + (2.0 * x - 1.0) * (last - middle)
        return (1.0 - f) * self.temps[i - 1] + f * self.temps[i], power

    def skin(self, t_s: float) -> sun.Skin:
        """What sun and sky do to walls, roof and glass in this hour, for plant/room.py."""
        hour = int(t_s // 3600 + self.offset_h) % len(self.temps)
        if self._skin[0] != hour:
            direct, diffuse, sky_k = self.light[hour]
            light = self._directions(hour) if direct + diffuse > 0.0 else []
            self._skin = (hour, sun.skin(light, direct, diffuse, hour // 24 + 1, sky_k))
        return self._skin[1]


class Minutes:
    """Any weather, asked once a minute and interpolated; keeps the plant's step cheap."""

    def __init__(self, source):
        self.source = source
        self.name = source.name
        self.t0 = -math.inf  # nothing asked yet
        self.next = self.now = self.slope = (0.0, 0.0)

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, sun W/m2)."""
        past = t_s - self.t0
        if not 0.0 <= past < 60.0:
            past = self._ask(t_s)
        now, slope = self.now, self.slope
        return now[0] + past * slope[0], now[1] + past * slope[1]

    def _ask(self, t_s: float) -> float:
        """Ask the source for this minute's begin and end; seconds since its begin."""
        before = self.t0
        self.t0 = t_s // 60.0 * 60.0
        now = self.next if self.t0 == before + 60.0 else self.source.at(self.t0)
        end = self.source.at(self.t0 + 60.0)
        self.now, self.next = now, end
        self.slope = (end[0] - now[0]) / 60.0, (end[1] - now[1]) / 60.0
        return t_s - self.t0

    def skin(self, t_s: float) -> sun.Skin:
        """The source's."""
        return self.source.skin(t_s)
