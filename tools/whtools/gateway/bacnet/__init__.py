"""BACnet/IP for building management: the gateway as one device, a node's points as its objects (objects.py, server.py)."""

from .server import BacnetServer, Settings

__all__ = ["BacnetServer", "Settings"]
