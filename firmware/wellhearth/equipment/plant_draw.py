"""What a plant asks of its wells together, and what they give: heat and flow
for the machines that draw, water returned of lifted."""

from ..control import machine
from ..control import reasons_plant as words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .plant import Plant

LEAST_DRAW_PM = 500  # of a machine's source flow, whatever its load
PROVEN_PM = 600  # of the flow that is needed, for a machine to start
RATIO_LEAST_L = 10000


class Draw:
    """plant: whose wells. Out: need_lph (of machines that draw or are about to), run_lph (of those that run), proven_lph."""

    def __init__(self, plant: "Plant"):
        self.plant = plant
        self.cfg = plant.cfg
        self.p = plant.p
        self.need_lph = 0
        self.run_lph = 0
        self.proven_lph = 0
        self.lifted_l = self.returned_l = 0  # this day so far
        self.litres = 0  # of an hour's, not a litre yet
        self.back_litres = 0
        self.day_s = 0

    def each_second(self, now: int) -> None:
        """What they are asked: for each machine that draws water its heat, at least half of it."""
        plant = self.plant
        p = self.p
        kw = run_kw = 0
        cools = now == words.COOL
        running = False
        for one in plant.machines:
            seq = one.sequence
            resting = seq.state == machine.OFF or (seq.state == machine.POST_RUN and not one.p.running)
            if resting or one.mode == words.M_RECOVERY:
                continue
            rated = one.cfg.cool_kw if cools and one.mode != words.M_HOT_WATER else one.cfg.heat_kw
            part = rated * max(one.capacity_pm, LEAST_DRAW_PM) // 1000
            kw += part
            if one.p.running:
                running = True
                run_kw += part
        s = plant.sharing
        s.each_second(kw * 1000)
        p.source_kw = -kw if cools else kw
        p.sources_on = s.count
        lph = self.cfg.source_lph_per_kw_cool if cools else self.cfg.source_lph_per_kw
        self.need_lph = kw * lph
        self.run_lph = run_kw * lph
        lifted = back = proven = carries = 0
        for one in plant.sources:
            one.cold = cools
            one.lph_per_kw = lph
            one.running = running
            lifted += one.p.flow_lph
            back += one.p.return_flow_lph
            carries += one.p.carries_kw
            if one.proven:
                proven += one.p.flow_lph
        self.proven_lph = proven
        p.lifted_m3h = lifted // 1000
        p.returned_m3h = back // 1000
        p.cold_day_kw = carries
        self.returned(lifted, back)

    def returned(self, lifted: int, back: int) -> None:
        """Water returned of lifted, this day so far."""
        self.day_s += 1
        if self.day_s >= 86400:
            self.day_s = self.lifted_l = self.returned_l = 0
        self.litres += lifted
        self.back_litres += back
        self.lifted_l += self.litres // 3600
        self.returned_l += self.back_litres // 3600
        self.litres %= 3600
        self.back_litres %= 3600
        if self.lifted_l >= RATIO_LEAST_L and back:
            self.p.returned_pm = min(2000, self.returned_l // 100 * 1000 // (self.lifted_l // 100))

    def enough(self) -> bool:
        """Enough water for one machine to start."""
        return self.proven_lph > 0 and self.proven_lph >= self.need_lph // 1000 * PROVEN_PM
