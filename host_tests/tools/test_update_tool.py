"""`wellhearth update`: what the project signed and nothing else, on a house that goes on heating; where `flash` writes."""

from __future__ import annotations

import contextlib
import json
import sys

import pytest
from cryptography.hazmat.primitives import serialization as ser

from doubles.command import call
from doubles.folder_link import FolderLink, InsideLink
from doubles.houses import make_inside, run_until
from doubles.selection import some
from doubles.update_unit import ENTRY, release
from harness import inprocess
from wellhearth.storage import record
from whtools.device import build, flash, keyring
from whtools.device.link import LinkError
from whtools.papers import signing
from whtools.update import command, order, pack, signed, ways


@pytest.fixture
def project(tmp_path):
    """The project's key: (private, public)."""
    path = tmp_path / "project.pem"
    signing.private(path)
    return path, signing.public_file(path)


@pytest.fixture
def folder(tmp_path, project):
    """A signed release for two boards."""
    out = tmp_path / "release"
    out.mkdir()
    packs = {}
    for board in ("sitl", "rpi_pico"):
        data = release("0.2.0", board=board, size=9000).data
        (out / f"w-{board}.pack").write_bytes(data)
        packs[board] = f"w-{board}.pack", data
    (out / signed.LIST).write_bytes(signed.text("0.2.0", "abc1234", packs))
    signed.sign(out, project[0])
    return out


def test_what_the_project_signed_is_loaded(folder, project):
    found = signed.load(folder, "sitl", project[1])
    assert (found.version, found.floor, found.signed) == ("0.2.0", "0.1.0", True) and len(found.data) > 9000


@pytest.mark.parametrize("step", some([37, 1]))
def test_every_flipped_bit_of_list_and_signature_is_refused(folder, project, step):
    tried = 0
    for name in (signed.LIST, signed.SIGNATURE):
        data = (folder / name).read_bytes()
        for at in range(0, len(data), step):
            for bit in range(8):
                spoilt = bytearray(data)
                spoilt[at] ^= 1 << bit
                same = name == signed.SIGNATURE and spoilt.lower().strip() == data.strip()
                if same:
                    continue  # ABC is abc, and a blank behind it is none
                (folder / name).write_bytes(spoilt)
                with pytest.raises((LinkError, UnicodeDecodeError)):
                    signed.load(folder, "sitl", project[1])
                tried += 1
        for n in range(0, len(data) - 1, step):
            (folder / name).write_bytes(data[:n])
            with pytest.raises(LinkError):
                signed.load(folder, "sitl", project[1])
        (folder / name).write_bytes(data)
    assert tried > 4000 // step and signed.load(folder, "sitl", project[1])


@pytest.mark.parametrize("how", ["flip", "cut", "other board", "gone"])
def test_a_pack_that_is_not_the_signed_one_is_refused(folder, project, how):
    path = folder / "w-sitl.pack"
    data = path.read_bytes()
    path.write_bytes({"flip": data[:500] + bytes([data[500] ^ 1]) + data[501:], "cut": data[:-1],
                      "other board": (folder / "w-rpi_pico.pack").read_bytes(), "gone": b""}[how])
    if how == "gone":
        path.unlink()
    with pytest.raises(LinkError, match="not what the project signed|No such file"):
        signed.load(folder, "sitl", project[1])


def test_another_key_no_key_and_another_board_are_refused(folder, project, tmp_path):
    other = tmp_path / "other.pem"
    signing.private(other)
    with pytest.raises(LinkError, match="not that of"):
        signed.load(folder, "sitl", signing.public_file(other))
    with pytest.raises(LinkError, match="public key is missing"):
        signed.load(folder, "sitl", tmp_path / "none.pem")
    with pytest.raises(LinkError, match="no firmware for esp32_s3; it has rpi_pico, sitl"):
        signed.load(folder, "esp32_s3", project[1])
    (folder / signed.SIGNATURE).unlink()
    with pytest.raises(LinkError, match="no signed release"):
        signed.load(folder, "sitl", project[1])
    assert ser.load_pem_public_key(project[1].read_bytes())


# -- a house in this process --


