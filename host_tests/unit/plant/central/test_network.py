"""The network solver: balance, laws, non-return valves, and what it refuses. pandapipes judges it in host_tests/netbench."""

from __future__ import annotations

import random

import pytest

from plant.central.network import Network, NetworkError, friction, local, zeta_of


def ring(users=5, pumps=2):
    """Pumps in parallel and users along a street with a return."""
    net = Network()
    net.keep("back", 150.0)
    for k in range(pumps):
        net.pump(f"pump {k}", "back", "out", 300.0, 0.01)
    for i in range(users):
        net.duct(f"to {i}", f"a{i - 1}" if i else "out", f"a{i}", 0.2, 50.0)
        net.duct(f"user {i}", f"a{i}", f"b{i}", 0.1, 20.0, zeta_of(50.0, 30.0, 0.1))
        net.duct(f"from {i}", f"b{i}", f"b{i - 1}" if i else "back", 0.2, 50.0)
    return net


@pytest.mark.parametrize("seed", range(20))
def test_every_node_balances_and_every_link_keeps_its_law(seed):
    rng = random.Random(seed)
    net = ring(rng.randint(1, 8), rng.randint(1, 4))
    for name, place in net.places.items():
        if name.startswith("pump"):
            net.run(place, rng.uniform(0.5, 1.0))
        elif name.startswith("user"):
            net.open(place, rng.choice((0.0, rng.random(), 1.0)))
    net.solve()
    assert net.residual() < 1e-3
    for i, link in enumerate(net.links):
        q = net.q[i]
        drop = net.p[link.start] - net.p[link.end]
        if net.shut[i]:
            assert q == 0.0
        elif q != 0.0:
            assert drop == pytest.approx(net.r1[i] * q + net.r2[i] * q * abs(q) - net.lift[i], abs=0.01)
        elif link.one_way:
            assert drop + net.lift[i] <= 0.05, f"{link.name} stands although it would open"


def test_one_pump_and_one_pipe_meet_where_their_curves_do():
    net = Network()
    net.keep("a", 0.0)
    pump = net.pump("pump", "a", "b", 100.0, 0.02)
    net.duct("pipe", "b", "a", 0.1, 100.0, 4.0)
    laminar, rough = friction(100.0, 0.1)
    square = rough + local(4.0, 0.1)
    for speed in (1.0, 0.8, 0.5):
        net.run(pump, speed)
        net.solve()
        q = net.flow("pipe")
        assert 100.0 * speed**2 - 0.02 * q * q == pytest.approx(laminar * q + square * q * q, rel=1e-6)
    net.run(pump, 1.0)
    net.solve()
    full = net.flow("pipe")
    net.run(pump, 0.5)
    net.solve()
    assert net.flow("pipe") == pytest.approx(full / 2.0, rel=0.01), "affinity, but for the laminar part"


def test_a_weak_pump_beside_a_strong_one_stands_behind_its_non_return_valve():
    net = ring()
    net.run(net.places["pump 1"], 0.3)
    net.solve()
    assert net.flow("pump 1") == 0.0 and net.flow("pump 0") > 50.0


def test_against_closed_valves_a_pump_gives_its_shut_off_pressure():
    net = ring()
    for i in range(5):
        net.open(net.places[f"user {i}"], 0.0)
    net.solve()
    assert net.flow("pump 0") == 0.0 and net.kpa("out") == pytest.approx(450.0, abs=0.1)


def test_what_is_drawn_is_made_up_at_the_kept_node():
    net = ring()
    net.draw("a4", 7.0)
    net.solve()
    assert net.residual() < 1e-6
    returned, lifted = net.flow("from 0"), net.flow("pump 0") + net.flow("pump 1")
    assert lifted - returned == pytest.approx(7.0, abs=1e-6)


def test_refuses_what_cannot_be():
    net = Network()
    net.keep("a", 0.0)
    net.duct("pipe", "b", "c", 0.1, 10.0)
    with pytest.raises(NetworkError, match="b, c"):
        net.solve()
    with pytest.raises(NetworkError, match="named pipe"):
        net.duct("pipe", "a", "b", 0.1, 10.0)
    with pytest.raises(NetworkError, match="above 0"):
        net.duct("other", "a", "b", 0.0, 10.0)
    with pytest.raises(NetworkError, match="above 0"):
        net.pump("pump", "a", "b", 100.0, 0.0)
