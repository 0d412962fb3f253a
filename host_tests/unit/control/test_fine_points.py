"""What mutation testing found untested in motor, flowproof, schedule, plan, room and trips: each gap to the number."""

from __future__ import annotations

import pytest

from doubles import houses
from wellhearth.control import flowproof, motor, trips
from wellhearth.tables import cause_rows, causes

# -- the numbers of firmware/PROTECTIONS.md, written down a second time: delay ms, reset hold s, lockout trips, window s --

WRITTEN = {
    "flow_lost": (2000, 300, 0, 0), "no_flow": (5000, 300, 3, 86400), "dry_run": (5000, 300, 3, 86400),
    "stray_flow": (10000, 10, 0, 0), "over_pressure": (1000, 60, 3, 86400), "pressure_fault": (1000, 10, 0, 0),
    "pressure_blind": (1000, 10, 0, 0), "freeze": (2000, 300, 3, 3600), "high_pressure": (0, 300, 3, 3600),
    "low_pressure": (2000, 300, 3, 3600), "welded": (500, 0, 1, 86400), "dead_relay": (500, 60, 4, 3600),
    "pump_welded": (500, 0, 1, 86400), "pump_dead": (500, 60, 4, 3600), "leak_alarm": (0, 0, 1, 86400),
    "leak": (0, 0, 1, 86400), "well_silent": (10000, 0, 0, 0), "room_silent": (60000, 0, 0, 0),
}
ACTIONS = {
    "flow_lost": trips.COMPRESSOR_OFF | trips.MOVE_WATER, "no_flow": trips.PUMP_OFF | trips.COMPRESSOR_OFF,
    "dry_run": trips.PUMP_OFF | trips.COMPRESSOR_OFF, "stray_flow": trips.FALLBACK | trips.ALARM,
    "over_pressure": trips.PUMP_OFF | trips.COMPRESSOR_OFF, "freeze": trips.COMPRESSOR_OFF | trips.MOVE_WATER,
    "high_pressure": trips.COMPRESSOR_OFF, "low_pressure": trips.COMPRESSOR_OFF, "leak_alarm": trips.ALARM,
    "welded": trips.COMPRESSOR_OFF | trips.MASTER_OFF | trips.MOVE_WATER | trips.ALARM,
    "leak": trips.PUMP_OFF | trips.COMPRESSOR_OFF | trips.ALARM, "well_silent": trips.COMPRESSOR_OFF,
    "room_silent": trips.DEMAND_ZERO | trips.ALARM,
}


@pytest.mark.parametrize("key", WRITTEN)
def test_the_table_has_the_numbers_of_the_design(key):
    row = causes.find(key)
    assert (row.delay_ms, row.hold_s, row.lockouts, row.window_s) == WRITTEN[key]
    if key in ACTIONS:
        assert row.actions == ACTIONS[key]
    assert bool(row.flags & trips.DOUBLING) == (key in ("no_flow", "dry_run", "dead_relay", "pump_dead"))
    assert bool(row.flags & trips.ACCUMULATE) == (key in ("no_flow", "dry_run", "scans_late"))


def test_every_action_is_a_bit_of_its_own_and_has_words():
    bits = [bit for bit, _text in cause_rows.ACTION_TEXT]
    assert len(set(bits)) == len(bits) == 11 and all(bit & (bit - 1) == 0 for bit in bits)


def test_places_count_inside_a_scope():
    for scope in (trips.WELL, trips.ROOM, trips.LOOP, trips.BUS, trips.NODE):
        for i, row in enumerate(causes.rows(scope)):
            assert causes.bit(row.key) == i
    with pytest.raises(KeyError):
        causes.bit("nothing")


def test_a_lockout_reset_by_hand_is_gone_and_the_row_can_trip_again():
    trip = trips.Trip(causes.find("high_pressure"))
    for n in range(3):
        assert trip.update(True, False, 100, 1000 * n)
        for _ in range(3001):
            trip.update(False, True, 100, 1000 * n)
    assert trip.locked and trip.active
    trip.reset_by_hand()
    assert not trip.locked and not trip.active and not trip.update(False, True, 100, 5000)
    assert trip.update(True, False, 100, 9000)


