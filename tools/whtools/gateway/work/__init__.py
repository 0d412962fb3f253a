"""Work orders of an operation centre: from alarms and due dates, each with its record; in the gateway's database.

    work = Work(engine, hub, zone_s=28800)      # sees the hub's alarms; `step` once a minute writes what is due
    work.open_orders(), work.record(number, "wang", "seal replaced"), work.close(number, "wang", "tested, tight")

plan.toml has the due dates, as data; tables.py the tables, plan.py what is due when, orders.py the rows.
"""

from .service import Work

__all__ = ["Work"]
