"""The http probe against nginx: what is right, what is wrong, where it leads, and certificates apart."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.agent.probes.conftest import EXPIRED, LATER, NOW, SOON
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import failure_of
from tests.servers.nginx import Nginx, needs_nginx
from tests.servers.openssl import Authority, needs_openssl
from wire.probes import Http

pytestmark = [needs_nginx, needs_openssl]

PLAIN = {
    "http_connect_seconds",
    "http_processing_seconds",
    "http_transfer_seconds",
    "http_status_code",
    "http_body_bytes",
}
TLS = PLAIN | {
    "http_resolve_seconds",
    "http_tls_seconds",
    "tls_version",
    "tls_certificate_valid",
    "tls_certificate_expiry_timestamp_seconds",
}


def probe(url: str, **settings: object) -> Http:
    return Http(target="dinkes", url=url, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
async def test_a_page_is_measured_in_its_phases(web: Nginx, host: str) -> None:
    values = await measure(
        probe(
            f"http://{host}:{web.port}",
            body_contains="Dinas Kesehatan",
            header_contains={"x-application": "simpus"},
        )
    )
    assert values.keys() == PLAIN
    assert values["http_status_code"] == 200
    assert values["http_body_bytes"] == len("Selamat datang di Dinas Kesehatan")
    assert all(0 < values[name] < 1 for name in values if name.endswith("_seconds"))


async def test_head_has_no_body(web: Nginx) -> None:
    values = await measure(probe(f"http://127.0.0.1:{web.port}/huge", method="HEAD"))
    assert (values["http_status_code"], values["http_body_bytes"]) == (200, 0)


@pytest.mark.parametrize(
    ("path", "status"), [("/missing", 404), ("/missing", "4xx"), ("/moved", 301), ("/loop", "3xx")]
)
async def test_the_expected_status_is_right_whatever_it_is(web: Nginx, path: str, status: int | str) -> None:
    values = await measure(probe(f"http://127.0.0.1:{web.port}{path}", status=status))
    assert values["http_status_code"] // 100 == int(str(status)[0])


@pytest.mark.parametrize(
    ("path", "settings", "reason", "detail"),
    [
        ("/error", {}, "status", "{web}/error answered 503, expected 2xx"),
        ("/", {"status": 204}, "status", "{web}/ answered 200, expected 204"),
        (
            "/",
            {"body_contains": "RSUD"},
            "body",
            "{web}/: 'RSUD' is not in the body of 33 bytes",
        ),
        (
            "/",
            {"header_contains": {"X-Application": "simda"}},
            "body",
            "{web}/: header X-Application is 'simpus', expected 'simda' in it",
        ),
        (
            "/",
            {"header_contains": {"X-Frame-Options": "DENY"}},
            "body",
            "{web}/: header X-Frame-Options is not there, expected 'DENY' in it",
        ),
        (
            "/huge",
            {"body_contains": "RSUD"},
            "body",
            "{web}/huge: 'RSUD' is not in the first 1048576 bytes; raise max_bytes or ask for less",
        ),
        ("/loop", {}, "status", "more than 5 redirects, the last to {web}/loop"),
        (
            "/other-host",
            {},
            "status",
            "{web}/other-host answered 302 to 'http://localhost:{port}/';"
            " if that is right, add localhost to redirect_hosts",
        ),
        (
            "/portal",
            {"redirect_hosts": ["localhost"]},
            "status",
            "{web}/portal answered 302 to 'http://login.hotspot.example/?url=/';"
            " if that is right, add login.hotspot.example to redirect_hosts",
        ),
        (
            "/app",
            {},
            "status",
            "{web}/app answered 302 to 'app://simpus/', which is not an http or https URL",
        ),
    ],
)
async def test_a_failure_names_its_reason(
    web: Nginx, path: str, settings: dict[str, object], reason: str, detail: str
) -> None:
    address = f"http://127.0.0.1:{web.port}"
    failed = await failure_of(probe(address + path, **settings))
    assert (failed.reason, failed.detail) == (reason, detail.format(web=address, port=web.port))
    assert failed.values["http_status_code"] in (200, 302, 503)


async def test_a_slow_page_is_a_timeout_that_tells_how_far_it_came(web: Nginx) -> None:
    failed = await failure_of(probe(f"http://127.0.0.1:{web.port}/slow", timeout_seconds=0.3))
    assert (failed.reason, failed.detail) == ("timeout", "no answer within 0.3 s")
    assert failed.values.keys() == PLAIN - {"http_transfer_seconds", "http_body_bytes"}


@pytest.mark.parametrize("path", ["/moved", "/moved-thrice", "/other-host"])
async def test_redirects_to_allowed_hosts_are_followed(web: Nginx, path: str) -> None:
    values = await measure(probe(f"http://127.0.0.1:{web.port}{path}", redirect_hosts=["localhost"]))
    assert values["http_status_code"] == 200


@pytest.mark.parametrize(("name", "expiry"), [("good", LATER), ("expiring", SOON)])
async def test_a_valid_certificate_has_its_expiry(
    web: Nginx, authority: Authority, name: str, expiry: datetime
) -> None:
    url = f"https://localhost:{web.tls_ports[name]}/"
    values = await measure(probe(url, ca_file=str(authority.ca_file)))
    assert values.keys() == TLS
    assert (values["tls_version"], values["tls_certificate_valid"]) == (1.3, 1)
    assert values["tls_certificate_expiry_timestamp_seconds"] == expiry.timestamp()


async def test_an_authority_that_expires_before_the_certificate_is_what_counts(
    web: Nginx, old_authority: Authority
) -> None:
    url = f"https://localhost:{web.tls_ports['of-old-authority']}/"
    values = await measure(probe(url, ca_file=str(old_authority.ca_file)))
    in_two_days = NOW.timestamp() + 2 * 86400
    assert abs(values["tls_certificate_expiry_timestamp_seconds"] - in_two_days) < 3600


@pytest.mark.parametrize(
    ("name", "expiry", "detail"),
    [
        ("expired", EXPIRED, "localhost: certificate has expired"),
        ("other-host", LATER, "localhost: Hostname mismatch, certificate is not valid for 'localhost'"),
        ("stranger", LATER, "localhost: self-signed certificate in certificate chain"),
    ],
)
async def test_a_bad_certificate_is_a_finding_and_the_page_behind_it_is_measured(
    web: Nginx, authority: Authority, name: str, expiry: datetime, detail: str
) -> None:
    url = f"https://localhost:{web.tls_ports[name]}/"
    failed = await failure_of(probe(url, ca_file=str(authority.ca_file), body_contains="Dinas"))
    assert (failed.reason, failed.detail) == ("tls", detail)
    assert failed.values.keys() == TLS
    assert (failed.values["http_status_code"], failed.values["tls_certificate_valid"]) == (200, 0)
    assert failed.values["tls_certificate_expiry_timestamp_seconds"] == expiry.timestamp()


async def test_a_page_that_is_wrong_counts_for_more_than_its_certificate(
    web: Nginx, authority: Authority
) -> None:
    url = f"https://localhost:{web.tls_ports['expired']}/error"
    failed = await failure_of(probe(url, ca_file=str(authority.ca_file)))
    assert (failed.reason, failed.values["tls_certificate_valid"]) == ("status", 0)


async def test_a_certificate_of_no_known_authority_is_not_trusted_by_the_machine(web: Nginx) -> None:
    failed = await failure_of(probe(f"https://localhost:{web.tls_ports['good']}/"))
    assert failed.reason == "tls"


async def test_any_certificate_will_do_where_it_is_not_verified(web: Nginx) -> None:
    values = await measure(probe(f"https://[::1]:{web.tls_ports['expired']}/", verify_certificate=False))
    assert values.keys() == TLS - {"http_resolve_seconds", "tls_certificate_valid"}
    assert values["tls_certificate_expiry_timestamp_seconds"] == EXPIRED.timestamp()


async def test_a_bad_certificate_on_the_way_of_a_redirect_is_found_too(
    web: Nginx, authority: Authority
) -> None:
    url = f"https://127.0.0.1:{web.tls_ports['expired']}/moved"
    failed = await failure_of(probe(url, ca_file=str(authority.ca_file)))
    assert (failed.reason, failed.detail) == ("tls", "127.0.0.1: certificate has expired")
    assert failed.values["http_status_code"] == 200


async def test_a_ca_file_that_is_none_is_told_with_its_remedy(web: Nginx, tmp_path: Path) -> None:
    url, words = f"https://localhost:{web.tls_ports['good']}/", tmp_path / "words.pem"
    words.write_text("certificate")
    for file, wrong in (
        (tmp_path / "gone.pem", "No such file or directory"),
        (words, "no certificate or crl found"),
    ):
        failed = await failure_of(probe(url, ca_file=str(file)))
        assert failed.reason == "setting"
        assert failed.detail == f"ca_file {file}: {wrong}; give a file of certificates in PEM"


async def test_tls_to_a_port_that_does_not_speak_it_is_told(web: Nginx) -> None:
    failed = await failure_of(probe(f"https://127.0.0.1:{web.port}/"))
    told = f"127.0.0.1 port {web.port}: it speaks no TLS there; write http:// or another port"
    assert (failed.reason, failed.detail) == ("tls", told)
