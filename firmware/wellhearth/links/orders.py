"""A wish from outside, whatever link it came over."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Order:
    """What somebody wants.

    link: name of the link in the command layer. role: a letter of points.ROLES. who: for the journal, and for the stamps.
    path: the point, e.g. "room1.setpoint_mc". value: a whole number in the point's unit. age_ms: how long it has waited
    since it was given. stamp: on links that can be replayed, a number that rises with every order of this `who`; else None.
    """

    def __init__(self, link: str, role: str, who: str, path: str, value: "Any", age_ms: int = 0, stamp: "int | None" = None):
        self.link = link
        self.role = role
        self.who = who
        self.path = path
        self.value = value
        self.age_ms = age_ms
        self.stamp = stamp
