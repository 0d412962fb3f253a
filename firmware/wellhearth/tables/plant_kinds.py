"""The kinds of blocks of a plant's node, with their rows: no other node loads them. Imported, they are in kinds.KINDS."""

from ..control import trips
from . import drop, kinds, plant_causes, plant_rows, points
from .kinds import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import sections


def of(name: str, first: int, stride: int, most: int, where: int, scope: int) -> Kind:
    """A kind with the rows of its name."""
    return Kind(name, points.table(getattr(plant_rows, name.upper())), first, stride, most, where, scope)


PLANT = of("plant", 4000, 0, 1, 60, trips.PLANT)
MACHINE = of("machine", 4200, 60, 8, 61, trips.MACHINE)
PUMP = of("pump", 4800, 40, 8, 70, trips.PUMP)
SOURCE = of("source", 5200, 60, 24, 90, trips.SOURCE)
NETWORK = of("network", 6800, 60, 2, 80, trips.NETWORK)
TANK = of("tank", 7000, 0, 1, 83, trips.TANK)
BACKUP = of("backup", 7100, 60, 2, 84, trips.BACKUP)
QUALITY = of("quality", 7300, 40, 2, 87, trips.QUALITY)
BUILDING = of("building", 7400, 40, 8, -1, -1)
KINDS = (PLANT, SOURCE, MACHINE, PUMP, NETWORK, TANK, BACKUP, QUALITY, BUILDING)


def counts(cfg: "sections.Plant") -> dict:
    """{kind: how many blocks} of a plant with this config (tables/plant_config.py)."""
    return {PLANT: 1, MACHINE: len(cfg.machines), PUMP: len(cfg.pumps), SOURCE: len(cfg.wells), NETWORK: len(cfg.networks),
            TANK: cfg.tank is not None, BACKUP: len(cfg.backups), QUALITY: len(cfg.quality), BUILDING: len(cfg.buildings)}


def texts(found: dict) -> None:
    """Help texts of these rows, as points.helps has them; loads the rows again for as long as that takes."""
    from . import plant_rows as again
    for kind in KINDS:
        for name, _unit, _lo, _hi, _access, _saved, _register, said, *_ in getattr(again, kind.name.upper()):
            found[id(kind.rows), name] = said
    for module in (again.rows, again):
        drop(module)


kinds.KINDS = kinds.KINDS[:1] + KINDS + kinds.KINDS[1:]
points.MORE.append(texts)
for module in (plant_rows.rows, plant_causes, plant_rows):
    drop(module)
