"""Why a service did not take a message, out of Apprise's log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.notify.channels.refusal import FLOOD_SECONDS, hidden, undelivered
from collector.notify.channels.undelivered import MAX_REASON_CHARACTERS, Undelivered

URL = "tgram://123456789:AAbbCC-dd_EEffGGhhIIjjKKllMMnnOOppQ/-1001/"


def of(*lines: str, url: str = URL) -> Undelivered:
    """Lines "WARNING …" and "DEBUG …"."""
    return undelivered("Slack", [(line.split()[0], line.partition(" ")[2]) for line in lines], url)


def test_the_services_own_words_come_before_apprise_s() -> None:
    warning = "WARNING Failed to send Slack notification: Page not found., error=404."
    assert str(of(warning)) == "Slack: HTTP 404, Page not found"
    details = """DEBUG Response Details:\r\nb'{"ok": false, "error": "channel_is_archived"}'"""
    assert str(of(warning, details)) == "Slack: HTTP 404, channel_is_archived"
    assert str(of("WARNING Failed to send: error=502.")) == "Slack: HTTP 502"


@pytest.mark.parametrize(
    "details",
    [
        "b'{\"description\": 7}'",
        "b'<html>'",
        "b'[]'",
        "b'",
        "[[[",
        "b'{\"error\": {}}'",
        "b'\\xff'",
        "None",
        f"b'{'[' * 2000}'",
    ],
)
def test_an_answer_that_says_nothing_costs_nothing(details: str) -> None:
    log = "WARNING Failed to send: error=400.", f"DEBUG Response Details:\r\n{details}"
    assert str(of(*log)) == "Slack: HTTP 400"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("b'{\"retry_after\": 7}'", 7),
        ("b'{\"retry_after\": 0.5}'", 0.5),
        ("b'{\"retry_after_ms\": 2500}'", 2.5),
        ('b\'{"description": "Too Many Requests: retry after 31"}\'', 31),
        ("b'slow down'", FLOOD_SECONDS),
    ],
)
def test_how_long_to_wait_is_read_as_each_service_writes_it(said: str, seconds: float) -> None:
    error = of("WARNING Failed to send: error=429.", f"DEBUG Response Details:\r\n{said}")
    assert (error.permanent, error.retry_after_seconds) == (False, seconds)


@pytest.mark.parametrize(
    ("exception", "told"),
    [
        (
            "HTTPSConnectionPool(host='api.telegram.org', port=443): Max retries exceeded with url: "
            "/bot123456789:AAbbCC-dd_EEffGGhhIIjjKKllMMnnOOppQ/sendMessage (Caused by NewConnectionError("
            "'<urllib3.connection.HTTPSConnection object>: Failed to establish a new connection: "
            "[Errno 101] Network is unreachable'))",
            "Network is unreachable",
        ),
        (
            "(Caused by NameResolutionError(\"Failed to resolve 'api.telegram.org' ([Errno -2] Name or "
            'service not known)"))',
            "its host's name is not found",
        ),
        (
            "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate "
            "verify failed: self-signed certificate (_ssl.c:992)')))",
            "TLS: self-signed certificate",
        ),
        ("(Caused by SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] …')))", "it speaks no TLS there"),
        ("HTTPSConnectionPool(host='x', port=443): Read timed out. (read timeout=4.0)", "no answer in time"),
        ("('Connection aborted.', RemoteDisconnected('…'))", "closed without an answer"),
        (
            "{'a@b.example': (550, b'5.1.1 No such user\\n5.1.1 here')}",
            "SMTP 550 5.1.1 No such user 5.1.1 here",
        ),
        ("something else", "something else"),
    ],
)
def test_what_the_network_did_is_told_in_words(exception: str, told: str) -> None:
    log = "WARNING A Connection error occurred sending Telegram.", f"DEBUG Socket Exception: {exception}"
    assert str(of(*log)) == f"Slack: {told}"


def test_without_any_word_it_is_told_that_it_failed() -> None:
    assert str(of()) == "Slack: did not take the message"
    assert str(of("WARNING There are no topics to notify")) == "Slack: There are no topics to notify"


@given(secret=st.from_regex(r"[A-Za-z0-9%+_.~-]{4,40}", fullmatch=True), words=st.text())
def test_no_part_of_the_url_is_told(secret: str, words: str) -> None:
    url = f"json://user:{secret}@desk.example/{secret}?key={secret}"
    assert secret not in hidden(f"Cannot POST /{secret}/ {words}", url).replace("…", "\n")


@given(words=st.text(max_size=2000))
def test_the_words_of_a_server_make_one_short_line(words: str) -> None:
    told = str(of(f"WARNING {words}"))
    assert len(told.splitlines()) == 1
    assert len(told) <= MAX_REASON_CHARACTERS + len("Slack: ")
