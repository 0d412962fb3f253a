"""Tables of work orders, and of the water that each well moved by day. Times are UTC seconds since 1970."""

from __future__ import annotations

import sqlalchemy as sa

from ..history.schema import META

ALARM, DUE, HAND = "alarm", "due", "hand"  # where an order came from
# cause: of an alarm the firmware's key, of a due date its key in the plan. due: days since 1970, NULL without a date.
# gone: when the alarm ended, NULL while it is at work (and for what is no alarm); closed: NULL while the order is open.
ORDER = sa.Table("work_order", META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("source", sa.String(10)),
                 sa.Column("node", sa.String(80)), sa.Column("block", sa.String(20)), sa.Column("cause", sa.String(80)),
                 sa.Column("text", sa.String(200)), sa.Column("due", sa.Integer), sa.Column("opened", sa.BigInteger),
                 sa.Column("gone", sa.BigInteger), sa.Column("times", sa.Integer),
                 sa.Column("closed", sa.BigInteger, index=True), sa.Column("closed_by", sa.String(40)),
                 # one order for an alarm while it is at work, and for a due date; whoever comes second is refused
                 sa.Index("work_order_alarm", "node", "block", "cause", unique=True,
                          sqlite_where=sa.text("source = 'alarm' AND gone IS NULL"),
                          postgresql_where=sa.text("source = 'alarm' AND gone IS NULL")),
                 sa.Index("work_order_due", "node", "block", "cause", "due", unique=True,
                          sqlite_where=sa.text("source = 'due'"), postgresql_where=sa.text("source = 'due'")))
# what: opened, back, gone, found, closed.
RECORD = sa.Table("work_record", META, sa.Column("id", sa.Integer, primary_key=True),
                  sa.Column("order", sa.Integer, index=True), sa.Column("at", sa.BigInteger),
                  sa.Column("who", sa.String(40)), sa.Column("what", sa.String(10)), sa.Column("text", sa.String(1000)))
# day: since 1970 in the plant's zone. known_min: minutes of it whose flow was known; the litres are of those.
WATER = sa.Table("water_day", META, sa.Column("node", sa.String(80), primary_key=True),
                 sa.Column("block", sa.String(20), primary_key=True), sa.Column("day", sa.Integer, primary_key=True),
                 sa.Column("lifted_l", sa.BigInteger), sa.Column("returned_l", sa.BigInteger),
                 sa.Column("known_min", sa.Integer))
TABLES = (ORDER, RECORD, WATER)
