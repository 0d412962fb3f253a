"""`make energyplus`: run EnergyPlus, compare the plant's sun and room with it, write results.json; the village house's
figures into house.json."""

from __future__ import annotations

import json
import sys

from plant import building, weather

from . import cells, compare, engine, figures


def show_sun(place: str, epw, theirs: dict) -> None:
    """Seasonal sums on the south wall and their errors."""
    months = compare.monthly(weather.EpwYear(epw).suns)
    for season in compare.SEASONS:
        mine, said = compare.season(months, season) / 1000.0, compare.season(theirs["sun_kwh_m2"], season)
        print(f"{place:8} sun on the south wall, {season:6} {mine:6.1f} kWh/m2, "
              f"EnergyPlus {said:6.1f}, {mine / said - 1:+.1%}")


def show_cell(place: str, name: str, epw, said: dict) -> None:
    """A cell's year and its errors."""
    mine = compare.ours(name, epw)
    e = compare.errors(mine, said)
    print(f"{place:8} {name:5} heating {mine['heat_kwh']:6.0f} kWh, EnergyPlus {said['heat_kwh']:6.0f}, "
          f"{e['heat']:+.1%}; free: "
          f"lowest {mine['min_c']:6.2f} ({e['min']:+.2f} K), highest {mine['max_c']:5.2f} ({e['max']:+.2f} K), "
          f"mean {e['mean']:+.2f} K; "
          f"swing in bursts {compare.burst_ours(name, epw):.2f} K, EnergyPlus {said['burst_swing_k']:.2f} K", flush=True)


def show_house() -> None:
    """The village house's figures, written anew."""
    said = figures.write(building.BLOWN_W_M2K)
    for place, told in said["weather"].items():
        still, blown = told["swing_k"], told["blown_swing_k"]
        print(f"{place:8} village house at {figures.HELD_C:g} degC, {told['outside_c']:g} degC outside: "
              f"{sum(told['held_w']) / 1000:.2f} kW; swing in bursts {min(still):.2f} to {max(still):.2f} K, "
              f"with the fan's convection {min(blown):.2f} to {max(blown):.2f} K", flush=True)


def main() -> int:
    """Exit status 0 when EnergyPlus ran; figures are printed, judged by the tests."""
    if engine.binary() is None:
        print("EnergyPlus is not installed (make energyplus installs it)", file=sys.stderr)
        return 1
    results = {"version": engine.run_version(), "weather": {}}
    for place, epw in engine.weather_files().items():
        theirs = results["weather"][place] = compare.reference(epw)
        show_sun(place, epw, theirs)
        for name in cells.CELLS:
            show_cell(place, name, epw, theirs["cells"][name])
    compare.RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    show_house()
    return 0


if __name__ == "__main__":
    sys.exit(main())
