"""A process that records as fast as it can, until somebody kills it; says each second that was flushed."""

from __future__ import annotations

import sys

from whtools.gateway.history import recorder, schema
from whtools.gateway.nodes.transport import Clock


class Fast(Clock):
    """A clock of which every look is a second later."""

    s = 0.0

    def wall(self) -> float:
        return 1_800_000_000 + self.s

    def mono(self) -> float:
        return self.s


def main(path: str) -> None:
    clock = Fast()
    engine = schema.open_store(path)
    with engine.connect() as connection:
        last = connection.exec_driver_sql("SELECT max(at) FROM minute").scalar()
    clock.s = (last + 1) * 60 - 1_800_000_000 if last else 0.0
    keeper = recorder.Recorder(engine, clock=clock)
    while True:
        clock.s += 10
        minute = int(clock.wall() // 60)
        for n in range(30):
            keeper.sample("well", f"room{n}.room_mc", minute, int(clock.s) * 100 + n, 50)
        if clock.mono() - keeper.flushed >= recorder.FLUSH_S:
            keeper.flush()
            assert not keeper.failed, keeper.failed
            print(minute, flush=True)
        if int(clock.s) % 600 == 0:
            keeper.roll()


if __name__ == "__main__":
    main(sys.argv[1])
