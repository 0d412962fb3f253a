"""Trips of the cause-and-effect table: delay, hold, retries that double, lockout until a hand resets it."""

from __future__ import annotations

import pytest

from wellhearth.control import trips
from wellhearth.tables import causes


@pytest.mark.parametrize("row", causes.CAUSES, ids=lambda row: row.key)
def test_every_row_waits_its_delay_and_its_hold(row):
    trip = trips.Trip(row)
    for _ in range(row.delay_ms // 100 - 1):
        assert not trip.update(True, False, 100, 0)
    assert trip.update(True, False, 100, 0)
    assert trip.update(False, False, 100, 1), "without its reset condition it stays"
    if row.lockouts == 1:
        assert trip.locked and all(trip.update(False, True, 1000, 2) for _ in range(1000)), "by hand"
        return
    held = 0
    while trip.update(False, True, 100, 2):
        held += 100
        assert held <= row.hold_s * 1000
    assert held == max(0, row.hold_s * 1000 - 100)


def test_retries_double():
    trip = trips.Trip(causes.find("no_flow"))
    holds = []
    now = 0
    for _ in range(2):
        while not trip.update(True, False, 1000, now):
            now += 1
        begin = now
        while trip.update(False, True, 1000, now):
            now += 1
            assert now < 2000
        holds.append(round((now - begin) / 300))
    assert holds == [1, 2]


@pytest.mark.parametrize("row", [r for r in causes.CAUSES if r.lockouts], ids=lambda row: row.key)
def test_lockout_latches_until_reset_by_hand(row):
    trip = trips.Trip(row)
    now = 0
    for n in range(row.lockouts):
        assert trip.locked is False
        while not trip.update(True, False, 1000, now):
            now += 1
        if n < row.lockouts - 1:
            while trip.update(False, True, 1000, now):
                now += 1
    assert trip.locked
    for _ in range(10_000):
        assert trip.update(False, True, 1000, now)
    trip.reset_by_hand()
    assert not trip.update(False, True, 1000, now)


def test_trips_far_apart_do_not_lock_out():
    row = causes.find("over_pressure")
    trip = trips.Trip(row)
    now = 0
    for _ in range(10):
        while not trip.update(True, False, 1000, now):
            now += 1
        while trip.update(False, True, 1000, now):
            now += 1
        now += row.window_s // (row.lockouts - 1)
    assert not trip.locked


def test_a_short_cause_does_not_trip():
    trip = trips.Trip(causes.find("flow_lost"))
    for _ in range(100):
        assert not any(trip.update(True, False, 100, 0) for _ in range(19))
        trip.update(False, True, 100, 0)
    assert not trip.active


def test_an_accumulating_row_forgets_slowly():
    trip = trips.Trip(causes.find("no_flow"))
    for _ in range(40):
        trip.update(True, True, 100, 0)
    for _ in range(40):
        trip.update(False, True, 100, 0)
    assert 3800 <= trip.t_ms <= 3880, "four seconds of good flow make good 160 ms of bad flow"
    for _ in range(11):
        assert not trip.update(True, True, 100, 0)
    assert trip.update(True, True, 100, 0) or trip.update(True, True, 100, 0)
    plain = trips.Trip(causes.find("flow_lost"))
    for _ in range(19):
        plain.update(True, True, 100, 0)
    plain.update(False, True, 100, 0)
    assert plain.t_ms == 0


def test_retries_double_inside_their_window():
    trip = trips.Trip(causes.find("pump_dead"))
    for n, hold_ms in enumerate((60_000, 120_000, 240_000)):
        trip.trip(n * 100)
        assert trip.hold_ms == hold_ms and not trip.locked
    trip.trip(400)
    assert trip.locked, "three retries, then a person"
    later = trips.Trip(causes.find("pump_dead"))
    for n in range(6):
        later.trip(n * 4000)
        assert later.hold_ms == 60_000 and not later.locked, "an hour forgives"
