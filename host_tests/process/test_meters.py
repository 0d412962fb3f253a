"""Real Modbus servers (pymodbus) read by the firmware: its client alone on a terminal, a whole node in real time; China's
meters in the simulated house, with gaps, power cuts and an exchange."""

from __future__ import annotations

import time

import pytest
from pymodbus.client import ModbusSerialClient

from doubles import china_meters as china
from doubles import houses, modbus_meters, peers
from doubles.houses import app_of
from doubles.meter_line import Reader, Terminal
from harness import scenarios
from wellhearth.app import far_meter
from wellhearth.tables import kinds

MULTICAL = {0: 2400.0, 4: 8.75, 6: 12.5, 8: 9.25, 20: 3.5, 52: 1234.5}
REGISTERS = {"multical603": MULTICAL, "sdm120": {12: 1432.5, 72: 123.5}, "sdm230": {12: 2000.0, 72: 1.25},
             "sdm630": {52: 4321.0, 72: 98_765.0}}


@pytest.mark.parametrize("kind", REGISTERS)
def test_pymodbus_servers_with_the_makers_registers_are_read(kind):
    line = Terminal()
    with modbus_meters.server(line.path, modbus_meters.device(17, REGISTERS[kind])):
        reader = Reader(line, (kind, "17"), ("sdm120", "99"), round_s=1, timeout_ms=250)
        begun = time.monotonic()
        while time.monotonic() - begun < 10 and len(reader.taken) < 2:
            reader.now_ms = int((time.monotonic() - begun) * 1000)
            reader.client.poll(reader.now_ms)
            time.sleep(0.003)
    far, nobody = reader.meters
    energy = {"multical603": 3_500_000, "sdm120": 123_500, "sdm230": 1250, "sdm630": 98_765_000}[kind]
    assert far.p.energy_mwh * 10**6 + far.p.energy_wh == energy and far.p.ok and far.p.errors == 0
    assert nobody.p.answers == 0 and nobody.p.timeouts + nobody.p.errors > 0 and nobody.p.state == far_meter.WAITS
    line.pty.close()


@pytest.mark.long(minutes=0.2)
def test_a_whole_node_reads_them_in_real_time():
    """Through the firmware process, its UART, 9600 baud: a heat meter for the room, a meter for its electricity."""
    data = scenarios.village_config(1)["room_nodes"][0]
    data["meters"] = [{"type": "multical603", "address": "17", "counts_for": "room1"},
                      {"type": "sdm120", "address": "3", "counts_for": "house"}, {"type": "sdm630", "address": "4"}]
    data["meter_line"] = {"round_s": 5, "timeout_ms": 200}
    data["electricity"] = {"source": "meter"}
    devices = [modbus_meters.device(17, MULTICAL), modbus_meters.device(3, REGISTERS["sdm120"])]
    with peers.RealTime(data) as running, modbus_meters.server(running.path("bms"), *devices):
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline and running.board.points().get("account.power_w", -1) < 0:
            time.sleep(0.2)
        p = running.board.points()
        assert p["meter1.ok"] and p["meter2.ok"] and not p["meter3.ok"], running.board.texts[-5:]
        assert p["meter1.flow_lph"] == 2400 and p["meter1.energy_mwh"] == 3
        assert p["room1.source_w"] == 8750, "the heat meter wins over the node's own reckoning"
        assert p["account.source"] == 3 and p["account.power_w"] == 1432 and p["account.electricity_wh"] == 0
        assert p["meter_line.answers"] > 3 and p["node.overruns"] == 0


def china_house():
    data = houses.house_config(2)
    data["meters"] = [{"type": "dlt645", "address": "201912345678", "counts_for": "house"},
                      {"type": "cjt188_heat", "address": "11112233445566", "counts_for": "well"},
                      {"type": "cjt188_water", "address": "11112233445567"}]
    data["meter_line"] = {"baud": 2400, "parity": "even"}
    data["electricity"] = {"source": "meter"}
    return data


class World:
    """The plant's truth on the meters' displays."""

    def __init__(self, rig):
        self.power = china.Dlt645("201912345678", 4000.0)
        self.heat = china.Heat("11112233445566", unit=0x02)
        self.water = china.Water("11112233445567", "1f90")
        self.heat.energy = 50_000.0
        self.rig = rig
        rig.meters = china.Line(self.power, self.heat, self.water)

    def run(self, seconds):
        for _ in range(seconds):
            self.rig.run(1)
            truth = self.rig.plant.truth
            watts = truth.get("pump_w", 0.0) + truth["electric_w_1"] + truth["electric_w_2"]
            self.power.kw = watts / 1000
            self.power.kwh += watts / 3.6e6
            self.heat.kw = max(0.0, truth["source_w"]) / 1000
            self.heat.energy += max(0.0, truth["source_w"]) / 3600


