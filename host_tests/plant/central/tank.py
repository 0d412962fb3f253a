"""A stratified hot-water tank with its circulation ring: layers, draws, charging. Units as in lumps.py.

What is charged goes in through a lance: it leaves that at the height where the water is as warm.
"""

from __future__ import annotations

import math

from ..well import WATER_WH_M3K
from .lumps import Lumps

LAYERS = 10
SENSORS = (0, 2, 4, 7, 9)  # layers with a sensor, top first
COLD_C = 10.0  # cold water main
ROOM_C = 18.0
INSULATION_W_M2K = 0.5
MIXING_W_MK = 1.5  # between layers: water's 0.6 and the wall's
RING_SHARE = 0.6  # of the ring's height in the tank: where the circulation comes back


class Tank:
    """Layer 0 is the top. `couple` before the lumps are solved, `settle` after: warm water rises."""

    def __init__(self, lumps: Lumps, m3: float, ring_m3h: float, ring_loss_w_k: float, start_c: float = 55.0):
        height = (4.0 * m3 / math.pi * 4.0) ** (1.0 / 3.0)  # twice as high as wide
        diameter = 0.5 * height
        area = math.pi * diameter**2 / 4.0
        self.m3, self.ring_m3h, self.ring_loss_w_k = m3, ring_m3h, ring_loss_w_k
        self.layers = [lumps.water(f"tank {k}", m3 / LAYERS, start_c - 0.5 * k) for k in range(LAYERS)]
        self.ring = lumps.water("ring", max(0.1, ring_m3h / 10.0), start_c - 3.0)
        self.wall_w_k = INSULATION_W_M2K * (math.pi * diameter * height + 2.0 * area) / LAYERS
        self.link_w_k = MIXING_W_MK * area / (height / LAYERS)
        self.drawn_m3h = 0.0
        self.drawn_l = 0.0

    def _height(self, lumps: Lumps, body: int, m3h: float, heat_w: float, dt_s: float) -> int:
        """Where the lance lets a charge out: the first layer from the top that is not warmer than it comes in this step."""
        rate, held = m3h * WATER_WH_M3K, lumps.c_j_k[body] / dt_s
        comes_c = (held * lumps.t[body] + rate * lumps.t[self.layers[-1]] + heat_w) / (held + rate)
        return next((k for k in range(LAYERS) if lumps.t[self.layers[k]] <= comes_c), LAYERS - 1)

    def couple(self, lumps: Lumps, charge: list[tuple[int, float, float]], draw_m3h: float, circulating: bool,
               heater_w: float, dt_s: float) -> None:
        """charge: (body of a machine's hot side, m3/h, W) of each that charges: from the bottom, back by the lance."""
        layers, ring = self.layers, self.ring
        self.drawn_m3h = draw_m3h
        down = [0.0] * LAYERS  # what each layer gets from the lance
        for body, m3h, heat_w in charge:
            lumps.move(layers[-1], body, m3h)
            height = self._height(lumps, body, m3h, heat_w, dt_s)
            lumps.move(body, layers[height], m3h)
            down[height] += m3h
        around = self.ring_m3h if circulating else 0.0
        back = round(RING_SHARE * (LAYERS - 1))
        # The ring feeds the taps: what is drawn leaves there, what is left comes back into the middle of the tank.
        lumps.move(layers[0], ring, around + draw_m3h)
        lumps.take(ring, draw_m3h)
        lumps.move(ring, layers[back], around)
        lumps.feed(layers[-1], draw_m3h, COLD_C)
        for k in range(LAYERS - 1):
            up = draw_m3h + (around if k < back else 0.0) - sum(down[:k + 1])
            if up > 0.0:
                lumps.move(layers[k + 1], layers[k], up)
            elif up < 0.0:
                lumps.move(layers[k], layers[k + 1], -up)
            lumps.join(layers[k], layers[k + 1], self.link_w_k)
        for layer in layers:
            lumps.lose(layer, self.wall_w_k, ROOM_C)
        lumps.lose(ring, self.ring_loss_w_k, ROOM_C)
        if heater_w:
            lumps.heat(layers[5], heater_w, "heater")

    def settle(self, lumps: Lumps, dt_s: float) -> None:
        """Layers that lie warm under cold mix, heat kept."""
        self.drawn_l += self.drawn_m3h * dt_s / 3.6
        t = [float(lumps.t[k]) for k in self.layers]
        k = 0
        blocks: list[list[float]] = []  # (temperature, layers), merged from the top
        for value in t:
            blocks.append([value, 1.0])
            while len(blocks) > 1 and blocks[-1][0] > blocks[-2][0]:
                value, n = blocks.pop()
                blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + value * n) / (blocks[-1][1] + n), blocks[-1][1] + n]
        for value, n in blocks:
            for _ in range(int(n)):
                lumps.t[self.layers[k]] = value
                k += 1

    def sensors(self, lumps: Lumps) -> list[float]:
        """The five sensors, top first."""
        return [float(lumps.t[self.layers[k]]) for k in SENSORS]

    def tap_c(self, lumps: Lumps) -> float:
        """What comes out of the farthest tap."""
        return float(lumps.t[self.ring])
