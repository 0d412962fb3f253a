"""What buildings are used for: people's hours, gains, set temperatures, hot water. Assumed, typical of their kind.

Hours are lists of 24 shares of the peak; `week` says which of the seven days (Monday first) count as working days.
"""

from __future__ import annotations

from dataclasses import dataclass


def hours(*parts: tuple[int, float]) -> tuple[float, ...]:
    """24 shares from (first hour, share) pairs."""
    found = [0.0] * 24
    for first, share in parts:
        found[first:] = [share] * (24 - first)
    return tuple(found)


@dataclass(frozen=True)
class Use:
    """`gains_w_m2` people, light and apparatus at their peak (their moisture counted as heat); `tap_l_m2` hot water a day
    for each m2; `vent_share` of the loss that is fresh air while people are in (a fifth of it at other times)."""

    gains_w_m2: float
    busy: tuple[float, ...]
    idle: tuple[float, ...]
    week: tuple[bool, ...] = (True,) * 5 + (False,) * 2
    heat_c: float = 20.0
    setback_c: float = 18.0
    cool_c: float = 26.0
    tap_l_m2: float = 0.0
    draw: tuple[float, ...] = ()
    vent_share: float = 0.4

    def presence(self, t_s: float) -> float:
        """Share of the peak now; t = 0 is a Monday's midnight."""
        day, hour = int(t_s // 86400.0) % 7, int(t_s // 3600.0) % 24
        return (self.busy if self.week[day] else self.idle)[hour]

    def wanted_c(self, t_s: float) -> tuple[float, float]:
        """(heat below, cool above): set back while less than a tenth of the people are in and none comes in two hours."""
        here = max(self.presence(t_s), self.presence(t_s + 3600.0), self.presence(t_s + 7200.0)) >= 0.1
        return (self.heat_c, self.cool_c) if here else (self.setback_c, self.cool_c + 3.0)

    def tap_l_h(self, t_s: float, m2: float) -> float:
        """Hot water drawn now, L/h."""
        if not self.tap_l_m2:
            return 0.0
        day, hour = int(t_s // 86400.0) % 7, int(t_s // 3600.0) % 24
        share = 1.0 if self.week[day] else 0.4
        return self.tap_l_m2 * m2 * share * self.draw[hour] / sum(self.draw)


WASHING = hours((0, 0.1), (5, 0.6), (6, 1.5), (9, 0.8), (11, 1.0), (14, 0.6), (18, 1.4), (22, 0.5))
SHOWERS = hours((0, 0.0), (7, 0.4), (11, 0.8), (14, 0.5), (17, 1.6), (22, 0.1))

USES = {
    "hospital": Use(22.0, hours((0, 0.45), (7, 0.8), (8, 1.0), (17, 0.7), (21, 0.5)),
                    hours((0, 0.45), (7, 0.6), (9, 0.75), (17, 0.6), (21, 0.45)), (True,) * 7, 20.5, 20.5, 25.0,
                    0.9, WASHING, 0.5),
    "school": Use(25.0, hours((0, 0.02), (7, 0.6), (8, 1.0), (12, 0.6), (13, 1.0), (17, 0.3), (19, 0.02)),
                  hours((0, 0.02)), heat_c=20.0, setback_c=17.5, tap_l_m2=0.35, draw=SHOWERS),
    "sports": Use(20.0, hours((0, 0.02), (8, 0.4), (12, 0.6), (16, 1.0), (21, 0.4), (22, 0.02)),
                  hours((0, 0.02), (8, 0.8), (21, 0.3), (22, 0.02)), (True,) * 7, 19.0, 17.0, 26.0, 0.8, SHOWERS, 0.45),
    "office": Use(24.0, hours((0, 0.03), (8, 0.9), (12, 0.6), (13, 1.0), (18, 0.3), (20, 0.03)),
                  hours((0, 0.03)), heat_c=20.5, setback_c=17.5, tap_l_m2=0.08, draw=SHOWERS),
}
