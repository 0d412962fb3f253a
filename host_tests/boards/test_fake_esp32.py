"""The ESP32 boards on a fake chip."""

from __future__ import annotations

import json
import sys
import types

import pytest

from doubles.esp32_boards import ESP32, scratchpad, started
from doubles.fake_esp32 import CHIPS, Loaded, World
from doubles.houses import ROOT
from harness.pinout import CONFIG, ROMS, pins
from wellhearth.drivers import transmitter
from wellhearth.storage import startlog
from wellhearth.tables import config
from whtools.device import boardcheck


def test_an_esp32_board_switches_everything_off_first(esp32):
    world, board, name = esp32
    board.safe()
    for function, (number, kind) in pins(name).items():
        if kind in ("relay", "pwm", "drive", "led"):
            assert world.pins[number].history == [0] and world.pins[number].mode == 3, function
        else:
            assert number not in world.pins, function


def test_a_start_is_programmed_in_16_bytes_into_the_partition_of_the_file_system(esp32, tmp_path, monkeypatch):
    world, board_module, _name = esp32
    monkeypatch.chdir(tmp_path)
    log = startlog.StartLog(board_module.open_board().start_area())
    assert log.load(0) == [] and not log.area.ready
    log.erase()
    assert log.add(2) and world.partition.ops == ["program 16"]
    again = startlog.StartLog(board_module.open_board().start_area())
    assert again.load(0) == [2] and again.area.ready and not again.full()
    again.erase()
    assert world.partition.ops[1:] == ["erase", "program 16", "program 16"] and again.load(1) == []


@pytest.mark.parametrize("bdev", [None, types.SimpleNamespace(ioctl=lambda op, arg: 512)])
def test_a_build_without_littlefs_has_no_area_and_says_so(esp32, monkeypatch, bdev):
    """TinyUF2's builds keep FAT in blocks of 512 bytes (ports/esp32/modules/flashbdev.py)."""
    world, board_module, _name = esp32
    monkeypatch.setattr(sys.modules["flashbdev"], "bdev", bdev)
    with pytest.raises(OSError, match="19"):
        board_module.open_board().start_area()


def test_the_clock_chip_has_its_pins_where_the_config_asks_for_it(esp32):
    world, board_module, name = esp32
    board = board_module.open_board()
    data = dict(CONFIG, node={**CONFIG["node"], "aux_contacts": 0, "rtc": "ds3231"})
    assert board.configure(config.validate(data)[0]) == []
    bus = board.i2c()
    places = {name: number for name, number, *_ in board_module.INSTEAD}
    assert (bus.sda.number, bus.scl.number) == (places["rtc_sda"], places["rtc_scl"])
    assert bus.scl.mode == bus.scl.OPEN_DRAIN and bus.scl.level == 1
    board.timer.led(True)
    assert bus.scl.level == 1, "a LED whose GPIO it has does not blink on its line"


@pytest.mark.parametrize(("board", "section", "rival"), [
    ("rpi_pico", {"bms": {"address": 1}}, "bms_tx"), ("esp32_s3", {"bms": {"address": 1}}, "bms_tx"),
    ("esp32_generic", {"remote": {"room": 1}}, "ir")])
def test_a_clock_chip_and_what_has_its_place_are_refused_together(board, section, rival):
    data = dict(CONFIG, node={**CONFIG["node"], "rtc": "ds3231"}, **section)
    cfg, errors = config.validate(data)
    assert not errors
    missing = boardcheck.missing(cfg, board)
    assert any("one terminal for" in line and "rtc_" in line + rival and rival in line for line in missing), missing


def test_a_node_runs_on_the_fake_esp32_and_reads_what_it_is_given(esp32):
    world, board_module, name = esp32
    board, n, loop = started(world, board_module)
    table = pins(name)
    world.microvolts[table["reinjection"][0]] = 410_000  # 0.82 V at the terminal: 80 kPa
    for switch in ("room1_high_ok", "room1_low_ok"):
        world.pins[table[switch][0]].level = 0
    board.watchdog.start()
    board.timer.start(100, loop.tick)
    assert world.timer[0] == 100
    values = iter(range(100000))
    for _ in range(400):
        world.ms += 100
        world.counters[0] += 2  # 20 Hz: 1440 L/h at 50 pulses a litre
        world.bus[:] = scratchpad(10 + next(values) % 3 / 16)
        world.timer[1](None)
    assert n.p.scan_faults == 0, loop.last_error
    assert n.p.scans == 400 and world.fed == 400
    assert abs(n.well.p.lift_flow_lph - 1440) <= 150  # an edge's time is known to one scan
    assert n.well.lifted.water.low + 1000 * n.well.lifted.water.high in (15, 16)  # 800 pulses less the first scan's
    assert n.well.p.reinjection_kpa == 80
    assert n.well.p.supply_ok == 1 and 10000 <= n.well.p.supply_mc <= 10125
    assert bytes.fromhex(ROMS["well.supply"]) in bytes(world.written)


