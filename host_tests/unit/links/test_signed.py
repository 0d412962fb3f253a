"""Signed orders: taken once, from who has the key, in time; expired, without keys, another unit's: never."""

from __future__ import annotations

import pytest

from doubles.signed_unit import ENTRY, NOW_S
from wellhearth.control import wall
from wellhearth.storage import record, signed_order
from wellhearth.tables import refusals, signed_refusals
from whtools.device import signing


def test_an_operators_order_is_carried_out_and_journaled_with_who(unit):
    assert unit.give(unit.sign()) == refusals.OK
    assert unit.node.p.peak_w == 9000
    assert any("operator@signed node.peak_w=9000 accepted" in note for note in unit.notes)


def test_the_seal_is_that_of_the_standard_library_for_every_length_of_text(unit):
    for n in range(1, 48):
        text = signing.text_of(ENTRY, "installer", 7, NOW_S, "x" * n, -n)
        order = signed_order.SignedOrder(text)
        assert order.whole and order.sealed(ENTRY["installer"]) and not order.sealed(ENTRY["operator"])


def test_each_role_has_its_key_and_only_its_rights(unit):
    assert unit.give(unit.sign("node.peak_w", 8000, "installer")) == refusals.OK
    assert unit.give(unit.sign("node.zero_run_min", 15, "operator")) == refusals.NOT_FOR_ROLE
    assert unit.give(unit.sign("node.zero_run_min", 15, "operator", operator=ENTRY["installer"])) == signed_refusals.SEAL
    assert unit.give(unit.sign("node.peak_w", 1, "installer", installer=ENTRY["operator"])) == signed_refusals.SEAL
    assert unit.give(unit.sign("node.peak_w", 999999)) == refusals.OUT_OF_RANGE
    assert unit.give(unit.sign("node.nothing", 1)) == refusals.NO_POINT
    assert unit.node.p.peak_w == 8000


def test_an_order_that_the_command_layer_refuses_is_used_up_all_the_same(unit):
    text = unit.sign("well.reset_trip", 2, "installer")
    assert unit.give(text) == refusals.NOT_LOCKED
    assert unit.give(text) == refusals.REPEATED, "kept back, it would reset a lockout to come"


def test_used_orders_survive_a_power_cut_and_an_older_one_comes_too_late(unit):
    older, text = unit.sign(value=7000), unit.sign()
    assert unit.give(text) == refusals.OK
    unit.start()
    assert unit.give(text) == unit.give(older) == refusals.REPEATED
    assert unit.node.p.peak_w == 9000


def test_the_number_is_stored_before_the_order_is_carried_out(unit, monkeypatch):
    text = unit.sign()
    seen = []
    with monkeypatch.context() as patch:
        patch.setattr(unit.layer, "give", lambda order: seen.append(record.Record("orders.json").read()) or 0)
        unit.give(text)
    assert seen == [{"operator": unit.counter}]

    def full(_self, _parts):
        raise OSError(28)
    monkeypatch.setattr(record.Record, "write", full)
    assert unit.give(unit.sign()) == signed_refusals.NOT_STORED and unit.node.p.peak_w != 9000


def test_a_record_that_is_lost_is_the_safe_case_and_one_damaged_copy_is_not(unit, tmp_path):
    text = unit.sign()
    assert unit.give(text) == refusals.OK
    (tmp_path / "orders.json").write_bytes(b"rubbish")
    unit.start()
    assert unit.give(text) == refusals.REPEATED
    (tmp_path / "orders.json.2").write_bytes(b"")
    unit.start()
    assert unit.give(unit.sign()) == signed_refusals.LOST


def test_expired_for_too_long_and_without_a_clock(unit):
    text = unit.sign(hours=1)
    unit.wall.ms += 3_600_000
    assert unit.give(text) == signed_refusals.EXPIRED
    unit.wall.ms -= 1
    assert unit.give(text) == refusals.OK
    assert unit.give(unit.sign(hours=24 * 7)) == refusals.OK
    assert unit.give(unit.sign(hours=24 * 7 + 2)) == signed_refusals.TOO_LONG
    for quality in (wall.NONE, wall.KEPT, wall.BUS):
        unit.clock.quality = quality
        assert unit.give(unit.sign()) == signed_refusals.NO_CLOCK
    unit.clock.quality, unit.wall.day = wall.RTC, -1
    assert unit.give(unit.sign()) == signed_refusals.NO_CLOCK


@pytest.mark.parametrize("changes", [{"id": "abc123abc124"}, {"owner": 2}, {"owner": 0}])
def test_another_units_or_owners_order(unit, changes):
    assert unit.give(unit.sign(**changes)) == signed_refusals.OTHER_UNIT


def test_without_keys_nothing_is_taken(unit, tmp_path):
    (tmp_path / "secret.json").unlink()
    assert unit.give(unit.sign()) == signed_refusals.NO_KEYS


def test_an_order_to_install_is_none_to_write_and_the_other_way_round(unit):
    text = unit.sign()
    from wellhearth.storage import update_order
    assert update_order.Order(text).why != 0
    sealed = signing.text_of(ENTRY, "operator", 999, NOW_S + 60, "node.peak_w", 1).replace("order", "update", 1)
    assert unit.give(sealed) == signed_refusals.FORM
