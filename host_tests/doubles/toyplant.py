"""A toy plant for the firmware's own plant node: field devices behind their register maps, with water that is only just
honest.

One scan a second; lines answer at once. Energy closes: what the machines give goes into the buildings' water, what the
buildings take comes out of it. What it suffers is in `harm`: seconds of the machine that was longest without flow, of a
pump against shut valves or on an empty network, of a boiler on water that stands; starts closer than the budget allows.
"""

from __future__ import annotations

from typing import Any

from wellhearth.links.field import client
from wellhearth.links.modbus import rtu
from wellhearth.node import node
from wellhearth.tables import kinds

from . import houses
from .toy_devices import Device, Pin, Port

WH_L_K = 1.163
MONDAY = 9830
VALVE_S = 40  # a valve takes so long to open, and to shut


def plant_config(wells=2, machines=2, **changes) -> dict:
    """A plant of so many equal wells and machines, one secondary and one tertiary network."""
    plant = {
        "mode": "heat", "supply_cold_mc": 45000, "supply_mild_mc": 35000, "start_gap_s": 30, "stage_up_s": 120,
        "stage_down_s": 180, "replace_s": 120, "lines": {"bus": {}, "bms": {}},
        "wells": [{"address": i + 1, "heat_kw": 200, "cool_kw": 300, "lowest_mc": 8000} for i in range(wells)],
        "machines": [{"line": "bms", "address": 31 + i, "heat_kw": 150, "cool_kw": 140, "power_kw": 38, "min_on_s": 180,
                      "min_off_s": 180, "hot_water": int(i == 0)} for i in range(machines)],
        "pumps": [{"line": "bms", "address": 41 + i, "serves": "secondary" if i < 2 else "tertiary"} for i in range(4)],
        "networks": [{"line": "bms", "address": 51, "part": "secondary", "flow_lph": 20000 * machines},
                     {"line": "bms", "address": 52, "part": "tertiary", "flow_lph": 25000 * machines}],
        "weather": {"line": "bms", "address": 58}, **changes}
    return {"node": {"name": "toy plant"}, "plant": plant}