def test_a_broken_wire_is_seen_through_the_chips_own_zero(esp32):
    """An ESP32 reads 142 mV where there is nothing: behind its divider more than the 250 mV of the other boards."""
    world, board_module, name = esp32
    board, n, loop = started(world, board_module)
    pin = pins(name)["reinjection"][0]
    side = n.well
    for volts, ok in ((0.5, True), (0.42, True), (0.0, False), (0.2, False), (4.5, True), (4.7, True), (4.9, False),
                      (5.0, False), (0.5, True)):
        world.microvolts[pin] = round(volts * 1e6 / 2)
        side.pressure.scan()
        assert side.pressure.ok == ok, f"{volts} V"


@pytest.mark.parametrize("board", sorted(ESP32))
def test_divider_and_limits_lie_in_the_range_that_the_chip_is_calibrated_for(board):
    zero, low, high = CHIPS[ESP32[board]]["adc_mv"]
    with Loaded(World(ESP32[board]), ROOT / "boards" / board, ROOT / "boards" / "common") as module:
        analog = module.open_board().analog_in("reinjection")
        factor = analog.DIVIDER
    limits = transmitter.Transmitter(analog, 1000)
    least_mv, most_mv = limits.low_duv / 10 / factor, limits.high_duv / 10 / factor
    assert least_mv >= max(low, zero + 20), "what it reads of nothing is below the limit, with some noise"
    assert most_mv <= high
    assert 500 / factor - 60 >= least_mv, "a healthy 0.5 V, read 60 mV too low (data sheet), is no broken wire"


@pytest.mark.parametrize(("ohm", "fits"), [(50, False), (90, False), (100, True), (150, True), (220, True), (250, False)])
def test_a_shunt_that_the_chip_cannot_read_is_refused(ohm, fits):
    with Loaded(World("esp32"), ROOT / "boards" / "esp32_generic", ROOT / "boards" / "common") as module:
        board = module.open_board()
        cfg, errors = config.validate({**CONFIG, "well": {**CONFIG["well"], "pressure_signal": "ma4_20",
                                                          "pressure_shunt_ohm": ohm}})
        assert not errors
        reasons = board.configure(cfg)
        assert reasons == [] if fits else "well.pressure_shunt_ohm" in reasons[0] and "allowed is" in reasons[0]


def test_pulses_faster_than_a_flow_meter_are_not_counted(esp32):
    world, board_module, name = esp32
    board, _n, _loop = started(world, board_module)
    meter = board.pulses["lift"]
    world.ms += 100
    world.counters[0] += 100_000  # a radio beside the cable
    before = meter.count()
    assert before == 1300 * 100 // 1000 + 2 and meter.ignored == 100_000 - before
    world.ms += 100
    world.counters[0] += 5
    assert meter.count() == before + 5


def test_a_shorted_and_an_empty_bus_are_told_apart(esp32):
    world, board_module, name = esp32
    board, _n, _loop = started(world, board_module)
    bus = board.onewire()
    rx = bytearray(9)
    assert bus.collect(rx) == -1
    world.present = False
    bus.post(b"\xcc\x44", 0)
    assert bus.collect(rx) == 1
    bus.pin.level = 0
    bus.post(b"\xcc\x44", 0)
    assert bus.collect(rx) == 2


def test_what_outlives_a_reset_outlives_it(esp32):
    world, board_module, name = esp32
    board = board_module.open_board()
    for i, value in enumerate((0, 1, 0x3FFFFFFF)):
        board.kept.set(i, value)
    again = board_module.open_board().kept
    assert [again.get(i) for i in range(4)] == [0, 1, 0x3FFFFFFF, 0]


def test_a_config_that_asks_for_more_than_the_board_has_is_refused(esp32):
    world, board_module, name = esp32
    board = board_module.open_board()
    path = ROOT / "build" / "test_board2.json"
    path.parent.mkdir(exist_ok=True)
    rooms = [dict(CONFIG["rooms"][0]), {"name": "two", "room_rom": "28ff641d8fdf18c1", "supply_air_rom": "2801020304050698",
                                        "leaving_rom": "28ff641d8fdf18c1"}]
    path.write_text(json.dumps(dict(CONFIG, rooms=rooms)))
    cfg, _errors = config.load(str(path))
    if cfg is None:
        pytest.fail(str(_errors))
    assert f"board {name} has no terminal room2_compressor" in board.configure(cfg)


def test_the_main_threads_work_goes_on_when_a_person_holds_the_prompt(esp32):
    world, board_module, name = esp32
    board = board_module.open_board()

    class App:
        turns = 0
        polls = 0

        def heartbeat(self):
            return 0

        def has_links(self):
            return False

        def poll(self):
            self.turns += 1
            self.polls += 1
    app = App()
    board.timer.app = app
    board.timer.start(100, lambda timer: None)
    for _ in range(15):
        world.timer[1](None)
    assert not world.scheduled  # not yet: somebody may be in the main loop
    for _ in range(15):
        world.timer[1](None)
    assert world.scheduled
    for f, x in world.scheduled:
        f(x)
    assert app.polls == len(world.scheduled) >= 1
