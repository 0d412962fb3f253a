"""The drawn sheets: what they show is what the pin tables say, and they are of the data as it is."""

import re

import pytest

from harness.pinout import module_of
from whtools.device.build import BOARDS
from whtools.wiring import stamp
from whtools.wiring.data import Wiring
from whtools.wiring.netlist import all_drawn


@pytest.mark.parametrize("board", BOARDS)
def test_the_drawn_sheets_show_each_function_on_its_gpio_and_pad_and_nothing_else(board):
    wiring, module = Wiring(board), module_of(board)
    texts_ = [
        text for n in range(1, len(stamp.SHEETS) + 1) for text in re.findall(r"<tspan[^>]*>([^<]*)</tspan>", sheet(board, n))
    ]
    shown = {(texts_[i - 1], text) for i, text in enumerate(texts_) if text.startswith("GPIO ")}
    wanted = {(name, number, wiring.own["pads"][name]) for name, number, _kind in module.PINS}
    own = {
        name for one in wiring.channels for name, _ in one.pads.values()
    }  # an option without parts of its own is not drawn twice
    wanted |= {(name, number, wiring.own["instead"][name]) for name, number, *_ in module.INSTEAD if name in own}
    assert shown == {(name, f"GPIO {gpio}, " + (pad if pad == "on board" else f"pin {pad}")) for name, gpio, pad in wanted}
    strips = {text for text in texts_ if re.fullmatch(r"X\d:\d+", text)}
    drawn = [(one, n) for one in all_drawn(wiring) for n, _, _ in one.terms]
    assert strips == {f"{one.channel.strip}:{one.channel.first + n - 1}" for one, n in drawn}


def sheet(board: str, number: int) -> str:
    """A drawn sheet as it is in the repository."""
    return stamp.path(board, number).read_text(encoding="utf-8")


def test_the_drawings_are_of_the_data_as_it_is():
    assert [path for board in BOARDS for path in stamp.stale(board)] + stamp.house_stale() == []


def test_the_mark_changes_with_the_data(tmp_path, monkeypatch):
    before = stamp.of("rpi_pico")
    changed = tmp_path / "wiring.toml"
    changed.write_text(Wiring("rpi_pico").files["board"] + "\n")
    monkeypatch.setattr(stamp, "board_file", lambda board: changed)
    assert stamp.of("rpi_pico") != before and len(stamp.stale("rpi_pico")) == len(stamp.SHEETS)


@pytest.mark.parametrize("board", BOARDS)
def test_a_sheet_is_a3_on_white_and_its_text_stands_on_plain_baselines(board):
    for number in range(1, len(stamp.SHEETS) + 1):
        svg = sheet(board, number)
        assert 'width="420mm" height="297mm"' in svg and 'fill="#fff"' in svg and "dominant-baseline" not in svg
