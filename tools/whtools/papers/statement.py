"""`wellhearth statement` and `verify-statement`: a month of a unit's water, so that anybody can check it with a public key.

The unit seals its daily rows with its own key (console/history.py); the operator's host, which holds that key, checks the
seal, computes the month, and signs all of it with Ed25519. The file is JSON in one form only: whoever verifies writes it
anew, and not one byte may differ. The days are chained by SHA-256, so that a mistake is told by its day, and computed anew
from the rows' readings, so that no total is believed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..device.journal import Entry
from ..device.keyring import Keyring
from ..device.link import LinkError
from . import days, signing
from .source import Source, check_seal, open_source

VERSION = 2  # 1: without electricity
CLASS_PM = 20  # a meter's largest error, per mille (OIML R 49, class 2, above its transitional flow)
TARIFF = 800  # yuan per million t: 0.8 yuan per 1000 t (Beijing, 100 % reinjection)
MATTER = ("no_flow", "dry_run", "leak", "leak_alarm", "lift_meter", "return_meter", "over_pressure", "stray_flow",
          "clogging", "record_lost", "wellhead_vacuum")  # causes that bear on the water or its meters
HEX = re.compile(r"[0-9a-f]{128}")


class StatementError(LinkError):
    """Why a statement is not accepted."""


def ratio_uncertainty_pm(ratio_pm: int, class_pm: int) -> int:
    """Expanded uncertainty (k = 2) of returned / lifted, per mille, for two meters of +-class_pm.

    Each meter's bounds are taken as a rectangular distribution (GUM, JCGM 100 4.3.7), the two as independent:
    2 sqrt(2) class / sqrt(3) of the ratio, 3.3 % for meters of 2 %.
    """
    return math.ceil(ratio_pm * 2 * math.sqrt(2) * class_pm / math.sqrt(3) / 1000)


def totals(entries: list[dict], class_pm: int, tariff: int, version: int = VERSION) -> dict:
    """The month in sums. Days whose amount nobody knows count as unknown, not as zero."""
    def total(key):
        return sum(entry[key] for entry in entries if entry.get(key) is not None)
    lifted, returned = total("lifted_l"), total("returned_l")
    found = {"lifted_l": lifted, "returned_l": returned, "heat_wh": total("heat_wh"), "cold_wh": total("cold_wh"),
             "starts": total("starts"), "trips": total("trips"), "ratio_pm": None, "ratio_uncertainty_pm": None,
             "gaps": sum(entry["state"] == "gap" for entry in entries),
             "unknown": sum(entry["state"] in ("first_reading", "meters_reset") for entry in entries),
             "tax_fen": round(lifted * tariff / 10_000_000)}
    if version > 1:
        used = [entry["electricity_wh"] for entry in entries if entry.get("electricity_wh") is not None]
        found["electricity_wh"] = sum(used) if used else None
    if lifted:
        found["ratio_pm"] = round(1000 * returned / lifted)
        found["ratio_uncertainty_pm"] = ratio_uncertainty_pm(found["ratio_pm"], class_pm)
    return found


def chained(entries: list[dict]) -> list[dict]:
    """Each day with the SHA-256 of itself and of the day before it."""
    before = "0" * 64
    found = []
    for entry in entries:
        text = json.dumps({"before": before, **entry}, sort_keys=True, separators=(",", ":"))
        before = hashlib.sha256(text.encode()).hexdigest()
        found.append({**entry, "sha256": before})
    return found


def computed(head: dict) -> dict:
    """Everything that follows from the rows: days and totals. ValueError or KeyError for a head that is none."""
    rows = [days.parse(bytes.fromhex(text)) for text in head["rows"]]
    if not all(rows):
        raise ValueError("a row whose CRC does not fit")
    before = days.parse(bytes.fromhex(head["before"])) if head["before"] else None
    until = datetime.date.fromisoformat(head["until"])
    version = head["wellhearth_statement"]
    entries = days.entries(before, [row for row in rows if row], head["month"], until, version)
    return {"days": chained(entries),
            "totals": totals(entries, head["meters"]["class_pm"], head["tariff_per_million_t"], version)}


def mattering(journal: list[Entry], first: datetime.date, last: datetime.date, zone) -> list[dict]:
    """Trips of the month that bear on the water. From the journal, which the unit does not seal."""
    found = []
    for entry in journal:
        if entry.event in ("trip", "lockout") and entry.key in MATTER and entry.utc is not None:
            local = zone.local(entry.utc)
            if first <= local.date() <= last:
                found.append({"local": f"{local:%Y-%m-%d %H:%M:%S}", "event": entry.event, "where": entry.where,
                              "key": entry.key})
    return found


def head_of(source: Source, unit: dict, month: str, now: datetime.datetime, class_pm: int, tariff: int) -> dict:
    """What a statement is made of. LinkError when the month has no row."""
    try:
        first, last = days.month_range(month)
    except ValueError as e:
        raise LinkError(str(e)) from None
    before, rows = days.of_month(source.rows, month)
    if not rows:
        raise LinkError(f"{month}: the node has no daily row with a date in it")
    zone = source.zone()
    until = min(last, zone.local(now).date() - datetime.timedelta(days=1))
    well = source.config.get("well", {})
    constants = {name: {"lift_pulses_per_m3": section["pulses_per_m3"],
                        "return_pulses_per_m3": section.get("return_pulses_per_m3", 0)}
                 for name, section in (("well", well), ("well2", source.config.get("well2"))) if section}
    return {"wellhearth_statement": VERSION, **unit, "month": month, "made": now.isoformat(timespec="seconds"),
            "until": until.isoformat(), "complete": until == last, "utc_offset_min": zone.offset_min,
            "meters": {"class_pm": class_pm, **constants}, "tariff_per_million_t": tariff,
            "before": before.data.hex() if before else "", "rows": [row.data.hex() for row in rows],
            "trips": mattering(source.journal(), first, last, zone),
            "seal": {"rows": source.seal[1], "chain": source.seal[2], "hmac_sha256": source.seal[3]}}


def text_of(statement: dict) -> bytes:
    """The one form of a statement's file."""
    return json.dumps(statement, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def sign(head: dict, key: Ed25519PrivateKey) -> dict:
    """The statement."""
    body = {**head, **computed(head), "key": signing.name_of(key.public_key())}
    return {**body, "signature": key.sign(text_of(body)).hex()}


def verify(data: bytes, key: Ed25519PublicKey) -> dict:
    """The statement that `data` is. StatementError says what is wrong with it."""
    try:
        statement = json.loads(data)
        signature = statement.pop("signature")
        if statement["wellhearth_statement"] not in (1, VERSION):
            raise StatementError(f"a statement of version {statement['wellhearth_statement']}: this tool reads to {VERSION}")
        whole = HEX.fullmatch(signature) and text_of({**statement, "signature": signature}) == data
        good = whole and signing.signed(key, bytes.fromhex(signature), text_of(statement))
        wanted = computed(statement)
        found, sums = list(statement["days"]), statement["totals"]
    except StatementError:
        raise
    except Exception as e:  # whatever a damaged file does to whoever reads it
        raise StatementError(f"this is no statement, or a damaged one ({type(e).__name__}: {e})") from None
    if found != wanted["days"]:
        raise StatementError(f"NOT the signed one: {difference(found, wanted['days'])}")
    if sums != wanted["totals"]:
        raise StatementError("NOT the signed one: its totals do not follow from its days")
    if not good:
        raise StatementError(f"NOT the signed one: the signature is not that of key {signing.name_of(key)} over this file")
    return statement


def difference(found: list, wanted: list[dict]) -> str:
    """The first day that is not what its rows say, in words."""
    for i, day in enumerate(wanted):
        if i >= len(found) or found[i] != day:
            return f"day {day['day'] or i + 1} was changed, dropped or moved"
    return f"{len(found) - len(wanted)} days more than its rows say"


def summary(statement: dict) -> str:
    """A statement in a few lines."""
    t = statement["totals"]
    ratio = "-" if t["ratio_pm"] is None else f"{t['ratio_pm'] / 10:.1f} % +- {t['ratio_uncertainty_pm'] / 10:.1f} % (k = 2)"
    part = "" if statement["complete"] else f" (until {statement['until']})"
    used = t.get("electricity_wh")
    part += "" if used is None else f", electricity {used / 1000:.1f} kWh"
    water = f"lifted {t['lifted_l'] / 1000:.3f} m3, returned {t['returned_l'] / 1000:.3f} m3, ratio {ratio}"
    return (f"unit {statement['unit']} {statement['name']}, {statement['month']}{part}: {water},"
            f" {t['gaps']} days without a row,"
            f" {t['unknown']} readings whose amount nobody knows, {len(statement['trips'])} trips that matter")


def run(args) -> int:
    """The subcommand `statement`."""
    source = open_source(args)
    unit = check_seal(source, Keyring(args.keys))
    now = datetime.datetime.now(datetime.timezone.utc)
    statement = sign(head_of(source, unit, args.month, now, args.meter_class, args.tariff), signing.private(args.key))
    out: Path = args.out or Path(f"water-{statement['unit']}-{args.month}.json")
    if args.pdf:
        from . import statement_pdf

        statement_pdf.write(statement, args.pdf)
    out.write_bytes(text_of(statement))
    print(summary(statement))
    print(f"{out}: signed with key {statement['key']}" + (f"; {args.pdf} for people" if args.pdf else ""))
    return 0


def run_verify(args) -> int:
    """The subcommand `verify-statement`."""
    statement = verify(args.file.read_bytes(), signing.public(args.key))
    print(f"{args.file} is as it was signed, by key {statement['key']}")
    print(summary(statement))
    return 0
