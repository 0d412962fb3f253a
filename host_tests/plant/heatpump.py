"""A water-source hot-air unit: refrigerant circuit, exchanger with its water (and ice), air coil, fan and pumps.

Three nodes hold heat: the exchanger's metal, the water in it, and the air coil. Every flux between them, the water, the
air and the mains is booked once on both sides, so that energy is conserved in every state; `stored_j` is what the nodes
hold. Capacity and power are not a table: they follow from evaporating and condensing temperature (refrigerant.py),
and those from how much water and air passes.

Sized as the smallest product (5.6 kW for 40 m2): rated at 10 degC entering water, 134 L/h per kW, 20 degC air, 840 m3/h.
"""

from __future__ import annotations

import math

from .refrigerant import enthalpy_kj_kg, filling, saturation_kpa, suction_kg_m3, work_kj_kg

RATED_W = 5600.0
RATED_M3H = 0.75
AIR_WH_M3K = 0.335  # heat capacity of air by volume, 1.2 kg/m3 * 1005 J/(kg K) / 3600
WATER_WH_M3K = 1163.0  # 4.187 kJ/(kg K) * 1000 kg/m3 / 3600
SENSIBLE = 0.8  # share of the cooling that lowers the temperature; the rest dries the air
ICE_J_KG = 334_000.0
VAPOUR_J_KG = 2_501_000.0
STANDBY_W = 8.0  # controller, transformer and crankcase heater of one electrical box; it warms the room
CIRCULATION_W = 35.0  # wet-rotor pump: all of it ends in the water
FAN_W, FAN_FIXED_W = 70.0, 15.0  # 15 W + 70 W * speed^3; all of it ends in the air


