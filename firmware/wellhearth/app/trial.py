"""After a start: what of an update has to be gone on with, and the trial of a new firmware.

A trial lasts ten minutes of healthy scans in which no stored record is found damaged that was whole before, and in which
every line that was answered before is answered again. Then the slot counts as proved. Else the old one comes back: at once,
or by boot.py when the new one did not get so far.
"""

from .. import version
from ..storage import record, slots
from . import switch, update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .main_loop import App

TRIAL_S = 600
WINDOW_S = 120  # in each of them every line is answered: one that was alive before was so within a minute


class Trial:
    """The trial of the firmware that runs."""

    def __init__(self, work: update.Update):
        self.work = work
        self.app = work.app
        self.answers = switch.lines(work.app)
        self.window_s = WINDOW_S

    def each_second(self, uptime_s: int) -> None:
        """Judge; at the end it has proved itself."""
        p = self.app.node.p
        state = self.work.state
        p.update_percent = min(99, uptime_s * 100 // TRIAL_S)
        if p.scan_faults:
            back(self.work, slots.SCANS)
        elif p.damaged & ~state.damaged:
            back(self.work, slots.RECORDS)
        elif uptime_s >= self.window_s:
            now = switch.lines(self.app)
            for i, before in enumerate(self.answers):
                if state.alive >> i & 1 and now[i] == before:
                    back(self.work, slots.LINKS)
                    return
            if uptime_s >= TRIAL_S:
                proved(self.work)
            self.answers = now
            self.window_s += WINDOW_S


def back(work: update.Update, why: int) -> None:
    """To the old firmware, by a reset; that one tells why."""
    state = work.state
    state.why = why
    state.save()
    record.write_file(slots.TRIAL_FILE, (work.running + "0").encode())
    work.note("%s goes back: %s", version.VERSION, work.named(why))
    switch.restart(work.app)


def proved(work: update.Update) -> None:
    """This slot is the one that counts from here on, and its floor holds. Every cut in here ends the same way."""
    state = work.state
    if slots.text(slots.PROVEN) != work.running:
        record.write_file(slots.PROVEN, work.running.encode())
    found = slots.head(slots.pack_of(work.running))
    if found is not None:
        state.floor = max(state.floor, found[2])
    ended(work, slots.FINE)
    work.note("%s in slot %s has proved itself", version.VERSION, work.running)


def ended(work: update.Update, why: int) -> None:
    """The update is over: first its record, then what boot.py reads."""
    state = work.state
    work.later = None
    work.phase = state.phase = slots.NONE
    state.why = work.app.node.p.update_why = why
    state.save()
    slots.remove(slots.TRIAL_FILE)
    slots.remove(slots.before_of(work.app.board.CONFIG_PATH))
    work.show()


def resume(app: "App"):
    """What a start finds of an update; what goes on with it, or None."""
    work = update.Update(app)
    try:
        found(work)
    except OSError as e:
        app.board.say("the update cannot go on (%s); free space on the board" % e)
    work.heard_s = -update.IDLE_S  # pieces are waited for by whoever gives the order again
    return None if work.leave() else work


def found(work: update.Update) -> None:
    """The same of its record, and of what boot.py reads."""
    state = work.state
    mark = slots.text(slots.TRIAL_FILE)
    if state.lost:
        work.note("its record is damaged: no order is taken")
    elif state.phase == slots.WAITING:
        wait(work)
    elif state.phase == slots.TRIAL:
        tried(work, mark)
    elif mark:
        slots.remove(slots.TRIAL_FILE)


def wait(work: update.Update) -> None:
    """A verified pack: the moment for the switch is looked for again."""
    if work.state.slot == work.running:
        ended(work, slots.FINE)  # flashed meanwhile, into this very slot
    elif slots.size(slots.PART) < 0 and slots.head(slots.pack_of(work.state.slot)) is None:
        work.give_up(slots.PACK_WRONG)  # somebody removed it
    else:
        switch.settle(work)


def tried(work: update.Update, mark: str) -> None:
    """A trial was begun: it goes on, has been proved, came back, or was cut before its first boot."""
    state = work.state
    if work.running == state.slot:
        if slots.text(slots.PROVEN) == work.running:
            proved(work)
            return
        if not mark:
            ended(work, slots.FINE)  # it was flashed meanwhile
            return
        work.later = Trial(work)
        work.note("trial of %s, boots left %s", version.VERSION, mark[1:])
    elif not mark or mark[0] != state.slot:
        state.phase = work.phase = slots.WAITING
        state.save()
        wait(work)
    elif mark[1:] == "0" or work.app.service is None:
        # With boots left boot.py did not try it: it could not count them, or what stands beside the slots has no watchdog.
        why = state.why or (slots.BOOTS if mark[1:] == "0" else slots.FLASH)
        if slots.config_back(work.app.board.CONFIG_PATH):
            work.note("the config of the trial is kept as config.after.json; the one before it runs")
        ended(work, why)
        work.note("the new firmware went back: %s; %s runs", work.named(why), version.VERSION)
    # else: service mode runs the proved one; the trial goes on behind it
