"""A running node is put into service mode while somebody works on it, and back to work."""

from __future__ import annotations

from .link import Link, LinkError, reconnect

STATE = """
import sys
a=sys.modules.get('wellhearth.app')
c=getattr(a,'current',None)
print('none' if c is None else 'service' if c.service else 'running')
"""


def into_service(link: Link, max_s: int, say) -> tuple[Link, bool]:
    """(the link, whether the node ran before): outputs off for `max_s` at the most. say(text): to the person."""
    if link.run(STATE) != "running":
        return link, False
    say("the node is running: outputs off, into service mode")
    port = link.port
    link.leave_with(f"from wellhearth import app\napp.current.enter_service({max_s})", b"service mode")
    link = reconnect(port)
    if link.run(STATE) == "running":
        raise LinkError(f"the node on {port} did not go into service mode; nothing was changed")
    return link, True


def back_to_work(link: Link) -> None:
    """Service mode ends, by a reset; the link with it."""
    link.leave_with("from wellhearth import app\napp.current.leave_service()", b"\x04")
