"""Sound at the nearest window, dB, from what turns and burns in the plant room. Levels are assumed."""

from __future__ import annotations

import math

PUMP_DB, MACHINE_DB, CHILLER_DB, BOILER_DB = 34.0, 29.0, 46.0, 31.0  # each at full power
PUMP_DB_DECADE = 50.0  # noise of a turning machine over its speed
QUIET_DB = 20.0


def level_db(world) -> float:
    """Sum of all sources. A submersible pump is not heard."""
    found = [QUIET_DB]
    found += [PUMP_DB + PUMP_DB_DECADE * math.log10(p.speed) for p in world.secondary.pumps + world.tertiary.pumps
              if p.speed > 0.0]
    found += [MACHINE_DB + 10.0 * math.log10(m.load) for m in world.machines if m.load > 0.0]
    if world.chiller and world.chiller.load > 0.0:
        found.append(CHILLER_DB)
    if world.boiler and world.boiler.load > 0.0:
        found.append(BOILER_DB)
    return 10.0 * math.log10(sum(10.0 ** (level / 10.0) for level in found))


def limit_db(world) -> float:
    """The night's limit, by day infinite."""
    night, hour = world.case.night, world.t_s / 3600.0 % 24.0
    if not night or night["to_h"] <= hour < night["from_h"]:
        return math.inf
    return night["limit_db"]
