"""The weather of the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from plant import weather

CHICAGO = "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"
PLACES = (Path(__file__).resolve().parents[3] / "shared" / "weather", Path.home() / "weather")


@dataclass(frozen=True)
class Sky:
    """One weather: a design day's figures, or the day of a year's file on which it begins (1 = 1 January)."""

    help: str
    day: dict | None = None
    first_day: int = 1
    cool: bool = False
    hours: float = 30.0

    def weather(self, seed: int):
        """It, ready to be asked; WeatherError when there is no file."""
        if self.day is not None:
            return weather.Minutes(weather.DesignDay(seed, **self.day))
        return weather.Minutes(weather.EpwYear(chicago(), self.first_day))


def chicago() -> Path:
    """The file beside the repository."""
    for place in PLACES:
        if (place / CHICAGO).exists():
            return place / CHICAGO
    raise weather.WeatherError(f"{CHICAGO} is not in {' or '.join(map(str, PLACES))}")


SKIES = {
    "design": Sky("design day of Beijing, mean -7.6 degC", {}),
    "mild": Sky("mild days, mean 7 degC, little sun", {"mean_c": 7.0, "swing_k": 4.0, "sun_w_m2": 200.0}),
    "sunny": Sky("clear days, mean 1 degC, 750 W/m2 on the south", {"mean_c": 1.0, "swing_k": 7.0, "sun_w_m2": 750.0}),
    "chicago": Sky("Chicago from 13 January", first_day=13),
    "cooling": Sky("cooling, mean 29 degC", {"mean_c": 29.0, "swing_k": 5.0, "sun_w_m2": 350.0, "day": 200}, cool=True),
}
