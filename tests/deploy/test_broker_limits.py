"""What one client can make the deployed broker hold: its limits, with a real one."""

import socket
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.bench.backlog import CONFIG, LIMITS
from tests.servers.mosquitto import Mosquitto, mosquitto, needs_mosquitto
from wire.report import MAX_PAYLOAD_BYTES

pytestmark = needs_mosquitto

CONNECT = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a"
SUBSCRIBE = b"\x82\x06\x00\x01\x00\x01#\x01"
OF_200_MB = b"\x30\x80\x84\xaf\x5f"
"""PUBLISH with a remaining length of 200,000,000 (MQTT 3.1.1, section 2.2.3)."""
SENT = 4000
HELD_BYTES_AT_MOST = 200 * 2**20


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    lines = [line for line in CONFIG.read_text().splitlines() if line.startswith(LIMITS)]
    with mosquitto(tmp_path / "broker", ["allow_anonymous true", *lines]) as running:
        yield running


def connected(broker: Mosquitto) -> socket.socket:
    made = socket.create_connection((broker.host, broker.port), timeout=30)
    made.sendall(CONNECT)
    assert made.recv(4) == b"\x20\x02\x00\x00"
    return made


def publisher(broker: Mosquitto) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(100)
    client.connect(broker.host, broker.port)
    client.loop_start()
    return client


def test_a_packet_that_is_too_large_ends_the_connection_before_it_is_sent(broker: Mosquitto) -> None:
    with connected(broker) as client:
        client.sendall(OF_200_MB)
        assert client.recv(1) == b""


def test_a_client_that_does_not_read_costs_the_broker_bounded_memory(broker: Mosquitto) -> None:
    with connected(broker) as stuck:
        stuck.sendall(SUBSCRIBE)
        client = publisher(broker)
        for _ in range(SENT // 100):
            sent = [client.publish("a", bytes(MAX_PAYLOAD_BYTES), qos=1) for _ in range(100)]
            for one in sent:
                one.wait_for_publish(60)
        client.disconnect()
        client.loop_stop()
        assert SENT * MAX_PAYLOAD_BYTES > HELD_BYTES_AT_MOST
        assert psutil.Process(broker.pid).memory_info().rss < HELD_BYTES_AT_MOST
