"""Learning the keys of a hand-held remote, from the prompt: the next code that comes becomes the key's, and is stored."""

import json

from . import fitting, remote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...app.main_loop import App


class Learner:
    """Takes codes from the receiver of an App, whatever its config says about a remote yet."""

    def __init__(self, app: "App", room: int):
        """room: the number of the room that the remote belongs to, 1 for the first."""
        self.app = app
        self.key = ""
        self.codes = {}
        if app.links.remote is None:
            from ...tables import config
            section, errors = config.section("remote", {"room": room})
            if errors or room > len(app.node.rooms):
                raise ValueError("this node has %d rooms" % len(app.node.rooms))
            fitting.remote(app.links, section)
        self.remote: "Any" = app.links.remote

    def learn(self, key: str) -> str:
        """From here on the next code is this key's. Returns why not, or ""."""
        if key not in remote.KEYS:
            return "no key is named %s; there are %s" % (key, ", ".join(remote.KEYS))
        self.key = key
        self.remote.learning = self.take
        return ""

    def take(self, code: int) -> None:
        """A code came."""
        for other in self.codes:
            if self.codes[other] == code and other != self.key:
                del self.codes[other]
                break
        self.codes[self.key] = code
        self.remote.codes[code] = self.key
        self.remote.answer(True)

    def save(self) -> str:
        """Into the config file, which must stay valid. Returns why not, or "". Nothing is waited for any more."""
        self.remote.learning = None
        from ...tables import config  # its tables are not kept in memory
        path = self.app.board.CONFIG_PATH
        try:
            with open(path) as f:
                data = json.load(f)
        except (OSError, ValueError) as e:
            return "%s cannot be read (%s)" % (path, e)
        section = data.setdefault("remote", {})
        for key in remote.KEYS:
            if section.get(key) in self.codes.values():
                del section[key]  # the code has another key now
        section.update(self.codes)
        section.setdefault("room", self.remote.block.index + 1)
        try:
            errors = config.save(path, data)
        except OSError as e:
            return "%s cannot be written (%s)" % (path, e)
        return "; ".join(errors)
