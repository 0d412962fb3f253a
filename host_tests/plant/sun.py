"""The sun: where it stands, and what falls on a surface.

Position: J. W. Spencer, "Fourier series representation of the position of the sun", Search 2 (1971). Diffuse light of a
tilted surface: R. Perez et al., "Modeling daylight availability and irradiance components from direct and global
irradiance", Solar Energy 44 (1990), the model that EnergyPlus uses too. Glass: ASHRAE Handbook of Fundamentals, chapter
Fenestration, solar heat gain coefficients of uncoated double glazing of 3 mm by angle of incidence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SOLAR_W_M2 = 1367.0
ALBEDO = 0.2  # of the ground
SOUTH_DEG = 180.0  # azimuth from north, clockwise
LOWEST_COS = math.cos(math.radians(85.0))
# Perez 1990, table 6: brightening of the sun's surroundings and of the horizon, by clearness of the sky.
CLEARNESS = (1.065, 1.230, 1.500, 1.950, 2.800, 4.500, 6.200)
PEREZ = (
    (-0.008, 0.588, -0.062, -0.060, 0.072, -0.022), (0.130, 0.683, -0.151, -0.019, 0.066, -0.029),
    (0.330, 0.487, -0.221, 0.055, -0.064, -0.026), (0.568, 0.187, -0.295, 0.109, -0.152, -0.014),
    (0.873, -0.392, -0.362, 0.226, -0.462, 0.001), (1.132, -1.237, -0.412, 0.288, -0.823, 0.056),
    (1.060, -1.600, -0.359, 0.264, -1.127, 0.131), (0.678, -0.327, -0.250, 0.156, -1.377, 0.251))
# Gain at 0, 10, .. 90 degrees over that at right angles; diffuse light from a hemisphere.
GLASS = (1.0, 1.0, 1.0, 0.99, 0.974, 0.934, 0.842, 0.658, 0.342, 0.0)
GLASS_DIFFUSE = 0.868


class Place:
    """A place on earth; `zone_h` is its clock's lead on UTC (None: local mean time of its longitude)."""

    def __init__(self, latitude_deg: float, longitude_deg: float = 0.0, zone_h: float | None = None):
        self.latitude = math.radians(latitude_deg)
        self.sin_lat, self.cos_lat = math.sin(self.latitude), math.cos(self.latitude)
        self.lag_h = 0.0 if zone_h is None else longitude_deg / 15.0 - zone_h

    def noon(self, day: int) -> tuple[float, float, float]:
        """(sun's declination in radians, clock hour of the highest sun, half the day's length in hours)."""
        g = 2.0 * math.pi * (day - 1) / 365.0
        declination = (0.006918 - 0.399912 * math.cos(g) + 0.070257 * math.sin(g) - 0.006758 * math.cos(2 * g)
                       + 0.000907 * math.sin(2 * g) - 0.002697 * math.cos(3 * g) + 0.00148 * math.sin(3 * g))
        equation_h = 3.8197 * (0.000075 + 0.001868 * math.cos(g) - 0.032077 * math.sin(g) - 0.014615 * math.cos(2 * g)
                               - 0.040849 * math.sin(2 * g))
        half = max(-1.0, min(1.0, -math.tan(self.latitude) * math.tan(declination)))
        return declination, 12.0 - self.lag_h - equation_h, math.degrees(math.acos(half)) / 15.0

    def vector(self, declination: float, hours_past_noon: float) -> tuple[float, float, float]:
        """Direction to the sun: (east, north, up)."""
        angle = math.radians(15.0 * hours_past_noon)
        across = math.cos(declination) * math.cos(angle)
        up = self.sin_lat * math.sin(declination) + self.cos_lat * across
        north = self.cos_lat * math.sin(declination) - self.sin_lat * across
        return -math.cos(declination) * math.sin(angle), north, up


def facing(azimuth_deg: float = SOUTH_DEG, tilt_deg: float = 90.0) -> tuple[float, float, float]:
    """Direction in which a surface looks: (east, north, up)."""
    azimuth, tilt = math.radians(azimuth_deg), math.radians(tilt_deg)
    return math.sin(tilt) * math.sin(azimuth), math.sin(tilt) * math.cos(azimuth), math.cos(tilt)


def glass(cos_incidence: float) -> float:
    """What double glazing lets in at this angle, over what it lets in at right angles."""
    place = math.degrees(math.acos(max(0.0, min(1.0, cos_incidence)))) / 10.0
    i = min(8, int(place))
    return GLASS[i] + (place - i) * (GLASS[i + 1] - GLASS[i])


