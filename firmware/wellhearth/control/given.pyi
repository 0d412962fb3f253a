"""What control/ is handed by others, for pyright alone: nothing runs this file, and control/ imports only itself.

RoomSettings, WellSettings: sections of the configuration. Cause: a row of the cause-and-effect table.
"""

from ..tables.causes import Cause as Cause
from ..tables.sections import Room as RoomSettings
from ..tables.sections import Well2 as WellSettings

__all__ = ["Cause", "RoomSettings", "WellSettings"]
