"""Room and well controllers, driven through their inputs."""

from __future__ import annotations

from doubles import houses
from wellhearth.control import plan, room, well


def new_room(**changes):
    data = houses.house_config(1)
    data["rooms"][0].update(changes)
    return room.RoomController(houses.valid(data).rooms[0], 0)


def new_well(**changes):
    return well.WellController(houses.valid(houses.house_config(1, **changes)).well, 100)


def drive(loop, seconds, direction=plan.HEAT, permissive=True, enough=True, bar=False, move=False, now=0):
    loop.direction = direction
    for i in range(round(seconds * 10)):
        houses.scan_room(loop, 0, permissive, enough, bar, move, 100, now + i // 10)


def calling(loop):
    loop.thermostat.call = True
    return loop


def running(loop):
    drive(calling(loop), 200)
    assert loop.state == room.RUN and loop.compressor_on
    return loop


def pump(loop, seconds, demand=5600, flow=1200, kpa=20, bar=False, on=False, move=False, now=0):
    for i in range(round(seconds * 10)):
        houses.scan_well(loop, well.flow_for(demand, 134), flow, kpa, bar, on, move, 100, now + i // 10)


def started(**changes):
    loop = new_well(**changes)
    pump(loop, 70)
    assert loop.state == well.RUN
    return loop
