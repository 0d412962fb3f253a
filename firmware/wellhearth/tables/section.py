"""A validated configuration, apart from the tables it was checked with: those leave the heap after the start."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import sections

KEYS = ("power", "up", "down", "mode", "fan", "timer", "boost")  # of a hand-held remote


class Section:
    """One part of the configuration; keys are attributes, by the class of its rows (sections.pyi)."""

    def __init__(self, where: str):
        self.where = where


class Config:
    """A whole valid configuration: node, well, rooms, links."""

    def __init__(self):
        # These two stand for sections until config.py has read them.
        self.node: "sections.Node" = Section("node")  # pyright: ignore[reportAttributeAccessIssue]
        self.well: "sections.Well | None" = Section("well")  # pyright: ignore[reportAttributeAccessIssue]
        self.well2: "sections.Well2 | None" = None
        self.loop: "sections.Loop | None" = None
        self.bus: "sections.Bus | None" = None
        self.bms: "sections.Bms | None" = None
        self.gateway: "sections.Bms | None" = None
        self.meter_line: "sections.MeterLine | None" = None
        self.electricity: "sections.Electricity | None" = None
        self.meters: "list[sections.Meter]" = []
        self.account = False  # it has the block `account`
        self.remote: "sections.Remote | None" = None
        self.network: "sections.Network | None" = None
        self.plant: "sections.Plant | None" = None
        self.rooms: "list[sections.Room]" = []
        self.far: "list[int]" = []  # addresses of the rooms on the bus
