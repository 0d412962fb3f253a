"""A validated configuration, apart from the tables it was checked with: those leave the heap after the start."""

KEYS = ("power", "up", "down", "mode", "fan", "timer", "boost")  # of a hand-held remote


class Section:
    """One part of the configuration; keys are attributes."""

    def __init__(self, where: str):
        self.where = where

    def __getattr__(self, key: str):
        # Only reached for a key that is not there: keys are set as plain attributes.
        raise AttributeError(key)


class Config:
    """A whole valid configuration: node, well, rooms, links."""

    def __init__(self):
        self.node = Section("node")
        self.well = Section("well")  # type: Section | None
        self.well2 = None  # type: Section | None
        self.loop = None  # type: Section | None
        self.bus = None  # type: Section | None
        self.bms = None  # type: Section | None
        self.gateway = None  # type: Section | None
        self.meter_line = None  # type: Section | None
        self.electricity = None  # type: Section | None
        self.meters = []
        self.account = False  # it has the block `account`
        self.remote = None  # type: Section | None
        self.network = None  # type: Section | None
        self.plant = None  # type: Section | None
        self.rooms = []
        self.far = []  # addresses of the rooms on the bus
