"""A person signs by hand, and the collector takes only what it asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.invitation import SigningRequest
from collector.authority.issued import IssuedCertificate
from collector.authority.keys import key_digest, new_key, private_pem
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.auditing import audit_row
from tests.fakes.small_city import NOW

JSON = {"Content-Type": "application/json"}
CA = make_ca("Pontianak", NOW)
KEY = new_key()


def asked(key: EllipticCurvePrivateKey = KEY, name: str = "gradasi") -> SigningRequest:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    return SigningRequest(key_digest(key.public_key()), "agent", name, pem, NOW - 60)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Served]:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    folder.key_file(1).unlink()
    with serving(Served(authority=folder)) as served:
        served.store.authority.reserve("", asked())
        yield served


def pem(one: IssuedCertificate) -> str:
    return x509.load_der_x509_certificate(one.der).public_bytes(Encoding.PEM).decode()


def hand_in(web: Served, certificate: str, key: str = asked().key) -> Answer:
    body = json.dumps({"by": "Sari", "certificate": certificate}).encode()
    return web.post(f"/api/signing-requests/{key}/certificate", body, **JSON)


def work(web: Served) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(web.get("/api/signing-requests").text)
    return document


def test_a_person_sees_the_requests_and_hands_in_a_certificate(web: Served) -> None:
    (waiting,) = work(web)["requests"]
    assert (waiting["name"], waiting["kind"], waiting["joins"]) == ("gradasi", "agent", False)
    assert work(web)["authorities"] == [CA.pem]
    signed = CA.issue("agent", "gradasi", KEY.public_key(), NOW, 90, "Sari")
    answer = hand_in(web, pem(signed))
    assert answer.status == 200, answer.text
    assert work(web)["requests"] == []
    assert web.store.authority.of_key(asked().key) == signed
    (done,) = web.store.audit()
    assert (done.by, done.what, done.about) == ("Sari", "sign certificate", "gradasi")


@pytest.mark.parametrize(
    ("certificate", "fault"),
    [
        ("rubbish", "is no certificate in PEM"),
        (pem(CA.issue("agent", "gradasi", new_key().public_key(), NOW, 90, "x")), "of another key"),
        (pem(CA.issue("agent", "dinkes", KEY.public_key(), NOW, 90, "x")), "is not for gradasi"),
        (pem(CA.issue("broker", "gradasi", KEY.public_key(), NOW, 90, "x")), "for another purpose"),
        (pem(CA.issue("agent", "gradasi", KEY.public_key(), NOW, 99, "x")), "end within 90 days"),
        (pem(CA.issue("agent", "gradasi", KEY.public_key(), NOW - 9e7, 90, "x")), "see the clocks"),
        (
            pem(make_ca("other", NOW).issue("agent", "gradasi", KEY.public_key(), NOW, 90, "x")),
            "none of the authorities has signed",
        ),
    ],
)
def test_the_collector_takes_no_certificate_but_the_one_asked_for(
    web: Served, certificate: str, fault: str
) -> None:
    answer = hand_in(web, certificate)
    assert answer.status == 422
    assert fault in answer.text
    assert len(work(web)["requests"]) == 1
    assert web.store.authority.certificates() == []


def test_a_certificate_of_an_unknown_request_or_a_removed_site_is_refused(web: Served) -> None:
    signed = CA.issue("agent", "gradasi", KEY.public_key(), NOW, 90, "Sari")
    assert hand_in(web, pem(signed), "f" * 64).status == 404
    other = new_key()
    web.store.authority.reserve("", asked(other, "gone"))
    gone = CA.issue("agent", "gone", other.public_key(), NOW, 90, "Sari")
    answer = hand_in(web, pem(gone), asked(other).key)
    assert answer.status == 422
    assert "gone is not in the inventory; refuse the request" in answer.text


def test_a_person_refuses_a_request(web: Served) -> None:
    answer = web.ask("DELETE", f"/api/signing-requests/{asked().key}?by=Sari")
    assert json.loads(answer.text) == {"kind": "agent", "name": "gradasi"}
    assert work(web)["requests"] == []
    assert web.ask("DELETE", f"/api/signing-requests/{asked().key}?by=Sari").status == 404
    assert [one.what for one in web.store.audit()] == ["refuse request"]


BIRD = new_key()
CANARY_CERTIFICATE = CA.issue("canary", "_canary", BIRD.public_key(), NOW, 90, "Sari")


def listing(*revoked: IssuedCertificate, at: float = NOW, number: int = 1) -> bytes:
    return CA.crl([replace(one, revoked_at=at) for one in revoked], at, 30, number)


def take_list(web: Served, crl: bytes, canary: IssuedCertificate = CANARY_CERTIFICATE) -> Answer:
    shown = private_pem(BIRD).decode() + pem(canary)
    document = {"by": "Sari", "crl": crl.decode(), "canary": shown}
    return web.post("/api/revocation-list", json.dumps(document).encode(), **JSON)


def test_a_list_must_name_all_that_is_revoked(web: Served) -> None:
    stolen = CA.issue("agent", "gradasi", KEY.public_key(), NOW, 90, "join")
    web.store.authority.record(stolen)
    web.store.authority.revoke([stolen.serial], NOW, "stolen", audit_row(NOW, "revoke certificate"))
    assert [one["serial"] for one in work(web)["revoked"]] == [stolen.serial]
    answer = take_list(web, listing(CANARY_CERTIFICATE))
    assert answer.status == 422
    assert f"does not name {stolen.serial} of gradasi" in answer.text
    whole = listing(stolen, CANARY_CERTIFICATE, number=2)
    assert json.loads(take_list(web, whole).text) == {"authority": 1}
    assert web.authority is not None
    assert web.authority.crl(CA) == whole
    assert web.authority.canary_file.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert [one.name for one in web.store.authority.certificates("canary")] == ["_canary"]


def test_a_list_without_its_canary_is_refused(web: Served) -> None:
    """Else nobody could see whether the broker has the list."""
    agents = CA.issue("agent", "gradasi", BIRD.public_key(), NOW, 90, "Sari")
    for canary, fault in ((CANARY_CERTIFICATE, "does not name"), (agents, "the canary: ")):
        answer = take_list(web, listing(agents), canary)
        assert answer.status == 422
        assert fault in answer.text


@pytest.mark.parametrize(
    ("crl", "fault"),
    [
        (b"rubbish", "is no list of revoked certificates"),
        (make_ca("other", NOW).crl([], NOW, 30, 1), "none of the authorities has signed the list"),
        (listing(CANARY_CERTIFICATE, at=NOW - 9e6), "would lock everybody out"),
    ],
)
def test_a_list_that_would_do_harm_is_refused(web: Served, crl: bytes, fault: str) -> None:
    answer = take_list(web, crl)
    assert answer.status == 422
    assert fault in answer.text
    assert web.authority is not None
    assert web.authority.crl(CA) == b""
