"""What a plant's controllers want of its devices: wells' pumps by the well nodes, all else by the plant node."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Orders:
    """Speeds, limits and openings 0 to 1, setpoints in degC; `mode` as in machine.py. At first everything is off."""

    wells: int
    machines: int
    secondary: int
    tertiary: int
    exchanger_bypass: float = 0.0
    bypass: float = 0.0
    boiler_on: bool = False
    boiler_limit: float = 1.0
    boiler_c: float = 45.0
    boiler_valve: bool = False
    chiller_on: bool = False
    chiller_c: float = 7.0
    chiller_valve: bool = False
    charge: bool = False
    circulation: bool = False
    heater: bool = False
    secondary_make_up: bool = False
    tertiary_make_up: bool = False
    well_on: list[bool] = field(default_factory=list)
    well_speed: list[float] = field(default_factory=list)
    mode: list[int] = field(default_factory=list)
    prepared: list[int] = field(default_factory=list)  # mode for which a resting machine's valves are set; 0: `mode`
    limit: list[float] = field(default_factory=list)
    setpoint_c: list[float] = field(default_factory=list)
    valves: list[bool] = field(default_factory=list)  # of each machine, both sides
    secondary_on: list[bool] = field(default_factory=list)
    secondary_speed: list[float] = field(default_factory=list)
    tertiary_on: list[bool] = field(default_factory=list)
    tertiary_speed: list[float] = field(default_factory=list)

    def __post_init__(self):
        self.well_on, self.well_speed = [False] * self.wells, [0.0] * self.wells
        m = self.machines
        self.mode, self.prepared, self.valves = [0] * m, [0] * m, [False] * m
        self.limit, self.setpoint_c = [1.0] * m, [45.0] * m
        self.secondary_on, self.secondary_speed = [False] * self.secondary, [0.0] * self.secondary
        self.tertiary_on, self.tertiary_speed = [False] * self.tertiary, [0.0] * self.tertiary

    def rest(self) -> None:
        """Everything off: what a power cut, or a plant node's safe state, leaves."""
        self.__init__(self.wells, self.machines, self.secondary, self.tertiary)
