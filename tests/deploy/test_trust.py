"""Through deploy's Mosquitto an agent with its own certificate is heard, and nobody is heard as another."""

import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiomqtt import Client

from agent.clock import boot_now
from tests.alone import alone
from tests.deploy.secured import Secured, issue, secured
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.openssl import Authority, Certificate, needs_openssl
from tests.system.programs import eventually, get, one, samples
from wire.topics import topic

pytestmark = [needs_mosquitto, needs_namespaces, needs_openssl]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with alone(), secured(tmp_path_factory.mktemp("room")) as running:
        yield running


def not_let_in(room: Secured, site: str, certificate: Certificate | None, said: str) -> None:
    """The broker ends the handshake with an alert (RFC 8446, 6.2), which the agent tells with its remedy."""
    with room.agent(site, certificate) as program:
        eventually(lambda: said in program.said(), why=program.said)
        assert not room.heard(site)
        assert f" as {site} " not in room.broker.log()


def test_agent_and_collector_hear_each_other(room: Secured) -> None:
    with room.agent("gradasi", room.client("gradasi")) as program:
        eventually(lambda: room.heard("gradasi"), seconds=30, why=lambda: program.said() + room.said())


def test_the_ends_of_all_certificates_are_known(room: Secured) -> None:
    own = "pantau_collector_certificate_expiry_timestamp_seconds"
    in_90_days = time.time() + 90 * 86400

    def ends() -> dict[str, float]:
        found = samples(get(f"{room.page}/metrics") or "").get(own, [])
        return {one.labels["certificate"]: one.value for one in found}

    eventually(lambda: ends().keys() == {"ca", "broker", "collector"}, seconds=30, why=room.said)
    assert ends()["broker"] == pytest.approx(in_90_days, abs=3600)
    assert ends()["collector"] == pytest.approx(in_90_days, abs=3600)
    assert ends()["ca"] == pytest.approx(time.time() + 3650 * 86400, abs=3600)
    with room.agent("gradasi", room.client("gradasi")) as program:
        name = "pantau_agent_certificate_expiry_timestamp_seconds"
        shown = eventually(
            lambda: one(get(f"{room.page}/metrics/city"), name, site="gradasi"),
            seconds=60,
            why=lambda: program.said() + room.said(),
        )
    assert shown.value == pytest.approx(in_90_days, abs=3600)


def test_an_agent_without_a_certificate_is_not_let_in(room: Secured) -> None:
    not_let_in(
        room, "dinkes", None, "alert certificate required): give certificate_file and key_file in [broker]"
    )


def test_an_agent_with_another_authority_s_certificate_is_not_let_in(room: Secured, tmp_path: Path) -> None:
    other = issue(Authority(tmp_path, "another CA"), "dinkes", "clientAuth")
    not_let_in(
        room,
        "dinkes",
        other,
        f"the broker does not take certificate_file {other.file} (tlsv1 alert unknown ca): ",
    )


def test_a_certificate_for_servers_is_none_for_agents(room: Secured) -> None:
    servers = issue(room.authority, "dinkes", "serverAuth")
    said = f"does not take certificate_file {servers.file} (sslv3 alert unsupported certificate): "
    not_let_in(room, "dinkes", servers, said)


def test_an_agent_with_another_s_certificate_gets_nowhere(room: Secured) -> None:
    with room.agent("dinkes", room.client("posyandu")) as program:
        denied = "Denied PUBLISH from posyandu"
        eventually(lambda: denied in room.broker.log(), why=lambda: program.said() + room.said())
        assert not room.heard("dinkes")
        assert not room.stored("dinkes")


async def test_a_message_in_another_agents_name_never_arrives(room: Secured) -> None:
    async with _client(room, room.client("posyandu"), identifier="dinkes") as client:
        await client.publish(topic("dinkes", "report"), _report(), qos=1)
        await client.publish(topic("posyandu", "report"), _report(), qos=1)
        eventually(lambda: room.stored("posyandu"), why=room.said)
        assert not room.stored("dinkes")


async def test_a_stolen_agent_is_stopped_by_two_lines_of_the_acl(room: Secured) -> None:
    async with _client(room, room.client("stolen"), identifier="stolen") as client:
        with room.acl.open("a") as acl:
            acl.write("user stolen\ntopic deny #\n")
        room.broker.reload()
        eventually(lambda: "Reloading config" in room.broker.log(), why=room.said)
        await client.publish(topic("stolen", "report"), _report(), qos=1)
        eventually(lambda: "Denied PUBLISH from stolen" in room.broker.log(), why=room.said)
        assert not room.stored("stolen")


def _client(room: Secured, certificate: Certificate, identifier: str) -> Client:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(room.authority.ca_file)
    context.load_cert_chain(certificate.file, certificate.key_file)
    return Client(room.broker.host, room.broker.port, identifier=identifier, tls_context=context)


def _report() -> bytes:
    now = boot_now()
    table = {"kind": "tcp", "target": ["web"], "age_ms": [40], "values": {}}
    header = {"stream": "00c0ffee00c0ffee", "seq": 1, "base": 1, "boot": "b1", "sent": now}
    return json.dumps({**header, "body": {"at": now, "tables": [table]}}).encode()
