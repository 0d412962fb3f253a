"""A village is updated room by room, the well last, and back: old and new nodes on one bus, each with the other's records.

The old firmware is that of a commit before rooms took turns by the well's word and before there were slots: it knows neither
`messages.TURN` nor the points of an update. It is judged by what plant and files say, as its points are not today's.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile

import pytest

from doubles.houses import ROOT, valid
from harness import process, scenarios, village
from plant import house, weather
from wellhearth.storage import record

OLD = "7c35094^"  # the last one whose well and rooms knew three messages, not four
STAGES = ("", "room1", "room1 room2", "room1 room2 well", "room2 well", "well", "")  # who has the new one
STAGE_S = 1500


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """Firmware and board of the old commit; skipped where its history is not there."""
    done = subprocess.run(["git", "archive", OLD, "firmware", "boards/sitl"], cwd=ROOT, capture_output=True)
    if done.returncode:
        pytest.skip(f"the history does not hold {OLD}: {done.stderr.decode().strip()}")
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
        packed.extractall(folder, filter="data")
    assert "TURN" not in (folder / "firmware/wellhearth/links/modbus/messages.py").read_text()
    return type("Older", (process.Firmware,), {"source": folder})


class Mixed(village.Village):
    """A village whose boards run what `new` and `older` say."""

    older: type[process.Firmware]
    new = ""

    def process(self, folder, *rest):
        """The firmware of one board."""
        kind = process.Firmware if folder.name in self.new.split() else self.older
        return kind(folder, *rest)

    def update(self, new: str) -> None:
        """Whose firmware is another one now starts anew, as after a switch."""
        before, self.new = self.new.split(), new
        for board in self.boards:
            if (board.folder.name in before) != (board.folder.name in new.split()):
                board.restart()


def stored(board, name: str) -> dict:
    """A stored record of a board."""
    number, text = record.unseal((board.folder / name).read_bytes())
    assert number > 0
    return json.loads(text)


@pytest.mark.long(minutes=6)
def test_room_by_room_the_well_last_and_back_nothing_is_lost_and_everybody_is_heated(older):
    data = scenarios.village_config(2)
    for node in data["room_nodes"]:
        node["rooms"][0]["setpoint_mc"] = 24000
    for node in (data["well_node"], *data["room_nodes"]):
        valid(node)
    world = {"seed": 1, "scenario": {"start_c": 18.0}, "weather": weather.Minutes(weather.DesignDay(1))}
    Mixed.older = older
    with Mixed(data, house.create(data, world), 1) as mixed:
        litres = 0
        for stage in STAGES:
            mixed.update(stage)
            ran = [0, 0]
            said = len(mixed.texts)
            for _ in range(STAGE_S):
                mixed.run(1)
                for i in range(2):
                    ran[i] += bool(mixed.commands["compressor_on"][i])
            assert min(ran) > 240, f"{stage or 'all old'}: {ran} s of heating"
            assert not [text for text in mixed.texts[said:] if "damaged" in text or "cannot be" in text], mixed.texts
            ledger = stored(mixed.well, "ledger.json")
            low, high = ledger["meters"]["well.circulated"]
            now = high * 1000 + low
            assert now > litres, "the meters go on over every change"
            litres = now
        assert min(room.air_c for room in mixed.plant.rooms) > 18
