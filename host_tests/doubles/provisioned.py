"""A unit in a folder that takes keys, settings and a backup over its prompt."""

from __future__ import annotations

import json

from doubles.folder_link import FolderLink
from wellhearth.storage import record
from whtools.device import backup, provision, settings


class Unit(FolderLink):
    """A board that answers `identity` as the firmware does, in a MicroPython; chip: what its chip calls itself."""

    chip = "e66138528361bc32"

    def ask(self, view, *arguments):
        if view != "identity":
            return super().ask(view, *arguments)
        code = ("import json,types\nfrom wellhearth.console import identity\n"
                "print(json.dumps(identity.rows(types_board)))")
        code = code.replace("import json,types", "import json\nclass types_board:\n    SECRET_PATH='secret.json'")
        return {"headings": ("what", "now"), "rows": json.loads(self.run(code))}

    def run(self, code, timeout_s=30):
        return self.chip if code == backup.CHIP else super().run(code, timeout_s)

    def leave_with(self, code, last_word):
        super().leave_with(code, last_word)
        super().run(code.replace("machine.reset()", "").replace(",machine", ""))


def secret(link):
    return json.loads(record.unseal((link.folder / "secret.json").read_bytes())[1])


def new_unit(tmp_path, monkeypatch):
    """A unit in a folder under the host's commands, and its operator's key file."""
    link = Unit(tmp_path / "unit")
    link.folder.mkdir()
    for module in (provision, backup, settings):
        monkeypatch.setattr(module, "Link", lambda port: link)
        monkeypatch.setattr(module, "find_port", lambda port: "/dev/fake")
    monkeypatch.setattr(backup, "reconnect", lambda port: link)
    monkeypatch.setattr(settings.Node, "board", lambda self: None)
    link.keys = tmp_path / "operator" / "keys.json"
    return link
