"""Networks to compare: random ones by a seed, and those of the four cases in states that they really have."""

from __future__ import annotations

import random

from plant.central import baselines, case
from plant.central.network import Network, zeta_of
from plant.central.source import diameter_for
from plant.central.world import Central

RANDOM = 24
STATES = ((15, 7.5), (195, 15.0))  # (day of the year, hour) of the cases


def meshed(seed: int) -> Network:
    """Pumps in parallel, a street with users, cross pipes between its nodes, some valves half open, something drawn."""
    rng = random.Random(f"netbench-{seed}")
    net = Network()
    net.keep("back", 150.0)
    nominal = rng.uniform(20.0, 300.0)
    for k in range(rng.randint(1, 3)):
        shutoff = rng.uniform(180.0, 400.0)
        # A linear part, as real curves have: without it pandapipes' first step between two pumps has no end.
        place = net.pump(f"pump {k}", "back", "out", shutoff, 0.2 * shutoff / nominal**2, 0.15 * shutoff / nominal)
        net.run(place, rng.uniform(0.85, 1.0))
    users = rng.randint(3, 14)
    wide, narrow = diameter_for(nominal), diameter_for(2.0 * nominal / users)
    for i in range(users):
        net.duct(f"to {i}", f"a{i - 1}" if i else "out", f"a{i}", wide, rng.uniform(10.0, 200.0), rng.uniform(0.0, 3.0))
        place = net.duct(f"user {i}", f"a{i}", f"b{i}", narrow, rng.uniform(5.0, 60.0),
                         zeta_of(rng.uniform(20.0, 90.0), 1.5 * nominal / users, narrow))
        net.open(place, rng.choice((1.0, 1.0, rng.uniform(0.4, 1.0))))
        net.duct(f"from {i}", f"b{i}", f"b{i - 1}" if i else "back", wide, rng.uniform(10.0, 200.0))
    for k in range(rng.randint(0, 4)):
        one, other = rng.sample(range(users), 2)
        side = rng.choice("ab")
        net.duct(f"cross {k}", f"{side}{one}", f"{side}{other}", narrow, rng.uniform(20.0, 300.0), rng.uniform(0.0, 5.0))
    if rng.random() < 0.4:
        net.draw(f"b{rng.randrange(users)}", rng.uniform(0.5, 0.03 * nominal + 1.0))
    net.solve()
    return net


def plants(name: str) -> dict[str, Network]:
    """A case's three networks as they stand on a cold morning and a hot afternoon with the ideal controller."""
    found = {}
    for day, hour in STATES:
        data = case.find(name)
        one = Central(data, data.weather(1, day), 1)
        policy = baselines.Ideal(one)
        while one.t_s < hour * 3600.0 or not (one.field.flow_m3h and any(p.on for p in one.tertiary.pumps)
                                              and any(p.on for p in one.secondary.pumps)):
            policy.step(60.0)
            one.step(60.0)
        season = "winter" if day < 100 else "summer"
        for part, net in (("wells", one.field.net), ("secondary", one.secondary.net), ("tertiary", one.tertiary.net)):
            net.solve()
            found[f"{name} {season} {part}"] = net
    return found


def every() -> dict[str, Network]:
    """All networks by name."""
    found = {f"random {seed}": meshed(seed) for seed in range(1, RANDOM + 1)}
    for name in case.names():
        found |= plants(name)
    return found
