"""The counter of a meter that is not ours: gaps, roll-over, exchange, jumps. Nothing negative, made up, or lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellhearth.metering import reading
from wellhearth.metering.reading import CHANGED, COUNTED, DOUBT, FIRST, ROLLED, SAME

WRAP = 1_000_000_000


def meter(last=None, wrap=WRAP):
    one = reading.Reading("dlt645000000000001", 10_000, wrap, 20)
    if last is not None:
        assert one.read(last, 0) == FIRST and one.added == 0, "what stood there before is nobody's"
    return one


def test_it_counts_from_its_first_reading_on():
    one = meter(500_000)
    assert (one.read(500_000, 10), one.added) == (SAME, 0)
    assert (one.read(500_100, 20), one.added) == (COUNTED, 100)


def test_a_gap_of_hours_is_counted_when_it_ends():
    one = meter(500_000)
    assert one.read(500_000 + 10_000 * 8, 8 * 3600) == COUNTED and one.added == 80_000


def test_it_goes_on_over_a_power_cut_of_unknown_length():
    one, again = meter(500_000), meter()
    again.take(one.values())
    assert again.read(512_345, 5) == COUNTED and again.added == 12_345
    other = reading.Reading("dlt645000000000002", 10_000, WRAP, 20)
    with pytest.raises(ValueError):
        other.take(one.values())
    fresh = meter()
    fresh.take(meter().values())
    assert fresh.last == -1


def test_large_counters_keep_their_last_digit_in_the_ledger():
    one, again = meter(987_654_321_987), meter()
    assert all(0 <= v < 1 << 30 for v in one.values())
    again.take(one.values())
    assert again.last == 987_654_321_987


def test_a_counter_that_begins_anew_at_its_end_goes_on():
    one = meter(WRAP - 30)
    assert (one.read(50, 60), one.added) == (ROLLED, 80)
    assert (one.read(60, 120), one.added) == (COUNTED, 10)


def test_another_meter_with_a_lower_counter_takes_nothing_away():
    one = meter(500_000)
    assert [one.read(1_000 + i, 10 * (i + 1)) for i in range(3)] == [DOUBT, DOUBT, CHANGED] and one.added == 0
    assert (one.read(1_012, 40), one.added) == (COUNTED, 10)


def test_a_jump_up_is_asked_again_and_never_counted():
    one = meter(500_000)
    assert (one.read(90_000_000, 10), one.added) == (DOUBT, 0)
    assert (one.read(500_010, 20), one.added) == (COUNTED, 10), "it was a glitch"
    assert [one.read(90_000_000, 30 + i) for i in range(3)] == [DOUBT, DOUBT, CHANGED] and one.added == 0


def test_readings_that_agree_with_nothing_are_never_taken():
    one = meter(500_000)
    for i, value in enumerate((90_000_000, 5, 70_000_000, 6_000, 80_000_000) * 10):
        assert one.read(value, 10 * i) == DOUBT and one.added == 0
    assert one.last == 500_000


def test_rounding_is_no_step_back():
    one = meter(500_000)
    assert (one.read(499_990, 10), one.added) == (SAME, 0)
    assert (one.read(500_005, 20), one.added) == (COUNTED, 5), "and is not counted twice"


steps = st.lists(st.tuples(st.integers(1, 3600), st.integers(0, 100), st.sampled_from(
    ["read", "read", "read", "gap", "cut", "glitch", "low"])), max_size=80)


@given(st.integers(0, WRAP - 1), steps)
def test_whatever_happens_on_the_line_the_sum_is_what_it_counted(start, history):
    """Silences, power cuts, single false readings, roll-over: all of it is in the sum at the end."""
    one, true, now_s, counted, booted_s = meter(start), start, 0, 0, 0
    for seconds, share, what in history:
        now_s += seconds
        true += 10_000 * share * seconds // 100 // 3600
        if what == "gap":
            continue
        if what == "cut":
            kept = one.values()
            one, booted_s = meter(), now_s
            one.take(kept)
        value = true % WRAP
        if what in ("glitch", "low"):
            verdict = one.read((value + WRAP // (2 if what == "glitch" else 3)) % WRAP, now_s - booted_s)
            assert verdict in (DOUBT, CHANGED)
            if verdict == CHANGED:
                return  # three in a row that agree: that is another meter
        else:
            verdict = one.read(value, now_s - booted_s)
        assert one.added >= 0
        counted += one.added
    one.read(true % WRAP, now_s - booted_s + 1)
    assert counted + one.added == true - start
