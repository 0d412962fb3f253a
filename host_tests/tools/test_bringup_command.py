"""`wellhearth bringup` as a command, and its RS-485 adapter on a pair of pseudo-terminals."""

import json
import os
import threading
import types

import pytest

from doubles.bare_board import Link, Person, World
from whtools import cli
from whtools.bringup import run
from whtools.bringup.adapter import Adapter
from whtools.device.link import LinkError


class Interrupts(Person):
    """Presses Ctrl-C at a question."""

    at = ""

    def sees(self, question, what):
        if what == self.at:
            raise KeyboardInterrupt
        return super().sees(question, what)


def command(monkeypatch, tmp_path, world, person=None, words=()):
    """The command's status; the board and the person are those of this process."""
    person = person or Person(world)
    monkeypatch.setattr(run, "find_port", lambda port: "/dev/table")
    monkeypatch.setattr(run, "Link", lambda port: Link(world))
    monkeypatch.setattr(run, "Person", lambda: person)
    monkeypatch.chdir(tmp_path)
    return cli.main(["bringup", "--board", world.board, *words])


def test_the_command_leaves_its_record_and_says_where(monkeypatch, tmp_path, capsys):
    assert command(monkeypatch, tmp_path, World("rpi_pico")) == 0
    out = capsys.readouterr().out
    assert "passed; bringup/bringup-rpi_pico-e6616408.json" in out and "Send both files" in out
    assert json.loads((tmp_path / "bringup/bringup-rpi_pico-e6616408.json").read_text())["passed"] is True


def test_a_fault_is_status_1_and_names_its_step(monkeypatch, tmp_path, capsys):
    assert command(monkeypatch, tmp_path, World("rpi_pico", {"no presence"})) == 1
    assert "NOT passed: onewire; " in capsys.readouterr().out


def test_ctrl_c_keeps_what_has_passed_and_leaves_no_pad_driven(monkeypatch, tmp_path, capsys):
    world = World("rpi_pico")
    person = Interrupts(world)
    person.at = "uart"
    assert command(monkeypatch, tmp_path, world, person) == 1
    assert "the same command goes on from bringup.json" in capsys.readouterr().out and not world.drive
    asked = Person(world)
    assert command(monkeypatch, tmp_path, world, asked) == 0
    assert asked.asked[:2] == [run.FIRST, "uart"]


def test_what_is_wrong_is_one_line(monkeypatch, tmp_path, capsys):
    world = World("rpi_pico")
    world.files["main.py"] = ""
    assert command(monkeypatch, tmp_path, world) == 2
    assert capsys.readouterr().err.startswith("wellhearth: this board starts a main.py of its own")
    assert command(monkeypatch, tmp_path, World("rpi_pico"), Person(World("rpi_pico"), {run.FIRST})) == 2
    assert "take everything off the board" in capsys.readouterr().err
    assert command(monkeypatch, tmp_path, World("rpi_pico"), words=["--again", "nonsense"]) == 2
    assert "no step is named nonsense" in capsys.readouterr().err


@pytest.fixture
def line():
    """(name of a serial port, the other end of it)."""
    ours, theirs = os.openpty()
    yield os.ttyname(theirs), ours
    os.close(ours)
    os.close(theirs)


def board(out: bytes, err: bytes = b"", begins=lambda: None):
    """A link whose board says so."""
    said = types.SimpleNamespace(
        exec_raw_no_follow=lambda code: None, read_until=lambda *_a, **_k: begins(), follow=lambda timeout: (out, err)
    )
    return types.SimpleNamespace(link=types.SimpleNamespace(board=said))


def test_the_adapter_sends_and_hears_the_answer(line):
    port, far = line
    heard = []

    def other_end():
        while len(heard) < 8:
            heard.extend(os.read(far, 64))
        os.write(far, b"\x01\x02\x03\x04\x05\x06\x07\x08")

    answering = threading.Thread(target=other_end, daemon=True)
    answer, board_heard = Adapter(port).exchange(
        board(b"\r\n[9, 8, 7]\r\n", begins=answering.start), bytes(range(100, 108)), ""
    )
    assert (answer, board_heard, bytes(heard)) == (bytes(range(1, 9)), bytes([9, 8, 7]), bytes(range(100, 108)))


def test_a_board_that_raises_while_it_listens_is_told(line, monkeypatch):
    monkeypatch.setenv("WELLHEARTH_PATIENCE", "0.1")
    with pytest.raises(LinkError, match="stopped listening: OSError"):
        Adapter(line[0]).exchange(board(b"", b"Traceback\r\nOSError: 5\r\n"), b"1234", "")


def test_a_port_that_is_none_is_one_line():
    with pytest.raises(LinkError, match="/dev/nowhere"):
        Adapter("/dev/nowhere")