class HeatPump:
    """One unit, stepped once a second. `step` returns nothing; read the attributes.

    State: `load` (0..1, charge where it works), `coil_c` and `plate_c` (air coil and exchanger, at the refrigerant's
    saturation temperature), `water_c` and `ice_j` of the exchanger, pressures in kPa absolute.
    Faults: `loss` (share of the refrigerant lost), `valve_stuck` (reversing valve), `fan_dead`, `motor_dead` (the contact
    closes, the compressor stands: a burnt winding, an open overload), `phase_lost` (it stands, hums and warms),
    `filter` (1 = clean), `drain_blocked` (of the condensate pan).
    """

    TAU_START_S = 50.0  # until the charge is where it works: two to three minutes to full capacity
    TAU_REST_S = 90.0  # until it is back in the cold parts
    COIL_J_K = 14_000.0  # coil, compressor, casing and the air in it
    PLATE_J_K = 3_000.0  # plates and refrigerant
    WATER_KG = 1.5  # water in the exchanger
    UA_COIL_W_K = 430.0  # refrigerant to air at the rated air flow, with its square root
    UA_WATER_W_K = 1150.0  # water side of the exchanger at rated flow, with its power of 0.8
    UA_PLATE_W_K = 2600.0  # refrigerant side
    UA_STILL_W_K = 12.0  # coil to room with the fan off
    UA_STANDING_W_K = 80.0  # plate to water that stands or freezes
    ROOM_W_K = 1.7  # the exchanger's water to the room: an hour
    MIGRATION_J = 150_000.0  # what the charge carries from the warm to the cold side after a stop
    IDLE_W = 100.0  # friction and iron losses of the compressor
    OVERLOAD_C, OVERLOAD_S = 78.0, 600.0  # the compressor's own protector opens, and closes again
    FILM_S = 300.0  # condensate runs down the coil for so long; after a stop it still does
    PAN_KG, DRAIN_KG_S = 2.0, 0.05  # the condensate pan up to its rim, and what its drain takes

    def __init__(self, room_c: float, rated_w: float = RATED_W, fan_max_m3h: float = 1000.0, freeze_c: float = 0.0,
                 water_c: float = 12.0):
        """freeze_c: freezing point of what flows through it (0 water, below: antifreeze)."""
        self.rated_w = rated_w
        size = rated_w / RATED_W
        self.size = size
        self.displacement = 0.902e-3 * size  # m3/s, for `rated_w` at the rated point
        self.fan_max_m3h = fan_max_m3h * size
        self.coil_j_k, self.plate_j_k = self.COIL_J_K * size, self.PLATE_J_K * size
        self.water_j_k = self.WATER_KG * size * 4187.0
        self.ice_full_j = self.WATER_KG * size * ICE_J_KG
        self.freeze_c = freeze_c
        self.load = 0.0
        self.coil_c, self.plate_c = room_c, 0.5 * (room_c + water_c)
        self.water_c = water_c
        self.ice_j = self.frost_j = self.migration_j = 0.0
        self.supply_air_c = room_c
        self.heat_w = 0.0  # to the room: coil, fan, electrical box, standing water
        self.latent_w = 0.0  # taken from the room's moisture (cooling)
        self.electric_w = self.compressor_w = 0.0  # all that the unit draws; the compressor alone
        self.source_w = 0.0  # taken from the water that flows through
        self.high_kpa = self.low_kpa = 1100.0
        self.loss = 0.0
        self.valve_stuck = self.fan_dead = self.motor_dead = self.phase_lost = self.drain_blocked = False
        self.pan_full_kg = self.PAN_KG * size
        self.film_kg = self.pan_kg = self.spilt_kg = 0.0  # condensate on the coil, in the pan, over its rim
        self.melted_kg = 0.0  # ice of the coil in this second
        self.filter = 1.0
        self.cooling = False
        self.powered = True  # False: no power in the house
        self.overload_s = 0.0  # > 0: the compressor's protector is open
        self._fan_key = -1.0
        self._air_w_k = self._ua_coil = self._share = 0.0
        self._water_key = -1.0
        self._g_water = 0.0

    def stored_j(self) -> float:
        """Heat in the three nodes, ice counted negative, J above 0 degC."""
        return (self.coil_c * self.coil_j_k + self.plate_c * self.plate_j_k + self.water_c * self.water_j_k
                - self.ice_j - self.frost_j)

    @property
    def ice_share(self) -> float:
        """How much of the exchanger's water is ice, 0..1. Half of it blocks the flow."""
        return self.ice_j / self.ice_full_j

    @property
    def open_share(self) -> float:
        """How much of its flow the exchanger lets through, 0..1."""
        return 1.0 if self.ice_j <= 0.0 else max(0.0, 1.0 - 2.0 * self.ice_share)

    def step(self, on: bool, speed: float, fan: float, pump_w: float, m3h: float, entering_c: float, room_c: float,
             reversing: bool = False) -> None:
        """One second. `speed`: 0..1 of the compressor, `fan`: 0..1 of its air flow, `m3h` through the exchanger,
        `pump_w`: what its circulation pump draws."""
        if not self.valve_stuck:
            self.cooling = reversing
        if self.overload_s > 0.0:
            self.overload_s -= 1.0
            on = False
        elif self.motor_dead:
            on = False
        hums = self.phase_lost and on and speed > 0.0  # two phases turn no motor that stands
        if self.phase_lost:
            on = False
        from_evaporator_w, to_condenser_w = self._circuit(on and speed > 0.0, speed)
        fan_w = 0.0 if fan <= 0.0 or self.fan_dead else FAN_FIXED_W + FAN_W * fan**3
        fan = 0.0 if self.fan_dead else fan
        if fan * self.filter != self._fan_key:
            self._air(fan * self.filter)
        coil_in_w = -from_evaporator_w if self.cooling else to_condenser_w
        plate_in_w = to_condenser_w if self.cooling else -from_evaporator_w
        coil = self.coil_c
        air_w = self._share * (coil - room_c)  # sensible, to the room
        latent_w = 0.0
        if self.cooling and coil < 12.0 and air_w < 0.0:
            latent_w = air_w * (1.0 / SENSIBLE - 1.0)
        if hums:
            self.compressor_w = self.rated_w / 4.3
            coil_in_w += self.compressor_w  # its casing
        self.melted_kg = 0.0
        coil_in_w += self._frost(coil, latent_w)
        if latent_w or self.film_kg or self.pan_kg:
            self._condensate(self.melted_kg if coil < 0.0 else self.melted_kg - latent_w / VAPOUR_J_KG)
        self.coil_c = coil + (coil_in_w - air_w - latent_w) / self.coil_j_k
        water_out_w = self._water(plate_in_w, pump_w, m3h, entering_c, room_c)
        standby_w = STANDBY_W if self.powered else 0.0
        self.heat_w = air_w + fan_w + standby_w + water_out_w
        self.latent_w = latent_w
        self.electric_w = self.compressor_w + fan_w + standby_w + pump_w
        if fan > 0.0:
            self.supply_air_c = room_c + (air_w + fan_w) / self._air_w_k
        else:
            self.supply_air_c = room_c + 0.5 * (coil - room_c)

    def _circuit(self, on: bool, speed: float) -> tuple[float, float]:
        """(heat drawn from the evaporator, heat given to the condenser) in W; pressures and compressor power."""
        if self.cooling:
            evaporating, condensing = self.coil_c, self.plate_c
        else:
            evaporating, condensing = self.plate_c, self.coil_c
        if self.loss > 0.0:  # a starved evaporator: less of it is wet, and with half of the charge gone hardly any
            evaporating -= 15.0 * self.loss + (60.0 * (self.loss - 0.5) if self.loss > 0.5 else 0.0)
        low, high = saturation_kpa(evaporating), saturation_kpa(condensing)
        if not on:
            return self._rest(evaporating, condensing, low, high)
        mass = self.displacement * speed * suction_kg_m3(evaporating) * filling(low, high)
        # Without its charge the liquid line carries gas, which takes nothing up.
        full_w = mass * enthalpy_kj_kg(evaporating, condensing) * 1000.0 * (1.0 - 0.5 * self.loss)
        power = mass * work_kj_kg(evaporating, condensing) * 1000.0 + self.IDLE_W * self.size * (0.4 + 0.6 * speed)
        load = self.load
        if load < 0.99:  # full power at once: the motor works against a circuit that gives nothing yet
            least = 0.9 * self.rated_w / 4.3 * speed
            if power < least:
                power += (least - power) * (1.0 - load)
        self.load = load + (1.0 - load) / self.TAU_START_S
        self.migration_j = self.MIGRATION_J * self.size * self.load
        drawn_w = full_w * load if full_w > 0.0 else 0.0
        self.compressor_w = power
        self.high_kpa += (high - self.high_kpa) / 4.0
        self.low_kpa += (low - self.low_kpa) / 4.0
        if condensing > self.OVERLOAD_C:
            self.overload_s = self.OVERLOAD_S
        return drawn_w, drawn_w + power

    def _rest(self, evaporating: float, condensing: float, low: float, high: float) -> tuple[float, float]:
        """The compressor stands: pressures equalise, and the charge carries heat to the cold side until it is there."""
        self.compressor_w = 0.0
        self.load -= self.load / self.TAU_REST_S
        moved_w = 0.0
        if self.migration_j > 0.0 and condensing > evaporating:
            moved_w = min(self.migration_j, 90.0 * self.size * (condensing - evaporating))
            self.migration_j -= moved_w
        rest = low if low < high else high  # the coldest part holds the liquid
        self.high_kpa += (rest - self.high_kpa) / 20.0
        self.low_kpa += (rest - self.low_kpa) / 20.0
        return -moved_w, -moved_w

    def _air(self, flow: float) -> None:
        """Conductance of the coil to the room for an air flow of 0..1; kept until the fan changes."""
        self._fan_key = flow
        frost = 1.0 - min(0.9, self.frost_j / (200_000.0 * self.size))
        self._air_w_k = air = max(AIR_WH_M3K * self.fan_max_m3h * flow * frost, 1e-6)
        if flow <= 0.0:
            self._share = self.UA_STILL_W_K * self.size
            return
        ua = self.UA_COIL_W_K * self.size * math.sqrt(flow / 0.84)
        self._share = max(self.UA_STILL_W_K * self.size, air * (1.0 - math.exp(-ua / air)))

    def _frost(self, coil: float, latent_w: float) -> float:
        """Condensate that freezes on a coil below 0 degC closes it; heat that gives to the coil in W."""
        if coil < 0.0 and latent_w < 0.0:
            gain = -latent_w * (ICE_J_KG / VAPOUR_J_KG)
            self.frost_j += gain
            self._fan_key = -1.0
            return gain
        if self.frost_j > 0.0 and coil > 0.0:
            melt = min(self.frost_j, 60.0 * self.size * coil)
            self.frost_j -= melt
            self.melted_kg = melt / ICE_J_KG
            self._fan_key = -1.0
            return -melt
        return 0.0

    def _condensate(self, kg: float) -> None:
        """A second of water: from the air (or the ice) to the coil, into the pan, down the drain or over the rim."""
        film = self.film_kg + kg
        drip = film / self.FILM_S if film > 1e-4 else film
        self.film_kg = film - drip
        pan = self.pan_kg + drip
        if not self.drain_blocked:
            pan -= min(pan, self.DRAIN_KG_S * self.size)
        elif pan > self.pan_full_kg:
            self.spilt_kg += pan - self.pan_full_kg
            pan = self.pan_full_kg
        self.pan_kg = pan

    def _conductance(self, m3h: float) -> float:
        """Plate to well-mixed water in W/K, so that a steady flow leaves as from a counter-flow exchanger."""
        through = m3h * WATER_WH_M3K
        relative = m3h / (RATED_M3H * self.size)
        ua_water = self.UA_WATER_W_K * self.size * relative**0.8
        ua_plate = self.UA_PLATE_W_K * self.size
        ua = ua_water * ua_plate / (ua_water + ua_plate)
        if ua > 6.0 * through:
            ua = 6.0 * through
        return min(through * math.expm1(ua / through), 1500.0 * self.size)

    def _water(self, plate_in_w: float, pump_w: float, m3h: float, entering_c: float, room_c: float) -> float:
        """The exchanger: plate, water, ice. Returns the heat that its standing water gives to the room."""
        m3h *= self.open_share
        through = m3h * WATER_WH_M3K
        water = self.water_c
        if m3h > 0.02 * self.size:
            if m3h != self._water_key:
                self._water_key = m3h
                self._g_water = self._conductance(m3h)
            g = self._g_water
        else:
            g = self.UA_STANDING_W_K * self.size
        to_plate = g * (water - self.plate_c)
        self.plate_c += (plate_in_w + to_plate) / self.plate_j_k
        to_room = self.ROOM_W_K * self.size * (water - room_c)
        self.source_w = through * (entering_c - water)
        water += (self.source_w + pump_w - to_plate - to_room) / self.water_j_k
        if water < self.freeze_c or self.ice_j > 0.0:
            water = self._freeze(water)
        self.water_c = water
        return to_room

    def _freeze(self, water: float) -> float:
        """Freeze or melt at the freezing point, until all of it is ice or none."""
        heat = (self.freeze_c - water) * self.water_j_k  # > 0: too cold, ice forms
        ice = self.ice_j + heat
        if ice < 0.0:
            left, self.ice_j = ice, 0.0
        elif ice > self.ice_full_j:
            left, self.ice_j = ice - self.ice_full_j, self.ice_full_j
        else:
            left, self.ice_j = 0.0, ice
        return self.freeze_c - left / self.water_j_k
