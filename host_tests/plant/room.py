"""A room: its air stepped once a second, its walls once a minute.

The air meets the surfaces by convection, the surfaces meet each other by radiation in one mean radiant temperature, and
behind each surface lies a chain of masses and conductances (the network of ISO 52016-1, with fewer nodes). Surfaces weigh
nothing and are solved in closed form. While the unit blows, convection is stronger. What the air gave off in a minute is
summed and passed on at its end, to the joule; weather, sun, gains and airing are those of the minute's begin. Judged
against EnergyPlus in host_tests/energyplus/.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from . import sun
from .building import Element, RoomParams, leaky

__all__ = ["Element", "Room", "RoomParams", "day_plan", "leaky"]

MINUTE_S = 60.0
BLOWS_W = 100.0
PLAIN = sun.Skin()


class Surface:
    """An element at work: conductances in W/K, masses in J/K, temperatures in degC, powers in W."""

    __slots__ = ("area_share", "behind_c", "blown", "caps", "conv", "face_c", "kind", "links", "masses", "rad", "still",
                 "sun_share", "weight")

    def __init__(self, e: Element, start_c: float, area_m2: float, blown_w_m2k: float | None):
        self.kind = e.behind
        self.sun_share = e.sun_share
        self.area_share = e.area_m2 / area_m2
        self.conv = self.still = e.area_m2 * e.convection_w_m2k
        self.blown = self.still if blown_w_m2k is None else e.area_m2 * blown_w_m2k
        self.rad = e.area_m2 * e.radiation_w_m2k
        self.links = [e.area_m2 * g for g in e.links_w_m2k]
        self.caps = [e.area_m2 * c for c in e.nodes_j_m2k]
        self.masses = [start_c] * len(self.caps)
        self.face_c = self.behind_c = start_c
        self.weight = self.rad / (self.rad + self.links[0])

    def soak(self, value_c: float) -> None:
        """Everything at one temperature."""
        self.masses = [value_c] * len(self.masses)
        self.face_c = value_c

    def pass_on(self, into_w: float, radiant_c: float, dt_s: float, share_w: float) -> float:
        """`dt_s` seconds with `into_w` at the face, of which what radiation does not take goes through the chain, and
        `share_w` into the last mass; returns J that left behind.
        """
        masses, links, caps = self.masses, self.links, self.caps
        inner = masses[0] if masses else self.behind_c
        self.face_c = (into_w + self.rad * radiant_c + links[0] * inner) / (self.rad + links[0])
        flow = links[0] * (self.face_c - inner)
        last = len(masses) - 1
        for k, mass in enumerate(masses):
            out = links[k + 1] * (mass - (masses[k + 1] if k < last else self.behind_c))
            gain = flow - out + (share_w if k == last else 0.0)
            masses[k] = mass + gain * dt_s / caps[k]
            flow = out
        return flow * dt_s


class Room:
    """Stepped once every `step_s`. `people` and `airing` follow a day plan drawn from the seed.

    `rng` None: nobody lives here, and `gains_w` stays as set. `sky(t_s)`: the weather's `skin`; without it the outer skin
    has the air's temperature. Sums in J since the start by `sums()`, what is in it by `stored_j()`: heat given to `step`
    plus gains, sun and what neighbours gave, less what was lost, is what is stored, at any time.
    """

    def __init__(self, params: RoomParams, start_c: float, rng: random.Random | None,
                 sky: Callable[[float], sun.Skin] | None = None, step_s: float = 1.0):
        self.params = params
        self.step_s = step_s
        self.sky = sky
        self.air_c = start_c
        area = sum(e.area_m2 for e in params.elements)
        self.surfaces = [Surface(e, start_c, area, params.blown_w_m2k) for e in params.elements]
        by_name = {e.name: s for e, s in zip(params.elements, self.surfaces)}
        self._floor = by_name["floor"]
        self._shared = by_name.get("partitions", self.surfaces[0])
        self._star = sum(s.weight * s.links[0] for s in self.surfaces)
        self._blows = False  # the unit, in this minute
        self._per_air = step_s / params.air_j_k
        self._sun_share = sum(s.sun_share for s in self.surfaces) * (1.0 - params.sun_air)
        self.plan = day_plan(rng) if rng else None
        self.airing = False
        self.gains_w = 0.0
        self._gains_j = self._sun_j = self._lost_j = self._across_j = self._inbox_j = 0.0
        # The running minute: its steps, those still to come, sum of the air's temperatures, what holds throughout.
        self._steps = self._left = 0
        self._air_sum = 0.0
        self._inner_w = self._sun_w = self._vent_w_k = self._fixed_w = self._per_k = 0.0
        self._outside_c = start_c
        self._neighbours: list[Room] = []
        if rng:
            self.fabric_c = start_c - 0.7
            self.floor_c = start_c - 0.5

    @property
    def fabric_c(self) -> float:
        """Temperature of the mass that neighbours share, degC; setting it sets all masses but the floor's."""
        return self._shared.masses[-1]

    @fabric_c.setter
    def fabric_c(self, value: float) -> None:
        for s in self.surfaces:
            if s is not self._floor:
                s.soak(value)
        self._begin_anew()

    @property
    def floor_c(self) -> float:
        """Temperature of the floor's upper mass, degC; setting it sets all of the floor."""
        return self._floor.masses[0]

    @floor_c.setter
    def floor_c(self, value: float) -> None:
        self._floor.soak(value)
        self._begin_anew()

    def _begin_anew(self) -> None:
        """A new minute with the next step."""
        self._steps = self._left = 0
        self._air_sum = 0.0

    def step(self, t_s: float, heat_w: float, outside_c: float, sun_w_m2: float, neighbours: list[Room]) -> None:
        """One step with `heat_w` from the unit into the air; from `BLOWS_W` on, warm or cold, its fan stirs the room."""
        if not self._left or (-BLOWS_W < heat_w < BLOWS_W) is self._blows:
            self._blows = not -BLOWS_W < heat_w < BLOWS_W
            self._minute(t_s, outside_c, sun_w_m2, neighbours)
        self._left -= 1
        air = self.air_c
        self._air_sum += air
        self.air_c = air + (heat_w + self._fixed_w - self._per_k * air) * self._per_air

    def _minute(self, t_s: float, outside_c: float, sun_w_m2: float, neighbours: list[Room]) -> None:
        """End a minute and begin the next."""
        if self._steps > self._left:
            self._settle((self._steps - self._left) * self.step_s)
        p = self.params
        if self.plan:
            self._people(t_s)
        skin = self.sky(t_s) if self.sky else PLAIN
        behind = {"wall": outside_c + skin.wall_k, "roof": outside_c + skin.roof_k, "pane": outside_c + skin.pane_k,
                  "ground": p.ground_c}
        self._inner_w = self.gains_w
        self._sun_w = p.window_m2 * sun_w_m2 * skin.glass
        self._vent_w_k = p.vent_w_k + (p.airing_w_k if self.airing else 0.0)
        self._outside_c = outside_c
        self._neighbours = neighbours
        fixed = p.gains_air * self._inner_w + p.sun_air * self._sun_w + self._vent_w_k * outside_c
        per_k, blows = self._vent_w_k, self._blows
        for s in self.surfaces:
            s.behind_c = behind[s.kind]
            s.conv = s.blown if blows else s.still
            per_k += s.conv
            fixed += s.conv * s.face_c
        self._fixed_w = fixed
        self._per_k = per_k
        self._steps = self._left = max(1, round(MINUTE_S / self.step_s))
        self._air_sum = 0.0

    def _settle(self, dt: float) -> None:
        """What a minute of `dt` seconds brought goes through the surfaces into the masses."""
        p = self.params
        mean = self._air_sum * self.step_s / dt
        for other in self._neighbours:  # each of a pair brings half of what goes between them
            given = 0.5 * dt * p.neighbour_w_k * (other.fabric_c - self.fabric_c)
            self._receive(given)
            other._receive(-given)
        shared_w, self._inbox_j = self._inbox_j / dt, 0.0
        radiant_w, sun_w = (1.0 - p.gains_air) * self._inner_w, (1.0 - p.sun_air) * self._sun_w
        pull, into = 0.0, []
        for s in self.surfaces:
            w = s.conv * (mean - s.face_c) + s.area_share * radiant_w + s.sun_share * sun_w
            into.append(w)
            pull += s.weight * (w + s.links[0] * (s.masses[0] if s.masses else s.behind_c))
        radiant_c = pull / self._star
        lost = self._vent_w_k * (mean - self._outside_c) * dt
        for s, w in zip(self.surfaces, into):
            lost += s.pass_on(w, radiant_c, dt, shared_w if s is self._shared else 0.0)
        self._lost_j += lost
        self._gains_j += self._inner_w * dt
        self._sun_j += (p.sun_air + self._sun_share) * self._sun_w * dt

    def _receive(self, joule: float) -> None:
        self._inbox_j += joule
        self._across_j += joule

    def stored_j(self) -> float:
        """Heat in air and masses above 0 degC, and what the running minute has yet to pass on to the masses, J."""
        dt = (self._steps - self._left) * self.step_s
        total = self.air_c * self.params.air_j_k + self._inbox_j
        total += dt * ((1.0 - self.params.gains_air) * self._inner_w + self._sun_share * self._sun_w)
        for s in self.surfaces:
            total += sum(c * m for c, m in zip(s.caps, s.masses)) + s.conv * (self._air_sum * self.step_s - dt * s.face_c)
        return total

    def sums(self) -> dict[str, float]:
        """J since the start: "gains", "sun" (taken up inside), "lost" (outside, ground), "across" (from neighbours)."""
        dt = (self._steps - self._left) * self.step_s
        return {
            "gains": self._gains_j + self._inner_w * dt,
            "sun": self._sun_j + (self.params.sun_air + self._sun_share) * self._sun_w * dt,
            "lost": self._lost_j + self._vent_w_k * (self._air_sum * self.step_s - self._outside_c * dt),
            "across": self._across_j,
        }

    def _people(self, t_s: float) -> None:
        """Gains and airing of this minute by the plan."""
        assert self.plan is not None
        minute = int(t_s // 60) % 1440
        self.airing = any(start <= minute < end for start, end in self.plan["airing"])
        people = 0
        for start, end, n in self.plan["people"]:
            if start <= minute < end:
                people = n
        self.gains_w = 80.0 * people + 40.0


def day_plan(rng: random.Random) -> dict:
    """People at home (minute from, to, number) and airing (minute from, to) of one room."""
    leave = rng.randrange(450, 540)
    back = rng.randrange(960, 1110)
    start = rng.randrange(400, 560)
    return {
        "people": [(0, leave, 2), (leave, back, rng.choice((0, 0, 1))), (back, 1440, rng.choice((2, 3)))],
        "airing": [(start, start + 5)],
    }
