"""What all consumers ask of the source, and what the source grants them."""

MOST_W = 1_000_000  # the range of the well's demand_w


class Demand:
    """The sum over room units and rooms on the bus; each adds its own with `ask(demand)`.

    heat_w, cool_w: 0 to 1,000,000 W together. units: compressors that run. taken_w: heat taken by the node's own
    compressors that run, -1 when one of them cools. flowing: a circulation pump runs. move_water: a protection wants the
    water moved. awaited: somebody is switched on, and will ask again.
    """

    def __init__(self):
        self.clear()

    def clear(self) -> None:
        """Before everybody is asked."""
        self.heat_w = 0
        self.cool_w = 0
        self.units = 0
        self.taken_w = 0
        self.flowing = False
        self.move_water = False
        self.awaited = False

    def limit(self) -> None:
        """One well gives 500 kW at the most; what 40 rooms might ask for leaves the small ints once it is made a flow."""
        self.heat_w = min(self.heat_w, MOST_W)
        self.cool_w = min(self.cool_w, MOST_W - self.heat_w)


class Grant:
    """The source's word to the room units; the node fills it in each scan, every unit reads it.

    permissive: flow is proven. enough: it covers one more unit. refused: a protection of the well lets no compressor start.
    spare: the well's water has heat for one more; without it a start waits, for however long. limit_pm: most duty.
    hold: no starts and water moving, for the pairs of sensors to learn their zero (metering/zero.py).
    """

    def __init__(self):
        self.permissive = False
        self.enough = False
        self.refused = False
        self.spare = False
        self.limit_pm = 1000
        self.hold = False
