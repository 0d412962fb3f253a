"""How the hand-held remote of a room is put together."""

from .. import commands
from . import remote as handset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...tables import sections
    from ..hub import Hub


def remote(hub: "Hub", cfg: "sections.Remote") -> None:
    """The hand-held remote of one room."""
    block = hub.node.rooms[cfg.room - 1].p
    hub.commands.links["ir"] = commands.Link("r", (block.name,), 8, 1)
    hub.remote = handset.Remote(cfg, block, hub.commands, hub.board.ir_in(), hub.board.answer)
    hub.parts.append(hub.remote)
