"""The house that EnergyPlus is given, the pipe to it, and what the air makes up for."""

from __future__ import annotations

import os

import pytest

from energyplus import dwelling, dwelling_idf, frames
from energyplus import house as energyplus_house


def test_the_house_is_what_the_standards_ask_for():
    assert dwelling.u_w_m2k("wall") < 0.65 and dwelling.u_w_m2k("ceiling") < 0.50 and dwelling.WINDOW_U_W_M2K <= 2.8
    assert sum(room.floor_m2 for room in dwelling.ROOMS) == pytest.approx(18.6 * 11.1)
    assert sorted((room.column, room.row) for room in dwelling.ROOMS) == [(c, r) for c in range(3) for r in range(2)]
    assert {side for room in dwelling.ROOMS for side, _, _ in room.windows} == set(dwelling_idf.SIDES)


def test_every_wall_between_rooms_is_said_from_both_sides():
    pairs = {}
    for part in dwelling_idf.write(20).split("\n\n"):
        for text in part.split(";\n"):
            fields = [field.strip() for field in text.strip().split(",")]
            if fields[0] == "BuildingSurface:Detailed" and fields[6] == "Surface":
                pairs[fields[1]] = fields[7]
    assert len(pairs) == 2 * 7 + 2 * 6, "seven walls between rooms, six ceilings"
    assert all(pairs[other] == name for name, other in pairs.items())


def test_frames_go_through_a_pipe_whole():
    into, out = os.pipe()
    frames.write(out, frames.HEAT, frames.doubles([1.5, -2.0]))
    assert frames.read(into)[0] == frames.HEAT
    zone = [20.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    frames.write(out, frames.STATE, frames.doubles([-7.0, *zone, *zone]))
    kind, body = frames.read(into)
    assert kind == frames.STATE and frames.state_of(body) == (-7.0, [frames.Zone(*zone)] * 2)
    os.close(out)
    assert frames.read(into) == (b"", b"")
    os.close(into)


def test_air_takes_its_heat_and_makes_up_for_what_it_missed_in_a_minute():
    of = dwelling.ROOMS[0]
    zone = frames.Zone(20.0, 300.0, -900.0, -400.0, 0.0, 0.0)
    air = energyplus_house.Air(of, 1.0, zone)
    for _ in range(60):
        air.step(0.0, 1000.0, 0.0, 0.0, [])
    assert air.heat_j == 60_000.0 and air.air_c == pytest.approx(20.0), "1000 W are what it loses"
    air.hear(zone._replace(air_c=20.3))
    assert air.apart_k == pytest.approx(0.3) and air.heat_j == 0.0
    steps = []
    for _ in range(60):
        before = air.air_c
        air.step(0.0, 1000.0, 0.0, 0.0, [])
        steps.append(air.air_c - before)
    assert air.air_c == pytest.approx(20.3) and max(steps) == pytest.approx(0.005)
