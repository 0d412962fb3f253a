"""Faults of a running plant: those of the world, and those that only nodes and devices know (faults.SENSED)."""

from __future__ import annotations

from plant.central import faults

PLANT_ROOM = 22000.0  # what a sensor reads that slipped out of its pocket, thousandths of a degree


def change(station, name: str, target: str = "", value: float | None = None, mend: bool = False) -> None:
    """Begin or mend a fault on a rig.Station or season.Season. A device is named as in PlantRoom.devices, with `.signal`."""
    if name == "power_cut" and hasattr(station, "blackout"):
        station.blackout(not mend)
    elif name == "well_silent":
        well_silent(station, int(target), not mend)
    elif name == "device_silent":
        device(station, target).silent = not mend
    elif name in ("sensor_drift", "sensor_off", "tank_sensor_off"):
        sensor(station, name, target, value, mend)
    else:
        faults.change(station.world, name, target, value, mend)


def device(station, name: str):
    """A field device by its name."""
    if name not in station.room.devices:
        raise faults.FaultError(f"no device is named {name!r}; there are: {', '.join(station.room.devices)}")
    return station.room.devices[name]


def sensor(station, name: str, target: str, value: float | None, mend: bool) -> None:
    """One signal of a device: it drifts, or reads the plant room."""
    where, _, signal = target.partition(".")
    if name == "tank_sensor_off":
        where, signal = "tank", target or "middle_mc"
    one = device(station, where)
    if signal not in one.says:
        raise faults.FaultError(f"{where} has no signal {signal!r}; there are: {', '.join(one.says)}")
    if mend:
        one.fixed.pop(signal, None)
        one.drift.pop(signal, None)
    elif name == "sensor_drift":
        one.drift[signal] = 2000.0 if value is None else value
    else:
        one.fixed[signal] = PLANT_ROOM


def well_silent(station, number: int, silent: bool) -> None:
    """A well's node is not heard on the line."""
    well = station.wells[number - 1]
    if hasattr(well, "stations"):
        well.stations["bus"].plugged = not silent
    else:
        well.silent = silent
