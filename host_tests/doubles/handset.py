"""A hand-held remote: NEC waveforms, and somebody who presses its keys in front of the toy house."""

from __future__ import annotations

from wellhearth.links.infrared import nec, remote
from wellhearth.tables import config

from .toyhouse import Toy

MARK, ZERO, ONE = 562, 562, 1687


def frame(code: int) -> list[int]:
    """Marks (positive) and spaces (negative), us, of a key: address << 8 | command, 24 bits."""
    address, command = code >> 8, code & 0xFF
    bits = address | command << 16 | (command ^ 0xFF) << 24
    times = [9000, -4500]
    for i in range(32):
        times += [MARK, -(ONE if bits >> i & 1 else ZERO)]
    return [*times, MARK]


REPEAT = [9000, -2250, MARK]


def train(rng, *bursts, gap=-40000):
    times = []
    for burst in bursts:
        times += [*burst, gap]
    return times


def received(rng, times, jitter=0, stretch=0):
    """As a receiver gives it: marks longer by `stretch` at the expense of the spaces, edges off by up to `jitter`."""
    result = []
    for us in times:
        off = rng.randint(-jitter, jitter) + stretch
        result.append(us + off)
    return result


def decode(times, decoder=None):
    decoder = decoder or nec.Decoder()
    return [code for code in map(decoder.take, times) if code != nec.NOTHING]


CODES = {key: 0x00FF00 + i for i, key in enumerate(remote.KEYS)}


class Room:
    """A remote in front of the toy house."""

    def __init__(self):
        self.toy = Toy()
        self.answers = []
        self.inbox = []
        self.now_ms = (1 << 30) - 500  # the ring wraps under somebody's thumb
        cfg = config.Section("remote")
        cfg.room = 1
        for key, code in CODES.items():
            setattr(cfg, key, code)
        self.p = self.toy.node.rooms[0].p
        self.remote = remote.Remote(cfg, self.p, self.toy.commands, self, self.answers.append)

    def get(self):
        return self.inbox.pop(0) if self.inbox else 0

    def send(self, times):
        self.inbox += [*times, -32000]
        self.now_ms = (self.now_ms + 108) & 0x3FFFFFFF
        self.remote.poll(self.now_ms)

    def press(self, key, held=0):
        self.send(frame(CODES[key]))
        for _ in range(held):
            self.send(REPEAT)
        self.now_ms = (self.now_ms + 2000) & 0x3FFFFFFF
        self.toy.second(2)
