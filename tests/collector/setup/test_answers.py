"""The options of setup, and what this machine is called."""

import pytest

from collector.setup.answers import BadAnswer, broker_at, check_names, names_of_this_machine
from runtime.broker.settings import host_fault


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ("mqtt.example", "mqtt.example", 8883),
        ("mqtt.example:1884", "mqtt.example", 1884),
        ("[2001:db8::7]:1884", "2001:db8::7", 1884),
        ("[2001:db8::7]", "2001:db8::7", 8883),
        ("2001:db8::7", "2001:db8::7", 8883),
    ],
)
def test_a_broker_is_given_with_or_without_its_port(given: str, host: str, port: int) -> None:
    assert broker_at(given) == (host, port)


@pytest.mark.parametrize("given", ["mqtt.example:", "mqtt.example:0", "mqtt.example:mqtt", ":8883", "a b:1"])
def test_a_broker_that_can_t_be_is_refused(given: str) -> None:
    with pytest.raises(BadAnswer, match=r"^--own-broker: "):
        broker_at(given)


@pytest.mark.parametrize("names", [(), ("",), ("https://pantau.example",), ("pantau.example", "a b")])
def test_names_that_can_t_be_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(BadAnswer, match=r"^--name: "):
        check_names(names)


def test_a_name_that_is_given_twice_counts_once() -> None:
    assert check_names(("a.example", "10.0.0.1", "a.example")) == ("a.example", "10.0.0.1")


def test_the_names_of_this_machine_are_usable() -> None:
    assert not [name for name in names_of_this_machine() if host_fault(name) or name.startswith("localhost")]
