"""The broker's own port and the one to fall back to take turns until one works."""

from runtime.broker.ports import AGAIN_SECONDS, BrokerPorts


def test_without_a_fallback_there_is_one_port() -> None:
    ports = BrokerPorts(8883)
    ports.failed(8883, 0.0)
    assert ports.next(1.0) == 8883


def test_both_take_turns_until_one_works() -> None:
    ports, tried = BrokerPorts(8883, 443), []
    for now in range(4):
        tried.append(ports.next(now))
        ports.failed(tried[-1], now)
    assert tried == [8883, 443, 8883, 443]


def test_the_port_that_worked_is_the_first_after_a_loss() -> None:
    ports = BrokerPorts(8883, 443)
    ports.failed(ports.next(0.0), 0.0)
    ports.worked(ports.next(1.0))
    assert ports.next(2.0) == 443


def test_the_own_port_is_tried_again_after_ten_minutes() -> None:
    ports = BrokerPorts(8883, 443)
    ports.failed(ports.next(0.0), 0.0)
    ports.worked(ports.next(1.0))
    assert ports.next(AGAIN_SECONDS + 1.0) == 8883