class Slots:
    """What boot.py does, for the firmware in this process."""

    def __init__(self, monkeypatch):
        inprocess.firmware()
        self.slots = sys.modules[inprocess.PACKAGE + ".storage.slots"]
        self.update = sys.modules[inprocess.PACKAGE + ".app.update"]
        self.slot, self.told = "a", self.slots.told
        monkeypatch.setattr(self.slots, "running", lambda: self.slot)
        monkeypatch.setattr(self.slots, "told", self.boot)
        monkeypatch.setattr(sys.modules[inprocess.PACKAGE + ".version"], "VERSION", "0.1.0")

    def boot(self, p):
        mark = self.slots.text("trial.txt")
        self.slot = self.slots.text("slot.txt") or "a"
        if mark[1:] in ("1", "2"):
            self.slots.record.write_file("trial.txt", f"{mark[0]}{int(mark[1]) - 1}".encode())
            self.slot = mark[0]
        return self.told(p)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """(rig, its link) of a house that can be updated, and its operator's key file."""
    slots = Slots(monkeypatch)
    with make_inside(1) as rig:
        text = json.dumps({key: ENTRY[key] for key in ("id", "owner", "unit", "operator", "installer")}).encode()
        (rig.folder / "secret.json").write_bytes(record.head(text, 1).encode() + text)
        (rig.folder / "a.pack").write_bytes(release("0.1.0").data)
        keys = tmp_path / "keys.json"
        keyring.Keyring(keys).put(ENTRY["id"], {**ENTRY, "name": "house"})
        link = InsideLink(rig)
        link.keys, link.slots = keys, slots
        monkeypatch.setattr(command, "Link", lambda port: link)
        monkeypatch.setattr(command, "find_port", lambda port: "/dev/fake")
        monkeypatch.setattr(command.time, "sleep", rig.run)
        rig.run(3)
        yield rig, link


def node(rig):
    return rig.points()


def update(capsys, link, *words):
    return call(capsys, "update", "--keys", link.keys, *words)


def test_a_house_takes_a_signed_release_while_it_heats_and_proves_it(house, folder, project, capsys):
    rig, link = house
    run_until(rig, lambda p: p["room1.compressor_on"], 1500)
    scans = node(rig)["node.scans"]
    code, said = update(capsys, link, "--release", folder, "--project-key", project[1])
    assert code == 0 and "signed by the project" in said and "verified" in said, said
    rig.run(3)
    assert node(rig)["node.update"] == 3 and node(rig)["node.scans"] > scans and node(rig)["room1.compressor_on"]
    code, said = update(capsys, link, "--release", folder, "--project-key", project[1])
    assert code == 0 and "update: waiting" in said, "given again it says how far it is"
    run_until(rig, lambda p: p["node.slot"] == 2, 7200)
    assert node(rig)["node.update"] == 4 and not node(rig)["room1.compressor_on"]
    code, said = update(capsys, link, "--release", folder, "--project-key", project[1])
    assert code == 0 and "update: trial" in said
    run_until(rig, lambda p: p["node.update"] == 0, 700)
    assert node(rig)["node.slot"] == 2 and node(rig)["node.update_why"] == 0 and rig.resets == 1
    code, said = update(capsys, link, "--status")
    assert code == 0 and "slot b runs" in said and "beside it 0.1.0" in said and "floor 0.1.0" in said
    text = (rig.folder / "journal.txt").read_text()
    for step in ("is to be installed", "is verified", "begins its trial", "has proved itself"):
        assert step in text
    run_until(rig, lambda p: p["room1.compressor_on"], 3600)


def test_a_pulled_cable_goes_on_where_it_was_and_nothing_is_sent_twice(house, folder, project, capsys, monkeypatch):
    _rig, link = house
    sent = []
    honest = ways.Prompt.piece

    def piece(self, at, data):
        if len(sent) == 4:
            sent.append(-1)
            raise LinkError("the board stopped answering")
        sent.append(at)
        return honest(self, at, data)
    monkeypatch.setattr(ways.Prompt, "piece", piece)
    words = ("--release", folder, "--project-key", project[1])
    assert update(capsys, link, *words)[0] == 2
    code, said = update(capsys, link, *words)
    size = ways.Prompt.PIECE
    assert code == 0 and f"{4 * size} bytes are there already" in said
    assert sent[:6] == [0, size, 2 * size, 3 * size, -1, 4 * size]


