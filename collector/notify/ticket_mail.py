"""A fault report by mail to the provider, from the account of [city] ticket_url_file."""

import logging
from urllib.parse import parse_qsl, urlencode

from collector.inventory import City
from collector.notices.ticket import Ticket, TicketNotSent
from collector.notices.ticket_says import says
from collector.notify.channels import apprise
from collector.notify.channels.secrets import secret
from collector.notify.channels.undelivered import Undelivered

log = logging.getLogger(__name__)

SCHEMES = ("mailto://", "mailtos://")


async def send(ticket: Ticket, city: City) -> None:
    """Raises TicketNotSent."""
    if not ticket.provider:
        raise TicketNotSent(says("no_recipient", ticket.language))
    if not ticket.mail:
        refused = {"provider": ticket.provider, "to": repr(ticket.to)}
        raise TicketNotSent(says("no_mail", ticket.language, **refused))
    if not city.ticket_url_file:
        raise TicketNotSent(says("no_account", ticket.language))
    try:
        url = secret(city.ticket_url_file)
        if not url.startswith(SCHEMES):
            raise TicketNotSent(says("bad_account", ticket.language, file=city.ticket_url_file))
        body = ticket.text.removeprefix(ticket.subject).strip()
        await apprise.post(addressed(url, ticket.mail), ticket.subject, body)
    except Undelivered as error:
        if error.bug:
            log.error("city.ticket_url_file: %s%s", error, error.details)
        raise TicketNotSent(says("not_delivered", ticket.language, why=error)) from None


def addressed(url: str, to: str) -> str:
    """The account's URL with this receiver in place of its own. A copy, by `cc` or `bcc`, stays."""
    account, _, query = url.partition("?")
    scheme, _, rest = account.partition("://")
    kept = {key.lower(): value for key, value in parse_qsl(query, keep_blank_values=True)}
    return f"{scheme}://{rest.partition('/')[0]}?{urlencode({**kept, 'to': to, 'format': 'text'})}"