def metered(p, name="account.electricity"):
    return p[name + "_mwh"] * 10**6 + p[name + "_wh"]


def test_a_house_with_chinas_meters_shows_its_cop_and_loses_nothing():
    with houses.make_inside(data=china_house(), start_c=15.0) as rig:
        world = World(rig)
        world.run(120)
        begin = (world.power.kwh, world.heat.energy)
        assert rig.points()["account.heat_metered"] == 1
        base, heat0 = metered(rig.points()), metered(rig.points(), "well.source")
        world.run(1500)
        p = rig.points()
        used, heat = 1000 * (world.power.kwh - begin[0]), world.heat.energy - begin[1]
        assert metered(p) - base == pytest.approx(used, abs=40), "a step of its counter is 10 Wh"
        assert metered(p, "well.source") - heat0 == pytest.approx(heat, abs=60)
        assert p["account.cop_now"] == pytest.approx(1000 * (heat + used) / used, rel=0.1)
        assert p["account.cop_day"] == pytest.approx(1000 * (heat + used) / used, rel=0.05)
        assert 2000 < p["account.cop_season"] < 7000
        assert p["account.power_w"] == pytest.approx(1000 * world.power.kw, abs=200)


def test_a_power_cut_a_silence_and_an_exchange_are_told_and_counted_right():
    with houses.make_inside(data=china_house(), start_c=15.0) as rig:
        world = World(rig)
        world.run(700)
        first, shown = world.power.kwh, metered(rig.points())
        rig.restart()  # within ten minutes of the last ledger: what it had read since is read again
        world.power.kwh += 1.5  # and the house used power meanwhile
        world.run(60)
        assert metered(rig.points()) - shown == pytest.approx(1000 * (world.power.kwh - first), abs=40)
        world.power.silent = True
        before = metered(rig.points())
        world.run(300)
        p = rig.points()
        assert p["account.cop_day"] == p["account.cop_season"] == -1, "heat goes on, and its electricity is not known"
        assert metered(p) == before and p["account.power_w"] == -1 and p["account.gaps"] == 1, app_of(rig).journal.read(20)
        world.power.silent = False
        world.run(120)
        assert metered(rig.points()) - shown == pytest.approx(1000 * (world.power.kwh - first), abs=40)
        before, world.power.kwh = metered(rig.points()), 0.5  # a new meter
        world.run(60)
        p = rig.points()
        assert 0 <= metered(p) - before < 200, "nothing negative, and not its whole counter"
        world.run(60)
        assert rig.points()["account.cop_season"] < 7000 and rig.points()["account.power_w"] >= 0, "it begins anew"
        journal = "\n".join(app_of(rig).journal.read(40))
        for words in ("meter1: silent", "answers again", "another counter"):
            assert words in journal, journal


def test_a_gateway_has_the_second_line_in_place_of_a_bms():
    data = scenarios.village_config(1)["room_nodes"][0]
    data["gateway"] = {"address": 9, "baud": 9600}
    with peers.RealTime(data) as running:
        time.sleep(1.2)
        peer = ModbusSerialClient(running.path("bms"), baudrate=9600, parity="N", timeout=1)
        assert peer.connect()
        try:
            assert peer.read_input_registers(kinds.ROOM.first + 10, count=2, device_id=9).registers == [0, 18500]
            assert not peer.write_registers(kinds.ROOM.first + 16, [0, 19500], device_id=9).isError()
            assert peer.write_registers(kinds.NODE.first + 82, [0, 15], device_id=9).isError(), "no installer"
        finally:
            peer.close()
        time.sleep(1.5)
        p = running.board.points()
        assert p["room1.setpoint_mc"] == 19500 and p["gateway.answers"] >= 3


@pytest.mark.long
def test_without_its_heat_meter_the_well_counts_nothing_and_shows_nothing_made_up():
    with houses.make_inside(data=china_house(), start_c=15.0) as rig:
        world = World(rig)
        world.run(1200)
        world.heat.silent = True
        world.run(100)
        before = metered(rig.points(), "well.source")
        world.run(300)
        assert metered(rig.points(), "well.source") == before and rig.points()["well.source_w"] == 0
        assert before > 0