def test_a_firmware_whose_scans_fail_is_back_and_the_house_is_heated(house, folder, project, capsys, monkeypatch):
    rig, link = house
    assert update(capsys, link, "--release", folder, "--project-key", project[1])[0] == 0
    nodes = sys.modules[inprocess.PACKAGE + ".node.node"]
    honest = nodes.Node.control

    def control(self):
        if link.slots.slot == "b":
            raise ValueError("of this version")
        honest(self)
    monkeypatch.setattr(nodes.Node, "control", control)
    run_until(rig, lambda p: p["node.update_why"] in (16, 17), 7200)
    assert node(rig)["node.slot"] == 1 and node(rig)["node.update"] == 0 and rig.resets <= 3
    run_until(rig, lambda p: p["room1.compressor_on"], 3600)


def test_a_trial_is_ended_by_hand_and_without_one_there_is_nothing_to_end(house, folder, project, capsys):
    rig, link = house
    assert update(capsys, link, "--rollback")[0] == 2
    assert update(capsys, link, "--release", folder, "--project-key", project[1])[0] == 0
    run_until(rig, lambda p: p["node.update"] == 4, 7200)
    rig.run(5)

    def leave_with(code, _last_word):
        with contextlib.suppress(SystemExit):  # the chip starts again
            link.run(code)
        rig.firmware.ended = True
    link.leave_with = leave_with
    code, said = update(capsys, link, "--rollback")
    assert code == 0 and "comes back" in said
    run_until(rig, lambda p: p["node.slot"] == 1 and p["node.update"] == 0, 60)
    assert "somebody ended the trial" in update(capsys, link, "--status")[1]
    assert not (rig.folder / "trial.txt").exists()


def test_refusals_say_what_to_do(house, folder, project, capsys, tmp_path):
    _rig, link = house
    words = ("--release", folder, "--project-key", project[1])
    ring = keyring.Keyring(link.keys)
    ring.put(ENTRY["id"], {**ENTRY, "operator": "00" * 32})
    code, said = update(capsys, link, *words)
    assert code == 2 and "another operator key" in said
    ring.put(ENTRY["id"], None)
    assert "is not in" in update(capsys, link, *words)[1]
    assert update(capsys, link)[0] == 2
    assert "--address" in call(capsys, "update", "--modbus", "/dev/none", "--status")[1]
    (link.folder / "secret.json").unlink()
    assert "provision" in update(capsys, link, *words)[1]


# -- wellhearth flash --


def test_a_flash_goes_into_the_slot_that_does_not_run(monkeypatch, tmp_path):
    """What runs may load a module of its pack at any time until the restart."""
    built = tmp_path / "built"
    built.mkdir()
    manifest = {"flash": [{"path": path, "size": 4, "sha256": path.ljust(64, "0")} for path in (*build.BASE, build.SLOT)]}
    (built / "manifest.json").write_text(json.dumps(manifest))
    for path in (*build.BASE, build.SLOT):
        (built / path).write_bytes(b"four")
    rows = {row["path"]: row["sha256"] for row in manifest["flash"]}
    ran = []

    class Board(FolderLink):
        running = "/a"
        there: dict = {}

        def run(self, code, timeout_s=30):
            ran.append(code)
            if code.startswith("import sys;print(sys.path[0])"):
                return self.running
            if code == flash.LIST:
                return "\n".join(json.dumps(row) for row in [*self.there.items(), ["", 900_000]])
            return ""
    board = Board(tmp_path)
    monkeypatch.setattr(flash, "Link", lambda port: board)

    def compared(running, there):
        board.running, board.there = running, there
        return flash.Flasher("/dev/fake", manifest, built, None).compare()
    assert compared("", {}) == (list(rows), [])
    old = {**rows, "a.pack": "00", "b.pack": "11", "trial.txt": "22", "wellhearth/app/old.mpy": "33", "firmware.crc": "44"}
    changed, stale = compared("/a", old)
    assert changed == ["b.pack"] and stale == ["trial.txt", "wellhearth/app/old.mpy", "firmware.crc"]
    flasher = flash.Flasher("/dev/fake", manifest, built, None)
    flasher.marked = False
    flasher.take_over(changed, stale)
    assert "os.rename('b.pack.new','b.pack')" in ran[-3] and "os.rename('slot.new','slot.txt')" in ran[-3]
    assert compared("/b", old)[0] == ["a.pack"] and compared("/a", rows) == ([], [])
    assert compared("/b", {**old, "b.pack": rows["a.pack"]})[0] == [], "it runs already"


def test_an_order_of_today_is_good_for_a_week():
    text = order.make(ENTRY, release(), 5, order.DAY_ZERO.replace(year=2026, month=12, day=1))
    assert text.split(" ")[5] == str(9831 + 7) and pack.number("0.2.0") == 2000
