"""The bring-up of a bare board: a good one passes, each planted fault is named, nothing is driven unasked."""

import json

import pytest

from doubles.bare_board import Adapter, Link, Person, World
from whtools.bringup import run, wires
from whtools.commission.run import State
from whtools.device.build import BOARDS
from whtools.device.link import LinkError


def bring_up(tmp_path, board="rpi_pico", faults=(), refuses=(), adapter=True, again=()):
    """(world, person, state, passed, what was said)."""
    world = World(board, faults)
    return world, *repeated(world, tmp_path, refuses, adapter, again)


def repeated(world, tmp_path, refuses=(), adapter=True, again=()):
    person, said = Person(world, refuses), []
    bare = run.bare_of(Link(world), person, world.board, said.append)
    state = State(tmp_path / "bringup.json", "e6616408")
    passed = run.guided(bare, state, list(again), Adapter(world) if adapter else None, said.append)
    return person, state, passed, said


@pytest.mark.parametrize("board", BOARDS)
def test_a_good_board_passes_and_every_pad_was_tried(board, tmp_path):
    world, person, state, passed, said = bring_up(tmp_path, board)
    assert passed, [line for line in said if "FAIL" in line]
    tried = {name for what in state.steps if what.startswith("jumper ") for name in what.split()[1:]}
    wanted = {name for name, (number, _) in world.table.items() if not (number == 25 and "pico" in board)}
    assert tried == wanted and not world.drive and not world.pwm


