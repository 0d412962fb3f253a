"""The switch to a verified firmware, at a moment at which a reset harms nobody. Loaded while one waits."""

import os

from ..storage import boot_record, record, slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..node.node import Node
    from .main_loop import App
    from .update import Update

SETTLE_S = 60  # between verification and switch: which lines are alive is seen
PATIENT_S = 21_600  # then compressors are asked to pause, and a pump that runs on is stopped
PAUSE_MIN = 10


def settle(work: "Update") -> None:
    """The pack gets its name; from here on the moment for the switch is looked for. work: an update.Update."""
    if slots.size(slots.PART) >= 0:
        os.rename(slots.PART, slots.pack_of(work.state.slot))
    work.later = Switch(work)
    work.show()


def lines(app: "App"):
    """How many answers each line has had."""
    return [line.p.answers for line in app.links.lines]


class Switch:
    """What waits for the moment."""

    def __init__(self, work: "Update"):
        self.work = work
        self.app = work.app
        self.since_s = self.app.node.p.uptime_s
        self.answers = lines(self.app)

    def each_second(self, uptime_s: int) -> None:
        """Look for it."""
        app = self.app
        if app.service is not None:
            return
        waited_s = uptime_s - self.since_s
        patient = waited_s < PATIENT_S
        if not patient and waited_s % 3600 == 0:
            app.write("node.zero_run_min", PAUSE_MIN, "update")
        if waited_s >= SETTLE_S and resting(app.node, patient):
            self.switch()

    def switch(self) -> None:
        """The new firmware begins its trial, by a reset."""
        app = self.app
        work = self.work
        state = work.state
        slot = state.slot
        found = slots.head(slots.pack_of(slot))
        if found is None:
            work.give_up(slots.PACK_WRONG)
            return
        alive = 0
        for i, now in enumerate(lines(app)):
            alive |= (1 if now > self.answers[i] else 0) << i
        if slots.text(slots.PROVEN) != work.running:
            record.write_file(slots.PROVEN, work.running.encode())
        slots.copy(app.board.CONFIG_PATH, slots.before_of(app.board.CONFIG_PATH))
        state.alive = alive
        state.damaged = app.node.p.damaged
        state.phase = slots.TRIAL
        state.why = slots.FINE
        state.save()
        work.note("%s in slot %s begins its trial", slots.words(found[1]), slot)
        record.write_file(slots.TRIAL_FILE, (slot + str(slots.TRIAL_BOOTS)).encode())
        restart(app)


def resting(node: "Node", patient: bool) -> bool:
    """Whether a reset harms nobody: no compressor runs, here or on the bus. patient: and no pump."""
    for room in node.rooms:
        if room.p.compressor_on or room.gate.posted:
            return False
    for far in node.far:
        if far.p.online and far.p.compressor_on:
            return False
    for well in node.wells:
        if well.gate.posted or (patient and well.p.pump_on):
            return False
    return True


def restart(app: "App") -> None:
    """Outputs off, everything stored, a reset that counts as ordered."""
    app.board.deaf()
    try:
        app.node.safe()
        app.records.write_all(app.node.p.uptime_s)
        boot_record.will(app.board.kept, boot_record.COMMAND)
    finally:
        app.board.reset()
