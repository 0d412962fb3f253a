"""Start-up: from the board to a running node, or to a safe state that says why."""

import gc

from ..storage import boot_record, record
from ..tables import bits, drop
from . import button, main_loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Board

drop(bits)  # the equipment has taken the names it uses
del bits

current = None  # the running App, for diag.py
stopped = ""  # why there is none
hardware = None  # the board, from the first moment on


def service_s(board: "Board"):
    """(how long service mode may last in seconds, 0 when it was not asked for; what is wrong with its flag).

    A flag that cannot be read: somebody may have his hands in the plant, but no house waits long for it.
    """
    state, data = record.read_file(board.SERVICE_PATH)
    if state == record.GONE:
        return 0, ""
    number, text = record.unseal(data)
    try:
        asked_s = int((data if number < 0 else text).decode())
        if 0 <= asked_s <= button.SERVICE_MAX_S:
            return asked_s, ""
    except ValueError:
        pass
    return button.FLASH_MAX_S, "%s is damaged: service mode for %d min" % (board.SERVICE_PATH, button.FLASH_MAX_S // 60)


def rest(board: "Board", why: str, retry_s: int) -> None:
    """The safe state: outputs off, the reason shown, and a new try where one may help."""
    global stopped
    stopped = why
    board.safe()
    board.say(why)
    if retry_s:
        board.say("all outputs are off; a new start in %d min, or at once: import board; board.reset()" % (retry_s // 60))
        boot_record.will(board.kept, boot_record.RECOVERY)
    board.serve(None, retry_s)


def load_config(path: str):
    """(Config, errors, damage, new): config.choose."""
    from ..tables import config
    result = config.choose(path)
    config.forget(config)
    return result


def keep_good(board: "Board", text: bytes) -> None:
    """This config runs: a copy of it, for the day on which it is damaged."""
    try:
        record.write_file(board.CONFIG_PATH + record.GOOD, text, record.head(text, 0))
    except OSError as e:
        board.say("the last good config cannot be kept (%s); free space on the board" % e)


def refuse(board: "Board", errors: list) -> None:
    """Safe state until a person has mended the config: every mistake is told."""
    for line in errors:
        board.say("config: " + line)
    rest(board, "config refused, outputs stay off: %d mistakes" % len(errors), 0)


def run(board: "Board") -> None:
    """Run for ever. Whatever forbids a start ends in the safe state, with every reason named."""
    global current, hardware
    hardware = board
    cause, phase, boots = boot_record.begin(board.kept, board.power_on(), board.soft_reset())
    why = boot_record.reason(cause, phase, boots)
    if why:
        rest(board, "recovery mode: " + why, boot_record.RETRY_S)
        return
    gc.collect()  # what the imports left, before anything is built that stays: else the heap ends in small pieces
    cfg, errors, damage, new = load_config(board.CONFIG_PATH)
    gc.collect()
    if damage and errors:
        board.say(damage)
    if not errors:
        errors = board.configure(cfg)
    if errors:
        refuse(board, errors)
        return
    if new:
        keep_good(board, new)
        new = b""
        gc.collect()
    max_s, flag = service_s(board)
    try:
        app = main_loop.App(board, cfg, max_s)
    except Exception as e:
        rest(board, "the node could not be built: " + main_loop.traceback_of(e), boot_record.RETRY_S)
        return
    current = app
    if damage:
        app.damage = damage
        app.records.report(boot_record.CONFIG, damage)
    if flag:
        app.records.report(boot_record.FLAG, flag)
    p = app.node.p
    p.reset_cause = cause
    p.last_phase = phase
    p.short_boots = boots
    app.start()
    board.serve(app)
