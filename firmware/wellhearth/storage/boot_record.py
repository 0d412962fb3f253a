"""Why this boot happened, and whether it may run the house: counted in memory that outlives a reset.

Three boots in a row that did not live a minute start recovery mode. A power cut clears the count, so that
a village whose power flickers is not left cold. Kept slots: `board.kept.get(i)` and `set(i, value)`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import Kept

TIME = 0  # UTC, seconds since 2026-01-01; older firmware counted its boots here
PHASE = 1
WHY = 2  # in the lowest bits, and the count of boots above them
SEEN = 3  # ticks_ms of the last scan
LIVED_S = 60
BOOTS_MAX = 3
RETRY_S = 900  # recovery mode tries again by itself: a cold house is no safe state

POWER, WATCHDOG, SCAN_FAULTS, SERVICE, COMMAND, RECOVERY, SOFT = range(7)
CAUSES = ("power", "watchdog", "scan_faults", "service", "command", "recovery", "soft_reset")
WORDS = ("power came back", "the watchdog: a scan hung", "three scans in a row failed", "service mode began or ended",
         "a command", "recovery mode tries again", "a soft reset")
WHY_MASK = 15
PHASES = ("none", "read", "protect", "control", "meter", "write", "idle", "boot")
RECORDS = ("config", "settings", "ledger", "starts", "service", "firmware")  # bits of the point `damaged`
CONFIG, SETTINGS, LEDGER, STARTS, FLAG, FIRMWARE = 1, 2, 4, 8, 16, 32
RUNNING = 6  # in PHASE: between two scans


def begin(kept: "Kept", power_on: bool, soft: bool):
    """Count this boot; returns (cause, the phase the last run was in, boots that did not live)."""
    phase = kept.get(PHASE)
    why = kept.get(WHY) & WHY_MASK
    boots = kept.get(WHY) >> 4
    if soft:
        cause = SOFT
    elif power_on:
        cause = POWER
        boots = 0
        kept.set(TIME, 0)
    else:
        # Without a run since the power came, a reset is a person's (the first flash).
        cause = why if 0 < why < len(CAUSES) else (WATCHDOG if phase else COMMAND)
    if cause == RECOVERY:
        boots = BOOTS_MAX - 1  # one more chance, not three
    elif cause in (SERVICE, COMMAND, SOFT) or boots > BOOTS_MAX:
        boots = 0
    kept.set(WHY, boots + 1 << 4)
    kept.set(PHASE, len(PHASES) - 1)
    return cause, phase if phase < len(PHASES) else 0, boots


def lived(kept: "Kept") -> None:
    """This boot lived a minute."""
    kept.set(WHY, 0)


def will(kept: "Kept", why: int) -> None:
    """A reset of ours follows: what for. The count of boots stays."""
    kept.set(WHY, kept.get(WHY) & ~WHY_MASK | why)


def reason(cause: int, phase: int, boots: int) -> str:
    """Why the node stays off, or "" when it may run."""
    if boots < BOOTS_MAX:
        return ""
    return ("%d starts in a row did not live a minute; the last one ended by %s, in phase %s"
            % (boots, WORDS[cause], PHASES[phase]))