FAULTS = {
    "wrong chip": ("esp32_s3", {"chip"}, "this is a Raspberry Pi Pico with RP2040"),
    "old MicroPython": ("rpi_pico", {"chip"}, "put a newer one"),
    "bad flash": ("rpi_pico", {"flash"}, "another board"),
    "slow clock": ("rpi_pico", {"clock"}, "the crystal"),
    "stuck pad": ("rpi_pico", {"levels"}, "GPIO 4, lift) low"),
    "shorted neighbours": ("rpi_pico", {"shorts"}, "GPIO 13, room1_pump) and pad 19 (GPIO 14, room1_reversing)"),
    "dead output": ("rpi_pico", {"jumper room1_compressor "}, "one of the two is dead"),
    "no PWM": ("esp32_generic", {"jumper well_pump_speed ", "jumper room1_fan "}, "no PWM"),
    "ADC off by 10 %": ("rpi_pico", {"adc "}, "reference, is off"),
    "no presence": ("rpi_pico", {"onewire"}, "no presence pulse"),
    "another part": ("esp32_s3", {"onewire"}, "its family is not 28"),
    "no measurement": ("rpi_pico2", {"onewire"}, "no measurement"),
    "A and B swapped": ("rpi_pico", {"rs485 line"}, "A and B are swapped"),
    "no transceiver": ("esp32_generic", {"rs485 line"}, "swapped"),
    "no watchdog": ("rpi_pico", {"watchdog"}, "did not bite"),
    "torn record": ("rpi_pico", {"power"}, "lost a renamed file"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_by_its_step_and_by_no_other(fault, tmp_path):
    board, begins, words = FAULTS[fault]
    _world, _person, state, passed, said = bring_up(tmp_path, board, {fault})
    failed = {name for name, step in state.steps.items() if not step["ok"] and "has passed" not in step["checks"][0]["name"]}
    assert not passed and failed == {name for name in state.steps if name.startswith(tuple(begins))}
    assert any(words in line for line in said), said


def test_on_a_board_of_another_chip_nothing_is_driven(tmp_path):
    world, person, _state, _passed, _said = bring_up(tmp_path, "esp32_generic", {"wrong chip"})
    assert world.driven == [] and not [what for what in person.asked if what.startswith(("jumper", "consent"))]


def test_pads_that_hang_together_are_not_driven_against_each_other(tmp_path):
    world, person, state, _passed, _said = bring_up(tmp_path, faults={"shorted neighbours"})
    assert not [what for what in person.asked if what.startswith("jumper")]
    assert state.steps["jumper rs485_tx rs485_rx"]["checks"][0]["name"] == "the step `shorts` has passed"


def test_nothing_is_done_while_something_is_wired(tmp_path):
    world = World("rpi_pico")
    person = Person(world, {run.FIRST})
    link = Link(world)
    bare = run.bare_of(link, person, "rpi_pico")
    with pytest.raises(LinkError, match="take everything off"):
        run.guided(bare, State(tmp_path / "s.json", "e6616408"), [])
    assert world.driven == [] and person.asked == [run.FIRST] and len(link.texts) == 1


def test_a_refusal_drives_nothing_and_is_no_pass(tmp_path):
    world, person, state, passed, _said = bring_up(tmp_path, refuses={"consent shorts"})
    assert not passed and world.driven == []
    assert [check["name"] for check in state.steps["shorts"]["checks"]] == ["the person agreed"]


def test_the_run_goes_on_where_it_stopped_and_asks_again_what_is_wired(tmp_path):
    world, person, state, passed, _said = bring_up(tmp_path, refuses={"onewire"})
    assert not passed and not state.steps["onewire"]["ok"]
    driven = len(world.driven)
    person, state, passed, said = repeated(world, tmp_path)
    assert passed and person.asked == [run.FIRST, "onewire"]
    assert len(world.driven) == driven and any(line.startswith("jumper master") and "passed on" in line for line in said)
    person, _state, passed, _said = repeated(world, tmp_path, again=["shorts"])
    assert passed and person.asked == [run.FIRST, "consent shorts"]


@pytest.mark.parametrize("volts", [0.0, 3.3])
def test_a_jumper_that_lies_on_a_supply_is_not_driven_against(volts, tmp_path):
    world = World("rpi_pico")
    person = Person(world)
    bare = run.bare_of(Link(world), person, "rpi_pico")
    person.sees = lambda question, what: world.volts.update({world.gpio["master"]: volts}) is None
    check = wires.jumper(bare, {}, "master", "button")[0]
    assert not check.ok and "on ground or on a supply" in check.hint and world.driven == []


def test_a_program_on_the_board_that_would_run_beside_it_is_refused():
    world = World("rpi_pico")
    world.files["main.py"] = ""
    with pytest.raises(LinkError, match="main.py of its own"):
        run.bare_of(Link(world), Person(world), "rpi_pico")


def test_a_node_in_a_house_is_refused(tmp_path):
    world = World("rpi_pico")
    world.files["config.json"] = "{}"
    with pytest.raises(LinkError, match="somebody's node"):
        run.bare_of(Link(world), Person(world), "rpi_pico")
    assert world.driven == []


def test_another_board_does_not_go_on_with_this_ones_record(tmp_path):
    bring_up(tmp_path)
    with pytest.raises(LinkError, match="this is other"):
        State(tmp_path / "bringup.json", "other")


def test_a_board_that_does_not_come_back_says_so_and_keeps_what_passed(tmp_path):
    world = World("rpi_pico", {"does not come back"})
    with pytest.raises(LinkError, match="did not come back"):
        repeated(world, tmp_path)
    stored = json.loads((tmp_path / "bringup.json").read_text())["steps"]
    assert stored["uart"]["ok"] and "watchdog" not in stored


def test_the_record_has_board_unit_steps_and_verdict(tmp_path):
    _world, _person, state, passed, _said = bring_up(tmp_path, faults={"no presence"})
    made = run.write(state, "rpi_pico", passed, tmp_path / "out")
    whole = json.loads(made[0].read_text())
    assert (whole["board"], whole["unit"], whole["passed"]) == ("rpi_pico", "e6616408", False)
    assert whole["data"]["identity"]["micropython"] == "1.28.0" and whole["data"]["adc_mv"]["current"]["3.3 V"] == 3300
    page = made[1].read_text()
    assert "NOT passed" in page and "no presence pulse" in page and "Raspberry Pi Pico with RP2040" in page


def test_without_an_adapter_the_line_is_not_said_to_be_good(tmp_path):
    _world, _person, state, passed, _said = bring_up(tmp_path, adapter=False)
    assert passed and "rs485 line" not in state.steps
