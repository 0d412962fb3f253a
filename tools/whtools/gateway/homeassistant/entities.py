"""What of a node becomes an entity of Home Assistant: one row each; names in English and Chinese.

Device classes, state classes and units are Home Assistant's own words; a test compares them with its sources
(host_tests/hass).
"""

from __future__ import annotations

from typing import NamedTuple

LANGS = ("en", "zh")


class Sensor(NamedTuple):
    """A sensor. key: in the block's JSON. need: the point without which it is not there."""

    key: str
    need: str
    device_class: str | None
    state_class: str | None
    unit: str | None
    names: tuple[str, str]
    diagnostic: bool = False


class Binary(NamedTuple):
    """A binary sensor."""

    key: str
    need: str
    device_class: str | None
    names: tuple[str, str]
    diagnostic: bool = False


TEMPERATURE = ("temperature", "measurement", "°C")
POWER = ("power", "measurement", "W")
ENERGY = ("energy", "total_increasing", "kWh")
WATER = ("water", "total_increasing", "m³")
HOURS = ("duration", "total_increasing", "h")
SHARE = (None, "measurement", "%")
COUNT = (None, "total_increasing", None)

ROOM = (
    Sensor("room_c", "room_mc", *TEMPERATURE, ("Room temperature", "室温")),
    Sensor("supply_air_c", "supply_air_mc", *TEMPERATURE, ("Supply air", "送风温度")),
    Sensor("leaving_c", "leaving_mc", *TEMPERATURE, ("Leaving water", "出水温度"), True),
    Sensor("demand_w", "demand_w", *POWER, ("Heat asked for", "需求热量")),
    Sensor("source_kwh", "source_mwh", *ENERGY, ("Heat taken from the water", "取热量")),
    Sensor("sink_kwh", "sink_mwh", *ENERGY, ("Heat given to the water", "排热量")),
    Sensor("run_h", "run_h", *HOURS, ("Compressor running time", "压缩机运行时间"), True),
    Sensor("starts", "starts", *COUNT, ("Compressor starts", "压缩机启动次数"), True),
    Sensor("fan_percent", "fan_pm", *SHARE, ("Fan", "风机转速"), True),
    Sensor("boost_min", "boost_min", "duration", "measurement", "min", ("Boost left", "加热剩余时间")),
)
ROOM_BINARY = (Binary("compressor", "compressor_on", "running", ("Compressor", "压缩机")),)

WELL = (
    Sensor("supply_c", "supply_mc", *TEMPERATURE, ("Water lifted, temperature", "抽水温度")),
    Sensor("return_c", "return_mc", *TEMPERATURE, ("Water returned, temperature", "回水温度")),
    Sensor("flow_lph", "flow_lph", "volume_flow_rate", "measurement", "L/h", ("Flow", "流量")),
    Sensor("reinjection_kpa", "reinjection_kpa", "pressure", "measurement", "kPa", ("Reinjection pressure", "回灌压力")),
    Sensor("circulated_m3", "circulated_m3", *WATER, ("Water lifted", "抽水量")),
    Sensor("returned_m3", "returned_m3", *WATER, ("Water returned", "回灌量")),
    Sensor("source_w", "source_w", *POWER, ("Heat from the ground now", "当前取热功率")),
    Sensor("source_kwh", "source_mwh", *ENERGY, ("Heat from the ground", "地下取热量")),
    Sensor("sink_kwh", "sink_mwh", *ENERGY, ("Heat to the ground", "地下排热量")),
    Sensor("pump_percent", "pump_speed_pm", *SHARE, ("Pump speed", "水泵转速"), True),
    Sensor("run_h", "run_h", *HOURS, ("Pump running time", "水泵运行时间"), True),
    Sensor("starts", "starts", *COUNT, ("Pump starts", "水泵启动次数"), True),
    Sensor("capacity_percent", "capacity_percent", *SHARE, ("Reinjection capacity", "回灌能力"), True),
)
WELL_BINARY = (Binary("pump", "pump_on", "running", ("Pump", "水泵")),)

LOOP = (
    Sensor("supply_c", "supply_mc", *TEMPERATURE, ("Loop supply", "二次侧供水温度")),
    Sensor("return_c", "return_mc", *TEMPERATURE, ("Loop return", "二次侧回水温度")),
    Sensor("pressure_kpa", "pressure_kpa", "pressure", "measurement", "kPa", ("Loop pressure", "二次侧压力")),
)
NODE = (Sensor("uptime_s", "uptime_s", "duration", "measurement", "s", ("Time since start", "运行时长"), True),
        Sensor("outside_c", "outside_mc", *TEMPERATURE, ("Air outside", "室外温度")))
ACCOUNT = (Sensor("electricity_kwh", "electricity_mwh", *ENERGY, ("Electricity", "用电量")),)

FAR = (Sensor("room_c", "room_mc", *TEMPERATURE, ("Room temperature", "室温")),
       Sensor("demand_w", "demand_w", *POWER, ("Heat asked for", "需求热量")))

SENSORS = {"room": ROOM, "far": FAR, "well": WELL, "well2": WELL, "loop": LOOP, "node": NODE,
           "account": ACCOUNT}
BINARIES = {"room": ROOM_BINARY, "far": ROOM_BINARY, "well": WELL_BINARY, "well2": WELL_BINARY, "loop": WELL_BINARY,
            "node": (), "account": ()}
ALARM = Binary("alarm", "trips", "problem", ("Fault", "故障"))
LOCKED = Binary("locked", "lockouts", "problem", ("Locked out, waits for a hand", "锁定,需人工复位"))

CLIMATE = ("Heating", "供暖")
REASON = ("Why", "原因")
BOOST = ("Boost for an hour", "加热一小时")
BOOST_END = ("End boost", "结束加热")
REFUSED = ("Last refusal", "最近一次拒绝")
BLOCKS = {"well": ("Well", "水井"), "well2": ("Well, second section", "水井第二段"), "loop": ("Secondary loop", "二次侧"),
          "node": ("Controller", "控制器"), "account": ("Account", "用能统计")}
ROOM_NAME = ("Room", "房间")

MODES = {"off": "off", "heat": "heat", "cool": "cool", "auto": "heat_cool"}  # a node's word: Home Assistant's
FANS = {"auto": 0, "low": 400, "medium": 700, "high": 1000}  # fan_fixed_pm, per mille
BOOST_MIN = 60
BOOST_PRESET = "boost"


def said(names: tuple[str, str], lang: str) -> str:
    """A name in one of LANGS."""
    return names[LANGS.index(lang)]
