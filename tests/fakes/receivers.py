"""Receivers of notices, and Pontianak with them."""

from typing import Any

import msgspec

from collector.inventory import City, Receiver
from collector.inventory.city import Alertmanager, Match, Webhook
from tests.fakes.city import PONTIANAK


def notifying(**receivers: Receiver) -> City:
    """Pontianak with these receivers."""
    return msgspec.structs.replace(PONTIANAK, receivers=receivers)


def webhook(url: str = "http://127.0.0.1:9/", **match: Any) -> Receiver:
    return Receiver(webhook=Webhook(url=url), match=Match(**match), language="en")


def alertmanager(url: str = "http://127.0.0.1:9", **match: Any) -> Receiver:
    return Receiver(alertmanager=Alertmanager(url=url), match=Match(**match), language="en")
