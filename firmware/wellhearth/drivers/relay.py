"""A relay with an auxiliary contact that says what it really does."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import DigitalIn, DigitalOut

AGREES = 0
DEAD = 1  # commanded on, feedback off
WELDED = 2  # commanded off, feedback on


class Relay:
    """Output (`set(bool)`) with optional feedback input (`get() -> bool`)."""

    def __init__(self, output: "DigitalOut", feedback: "DigitalIn | None" = None):
        self.output = output
        self.feedback = feedback
        self.on = False
        output.set(False)

    def command(self, on: bool) -> None:
        """Write the output."""
        self.on = on
        self.output.set(on)

    def mismatch(self) -> int:
        """Feedback against command, now: AGREES, DEAD or WELDED. How long it may last while
        the contact moves is the protection's business."""
        feedback = self.feedback
        if feedback is None or feedback.get() == self.on:
            return AGREES
        return DEAD if self.on else WELDED
