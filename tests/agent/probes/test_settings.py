"""What an agent accepts as the settings of a probe."""

import msgspec
import pytest

from wire.probes import Dns, Http, Probe


def accepted(**settings: object) -> Probe:
    probe: Probe = msgspec.convert({"target": "app", **settings}, Probe)
    return probe


@pytest.mark.parametrize(
    "url",
    [
        "http://dinkes.example",
        "https://dinkes.example:8443/a/b?c=d&e=%20",
        "https://dinkes.example?c=d",
        "http://10.61.0.1/",
        "http://[fd61::1]:8080/",
    ],
)
def test_an_absolute_url_is_accepted(url: str) -> None:
    assert accepted(kind="http", url=url) == Http(target="app", url=url)


@pytest.mark.parametrize(
    "url",
    [
        "dinkes.example",
        "ftp://dinkes.example/",
        "http://",
        "http:///path",
        "http://user:secret@dinkes.example/",
        "http://dinkes.example/a b",
        "http://dinkes.example/\r\nHost: other",
        "http://dinkes.example/\n",
        "http://dinkes.example/é",
        "http://dinkes.example/" + "x" * 2048,
    ],
)
def test_a_url_that_is_broken_or_has_a_password_is_refused(url: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        accepted(kind="http", url=url)


@pytest.mark.parametrize("status", [200, 404, "2xx", "5xx"])
def test_a_status_is_a_number_or_a_class(status: int | str) -> None:
    assert accepted(kind="http", url="http://a/", status=status) == Http("app", "http://a/", status=status)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [99, 100, 600, "2XX", "200", True])
def test_another_status_is_refused(status: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        accepted(kind="http", url="http://a/", status=status)


def test_a_dns_probe_asks_for_an_address_unless_told_otherwise() -> None:
    probe = accepted(kind="dns", address="@resolver", name="dinkes.example")
    assert isinstance(probe, Dns)
    assert (probe.record_type, probe.rcode, probe.port) == ("A", "NOERROR", 53)


@pytest.mark.parametrize("setting", [{"record_type": "ANY"}, {"rcode": "OK"}, {"port": 0}, {"name": ""}])
def test_another_setting_of_a_dns_probe_is_refused(setting: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        accepted(**({"kind": "dns", "address": "10.61.0.1", "name": "a"} | setting))
