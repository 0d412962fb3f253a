"""No object gets an attribute in a scan: its dictionary would grow, on a locked heap, and only on the board."""

import pytest

from doubles import houses
from doubles.selection import some
from harness import inprocess, scenarios
from plant import house, weather


def objects(root):
    """(path, object) of everything of the firmware below it."""
    found, waiting = {}, [("node", root)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, (list, tuple)):
            waiting += [(f"{path}[{i}]", item) for i, item in enumerate(one)]
        elif type(one).__module__.startswith(inprocess.PACKAGE + ".") and hasattr(one, "__dict__") and id(one) not in found:
            found[id(one)] = (path, one)
            waiting += [(f"{path}.{name}", value) for name, value in vars(one).items()]
    return found.values()


def sitl_house():
    return houses.make_inside(3)


def stacked():
    data = scenarios.find("stacked_well").house(2)
    return houses.make_inside(data=data)


def looped():
    return houses.make_inside(data=scenarios.find("harbin_week").house(2))


@pytest.mark.long
@pytest.mark.parametrize("make", some([looped, sitl_house, stacked]))
def test_an_hour_adds_no_attribute(make):
    with make() as rig:
        node = houses.app_of(rig).node
        before = {path: set(vars(one)) for path, one in objects(node)}
        assert len(before) > 60
        rig.run(3600)
        assert rig.points()["room1.starts"] > 0
        for path, one in objects(node):
            assert set(vars(one)) <= before.get(path, set(vars(one))), path


@pytest.mark.long
def test_nor_does_a_room_on_the_bus():
    data = scenarios.find("village").house(2)
    world = {"seed": 1, "scenario": {}, "weather": weather.Minutes(weather.DesignDay(1))}
    with inprocess.Village(data, house.create(data, world), 1) as village:
        nodes = [board.firmware.board.app.node for board in village.rooms]
        before = [{path: set(vars(one)) for path, one in objects(node)} for node in nodes]
        village.run(900)
        for node, known in zip(nodes, before):
            for path, one in objects(node):
                assert set(vars(one)) <= known.get(path, set(vars(one))), path
