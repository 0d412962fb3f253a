"""A water statement on paper, Chinese and English side by side."""

from __future__ import annotations

from pathlib import Path

from .. import words
from . import fonts

HEAD = ("日期\nday", "取水 m³\nlifted", "回灌 m³\nreturned", "回灌率 %\nratio", "供水 °C\nsupply", "回水 °C\nreturn",
        "运行 h\nrun", "启动\nstarts", "备注\nremark")
WIDTHS = (17, 17, 17, 14, 13, 13, 11, 10, 38)
STATES = {"day": "", "gap": "无记录 no row", "no_clock": "无时钟 no clock", "first_reading": "首次读数 first reading",
          "meters_reset": "读数变小 meters reset", "rows_missing": "缺行,合计 rows missing, sum",
          "several_days": "多日合计 sum of several days", "after_no_clock": "接无时钟行 after a row without clock"}


def cubic(litres: int | None) -> str:
    """m3 with three digits, - where nobody knows."""
    return "-" if litres is None else f"{litres / 1000:.3f}"


def percent(returned: int | None, lifted: int | None) -> str:
    """A ratio in per cent."""
    return "-" if returned is None or not lifted else f"{100 * returned / lifted:.1f}"


def degrees(centi: int | None) -> str:
    """Degrees from 0.01 degC."""
    return "-" if centi is None else f"{centi / 100:.1f}"


def day_row(day: dict) -> tuple:
    """A line of the table."""
    date = day["day"] or "-"
    if day["state"] == "gap":
        return (date, *["-"] * 7, STATES["gap"])
    return (date, cubic(day["lifted_l"]), cubic(day["returned_l"]), percent(day["returned_l"], day["lifted_l"]),
            degrees(day["supply_cc"]), degrees(day["return_cc"]), f"{day['run_min'] / 60:.1f}", day["starts"],
            STATES[day["state"]])


def facts(statement: dict) -> list[tuple[str, str]]:
    """What stands above the table."""
    t, meters = statement["totals"], statement["meters"]
    ratio = "-" if t["ratio_pm"] is None else f"{t['ratio_pm'] / 10:.1f} % ± {t['ratio_uncertainty_pm'] / 10:.1f} % (k = 2)"
    constants = "; ".join(f"{name}: {value['lift_pulses_per_m3']} / {value['return_pulses_per_m3']}"
                          for name, value in meters.items() if name != "class_pm")
    whole = "整月 whole month" if statement["complete"] else f"截至 until {statement['until']}"
    return [("机组 unit", f"{statement['unit']} {statement['name']}"), ("月份 month", f"{statement['month']} ({whole})"),
            ("取水量 water lifted", f"{cubic(t['lifted_l'])} m³"), ("回灌量 water returned", f"{cubic(t['returned_l'])} m³"),
            ("回灌率及不确定度 ratio and its uncertainty", ratio),
            ("无记录天数 / 未知读数 days without a row / amounts unknown", f"{t['gaps']} / {t['unknown']}"),
            ("取热 / 排热 heat taken / given", f"{t['heat_wh'] / 1000:.1f} / {t['cold_wh'] / 1000:.1f} kWh"),
            ("用电量(计量) electricity, metered", "-" if t.get("electricity_wh") is None else
             f"{t['electricity_wh'] / 1000:.1f} kWh"),
            ("水表常数 取/回,脉冲每立方米 meter constants, pulses per m³", constants),
            ("水表最大误差 largest error of a meter", f"± {meters['class_pm'] / 10:g} %"),
            ("水资源税 water-resource tax",
             f"{t['tax_fen'] / 100:.2f} 元 yuan ({statement['tariff_per_million_t'] / 1000:g} 元/千吨 yuan per 1000 t)")]


def write(statement: dict, path: Path) -> None:
    """The PDF. LinkError without a font."""
    pdf = fonts.page(f"water statement {statement['unit']} {statement['month']}")
    fonts.heading(pdf, "地下水取水与回灌月报表\nMonthly statement of ground water lifted and returned")
    fonts.table(pdf, facts(statement), (80, 70), 8.5, 0)
    fonts.table(pdf, [HEAD, *map(day_row, statement["days"])], WIDTHS)
    zh, en = words.load("zh"), words.load("en")
    if statement["trips"]:
        fonts.heading(pdf, "与水量有关的保护动作 Trips that bear on the water (未经机组签封 not sealed by the unit)", 10)
        rows = [("时间 time", "位置 place", "事件 event")]
        rows += [(one["local"], one["where"], f"{zh.of('cause', one['key'])}\n{en.of('cause', one['key'])}")
                 for one in statement["trips"]]
        fonts.table(pdf, rows, (30, 15, 105))
    fonts.heading(pdf, "签名 Signature", 10)
    pdf.multi_cell(0, 4.2, f"机组签封 unit's seal (HMAC-SHA256): {statement['seal']['hmac_sha256']}\n"
                   f"末日摘要 digest of the last day (SHA-256): {statement['days'][-1]['sha256']}\n"
                   f"运营方公钥 operator's key: {statement['key']}\n运营方签名 Ed25519: {statement['signature']}\n"
                   "有效的是签名文件(JSON),本页供阅读;任何人可凭公钥核对:\nThe signed file (JSON) is what counts, this page"
                   " is for reading; anybody checks it with the public key:\nwellhearth verify-statement FILE --key PUB",
                   align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))
