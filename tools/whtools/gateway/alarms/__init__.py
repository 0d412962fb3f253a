"""Alarms to people: who is told what, when, and until when; over any of the services that apprise knows.

    alarms = Alarms(hub, [Person("li", ["wecombot://KEY"], lang="zh", quiet="22:00-07:00")], store=Path("alarms.json"))
    alarms.start()                                  # a thread; alarms.stop()
    alarms.active()                                 # [Alarm], until each has ended; alarms.ack(number, "li@page")

Needs of the hub: `subscribe` and `nodes()`. Rules stand in book.py, ranks in rank.py, words in texts.py.
"""

from .book import Alarm, Book
from .people import Person
from .rank import HIGH, LOW, NORMAL, URGENT
from .service import Alarms

__all__ = ["HIGH", "LOW", "NORMAL", "URGENT", "Alarm", "Alarms", "Book", "Person"]
