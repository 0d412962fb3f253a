"""The cabinets of the house with six rooms: they fit, and each planted mistake is found."""

import pytest

from whtools.wiring import house
from whtools.wiring.data import Wiring

HOUSE = house.FILE.read_text(encoding="utf-8")
IN_THE_HOUSE = {
    "a breaker too large": (
        'breaker_a = 16\nmm2 = "2.5"\nmetres = 12',
        'breaker_a = 25\nmm2 = "2.5"\nmetres = 12',
        "2.5 mm2 carry 23 A",
    ),
    "a breaker too small": (
        'load_a = 7.5\nbreaker_a = 16\nmm2 = "2.5"\nmetres = 12',
        'load_a = 7.5\nbreaker_a = 8\nmm2 = "2.5"\nmetres = 12',
        "on a breaker of",
    ),
    "a long cable": ("metres = 28", "metres = 80", "are lost on 80 m"),
    "a phase with three units": (
        'name = "Q12"\nto = "room 2"\nphase = "L2"',
        'name = "Q12"\nto = "room 2"\nphase = "L1"',
        "phases:",
    ),
    "a feeder without its breaker": ('name = "Q16"\nto', 'name = "Q17"\nto', "stands on no rail"),
    "120 ohm in the middle": ('node = "room 3"\n', 'node = "room 3"\nends = true\n', "wanted at the two ends"),
    "no bias": ("bias = true\n", "", "bias at one node"),
    "a star": ('node = "room 4"\n', 'node = "room 4"\nbranch = 12\n', "hangs on a branch"),
    "a rail too full": ('"mains in, PE bar", 40', '"mains in, PE bar", 140', "is filled with"),
    "too much heat": ('"24 V supply", 35, 4], ["F3-F7"', '"24 V supply", 35, 14], ["F3-F7"', "W of heat"),
    "no partition": ('["gap", "8 mm and a partition", 12, 0], ', "", "without a partition"),
}


def test_the_house_with_six_rooms_fits():
    assert house.check(house.read()) == []


@pytest.mark.parametrize("what", IN_THE_HOUSE)
def test_a_mistake_in_the_house_is_found(what):
    old, new, words = IN_THE_HOUSE[what]
    assert HOUSE.count(old) == 1, HOUSE.count(old)
    assert any(words in text for text in house.check(house.read(HOUSE.replace(old, new))))


def test_a_cabinet_has_every_relay_of_its_board():
    for name, wanted in (
        ("well", {"well_pump", "master"}),
        ("room", {"master", "room1_compressor", "room1_pump", "room1_reversing"}),
    ):
        cabinet = house.read()["cabinet"][name]
        relays = {one.name for one in Wiring(cabinet["board"]).channels if one.circuit == "relay"}
        words = next(device[1] for rail in cabinet["rail"] for device in rail["devices"] if device[0] == "K")
        assert wanted <= relays and f"{len(wanted)} used" in words
