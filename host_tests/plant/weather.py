"""Weather: a seeded synthetic design day, or a year from an EnergyPlus EPW file."""

from __future__ import annotations

import math
import random
from pathlib import Path


class WeatherError(Exception):
    """A weather file that cannot be used; the message says why."""


class DesignDay:
    """A winter design day: mean and swing of the outside temperature, sun through south windows.

    Coldest two hours before sunrise's end (06:30), warmest at 14:30; defaults are Beijing's design
    day: mean -7.6 degC, night minimum about -13 degC. A slow seeded wander of +-0.5 K on top.
    """

    def __init__(self, seed: int, mean_c: float = -7.6, swing_k: float = 5.2, sun_w_m2: float = 420.0):
        rng = random.Random(f"weather-{seed}")
        self.mean_c = mean_c
        self.swing_k = swing_k
        self.sun_w_m2 = sun_w_m2
        self.waves = [(rng.uniform(0.1, 0.3), rng.uniform(3000, 20000), rng.uniform(0, 6.28)) for _ in range(3)]
        self.name = f"synthetic design day, mean {mean_c:g} degC"

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
        sun = math.sin(math.pi * (hour - 7.5) / 9.5) if 7.5 < hour < 17.0 else 0.0
        return temp, self.sun_w_m2 * max(0.0, sun)


class EpwYear:
    """Hourly data of an EPW file, interpolated; `first_day` is where t = 0 lies (1 = 1 January; None: the
    coldest week).

    Columns by the EnergyPlus auxiliary programs manual: 7 dry bulb degC, 15 direct normal, 16
    diffuse horizontal W/m2. South-window sun is estimated from them with the sun's height left out:
    0.6 of direct by day plus half the diffuse.
    """

    def __init__(self, path: str | Path, first_day: int | None = 1):
        self.path = Path(path)
        self.temps: list[float] = []
        self.suns: list[float] = []
        self._read()
        days = len(self.temps) // 24
        if first_day is None:
            first_day = self.coldest_week()
        if not 1 <= first_day <= days:
            raise WeatherError(f"{self.path}: day {first_day} is not in the file (1 to {days})")
        self.offset_h = (first_day - 1) * 24
        self.name = f"{self.path.name}, from day {first_day}"

    def _read(self) -> None:
        try:
            lines = self.path.read_text(encoding="latin-1").splitlines()
        except OSError as e:
            raise WeatherError(f"{self.path}: cannot be read ({e.strerror})") from None
        if not lines or not lines[0].startswith("LOCATION,"):
            raise WeatherError(f"{self.path}: not an EPW file (its first line must begin with LOCATION,)")
        for number, line in enumerate(lines[8:], start=9):
            cells = line.split(",")
            try:
                temp, direct, diffuse = float(cells[6]), float(cells[14]), float(cells[15])
            except (IndexError, ValueError):
                raise WeatherError(f"{self.path}: line {number} is no hourly record (35 columns wanted)") from None
            if not -70.0 < temp < 70.0:
                raise WeatherError(f"{self.path}: line {number}: dry bulb {temp} degC is missing or out of range")
            self.temps.append(temp)
            # 9999 marks missing radiation: no sun then.
            self.suns.append((0.6 * direct if direct < 9000 else 0.0) + (0.5 * diffuse if diffuse < 9000 else 0.0))
        if len(self.temps) < 48:
            raise WeatherError(f"{self.path}: {len(self.temps)} hours of data, at least 48 wanted")

    def day_mean_c(self, day: int) -> float:
        """Mean temperature of a day (1 = 1 January)."""
        return sum(self.temps[(day - 1) * 24 : day * 24]) / 24

    def coldest_week(self) -> int:
        """First day (1..) of the seven days with the lowest mean temperature."""
        days = len(self.temps) // 24
        means = [self.day_mean_c(d) for d in range(1, days + 1)]
        return 1 + min(range(max(1, days - 6)), key=lambda i: sum(means[i : i + 7]))

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, sun W/m2) at `t_s` after the first day's midnight."""
        hour = t_s / 3600.0 - 0.5 + self.offset_h  # records are means of the hour that ends
        n = len(self.temps)
        i = math.floor(hour)
        f = hour - i
        a, b = i % n, (i + 1) % n
        return (1 - f) * self.temps[a] + f * self.temps[b], (1 - f) * self.suns[a] + f * self.suns[b]


class Minutes:
    """Any weather, asked once a minute and interpolated; keeps the plant's step cheap."""

    def __init__(self, source):
        self.source = source
        self.name = source.name
        self.t0 = -math.inf  # nothing asked yet
        self.a = self.b = (0.0, 0.0)

    def at(self, t_s: float) -> tuple[float, float]:
        """(outside degC, sun W/m2)."""
        if not self.t0 <= t_s < self.t0 + 60.0:
            self.t0 = t_s // 60.0 * 60.0
            self.a = self.source.at(self.t0)
            self.b = self.source.at(self.t0 + 60.0)
        f = (t_s - self.t0) / 60.0
        return self.a[0] + f * (self.b[0] - self.a[0]), self.a[1] + f * (self.b[1] - self.a[1])