# -- motor current --

def learned(current_ma, speed_pm, m=None, seconds=None):
    m = m or motor.MotorCurrent(80)
    for _ in range(motor.LEARN_S + 1 if seconds is None else seconds):
        m.each_second(current_ma, speed_pm, True)
    return m


def test_a_band_never_met_takes_the_nearest_below_down_to_the_lowest():
    m = learned(1000, 0)
    assert m.dry(799, 999) and not m.dry(800, 999) and m.dry(799, 0)


def test_a_change_of_band_either_way_begins_the_steady_time_anew():
    for before, after in ((950, 650), (650, 950)):
        m = learned(5000, before, seconds=motor.LEARN_S)
        learned(2000, after, m, seconds=motor.LEARN_S - 1)
        assert m.learned_ma[after // motor.BAND_PM] == 0


def test_currents_of_the_ledger_must_fit():
    m = motor.MotorCurrent(80)
    for wrong in ([1], [1] * (motor.BANDS + 1)):
        with pytest.raises(ValueError):
            m.take(wrong)


# -- flow proof --

def proof(two=True, seconds=flowproof.STEADY_S + 1, lph=2400, kpa=60, **state):
    p = flowproof.FlowProof(1200, two, 85)
    for key, value in state.items():
        setattr(p, key, value)
    p.last_lph = lph
    for _ in range(seconds):
        houses.flow_second(p, lph, kpa, True, True, 0, 800, False)
    return p


def test_the_pressure_at_rest_is_taken_off_before_anything_is_concluded():
    p = proof(kpa=80, rest_kpa=20)
    assert p.lph_bar == 4000
    houses.scan_flow(p, 2400, 0, 80, True, True, 800)
    assert p.return_bad, "the ground takes what was lifted"
    houses.scan_flow(p, 2400, 0, 40, True, True, 800)
    assert not p.return_bad, "20 kPa of rise are 800 L/h: the water is lost"


@pytest.mark.parametrize(("kpa", "knows"), [(2, False), (3, True), (-40, False)])
def test_a_rise_in_the_noise_teaches_no_capacity(kpa, knows):
    assert bool(proof(kpa=kpa).lph_bar) == knows


@pytest.mark.parametrize(("lph", "steady"), [(1199, 0), (1200, 1200), (3000, 3000)])
def test_less_than_the_minimum_flow_teaches_nothing(lph, steady):
    assert proof(lph=lph).steady_lph == steady


@pytest.mark.parametrize("what", ["lift_bad", "return_bad"])
def test_one_doubtful_meter_is_enough_to_learn_nothing(what):
    assert proof(**{what: True}).steady_lph == 0


@pytest.mark.parametrize(("step", "learns"), [(209, False), (-193, False), (208, True), (-192, True)])
def test_flow_that_moves_either_way_teaches_nothing(step, learns):
    p = flowproof.FlowProof(1200, True, 85)
    p.last_lph = 5000
    for _ in range(flowproof.STEADY_S):
        houses.flow_second(p, 5000 + step, 60, True, True, 0, 800, False)  # within 4 %
    assert bool(p.steady_lph) == learns


def test_without_a_feed_forward_from_commissioning_the_usual_slope_is_taken():
    p = proof()
    assert flowproof.FlowProof(1200, True, 0).ff == 85 and flowproof.FlowProof(1200, True, 50).ff == 50
    assert p.line_lph(885) == 2400 + 1000 and p.line_lph(100) == 0


def test_half_of_the_limit_less_the_pressure_at_rest():
    assert proof(kpa=80, rest_kpa=20).safe_lph(120) == 40 * 40
    assert proof(kpa=80, rest_kpa=-20).safe_lph(60) == 30 * 24, "half of the limit by a transmitter that reads 20 kPa low"
    assert proof(kpa=80, rest_kpa=20).safe_lph(40) == 0 and proof(kpa=80, rest_kpa=20).safe_lph(38) == 0
