"""The plant room: every field device of a plant's config, between the world and the registers.

The config's order is the world's: machine 1 is the world's first, and so on. What the config has and the world has not is
refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from plant.central import machine as machines
from plant.central.world import Central

from ..rs485 import Line
from .devices import FieldDevice

KINDS = (("machines", "machine"), ("pumps", "pump"), ("networks", "network"), ("backups", "backup"), ("quality", "quality"),
         ("buildings", "building"))
KW = 1000.0


class RoomError(Exception):
    """A config that does not fit its world."""


class PlantRoom:
    """`say` brings the world into the devices' registers, `obey` what they were told into the world's orders."""

    def __init__(self, config: dict, world: Central, lines: Mapping[str, Line], seed: int):
        plan = config["plant"]
        self.world, self.plan = world, plan
        self.devices: dict[str, FieldDevice] = {}
        for key, kind in KINDS:
            for i, one in enumerate(plan.get(key, []), start=1):
                self._add(f"{kind}{i}", kind, one, lines, seed)
        for key in ("tank", "weather"):
            if key in plan:
                self._add(key, key, plan[key], lines, seed)
        if len(plan["machines"]) != len(world.machines) or len(plan["buildings"]) > len(world.buildings):
            raise RoomError("the config's machines or buildings are not the world's")
        self.pumps = self._pumps()
        self.enabled = False  # the plant node's master relay: hardware enable of machines and boiler
        self.tests = {"acidity_ph": 740.0, "turbidity_ntu": 40.0, "conductivity_us_cm": 620.0}

    def _add(self, name: str, kind: str, cfg: dict, lines: Mapping[str, Line], seed: int) -> None:
        device = FieldDevice(cfg.get("type", kind), cfg["address"], seed)
        device.on_line(lines[cfg.get("line", "bus")])
        self.devices[name] = device

    def _pumps(self) -> list:
        """(device, ring, number in the ring, key of the orders)."""
        found, count = [], {"secondary": 0, "tertiary": 0}
        for i, one in enumerate(self.plan["pumps"], start=1):
            part = one["serves"]
            ring = getattr(self.world, part)
            if count[part] >= len(ring.pumps):
                raise RoomError(f"pump {i}: the world has {len(ring.pumps)} {part} pumps")
            found.append((self.devices[f"pump{i}"], ring, count[part], part))
            count[part] += 1
        return found

    def second(self) -> None:
        """Between two seconds of the world: watchdogs, orders, registers."""
        for device in self.devices.values():
            device.second()
        self.obey()
        self.say()

    def obey(self) -> None:
        """What the devices were told."""
        o, world = self.world.orders, self.world
        for k in range(len(world.machines)):
            told = self.devices[f"machine{k + 1}"].told
            runs = told["run"] and self.enabled
            o.mode[k] = told["mode"] if runs else machines.OFF
            o.limit[k] = min(1.0, told["capacity_pm"] / 1000.0)
            o.setpoint_c[k] = told["setpoint_mc"] / 1000.0
            o.valves[k] = bool(told["valves"])
            o.prepared[k] = told["mode"]
        for device, _ring, i, part in self.pumps:
            getattr(o, f"{part}_on")[i] = bool(device.told["run"])
            getattr(o, f"{part}_speed")[i] = device.told["speed_pm"] / 1000.0
        for i, cfg in enumerate(self.plan["networks"], start=1):
            told = self.devices[f"network{i}"].told
            setattr(o, f"{cfg['part']}_make_up", bool(told["makeup"]))
            if cfg["part"] == "tertiary":
                o.bypass = told["bypass_pm"] / 1000.0
        self._backups(o)
        if "tank" in self.devices:
            told = self.devices["tank"].told
            o.charge, o.circulation, o.heater = bool(told["charge"]), bool(told["circulation"]), bool(told["heater"])

    def _backups(self, o) -> None:
        for i, cfg in enumerate(self.plan.get("backups", []), start=1):
            told = self.devices[f"backup{i}"].told
            kind = "chiller" if cfg["kind"] == "chiller" else "boiler"
            setattr(o, f"{kind}_on", bool(told["run"]) and self.enabled)
            setattr(o, f"{kind}_c", told["setpoint_mc"] / 1000.0)
            setattr(o, f"{kind}_valve", bool(told["valves"]))
            if kind == "boiler":
                o.boiler_limit = told["capacity_pm"] / 1000.0

    def say(self) -> None:
        """The world into the registers."""
        world = self.world
        for k in range(len(world.machines)):
            self._machine(k)
        for device, ring, i, _part in self.pumps:
            pump = ring.pumps[i]
            device.says.update(running=pump.on, fault=pump.failed, speed_pm=1000.0 * pump.speed, power_w=pump.electric_w)
        for i, cfg in enumerate(self.plan["networks"], start=1):
            self._network(self.devices[f"network{i}"].says, cfg["part"])
        for i, cfg in enumerate(self.plan.get("backups", []), start=1):
            self._backup(self.devices[f"backup{i}"].says, cfg["kind"])
        for b, i in zip(world.buildings, range(1, 1 + len(self.plan["buildings"]))):
            self.devices[f"building{i}"].says.update(room_mc=1000.0 * b.mean_c, coldest_mc=1000.0 * b.coldest_c,
                                                     valve_pm=1000.0 * b.valve, heat_w=b.heat_w)
        if "weather" in self.devices:
            self.devices["weather"].says["outside_mc"] = 1000.0 * world.outside[0]
        for i in range(1, 1 + len(self.plan.get("quality", []))):
            self.devices[f"quality{i}"].says.update(self.tests, water_mc=1000.0 * world.c(world.well_return))
        if "tank" in self.devices and world.tank is not None:
            self._tank(self.devices["tank"].says)

    def _machine(self, k: int) -> None:
        world, m = self.world, self.world.machines[k]
        says, told = self.devices[f"machine{k + 1}"].says, self.devices[f"machine{k + 1}"].told
        source, load, tank = world.sides[k]
        s, t = world.secondary, world.tertiary
        flows = s.flow(s.machines[k]), t.flow(t.machines[k]), world.charge[k]
        mode = told["mode"] if told["mode"] in machines.SIDES else machines.HEAT
        out, into = load, world.back
        if mode == machines.HOT_WATER and tank is not None and world.tank is not None:
            out, into = tank, world.tank.layers[-1]
        proven = min(flows[side] for side in machines.SIDES[mode]) >= machines.LEAST_FLOW * m.flow_m3h
        says.update(
            running=m.running, fault=m.fault != machines.OK, flow_ok=proven,
            lwt_mc=1000.0 * (machines.SENSOR_OFF_C if m.sensor_off else world.c(out)), ewt_mc=1000.0 * world.c(into),
            source_lwt_mc=1000.0 * world.c(source), source_ewt_mc=1000.0 * world.c(world.source_supply),
            load_pm=1000.0 * m.load, power_w=m.electric_w,
            source_valve=s.valves[k].says_open, load_valve=t.valves[k].says_open)

    def _network(self, says: dict, part: str) -> None:
        world = self.world
        ring = getattr(world, part)
        if part == "secondary":
            supply, back, worst = world.source_supply, world.source_return, ring.dp_kpa
            valve = 1000.0 if any(v.opening > 0.5 for v in ring.valves) else 0.0
            flow = ring.flow(ring.plates)
        else:
            supply, back, worst = world.supply, world.back, ring.worst_dp_kpa
            valve = 1000.0 * max(b.valve for b in world.buildings)
            flow = sum(p.flow_m3h for p in ring.pumps)
        says.update(supply_mc=1000.0 * world.c(supply), return_mc=1000.0 * world.c(back), flow_lph=1000.0 * flow,
                    dp_pa=1000.0 * ring.dp_kpa, worst_pa=1000.0 * worst, pressure_kpa=ring.pressure_kpa, valve_pm=valve,
                    makeup_l=ring.made_up_l)

    def _backup(self, says: dict, kind: str) -> None:
        world, t = self.world, self.world.tertiary
        if kind == "chiller" and world.chiller and t.chiller is not None and world.chiller_body is not None:
            one, link, body = world.chiller, t.chiller, world.chiller_body
            says.update(running=one.load > 0.0, fault=one.failed, gas_l=0.0)
        elif world.boiler and t.boiler is not None and world.boiler_body is not None:
            one, link, body = world.boiler, t.boiler, world.boiler_body
            says.update(running=one.load > 0.0, fault=one.failed or one.limited, gas_l=1000.0 * one.gas_m3)
        else:
            return
        says.update(flow_ok=t.flow(link) > 0.3 * one.flow_m3h, lwt_mc=1000.0 * world.c(body), load_pm=1000.0 * one.load,
                    power_w=one.electric_w)

    def _tank(self, says: dict) -> None:
        world, o = self.world, self.world.orders
        assert world.tank is not None
        values = world.tank.sensors(world.lumps)
        says.update(zip(("top_mc", "high_mc", "middle_mc", "low_mc", "bottom_mc"), (1000.0 * v for v in values)))
        tap = 1000.0 * world.tank.tap_c(world.lumps)
        says.update(tap_mc=tap, circulation_mc=tap, charging=o.charge, circulating=o.circulation and not world.dark,
                    heating=o.heater and not world.dark)
