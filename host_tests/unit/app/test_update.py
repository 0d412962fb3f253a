"""What an update takes and refuses: orders, pieces, packs, each damaged in every way; nothing of them is installed."""

from __future__ import annotations

import dataclasses
import random

import pytest

from doubles.selection import some
from doubles.update_unit import DAY, ENTRY, Unit, pieces, release
from wellhearth.app import update
from wellhearth.storage import slots
from wellhearth.tables import rows
from whtools.update import command, order, pack


@pytest.fixture
def unit(tmp_path, monkeypatch):
    return Unit(tmp_path, monkeypatch)


def test_the_names_of_phases_and_reasons_are_in_the_order_of_their_numbers():
    assert [getattr(slots, name.upper()) for name in rows.UPDATE] == list(range(5))
    assert rows.UPDATE_WHY[slots.OLD] == "old_order" and rows.UPDATE_WHY[slots.NO_ORDER] == "no_order"
    assert rows.UPDATE_WHY[slots.BOOTS] == "boots" and len(rows.UPDATE_WHY) == slots.NO_ORDER + 1
    assert set(rows.UPDATE_WHY) - {"fine", "full"} == set(command.WORDS)


def test_a_release_comes_in_pieces_is_verified_and_waits_for_its_moment(unit):
    new = release()
    assert unit.begin(unit.order(new)) == slots.FINE
    unit.send(pieces(new.data))
    assert unit.installed() == new.data and unit.p.update == slots.WAITING
    assert [note.split(" ")[1] for note in unit.notes] == ["0.2.0", "0.2.0"] and unit.urgent
    assert slots.State().phase == slots.WAITING and not slots.text(slots.TRIAL_FILE)


def test_every_flipped_bit_and_every_cut_of_an_order_is_refused(unit):
    text = unit.order(release())
    damaged = [text[:n] for n in range(len(text))] + [text + "0", text + " ", text.replace(" ", "  ", 1), "", text + text]
    for at in range(len(text)):
        for bit in range(8):
            damaged.append(text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1:])
    taken = [one for one in damaged if unit.begin(one) == slots.FINE]
    assert len(damaged) > 1700 and not taken and unit.installed() == b"" and slots.State().counter == 0
    assert unit.begin(text) == slots.FINE


@pytest.mark.parametrize(("changes", "reason"), [
    ({"id": "abc123abc124"}, "other_unit"), ({"owner": 2}, "other_unit"), ({"operator": "6c" * 32}, "seal"),
    ({"operator": ENTRY["installer"]}, "seal")])
def test_another_units_or_owners_order_or_key_is_refused(unit, changes, reason):
    assert rows.UPDATE_WHY[unit.begin(unit.order(release(), **changes))] == reason
    assert unit.p.update_why == rows.UPDATE_WHY.index(reason) and "refused" in unit.notes[-1]


def test_an_old_order_given_again_is_refused_and_so_is_an_older_one(unit):
    new = release()
    older, text = unit.order(release("0.1.5")), unit.order(new)
    assert unit.begin(text) == slots.FINE
    unit.send(pieces(new.data))
    assert unit.begin(text) == slots.OLD and unit.begin(older) == slots.OLD
    unit.work = update.Update(unit)  # after a start too
    assert unit.begin(text) == slots.OLD


def test_a_refused_order_is_not_used_up_and_one_comes_in_two_seconds(unit):
    text = unit.order(release())
    unit.work.begin(text + "x")
    assert unit.work.begin(text) == slots.BUSY
    assert unit.begin(text) == slots.FINE


def test_a_flood_of_orders_writes_one_line_a_minute_and_is_judged_once_in_two_seconds(unit):
    """Whoever is on the line may send them: flash wears, and each one costs the main loop a moment."""
    judged = 0
    for _ in range(600):
        unit.p.uptime_s += 1
        judged += unit.work.begin("wellhearth-update rubbish") != slots.BUSY
        assert unit.work.leave()
        unit.work = update.Update(unit)  # loaded anew by the next one
    assert judged == 300 and len(unit.notes) == 10 and not unit.urgent


def test_expired_for_another_board_below_the_floor_without_keys_or_slots(unit, tmp_path, monkeypatch):
    text = unit.order(release())
    unit.day = DAY + 4000
    assert unit.begin(text) == slots.EXPIRED
    unit.day = -1  # without a clock nobody can say
    assert unit.begin(unit.order(release(board="rpi_pico"))) == slots.BOARD
    unit.work.state.floor = pack.number("0.2.1")
    assert unit.begin(unit.order(release("0.2.0"))) == slots.FLOOR
    assert unit.begin(unit.order(release("0.2.1"))) == slots.FINE
    unit.service = object()
    assert unit.begin(unit.order(release("0.2.1"))) == slots.BUSY
    unit.service = None
    unit.work.running = ""
    assert unit.begin(unit.order(release("0.2.1"))) == slots.NO_SLOTS
    unit.work.running = "a"
    (tmp_path / "secret.json").unlink()
    assert unit.begin(unit.order(release("0.2.1"))) == slots.NO_KEYS


def test_a_lost_record_of_updates_is_the_safe_case_nothing_is_taken(unit, tmp_path):
    unit.begin(unit.order(release()))
    for name in ("update.json", "update.json.2"):
        (tmp_path / name).write_bytes(b"rubbish")
    unit.work = update.Update(unit)
    assert unit.begin(unit.order(release())) == slots.DAMAGED


