"""What a step of the bring-up works with: the bare board at its prompt, its pads, and the person beside it."""

from __future__ import annotations

import json
import time
from typing import Any

from ..commission.bench import Check
from ..device.link import Link, LinkError, reconnect
from ..wiring.data import Wiring
from . import guest

OUTPUTS = ("relay", "pwm", "drive", "tx", "led")


class Refused(Exception):
    """The person did not agree to what a step drives."""


class Bare:
    """A board with nothing wired. `wiring` is its data: pads and GPIOs."""

    def __init__(self, link: Any, person: Any, wiring: Wiring, kinds: dict[str, tuple[int, str]], inputs_only=(), say=print):
        self.link, self.person, self.wiring, self.say = link, person, wiring, say
        self.kinds = {name: row for name, row in kinds.items() if wiring.own["pads"][name] != "on board"}
        self.inputs_only = inputs_only
        self.led_gpio: int | None = None  # of the LED on the board, where the status LED is that one
        self.esp32 = link.platform == "esp32"

    def ask(self, text: str, timeout_s: float = 30, **values) -> Any:
        """The board's answer to one of guest's texts."""
        code = text.format(**values) if values else text.replace("{{", "{").replace("}}", "}")
        said = self.link.run(code, timeout_s).splitlines()
        try:
            return json.loads(said[-1])
        except (ValueError, IndexError):
            raise LinkError(
                f"the board answered {said[-1:]!r}: unplug it, plug it in again and repeat the command"
            ) from None

    def pad(self, name: str) -> str:
        """Where a function is, for a person with a wire in his hand."""
        return f"pad {self.wiring.own['pads'][name]} (GPIO {self.kinds[name][0]}, {name})"

    def gpio(self, name: str) -> int:
        """The GPIO of a function."""
        return self.kinds[name][0]

    def outputs(self) -> list[str]:
        """Functions that the firmware drives, in the order of their GPIOs."""
        return sorted((n for n, (_, kind) in self.kinds.items() if kind in OUTPUTS), key=self.gpio)

    def inputs(self) -> list[str]:
        """Functions that it reads, in the order of their GPIOs."""
        return sorted((n for n, (_, kind) in self.kinds.items() if kind not in OUTPUTS), key=self.gpio)

    def pulled(self) -> list[int]:
        """GPIOs that have a pull of their own."""
        return sorted(number for number, _ in self.kinds.values() if number not in self.inputs_only)

    def agree(self, question: str, what: str) -> None:
        """Nothing is driven before the person agrees. Refused when he does not."""
        if not self.person.sees(question, what):
            raise Refused(question)

    def rest(self) -> None:
        """Every pad an input."""
        self.link.run(guest.REST.format(pins=[number for number, _ in self.kinds.values()]))

    def leave_with(self, code: str, last_word: bytes) -> None:
        """Code after which the port goes away."""
        self.link.leave_with(code, last_word)

    def again(self, timeout_s: float = 30) -> float:
        """The board back at its prompt; seconds it took."""
        begun = time.monotonic()
        self.link = reconnect(self.link.port, timeout_s) if isinstance(self.link, Link) else self.link.again()
        return time.monotonic() - begun


def yes(name: str, is_so: bool, hint: str, seen: str = "no") -> Check:
    """A check that is so or not; `seen` is what was there instead."""
    return Check(name, "yes" if is_so else seen, hint=hint)