def perez(direct: float, diffuse: float, up: float, day: int) -> tuple[float, float]:
    """(circumsolar F1, horizon F2) of a sky; direct normal and diffuse horizontal in W/m2, `up` the sine of altitude."""
    zenith = math.acos(min(1.0, up))
    k = 1.041 * zenith**3
    clearness = ((diffuse + direct) / diffuse + k) / (1.0 + k)
    a, b, c, d, e, f = PEREZ[sum(clearness >= limit for limit in CLEARNESS)]
    # Optical mass: Kasten and Young, Applied Optics 28 (1989).
    mass = 1.0 / (up + 0.50572 * max(0.1, 96.07995 - math.degrees(zenith)) ** -1.6364)
    extra = SOLAR_W_M2 * (1.0 + 0.033 * math.cos(2.0 * math.pi * day / 365.0))
    brightness = diffuse * mass / extra
    return max(0.0, a + b * brightness + c * zenith), d + e * brightness + f * zenith


def on_surface(sun: tuple, face: tuple, direct: float, diffuse: float, day: int) -> tuple[float, float]:
    """(W/m2 that fall on a surface, W/m2 that count for double glazing there); the sun is above the horizon."""
    up = sun[2]
    cos_incidence = max(0.0, sun[0] * face[0] + sun[1] * face[1] + up * face[2])
    beam = direct * cos_incidence
    rest = ALBEDO * (direct * up + diffuse) * (1.0 - face[2]) / 2.0
    if diffuse > 0.0:
        round_sun, horizon = perez(direct, diffuse, up, day)
        beam += diffuse * round_sun * cos_incidence / max(LOWEST_COS, up)
        rest += diffuse * max(0.0, (1.0 - round_sun) * (1.0 + face[2]) / 2.0 + horizon * math.sqrt(1.0 - face[2] ** 2))
    return beam + rest, beam * glass(cos_incidence) + rest * GLASS_DIFFUSE


ABSORPTANCE = 0.6  # of walls and roofs
OUTSIDE_W_M2K = 24.14  # ISO 13789: convection at 4 m/s of wind 20, radiation 4.14
SKY_W_M2K = 4.14
SKY_K = 11.0  # sky below air where nobody measured it: ISO 52016-1, temperate
UPRIGHT_SKY = 0.354  # a wall sees half the sky, and near the horizon that is air: 0.5 * cos(45 deg), as EnergyPlus has it


@dataclass(frozen=True)
class Skin:
    """What sky and sun do to the outer skin of a room in an hour.

    `glass`: gain of the south window over that of the same sun at right angles (0.9: ISO 52016-1's mean).
    `wall_k` (mean of four sides), `roof_k`, `pane_k`: sun taken up less radiation lost to the sky, as kelvins on top of
    the outside air.
    """

    glass: float = 0.9
    wall_k: float = 0.0
    roof_k: float = 0.0
    pane_k: float = 0.0


SIDES = tuple(facing(azimuth) for azimuth in (90.0, 180.0, 270.0, 0.0))
UP = facing(0.0, 0.0)
SOUTH = facing()


def skin(light: list[tuple], direct: float, diffuse: float, day: int, sky_k: float = SKY_K) -> Skin:
    """The skin under sun from the directions `light` (mean of them; empty by night) and a sky `sky_k` below the air."""
    lost_k = sky_k * SKY_W_M2K / OUTSIDE_W_M2K
    if not light or direct + diffuse <= 0.0:
        return Skin(GLASS_DIFFUSE, -UPRIGHT_SKY * lost_k, -lost_k, -UPRIGHT_SKY * lost_k)
    falls = counts = sides = roof = 0.0
    for sun in light:
        for face in SIDES:
            a, b = on_surface(sun, face, direct, diffuse, day)
            sides += a / 4.0
            if face is SIDES[1]:
                falls += a
                counts += b
        roof += on_surface(sun, UP, direct, diffuse, day)[0]
    kelvin = ABSORPTANCE / OUTSIDE_W_M2K / len(light)
    return Skin(counts / falls if falls > 0.0 else GLASS_DIFFUSE, kelvin * sides - UPRIGHT_SKY * lost_k,
                kelvin * roof - lost_k, -UPRIGHT_SKY * lost_k)
