"""A gateway on a simulated house, without threads: `make test-gateway`. In `make test` its packages are missing."""

from __future__ import annotations

import importlib.util
import re

import pytest

if importlib.util.find_spec("starlette") is None:
    collect_ignore_glob = ["test_*.py"]  # they run in .venv-gateway
else:
    from starlette.testclient import TestClient

    from whtools.gateway import run
    from whtools.gateway.accounts import people as accounts
    from whtools.gateway.nodes.hub import Order
    from whtools.gateway.nodes.simulated import World
    from whtools.gateway.page import app as pages

    accounts.HASHER = accounts.argon2.PasswordHasher(time_cost=1, memory_cost=64)  # quick, and the same code
    accounts.NOBODY = accounts.HASHER.hash("nobody")
    PASSWORD = "correct horse battery"

    class Visitor:
        """A browser without a script."""

        def __init__(self, site, lang="en", name=""):
            self.client = TestClient(pages.make(site), base_url="http://well.example", follow_redirects=False,
                                     headers={"accept-language": lang})
            self.site = site
            if name:
                assert self.log_in(name).status_code == 303

        def log_in(self, name, password=PASSWORD):
            return self.client.post("/login", data={"name": name, "password": password})

        def get(self, path, **kwargs):
            return self.client.get(path, **kwargs)

        @property
        def csrf(self):
            return re.search(r'name="csrf" value="([^"]+)"', self.get("/settings").text)[1]

        def post(self, path, csrf=None, headers=None, **fields):
            return self.client.post(path, data={"csrf": self.csrf if csrf is None else csrf, **fields}, headers=headers)

        def order(self, block, point, node=None, **fields):
            node = node or next(iter(self.site.hub.nodes()))
            return self.post("/order", node=node, block=block, point=point, **fields)

    class Host(accounts.Clock):
        """The host's clock, turned by hand."""

        def __init__(self):
            self.s = 1_800_000_000.0

        def wall(self):
            return self.s

    @pytest.fixture
    def world():
        made = World(rooms=2, paced=False)
        yield made
        made.end()

    @pytest.fixture
    def site(world, tmp_path):
        made = run.site_for([world], str(tmp_path / "gateway.db"), world.clock, 1.0, False, 8 * 3600)
        made.people.clock = Host()
        made.hub.turn()
        made.hub.order = lambda node, path, value, who, timeout_s=0: made.hub.carry_out(Order(node, path, value, who))
        node = next(iter(made.hub.nodes()))
        for role, name, homes in (("installer", "chen", []), ("operator", "wang", []), ("resident", "li", [(node, "room1")]),
                                  ("resident", "zhao", [(node, "room2")])):
            made.people.join(made.people.invite(role, homes), name, PASSWORD)
        return made

    @pytest.fixture
    def visit(site):
        return lambda name="", lang="en": Visitor(site, lang, name)