class ToyPlant:
    """A node with its lines and its water; `second()` lets a second pass. Use `device(block)` to break something."""

    def __init__(self, data: dict | None = None, outside_c: float = -5.0, need_kw: float = 120.0, water_c: float = 30.0):
        self.data = data or plant_config()
        self.cfg: Any = houses.valid(self.data)  # its plant is there, and what a plant has
        self.outside_c, self.need_kw, self.water_c = outside_c, need_kw, water_c
        self.return_c = water_c - 5
        self.t = 0
        self.ms = 0
        self.harm = {"no_flow": 0, "shut": 0, "empty": 0, "boiler_standing": 0, "close_starts": 0}
        self.last_start = -10 ** 6
        self.lines: dict[str, dict[int, Device]] = {"bus": {}, "bms": {}}
        self.by_block: dict[str, Device] = {}
        self.pins: dict[str, Pin] = {}
        self.well_s: dict[str, int] = {}
        self.machine_s: dict[str, int] = {}
        self.dry_s: dict[str, int] = {}
        self.valve_s: dict[str, int] = {}
        self.pressure_kpa = 150.0
        self.shut = False  # every valve of the buildings
        self.tank_c = [50.0, 48.0, 45.0]
        self.wet = {}
        self.populate()
        self.boot()

    # -- the board --

    def digital_out(self, name):
        return self.pins.setdefault(name, Pin())

    digital_in = digital_out

    def onewire(self):
        return self

    def post(self, _tx, _n):
        return None

    def collect(self, _rx):
        return -1

    def entropy(self):
        return 7

    def boot(self) -> None:
        """The node starts (again)."""
        self.node = node.Node(self.cfg, self)
        self.plant = self.node.source
        self.clients = []
        for name, section in self.cfg.plant.lines.items():
            stations = [one for one in self.plant.stations if one.line == name]
            self.ports = getattr(self, "ports", {})
            self.ports[name] = Port(self.lines[name])
            block = {"bus": self.node.bus_p, "bms": self.node.bms_p}[name]
            self.clients.append(client.FieldClient(rtu.Line(self.ports[name], block), section, stations))

    # -- the field --

    def populate(self) -> None:
        """A device for each place of the config."""
        plan = self.cfg.plant
        for block, sections in (("source", plan.wells), ("machine", plan.machines), ("pump", plan.pumps),
                                ("network", plan.networks), ("backup", plan.backups), ("quality", plan.quality),
                                ("building", plan.buildings)):
            for i, one in enumerate(sections):
                self.add(f"{block}{i + 1}", one)
        for block in ("tank", "weather"):
            if getattr(plan, block) is not None:
                self.add(block, getattr(plan, block))
        for device in self.by_block.values():
            if device.kind == "well":
                device.says.update(supply_mc=14000, supply_ok=1, return_mc=11000, return_ok=1, capacity_percent=100,
                                   most_lph=40000)
            if device.kind == "quality":
                device.says.update(acidity_ph=740, turbidity_ntu=50, conductivity_us_cm=600, water_mc=13000)

    def add(self, block: str, cfg) -> None:
        device = Device(cfg.type, cfg.address)
        self.lines[cfg.line][cfg.address] = self.by_block[block] = device

    def device(self, block: str) -> Device:
        return self.by_block[block]

    def told(self, block: str, signal: str) -> int:
        return self.by_block[block].told[signal]

    # -- time --

    def second(self) -> None:
        """A second: water, then a scan, then the lines."""
        self.t += 1
        self.water()
        self.node.wall.day, self.node.wall.ms = MONDAY + self.t // 86400, self.t % 86400 * 1000
        self.node.p.utc_day = self.node.wall.day
        self.node.read(1000, self.t * 1_000_000)
        self.node.protect()
        self.node.control()
        self.node.meter()
        self.node.write()
        for _ in range(25):
            self.ms += 40
            for one in self.clients:
                one.poll(self.ms)

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.second()

    def until(self, condition, limit_s: int) -> int:
        """Seconds until it holds; fails after `limit_s`."""
        for n in range(limit_s):
            if condition(self):
                return n
            self.second()
        raise AssertionError(f"not within {limit_s} s: { {name: value for name, value in self.shown().items() if value} }")

    def shown(self) -> dict:
        return {f"{block.name}.{row.name}": getattr(block, row.name) for block in self.node.points.blocks
                for row in block.rows if block.kind is not kinds.NODE}

    def p(self, path: str) -> int:
        return self.node.points.read(path)

    # -- water --

    def water(self) -> None:
        """Everything that flows, for a second."""
        for device in self.by_block.values():
            device.heard_s += 1
            if device.heard_s > 60:  # its communication watchdog
                device.told = dict.fromkeys(device.told, 0)
        lifted = self.wells()
        machines = [(name, one) for name, one in self.by_block.items() if name.startswith("machine")]
        secondary = self.network("network1", any(one.says["source_valve"] for _name, one in machines), "secondary")
        way = any(one.says["load_valve"] and one.told["mode"] != 3 for _name, one in machines) or any(
            one.told["valves"] for one in self.by_block.values() if one.kind == "backup")
        tertiary = self.network("network2", not self.shut, "tertiary", way)
        self.heat(machines, lifted, secondary, tertiary)
        for device in self.by_block.values():
            if device.kind == "weather":
                device.says["outside_mc"] = round(self.outside_c * 1000)

    def wells(self) -> float:
        lifted = 0.0
        for name, one in self.by_block.items():
            if one.kind != "well":
                continue
            asked = one.told["plant_w"]
            on_s = self.well_s[name] = self.well_s.get(name, 0) + 1 if asked and not one.says["trips"] else 0
            on = on_s > 20
            lph = abs(asked) // 1000 * (134 if asked > 0 else 200)
            flow = min(40000, max(4000, lph)) if on else 0
            one.says.update(permissive=int(on), state=2 if on else 0, flow_lph=flow,
                            return_flow_lph=round(flow * (1 - self.wet.get(name, 0.0))))
            lifted += flow
        return lifted

    def network(self, name: str, open_: bool, serves: str, way: bool = True) -> float:
        """Flow of a network, L/h, from its pumps; what they do against shut valves or without water is harm. open_: of its
        users; way: through the plant room."""
        device = self.by_block[name]
        cfg = next(one for one in self.cfg.plant.networks if one.part == serves)
        speeds = []
        for i, pump in enumerate(self.cfg.plant.pumps):
            if pump.serves == serves:
                one = self.by_block[f"pump{i + 1}"]
                one.says["running"] = int(one.told["run"] and not one.says["fault"])
                one.says["speed_pm"] = one.told["speed_pm"]
                if one.says["running"]:
                    speeds.append(one.told["speed_pm"] / 1000)
        if serves == "tertiary" and self.pressure_kpa < cfg.pressure_min_kpa and speeds:
            self.harm["empty"] += 1
        if speeds and not (way and (open_ or device.told["bypass_pm"] >= 50)):
            self.harm["shut"] += 1
        users = open_
        open_ = open_ and way
        head = max(speeds, default=0.0) ** 2 * 120_000
        total = max(speeds, default=0.0) * cfg.flow_lph * min(1.0, 0.6 * len(speeds)) * (1.0 if open_ else 0.0)
        device.says.update(flow_lph=round(total), dp_pa=round(head if open_ else head * 1.3), worst_pa=round(head * 0.8),
                           valve_pm=700 if users else 0,
                           pressure_kpa=round(self.pressure_kpa if serves == "tertiary" else 150))
        if device.told["makeup"] and serves == "tertiary":
            self.pressure_kpa += 0.05
            device.says["makeup_l"] += 1
        return total

    def heat(self, machines, lifted: float, secondary: float, tertiary: float) -> None:
        """Machines into the buildings' water, buildings out of it."""
        given = 0.0
        for name, one in machines:
            cfg = self.cfg.plant.machines[int(name[7:]) - 1]
            seen = self.machine_s.get(name, 0)
            self.machine_s[name] = seen + 1 if one.told["run"] and not one.says["fault"] else 0
            on = self.machine_s[name] > 10
            if on and not one.says["running"]:
                self.harm["close_starts"] += self.t - self.last_start < self.cfg.plant.start_gap_s - 3
                self.last_start = self.t
            way = self.valve_s.get(name, 0) + (1 if one.told["valves"] else -1)
            way = self.valve_s[name] = min(max(way, 0), VALVE_S)
            valves = int(way == VALVE_S or (way > 0 and one.says["load_valve"]))  # its end switches: open, and shut
            recovers = one.told["mode"] == 4  # from the buildings' water
            wet = tertiary > 0 if recovers else secondary > 0 and (tertiary > 0 or one.told["mode"] == 3)
            one.says.update(running=int(on), source_valve=0 if recovers else valves, load_valve=valves, flow_ok=int(wet),
                            load_pm=one.told["capacity_pm"])
            if on and not (tertiary > 0 if recovers else secondary > 0 and lifted > 0):
                self.dry_s[name] = self.dry_s.get(name, 0) + 1
                self.harm["no_flow"] = max(self.dry_s.values())
            kw = (cfg.cool_kw if one.told["mode"] in (2, 4) else cfg.heat_kw) * one.told["capacity_pm"] / 1000 if on else 0.0
            one.says["power_w"] = round(kw / 4 * 1000) // 100 * 100
            if one.told["mode"] in (3, 4):
                self.tank_c = [t + kw / 3600 * 0.5 for t in self.tank_c]
            if one.told["mode"] != 3:
                given += -kw if one.told["mode"] in (2, 4) else kw
            one.says.update(lwt_mc=round(self.water_c * 1000), ewt_mc=round(self.return_c * 1000), source_lwt_mc=9000,
                            source_ewt_mc=13000)
        given += self.help(tertiary)
        taken = self.need_kw if tertiary > 0 and not self.shut else 0.0
        self.water_c += (given - taken) / 3600 / 11.6  # ten tonnes of water
        self.return_c = self.water_c - (taken / (tertiary * WH_L_K / 1000) if tertiary else 0.0)
        self.by_block["network2"].says.update(supply_mc=round(self.water_c * 1000), return_mc=round(self.return_c * 1000))
        self.by_block["network1"].says.update(supply_mc=12500, return_mc=10000)
        if "tank" in self.by_block:
            self.hot_water()

    def help(self, tertiary: float) -> float:
        """Boilers and chillers."""
        given = 0.0
        for name, one in self.by_block.items():
            if one.kind != "backup":
                continue
            cfg = self.cfg.plant.backups[int(name[6:]) - 1]
            on = one.told["run"] and not one.says["fault"]
            one.says.update(running=int(on), flow_ok=int(tertiary > 0), lwt_mc=round(self.water_c * 1000))
            if on and (tertiary <= 0 or self.pressure_kpa < 100):
                self.harm["boiler_standing"] += 1
            kw = cfg.power_kw * one.told["capacity_pm"] / 1000 if on else 0.0
            given += -kw if cfg.kind == "chiller" else kw
        return given

    def hot_water(self) -> None:
        tank = self.by_block["tank"]
        loss = 4.0 / 3600
        heater = 30.0 / 3600 * 0.5 if tank.told["heater"] else 0.0
        self.tank_c = [t - loss + heater for t in self.tank_c]
        top, middle, bottom = self.tank_c
        circulation = top - 3 if tank.told["circulation"] else 25.0
        tank.says.update(top_mc=round(top * 1000), middle_mc=round(middle * 1000), bottom_mc=round(bottom * 1000),
                         tap_mc=round(top * 1000), circulation_mc=round(circulation * 1000))
