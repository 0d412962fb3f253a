"""Home Assistant over MQTT: every node and every room announces itself, shows its values, and takes a resident's wishes.

    bridge = Bridge(hub, Settings(host="broker", user="wellhearth", password="..."))
    bridge.start()                          # a client thread of paho-mqtt and one that carries orders; bridge.stop()

Needs of the hub: `subscribe`, `nodes()`, `order(...)`. Topics, below `prefix` (default `wellhearth`):

    wellhearth/gateway              online, offline (last will)
    wellhearth/NODE/state           online, offline: whether the node answers the gateway
    wellhearth/NODE/BLOCK           a block's values as JSON, retained
    wellhearth/NODE/BLOCK/POINT/set a wish
    homeassistant/device/ID/config  what Home Assistant makes entities from, retained
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bridge import Bridge, Settings

__all__ = ["Bridge", "Settings"]


def __getattr__(name: str):
    """The bridge wants paho-mqtt, which is the gateway's; what is announced is made without it too (device/network.py)."""
    if name not in __all__:
        raise AttributeError(name)
    from . import bridge

    return getattr(bridge, name)