def attempt(unit, new, parts) -> bytes:
    """One order and these pieces; what is then in the other slot."""
    if unit.work.phase != slots.RECEIVING:
        assert unit.begin(unit.order(new)) == slots.FINE
    unit.send(parts)
    found = unit.installed()
    assert found == b"" or unit.work.phase == slots.WAITING
    return found


@pytest.mark.parametrize("share", some([0.04, 1.0]))
def test_every_flipped_bit_of_a_pack_is_refused(unit, share):
    """Of one of 700 bytes; the SHA-256 of the order covers every byte of any size."""
    new = release(size=600)
    rng = random.Random(1)
    tried = 0
    for at in range(len(new.data)):
        for bit in range(8):
            if rng.random() < share:
                bad = bytearray(new.data)
                bad[at] ^= 1 << bit
                assert attempt(unit, new, pieces(bytes(bad))) == b"", (at, bit)
                assert unit.p.update_why == slots.HASH
                tried += 1
    assert tried > 200
    assert attempt(unit, new, pieces(new.data)) == new.data


def test_dropped_swapped_repeated_and_shortened_pieces_install_nothing_wrong(unit):
    new = release()
    parts = pieces(new.data)
    for i in range(len(parts)):
        assert attempt(unit, new, parts[:i] + parts[i + 1:]) == b"", "one is missing"
        assert unit.work.phase == slots.RECEIVING and unit.work.piece(parts[-1][0] + 240, b"x") == slots.GAP
        unit.begin(unit.order(new))
    for i in range(len(parts) - 1):
        bad = list(parts)
        (first, one), (second, other) = bad[i], bad[i + 1]
        bad[i], bad[i + 1] = (first, other), (second, one)
        assert attempt(unit, new, bad) == b"", "two contents have changed places"
        unit.begin(unit.order(new))
    for n in range(0, len(new.data), 97):
        assert attempt(unit, new, pieces(new.data[:n])) == b""
        unit.begin(unit.order(new))
    mixed = [part for one in parts for part in (one, one)]
    assert attempt(unit, new, mixed) == new.data, "what comes twice is passed over"


def test_a_longer_pack_than_was_ordered_is_refused(unit):
    new = release()
    assert attempt(unit, new, [*pieces(new.data)[:-1], (len(new.data) // 240 * 240, new.data[-80:] + b"more" * 30)]) == b""


def test_a_pack_that_is_not_what_its_order_says_of_it_is_refused(unit):
    new = release()
    other = dataclasses.replace(new, version="0.9.0")  # somebody with the operator's key, and a slip
    unit.begin(unit.order(other))
    unit.send(pieces(new.data))
    assert unit.p.update_why == slots.PACK_WRONG and unit.installed() == b""


def test_nothing_is_written_before_the_next_calm_moment(unit, tmp_path):
    before = sorted(tmp_path.iterdir())
    unit.work.begin(unit.order(release()))
    assert unit.work.piece(0, b"x" * 240) == slots.FULL and sorted(tmp_path.iterdir()) == before
    unit.work.turn()
    assert unit.work.piece(0, b"x" * 240) == slots.FINE and (tmp_path / slots.PART).stat().st_size == 0
    assert slots.State().phase == slots.RECEIVING


def test_a_pulled_cable_or_a_power_cut_goes_on_with_the_same_order(unit):
    new = release(size=9000)
    text = unit.order(new)
    unit.begin(text)
    unit.send(pieces(new.data)[:20])
    there = unit.work.received()
    assert there == 4800 and unit.begin(text) == slots.FINE and unit.work.received() == there
    unit.work.close()
    unit.work = update.Update(unit)  # the power was gone
    assert unit.p.update == slots.RECEIVING and unit.begin(text) == slots.FINE
    assert unit.work.received() == there
    unit.send(pieces(new.data)[there // 240:])
    assert unit.installed() == new.data


def test_a_full_disk_is_told_and_the_piece_so_far_is_removed(unit, tmp_path, monkeypatch):
    monkeypatch.setattr(update.os, "statvfs", lambda _path: (4096, 4096, 300, 10))
    text = unit.order(release())
    assert unit.begin(text) == slots.FINE and unit.work.piece(0, b"x" * 100) == slots.NO_ORDER
    assert unit.p.update_why == slots.NO_ROOM and not (tmp_path / slots.PART).exists() and slots.State().counter == 0


def test_without_a_piece_for_ten_minutes_it_leaves_the_heap_and_the_order_still_holds(unit):
    new = release(size=9000)
    text = unit.order(new)
    unit.begin(text)
    unit.send(pieces(new.data)[:7])
    assert not unit.work.leave()
    unit.p.uptime_s += update.IDLE_S
    assert unit.work.leave() and unit.work.f is None
    unit.work = update.Update(unit)
    assert unit.begin(text) == slots.FINE and unit.work.received() == 1680


def test_the_host_knows_its_own_order_for_the_same_pack(unit):
    new = release()
    text = unit.order(new)
    assert order.fits(text, ENTRY, new) and not order.fits(text, {**ENTRY, "operator": "00" * 32}, new)
    assert not order.fits(text, ENTRY, release("0.3.0")) and not order.fits("", ENTRY, new)
    assert order.counter(1 << 40) == (1 << 40) + 1 and order.counter(0) > 1_700_000_000
