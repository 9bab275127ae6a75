"""A text of a fault report with its values, and a time as it writes it. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from collector.inventory import City
from collector.notices.texts import Language, spoken
from collector.notices.ticket_texts import TICKET


def says(key: str, language: Language, **values: object) -> str:
    """The text of `key`, in the form for one `n` or for more."""
    one, _, many = spoken(TICKET[key], language).partition("|")
    return (one if not many or values.get("n") == 1 else many).format(**values)


def clock(at: float, city: City) -> str:
    """The city's local time with its zone. A report is read for months, so the year stands in it."""
    return f"{datetime.fromtimestamp(at, ZoneInfo(city.timezone)):%d-%m-%Y %H:%M:%S %Z}"
