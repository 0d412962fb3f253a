"""The service button, and how long service mode may last (the mode itself: service.py)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import DigitalIn

SERVICE_MAX_S = 14400  # a forgotten service mode must not leave the house cold
FLASH_MAX_S = 600  # and an interrupted flash still less
BOOT_S = 300  # of its time a start costs so much, and so often the rest is stored: power cuts do not make it longer
HOLD_S = 5  # the service button, held so long and let go, begins or ends service mode
STUCK_S = 30  # held longer it is a broken cable, not a hand


class Button:
    """The service button: a press begins with an open contact and ends with one.

    A shorted cable does neither, and so never takes the heat away: not when it happens, nor at any start after it.
    contact: `get()` says whether the button is held.
    """

    def __init__(self, contact: "DigitalIn"):
        self.get = contact.get
        self.held_s = STUCK_S + 1  # until it has been seen open, whatever holds it has held it for ever

    def each_second(self) -> int:
        """1 when it has just been held long enough (let go now), 2 when it was pressed, else 0."""
        held_s = self.held_s
        if self.get():
            if held_s <= STUCK_S:
                held_s += 1
            self.held_s = held_s
            return 1 if held_s == HOLD_S else 0
        self.held_s = 0
        return 2 if HOLD_S <= held_s <= STUCK_S else 0
