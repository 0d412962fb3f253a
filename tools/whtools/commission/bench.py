"""What a step of the commissioning works with: the node at the prompt, and the person (or what stands for one) beside it."""

from __future__ import annotations

import datetime
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from ..device import attended
from ..device.link import Link, LinkError

POINTS = """
import datetime
import json
from wellhearth import app
a=app.current
w={paths!r}
l=[]
for b in a.node.points.blocks:
    for r in b.rows:
        if b.name+'.'+r.name in w:
            l.append([b.name+'.'+r.name,getattr(b,r.name)])
print(json.dumps(l))
"""
ALL = """
from wellhearth import app
for b in app.current.node.points.blocks:
    print(b.name)
"""
SERVICE_S = 7200


@dataclass
class Check:
    """One thing that was looked at. low, high: what is expected, None for no limit; hint: what to do when it is not."""

    name: str
    value: float | str | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    hint: str = ""
    ok: bool = field(init=False)

    def __post_init__(self):
        if isinstance(self.value, (int, float)):
            self.ok = (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)
        else:
            self.ok = self.value in ("yes", "none")

    def shown(self) -> str:
        """A line for a person."""
        seen = "-" if self.value is None else f"{self.value:g}" if isinstance(self.value, (int, float)) else self.value
        line = f"{'pass' if self.ok else 'FAIL'}  {self.name}: {seen} {self.unit}".rstrip()
        if self.low is not None or self.high is not None:
            line += f" (expected {wanted(self.low, self.high)})"
        return line + (f"\n      {self.hint}" if self.hint and not self.ok else "")

    def stored(self) -> dict:
        """For the state file."""
        return asdict(self)


def wanted(low: float | None, high: float | None) -> str:
    """A range in words."""
    if low is None or high is None:
        return f"at least {low:g}" if low is not None else f"at most {high:g}"
    return f"{low:g} to {high:g}"


class Person:
    """Answers at the keyboard."""

    def number(self, question: str, _what: str) -> float:
        """A reading from a dial."""
        while True:
            try:
                return float(input(question + ": ").replace(",", "."))
            except ValueError:
                print("a number is wanted")

    def sees(self, question: str, _what: str) -> bool:
        """Yes or no."""
        while True:
            answer = input(question + " [y/n]: ").strip().lower()
            if answer in ("y", "yes", "n", "no"):
                return answer[0] == "y"

    def now(self) -> datetime.datetime:
        """The time, UTC."""
        return datetime.datetime.now(datetime.timezone.utc)

    def waits(self, _hours: float) -> bool:
        """Whether so many hours pass at once: no, he comes again."""
        return False


class Bench:
    """The node under commissioning."""

    def __init__(self, link: Any, person: Any, config: dict, say=print):
        self.link = link
        self.person = person
        self.config = config
        self.say = say
        self.blocks = link.run(ALL).split()

    def wait(self, seconds: float) -> None:
        """So many seconds of the node's time."""
        pause = getattr(self.link, "wait", time.sleep)
        pause(seconds)

    def points(self, *paths: str) -> dict[str, int]:
        """Values of points, in their own units."""
        return dict(json.loads(self.link.run(POINTS.format(paths=paths)).splitlines()[-1]))

    def point(self, path: str) -> int:
        """One of them."""
        return self.points(path)[path]

    def mean(self, paths: tuple[str, ...], seconds: int) -> dict[str, float]:
        """Mean of points over some seconds, a sample a second."""
        sums = dict.fromkeys(paths, 0.0)
        for _ in range(seconds):
            self.wait(1)
            for path, value in self.points(*paths).items():
                sums[path] += value
        return {path: value / seconds for path, value in sums.items()}

    def told(self, call: str) -> str:
        """A command of diag: "" when it was taken, else why not."""
        text = self.link.run(f"from wellhearth import diag\ndiag.{call}").splitlines()
        last = text[-1] if text else "ok"
        return "" if last == "ok" else last.removeprefix("refused: ")

    def force(self, name: str, value: int) -> str:
        """Try an output in service mode."""
        return self.told(f"force({name!r},{value})")

    def set(self, path: str, value: int) -> str:
        """Write a point."""
        return self.told(f"set({path!r},{value},'commission')")

    def trips(self) -> list[str]:
        """Active protections, as block.row."""
        return [f"{block}.{cause}" for block, cause, *_ in self.link.ask("trips")["rows"]]

    def service(self, on: bool) -> None:
        """Into service mode, or back to work; nothing when it is so already."""
        if bool(self.point("node.service")) == on:
            return
        if isinstance(self.link, Link):
            port = self.link.port
            if on:
                self.link, _ran = attended.into_service(self.link, SERVICE_S, self.say)
            else:
                from ..device.link import reconnect

                attended.back_to_work(self.link)
                self.link = reconnect(port)
        else:
            self.link.leave_with(f"from wellhearth import app\napp.current.{'enter' if on else 'leave'}_service()", b"")
        if bool(self.point("node.service")) != on:
            raise LinkError(f"the node did not {'go into' if on else 'leave'} service mode")

    def until(self, condition, limit_s: float, step_s: float = 2) -> float | None:
        """Wait until `condition()`; the seconds it took, None when it never came."""
        waited = 0.0
        while waited <= limit_s:
            if condition():
                return waited
            self.wait(step_s)
            waited += step_s
        return None
