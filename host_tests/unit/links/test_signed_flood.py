"""Signed orders under attack: mutated, replayed, each bit flipped, cut, or a flood of them: none is taken."""

from __future__ import annotations

import random

import pytest

from doubles.selection import some
from wellhearth.tables import refusals, signed_refusals


def test_a_flood_of_bad_seals_costs_two_reckonings_a_second(unit):
    bad = unit.sign(operator="00" * 32)
    codes = [unit.signed.post(bad, ms) for ms in range(0, 3000)]
    assert codes.count(signed_refusals.SEAL) == 6 and codes.count(signed_refusals.BUSY) == 2994
    assert len([note for note in unit.notes if "refused" in note]) == 1, "of refusals one a minute wears the flash"


def test_while_one_waits_another_is_told_to_wait(unit):
    assert unit.signed.post(unit.sign(), 0) == refusals.OK
    assert unit.signed.post(unit.sign(), 5000) == signed_refusals.BUSY
    assert unit.signed.turn() and not unit.signed.turn() and unit.node.p.peak_w == 9000


def changed(rng: random.Random, text: str) -> str:
    """A text that is not the one it was made of."""
    at = rng.randrange(len(text))
    words = text.split(" ")
    how = rng.randrange(8)
    if how == 0:
        return text[:at] + chr(ord(text[at]) ^ 1 << rng.randrange(8)) + text[at + 1:]
    if how == 1:
        return text[:at]
    if how == 2:
        return text[:at] + rng.choice(" 0-+١\0\n") + text[at:]
    if how == 3:
        words[rng.randrange(10)] = str(rng.randrange(1 << 31))
    elif how == 4:
        i, j = rng.sample(range(10), 2)
        words[i], words[j] = words[j], words[i]
    elif how == 5:
        words[rng.choice((3, 5, 6, 8))] = "0" + words[rng.choice((3, 5, 6, 8))]
    elif how == 6:
        words[9] = words[9].upper() if rng.random() < 0.5 else rng.randbytes(32).hex()
    else:
        return rng.randbytes(rng.randrange(300)).decode("latin-1")
    return " ".join(words)


@pytest.mark.parametrize("share", some([0.1, 1.0]))
def test_ten_thousand_bad_orders_and_none_is_taken(unit, share):
    """Mutated, replayed, reordered, expired, cross-unit: in random order, among good ones. 0 accepted."""
    rng = random.Random(20)
    given: list[str] = []
    taken = good = 0
    for i in range(int(10_000 * share)):
        if i % 500 == 0:
            older, text = unit.sign(value=rng.randrange(5000, 9000)), unit.sign(value=rng.randrange(5000, 9000))
            assert unit.give(text) == refusals.OK
            given += [older, text]
            good += 1
            before = unit.node.p.peak_w
        fresh = unit.sign(value=1234)
        old = rng.choice(given)
        bad = rng.choice((
            lambda fresh=fresh: changed(rng, fresh), lambda old=old: changed(rng, old), lambda old=old: old,
            lambda: unit.sign(value=1234, counter=rng.randrange(1, unit.signed.used["operator"] + 1)),
            lambda: unit.sign(value=1234, hours=-rng.randrange(0, 200)),
            lambda: unit.sign(value=1234, id=rng.randbytes(6).hex()),
            lambda: unit.sign(value=1234, owner=rng.randrange(2, 9)),
            lambda: unit.sign(value=1234, operator=rng.randbytes(32).hex())))()
        if bad == fresh:
            continue
        taken += unit.give(bad) == refusals.OK
    assert taken == 0 and unit.node.p.peak_w == before and good == -(-int(10_000 * share) // 500)


@pytest.mark.parametrize("every", some([29, 1]))
def test_every_flipped_bit_and_every_cut_of_a_good_order(unit, every):
    text = unit.sign()
    bad = [text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1:] for at in range(len(text)) for bit in range(8)]
    bad += [text[:n] for n in range(len(text))] + [text + " ", " " + text, text + "\n"]
    assert len(bad) > 1200
    assert [one for one in bad[::every] if unit.give(one) == refusals.OK] == []
    assert unit.give(text) == refusals.OK
