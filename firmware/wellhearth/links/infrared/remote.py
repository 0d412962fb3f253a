"""The hand-held remote of a room: keys into commands of a resident. What it can do, the wall of that room could."""

from ...control import plan
from ...tables import refusals
from ...tables.section import KEYS
from .. import diff_ms, orders
from . import nec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ...hardware import Receiver
    from ...tables import sections, shapes
    from ..commands import Commands

STEP_MK = 500
HELD_STEPS = 8  # so many steps one press of up or down can make
HELD_EVERY = 4  # a repeat code comes every 108 ms
LOST_MS = 300  # without a repeat code the key was let go
FANS = (0, 400, 700, 1000)  # pm; 0 = automatic
TIMER_STEP_MIN = 60
TIMER_MAX_MIN = 480
BOOST_MIN = 60
MODES = (plan.MODE_HEAT, plan.MODE_COOL, plan.MODE_AUTO)


class Remote:
    """cfg: the remote section (codes of the keys). block: the room's points. receiver: get() -> us of a mark (positive)
    or space (negative), 0 when there is no more. answer(good): the beeper's or LED's word to the person.
    """

    def __init__(self, cfg: "sections.Remote", block: "shapes.Room", commands: "Commands", receiver: "Receiver",
                 answer: "Callable[[bool], None]"):
        self.codes = {getattr(cfg, key): key for key in KEYS if getattr(cfg, key) >= 0}
        self.block = block
        self.commands = commands
        self.get = receiver.get
        self.answer = answer
        self.decoder = nec.Decoder()
        self.mode = block.mode or plan.MODE_HEAT  # what the power key goes back to
        self.key = ""
        self.repeats = 0
        self.steps = 0
        self.heard_ms = 0
        self.learning = None  # a function that takes the next code

    def poll(self, now_ms: int) -> int:
        """Deal with what the receiver saw; only an edge can wake it."""
        get = self.get
        us = get()
        while us:
            code = self.decoder.take(us)
            if code != nec.NOTHING:
                self.hear(code, now_ms)
            us = get()
        return -1

    def hear(self, code: int, now_ms: int) -> None:
        """A whole frame, or a repeat code."""
        late = not 0 <= diff_ms(now_ms, self.heard_ms) <= LOST_MS
        self.heard_ms = now_ms
        if code == nec.REPEAT:
            if self.key and not late:
                self.hold()
            else:
                self.key = ""
            return
        if self.learning is not None:
            learn = self.learning
            self.learning = None
            learn(code)
            return
        key = self.codes.get(code, "")
        again = key == self.key and not late  # some remotes send the whole frame again while a key is held
        self.key = key
        if again:
            self.hold()
            return
        self.repeats = 0
        self.steps = 0
        if key:
            self.press(key)

    def hold(self) -> None:
        """The key is held: up and down go on, a few steps; all others were meant once."""
        self.repeats += 1
        if self.key in ("up", "down") and self.repeats % HELD_EVERY == 0 and self.steps < HELD_STEPS:
            self.press(self.key)

    def press(self, key: str) -> None:
        """One key, one command, one answer."""
        self.steps += 1
        self.answer(self.do(key) == refusals.OK)

    def give(self, point: str, value: int) -> int:
        """Through the command layer, as a resident."""
        return self.commands.give(orders.Order("ir", "r", "remote", self.block.name + "." + point, value))

    def do(self, key: str) -> int:
        """Carry out one key: a code of tables/refusals."""
        p = self.block
        if key == "power":
            if p.mode:
                self.mode = p.mode
                return self.give("mode", plan.MODE_OFF)
            return self.give("mode", self.mode)
        if key == "mode":
            place = MODES.index(p.mode) + 1 if p.mode in MODES else 0
            return self.give("mode", MODES[place % len(MODES)])
        if key == "up" or key == "down":
            return self.give("setpoint_mc", p.setpoint_mc + (STEP_MK if key == "up" else -STEP_MK))
        if key == "fan":
            faster = [pm for pm in FANS if pm > p.fan_fixed_pm]
            return self.give("fan_fixed_pm", faster[0] if faster else 0)
        if key == "timer":
            minutes = p.timer_min // TIMER_STEP_MIN * TIMER_STEP_MIN + TIMER_STEP_MIN
            return self.give("timer_min", minutes if minutes <= TIMER_MAX_MIN else 0)
        return self.give("boost_min", 0 if p.boost_min else BOOST_MIN)
