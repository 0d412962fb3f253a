"""The closed loops of a plant room: secondary (exchangers to machines' sources) and tertiary (machines to the buildings).

Each has pumps in parallel with non-return valves, motorised valves before its machines, an expansion vessel that keeps its
pressure, a leak and a make-up. Flows in m3/h, pressures in kPa gauge, speeds and openings 0 to 1.
"""

from __future__ import annotations

from .network import STILL_M3H, Network, zeta_of
from .source import diameter_for

TRAVEL_S = 60.0  # of a motorised valve from end to end
SHUTOFF, LOSS_KPA = 1.3, 50.0  # pump's head at no flow over its nominal one; machine and its valve at nominal flow
SECONDARY_KPA, TERTIARY_KPA = 140.0, 240.0  # pumps at nominal flow
HYDRAULIC, MOTOR = 0.72, 0.92  # efficiencies of pump and motor with drive
RAMP_S = 8.0  # of a drive from rest to full speed
COLD_KPA, EMPTY_KPA = 150.0, 20.0  # pressure as filled; below it pumps lose their water
VESSEL_KPA_SHARE = 6000.0  # kPa that are lost when the whole content is lost; a vessel of some percent of it
MAKE_UP_M3H_SHARE = 0.03  # of the content an hour
LEAST_SPEED = 0.2
BYPASS_SHARE = 0.6  # of all machines' nominal flow, at 60 kPa: their least flow when every user is shut


class Pump:
    """One pump with its drive. Faults: `failed` (the drive tripped)."""

    def __init__(self, m3h: float, kpa: float):
        self.m3h, self.kpa = m3h, kpa
        self.on = False
        self.speed = 0.0
        self.failed = False
        self.flow_m3h = 0.0
        self.starts = 0
        self.water_w = self.electric_w = 0.0
        self.dead_headed = self.dry = False
        self.dead_s = 0.0  # how long it has been

    def drive(self, on: bool, speed: float, dt_s: float, powered: bool) -> None:
        """The drive follows its order."""
        on = on and powered and not self.failed and speed > 0.0
        if on and not self.on:
            self.starts += 1
        self.on = on
        goal = min(1.0, max(LEAST_SPEED, speed)) if on else 0.0
        most = dt_s / RAMP_S
        self.speed += min(most, max(-most, goal - self.speed))

    def feel(self, flow_m3h: float, lift_kpa: float, empty: bool) -> None:
        """What its water did: flow, the pressure it gave, whether there is any."""
        self.flow_m3h = flow_m3h
        turning = self.on and self.speed > 0.0
        self.dry = turning and empty
        self.dead_headed = turning and not empty and flow_m3h < 0.02 * self.m3h
        self.water_w = self.electric_w = 0.0
        if not turning:
            return
        useful_w = flow_m3h / 3.6 * max(0.0, lift_kpa)
        churn_w = 0.3 * self.m3h / 3.6 * self.kpa * self.speed**3 * max(0.0, 1.0 - flow_m3h / (0.5 * self.m3h))
        self.water_w = useful_w / HYDRAULIC + churn_w
        self.electric_w = self.water_w / MOTOR


class Valve:
    """A motorised valve: opens and shuts in `TRAVEL_S`; without power it stays where it is. Fault: `stuck`.

    `says_open`: from its open limit switch on, until the one of its shut end.
    """

    def __init__(self):
        self.opening = 0.0
        self.stuck = self.says_open = False

    def drive(self, goal: float, dt_s: float, powered: bool) -> None:
        """One step towards its order."""
        if powered and not self.stuck:
            most = dt_s / TRAVEL_S
            self.opening += min(most, max(-most, goal - self.opening))
        if self.opening > 0.95 or self.opening < 0.05:
            self.says_open = self.opening > 0.5


