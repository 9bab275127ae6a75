"""The fault report is sent by mail, once to each provider: by API, command line and page."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from collector.__main__ import main
from collector.notices.ticket import Ticket
from collector.notify.ticket_mail import addressed
from tests.collector.web.looking import words
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning"
)  # of Apprise's own

SITE, OWN_SITE, TO = "lurah-siantan-tengah", "camat-utara", "noc@isp-a.example"
JSON = {"Content-Type": "application/json"}
OWN = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "text/html",
    "Sec-Fetch-Site": "same-origin",
}


@pytest.fixture(scope="module")
def outage() -> PlayedCity:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut |= {SITE, OWN_SITE}
    city.run(80)
    return city


@pytest.fixture
def mails() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def web(outage: PlayedCity, mails: MailServer, tmp_path: Path) -> Iterator[Served]:
    """ISP A takes fault reports by mail, and the city has an account that sends them."""
    city = outage.copy()
    account = tmp_path / "account"
    account.write_text(f"# the NOC's account\n{mails.url}\n")
    provider = msgspec.structs.replace(city.city.providers["isp-a"], ticket=TO)
    providers = {**city.city.providers, "isp-a": provider}
    city.state.city = msgspec.structs.replace(city.city, providers=providers, ticket_url_file=str(account))
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


def id_of(web: Served, root: str = SITE) -> str:
    return next(one.id for one in web.watch.incidents.open() if one.root == root)


def send(web: Served, root: str = SITE, **fields: str) -> Answer:
    body = msgspec.json.encode({"by": "Sari", "language": "en", **fields})
    return web.post(f"/api/incidents/{id_of(web, root)}/ticket", body, **JSON)


def refusal(web: Served, root: str = SITE, **fields: str) -> str:
    answer = send(web, root, **fields)
    assert answer.status == 409
    assert web.store.actions() == []
    return str(msgspec.json.decode(answer.body)["detail"])


def body_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).strip()


def test_the_provider_gets_the_report_as_plain_text(web: Served, mails: MailServer) -> None:
    answer = send(web)
    assert answer.status == 200
    sent = msgspec.json.decode(answer.body, type=Ticket)
    (mail,) = mails.mails
    assert mail.receivers == [TO]
    assert mail.message["subject"] == sent.subject
    assert "noc@pontianak.example" in mail.message["from"]
    assert TO in mail.message["to"]
    assert body_of(mail.message).replace("\r\n", "\n") == sent.text.partition("\n\n")[2]
    assert mail.message.get_body(("html",)) is None
    (action,) = web.store.actions(id_of(web))
    assert (action.what, action.by, action.via, action.text) == ("sent ticket", "Sari", "api", "isp-a")


def test_a_second_report_to_the_same_provider_is_refused(web: Served, mails: MailServer) -> None:
    assert send(web).status == 200
    again = send(web, by="Budi")
    assert again.status == 409
    assert msgspec.json.decode(again.body)["detail"] == (
        f"Sari sent the report of {id_of(web)} to isp-a at 24-09-2026 14:02:00 WIB;"
        " copy the text to send it again"
    )
    assert len(mails.mails) == 1


def test_a_report_that_the_server_refuses_is_not_recorded(web: Served, mails: MailServer) -> None:
    mails.refusal = "550 No such user here"
    assert refusal(web) == "not sent: E-Mail: SMTP 550 No such user here"
    mails.refusal = ""
    assert send(web).status == 200


def test_without_an_account_or_an_address_the_line_says_what_to_do(web: Served, mails: MailServer) -> None:
    whole = web.state.city
    web.state.city = msgspec.structs.replace(whole, ticket_url_file="")
    assert refusal(web) == ("no mail account to send with; set [city] ticket_url_file, or copy the text")
    page = msgspec.structs.replace(whole.providers["isp-a"], ticket="https://ticket.isp-a.example/")
    web.state.city = msgspec.structs.replace(whole, providers={**whole.providers, "isp-a": page})
    assert refusal(web) == (
        "providers.isp-a.ticket: 'https://ticket.isp-a.example/' is no mail address; copy the text"
    )
    assert refusal(web, OWN_SITE) == "there is no provider to send it to; copy the text"
    assert mails.mails == []


def test_a_file_without_a_mail_account_is_refused_without_its_secret(web: Served, tmp_path: Path) -> None:
    (tmp_path / "account").write_text("slack://s3cr3t/token/a")
    line = refusal(web, language="id")
    assert line == (
        f"{tmp_path}/account: tulis satu URL mailtos://user:password@host, atau mailto:// tanpa TLS"
    )
    (tmp_path / "account").unlink()
    assert refusal(web) == (
        f"not sent: {tmp_path}/account: No such file or directory; write the secret into it"
    )


def test_sending_needs_a_name_and_permission(web: Served, mails: MailServer) -> None:
    assert send(web, by=" ").status == 422
    web.token = "s3cret"
    assert send(web).status == 401
    assert mails.mails == []


def test_the_command_sends_it_and_says_to_whom(
    web: Served, mails: MailServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "collector.toml"
    config.write_text(f"[web]\nport = {web.port}\n")
    asking = ["ticket", id_of(web), "--send", "--by", "Budi", "--language", "en", "--config", str(config)]
    assert main(asking) == 0
    assert capsys.readouterr().out == f"{id_of(web)}: sent to ISP A, {TO}\n"
    assert main(asking) == 2
    assert capsys.readouterr().err.startswith("pantau-collector: Budi sent the report of ")
    (action,) = web.store.actions(id_of(web))
    assert (action.by, action.via) == ("Budi", "cli")
    assert len(mails.mails) == 1


def test_the_page_sends_it_and_the_incidents_page_shows_it(web: Served, mails: MailServer) -> None:
    path = f"/incidents/{id_of(web)}/ticket/isp-a?lang=en"
    assert f"Send it to {TO}" in words(web.get(path).text)
    nameless = web.exchange("POST", path, urlencode({"do": "send"}).encode(), **OWN)
    assert (nameless.status, "write your name" in words(nameless.text)) == (422, True)
    body = urlencode({"do": "send", "by": "Sari & co"}).encode()
    sent = web.exchange("POST", path, body, **OWN)
    assert (sent.status, sent.headers["location"]) == (303, f"/incidents/{id_of(web)}?lang=en")
    shown = words(web.get(sent.headers["location"]).text)
    assert "Sari & co sent the fault report: ISP A (on this page)" in shown
    assert "Sari & co sent the fault report to ISP A at" in shown
    again = web.exchange("POST", path, body, **OWN)
    assert again.status == 409
    assert "Sari & co sent the report of" in words(again.text)
    assert len(mails.mails) == 1


def test_the_accounts_url_gets_the_providers_address() -> None:
    url = addressed(
        "mailtos://noc:p%40ss@mail.example/old@isp.example/?to=x@isp.example&Bcc=noc@c.example", TO
    )
    assert url == ("mailtos://noc:p%40ss@mail.example?to=noc%40isp-a.example&bcc=noc%40c.example&format=text")
