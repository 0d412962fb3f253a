"""Two test cells like cases 600 (light) and 900 (heavy) of ANSI/ASHRAE 140, and what they are built of.

One description, two readers: `idf.py` writes EnergyPlus's input from it, `rules.py` the parameters of plant/room.py.
8 m (east to west) x 6 m x 2.7 m, 12 m2 of double glazing to the south, half an air change an hour, 200 W of gains.
"""

from __future__ import annotations

from dataclasses import dataclass

LENGTH_M, DEPTH_M, HEIGHT_M = 8.0, 6.0, 2.7
WINDOW_M2 = 12.0
AIR_CHANGES_H = 0.5
GAINS_W = 200.0
GAINS_RADIANT = 0.6
GROUND_C = 10.0  # under the floor's insulation
SETPOINT_C = 20.0
ABSORPTANCE = 0.6  # of sun, inside and outside
EMISSIVITY = 0.9
SOLAR_TRANSMITTANCE = 0.86156  # of one pane of clear glass, square to the sun
SOLAR_REFLECTANCE = 0.07846
PANE_M, PANE_W_MK, PANE_EMISSIVITY = 0.003175, 1.06, 0.84
GAP_M = 0.013
# A unit that runs in bursts, in a furnished cell: 10 kJ/K for each m2 of floor (ISO 52016-1) where empty air has 3.3.
BURST_W, BURST_MIN, CYCLE_MIN = 5600.0, 6, 20
FURNISHED = 10_000.0 / (1.2 * 1006.0 * HEIGHT_M)


@dataclass(frozen=True)
class Layer:
    """A layer of a construction; `rho_kg_m3` 0 means no mass."""

    name: str
    thick_m: float
    k_w_mk: float
    rho_kg_m3: float = 0.0
    cp_j_kgk: float = 0.0

    @property
    def r_m2k_w(self) -> float:
        """Resistance, m2 K/W."""
        return self.thick_m / self.k_w_mk

    @property
    def c_j_m2k(self) -> float:
        """Heat capacity, J/(m2 K)."""
        return self.thick_m * self.rho_kg_m3 * self.cp_j_kgk


@dataclass(frozen=True)
class Cell:
    """A cell; layers of each construction from inside to outside."""

    name: str
    wall: tuple[Layer, ...]
    roof: tuple[Layer, ...]
    floor: tuple[Layer, ...]

    @property
    def floor_m2(self) -> float:
        """Floor area, m2."""
        return LENGTH_M * DEPTH_M

    @property
    def wall_m2(self) -> float:
        """Opaque walls, m2."""
        return 2.0 * (LENGTH_M + DEPTH_M) * HEIGHT_M - WINDOW_M2

    @property
    def volume_m3(self) -> float:
        """Air, m3."""
        return LENGTH_M * DEPTH_M * HEIGHT_M


SIDING = Layer("siding", 0.009, 0.14, 530, 900)
ROOF = (Layer("ceiling board", 0.010, 0.16, 950, 840), Layer("roof quilt", 0.1118, 0.04, 12, 840),
        Layer("roof deck", 0.019, 0.14, 530, 900))
LIGHT = Cell(
    "light",
    (Layer("plasterboard", 0.012, 0.16, 950, 840), Layer("wall quilt", 0.066, 0.04, 12, 840), SIDING),
    ROOF,
    (Layer("timber floor", 0.025, 0.14, 650, 1200), Layer("floor insulation", 1.003, 0.04)))
HEAVY = Cell(
    "heavy",
    (Layer("concrete block", 0.100, 0.51, 1400, 1000), Layer("foam", 0.0615, 0.04, 10, 1400), SIDING),
    ROOF,
    (Layer("concrete slab", 0.080, 1.13, 1400, 1000), Layer("slab insulation", 1.007, 0.04)))
CELLS = {"light": LIGHT, "heavy": HEAVY}