class Ring:
    """What both loops have: a network, pumps, content, leak. `water` solves it."""

    def __init__(self, m3: float, pumps: int, m3h: float, kpa: float):
        self.net = Network()
        self.net.keep("suction", COLD_KPA)
        self.pumps = [Pump(m3h / pumps, kpa) for _ in range(pumps)]
        curve = (SHUTOFF - 1.0) * kpa / (m3h / pumps) ** 2
        self.drives = [self.net.pump(f"pump {k + 1}", "suction", "pressed", SHUTOFF * kpa, curve) for k in range(pumps)]
        self.m3h, self.m3 = m3h, m3
        self.missing_l = self.lost_l = self.made_up_l = 0.0
        self.leak_m3h = 0.0  # fault: at the pressure as filled
        self.leaking_m3h = self.making_m3h = 0.0
        self._key: tuple | None = None

    @property
    def pressure_kpa(self) -> float:
        """Static pressure: what is missing has left the vessel."""
        return max(0.0, COLD_KPA - VESSEL_KPA_SHARE * self.missing_l / 1000.0 / self.m3)

    def keep_pressure(self, make_up: bool, dt_s: float) -> None:
        """Leak and make-up of this step."""
        pressure = self.pressure_kpa
        self.leaking_m3h = self.leak_m3h * (pressure / COLD_KPA) ** 0.5 if pressure > 0.0 else 0.0
        self.making_m3h = MAKE_UP_M3H_SHARE * self.m3 if make_up and pressure < 1.3 * COLD_KPA else 0.0
        self.lost_l += self.leaking_m3h * dt_s / 3.6
        self.made_up_l += self.making_m3h * dt_s / 3.6
        self.missing_l += (self.leaking_m3h - self.making_m3h) * dt_s / 3.6

    def water(self, openings: list[tuple[int, float, bool]]) -> None:
        """Flows of this step; `openings`: (link, opening, linear) of everything that can be moved."""
        empty = self.pressure_kpa < EMPTY_KPA
        speeds = [0.0 if empty else round(p.speed, 4) for p in self.pumps]
        places = [round(opening, 3) for _, opening, _ in openings]
        if (key := (tuple(speeds), tuple(places))) != self._key:
            self._key = key
            for drive, speed in zip(self.drives, speeds):
                self.net.run(drive, speed)
            for (link, _, linear), opening in zip(openings, places):
                self.net.open(link, opening, linear)
            if any(speeds):
                self.net.solve()
            else:
                self.net.q[:] = 0.0
                self.net.p[:] = COLD_KPA
        lift = self.net.kpa("pressed") - self.net.kpa("suction")
        for pump, drive in zip(self.pumps, self.drives):
            flow = float(self.net.q[drive])
            pump.feel(flow if flow > STILL_M3H else 0.0, lift, empty)

    def flow(self, link: int) -> float:
        """m3/h of a link, in its direction."""
        return max(0.0, float(self.net.q[link]))

    @property
    def water_w(self) -> float:
        """Heat of all pumps in their water."""
        return sum(p.water_w for p in self.pumps)

    @property
    def electric_w(self) -> float:
        """What all pumps draw."""
        return sum(p.electric_w for p in self.pumps)


class Secondary(Ring):
    """Pumps, exchangers' cold side, machines' source sides in parallel."""

    def __init__(self, machine_m3h: float, machines: int, pumps: int):
        whole = machine_m3h * machines
        super().__init__(0.05 * whole, pumps, whole, SECONDARY_KPA)
        wide, narrow = diameter_for(whole), diameter_for(machine_m3h)
        self.plates = self.net.duct("plates", "pressed", "header", wide, 30.0, zeta_of(40.0, whole, wide))
        self.machines = [self.net.duct(f"machine {k + 1}", "header", "suction", narrow, 12.0,
                                       zeta_of(LOSS_KPA, machine_m3h, narrow)) for k in range(machines)]
        self.valves = [Valve() for _ in range(machines)]

    @property
    def dp_kpa(self) -> float:
        """Over the machines' headers."""
        return self.net.kpa("header") - self.net.kpa("suction")


class Tertiary(Ring):
    """Pumps, machines' load sides with boiler and chiller in parallel, a bypass, buildings along the street."""

    def __init__(self, machine_m3h: float, machines: int, pumps: int, buildings: list[tuple[float, float]],
                 boiler_m3h: float = 0.0, chiller_m3h: float = 0.0):
        """buildings: (nominal m3/h, metres of street before it)."""
        whole = max(sum(m3h for m3h, _ in buildings), 0.6 * machine_m3h * machines)
        super().__init__(0.15 * whole, pumps, whole, TERTIARY_KPA)
        net, narrow = self.net, diameter_for(machine_m3h)
        self.machines = [net.duct(f"machine {k + 1}", "pressed", "header", narrow, 12.0,
                                  zeta_of(LOSS_KPA, machine_m3h, narrow)) for k in range(machines)]
        self.valves = [Valve() for _ in range(machines)]
        self.boiler = self._backup("boiler", boiler_m3h)
        self.chiller = self._backup("chiller", chiller_m3h)
        self.boiler_valve, self.chiller_valve = Valve(), Valve()
        past = BYPASS_SHARE * machine_m3h * machines
        least = diameter_for(past)
        self.bypass = net.duct("bypass", "header", "suction", least, 5.0, zeta_of(60.0, past, least))
        self.bypass_valve = Valve()
        self.branches = self._street(buildings)

    def _backup(self, name: str, m3h: float) -> int | None:
        if not m3h:
            return None
        wide = diameter_for(m3h)
        return self.net.duct(name, "pressed", "header", wide, 12.0, zeta_of(LOSS_KPA, m3h, wide))

    def _street(self, buildings: list[tuple[float, float]]) -> list[int]:
        """Supply and return pipes from building to building, and each one's branch."""
        branches, before, back, left = [], "header", "suction", sum(m3h for m3h, _ in buildings)
        for k, (m3h, metres) in enumerate(buildings, start=1):
            wide, narrow = diameter_for(left, 1.8), diameter_for(m3h, 1.8)
            self.net.duct(f"street {k}", before, f"supply {k}", wide, metres)
            self.net.duct(f"street back {k}", f"return {k}", back, wide, metres)
            branches.append(self.net.duct(f"building {k}", f"supply {k}", f"return {k}", narrow, 40.0,
                                          zeta_of(60.0, m3h, narrow)))
            before, back, left = f"supply {k}", f"return {k}", left - m3h
        return branches

    @property
    def dp_kpa(self) -> float:
        """At the plant: over the street's beginning."""
        return self.net.kpa("header") - self.net.kpa("suction")

    @property
    def worst_dp_kpa(self) -> float:
        """At the building with the least."""
        return min(self.net.kpa(f"supply {k}") - self.net.kpa(f"return {k}") for k in range(1, len(self.branches) + 1))
