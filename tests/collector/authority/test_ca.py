"""The authority's certificates, judged by OpenSSL as brokers and agents judge them."""

import ssl
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from collector.authority.ca import DAY_SECONDS, Ca, make_ca
from collector.authority.folder import AuthorityFolder, BadAuthority, trust_of
from collector.authority.issued import IssuedCertificate, Kind
from collector.authority.keys import UNREADABLE, BadKey, new_key, private_key, private_pem, request
from collector.authority.own import is_due, make_own
from collector.authority.unrecorded import unrecorded
from runtime.files.writing import PRIVATE
from tests.servers.openssl import needs_openssl

NOW = datetime(2026, 11, 28, tzinfo=UTC).timestamp()
CA = make_ca("Pontianak", NOW)


def issued(kind: Kind, name: str = "gradasi", ca: Ca = CA, days: float = 90) -> IssuedCertificate:
    return ca.issue(kind, name, new_key().public_key(), NOW, days, "test", ["pantau.example", "10.99.1.1"])


DAMAGED = issued("agent")


def pem(one: IssuedCertificate) -> str:
    return ssl.DER_cert_to_PEM_cert(one.der)


def verified(folder: Path, trust: str, one: IssuedCertificate, *options: str, chain: str = "") -> str:
    """The last line of `openssl verify` at the time NOW."""
    (folder / "trust.pem").write_text(trust)
    (folder / "one.pem").write_text(pem(one))
    (folder / "chain.pem").write_text(chain or trust)
    command = [
        "openssl",
        "verify",
        "-attime",
        f"{NOW:.0f}",
        "-CAfile",
        "trust.pem",
        "-untrusted",
        "chain.pem",
    ]
    told = subprocess.run([*command, *options, "one.pem"], cwd=folder, capture_output=True, text=True)
    return (told.stdout + told.stderr).strip()


@needs_openssl
@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [("agent", "sslclient", "sslserver"), ("broker", "sslserver", "sslclient")],
)
def test_a_certificate_is_good_for_its_purpose_alone(tmp_path: Path, kind: Kind, good: str, bad: str) -> None:
    one = issued(kind)
    assert verified(tmp_path, CA.pem, one, "-purpose", good, "-x509_strict") == "one.pem: OK"
    assert "unsuitable certificate purpose" in verified(tmp_path, CA.pem, one, "-purpose", bad)


@needs_openssl
def test_a_listed_certificate_is_revoked_and_no_other(tmp_path: Path) -> None:
    stolen, other = issued("agent", "stolen"), issued("agent", "other")
    revoked = replace(stolen, revoked_at=NOW)
    (tmp_path / "crl.pem").write_bytes(CA.crl([revoked, other], NOW, days=30, number=1))
    check = ("-crl_check", "-CRLfile", "crl.pem")
    assert "certificate revoked" in verified(tmp_path, CA.pem, stolen, *check)
    assert verified(tmp_path, CA.pem, other, *check) == "one.pem: OK"


@needs_openssl
def test_who_believes_one_authority_believes_a_server_of_the_next(tmp_path: Path) -> None:
    newer = make_ca("Pontianak", NOW, number=2)
    server, cross = issued("broker", "pantau.example", newer), CA.cross_sign(newer, NOW)
    assert verified(tmp_path, CA.pem, server, chain=cross) == "one.pem: OK"
    assert verified(tmp_path, newer.pem, server, chain=cross) == "one.pem: OK"
    assert verified(tmp_path, make_ca("other", NOW).pem, server, chain=cross) != "one.pem: OK"


def test_each_authority_has_a_name_and_a_pin_of_its_own() -> None:
    newer = make_ca("Pontianak", NOW, number=2)
    assert CA.certificate.subject != newer.certificate.subject
    assert (CA.id, CA.pin) != (newer.id, newer.pin)
    assert len(CA.pin) == 16


@given(st.floats(0.1, 4000))
def test_no_certificate_outlives_its_authority(days: float) -> None:
    one = CA.issue("agent", "gradasi", new_key().public_key(), NOW, days, "test")
    assert one.ends == min(int(NOW + days * DAY_SECONDS), CA.ends)
    assert one.begins == NOW - DAY_SECONDS


def test_a_takeover_lives_for_a_minute() -> None:
    assert issued("takeover").ends == NOW + 60


def test_only_the_key_of_a_request_counts() -> None:
    """The name in it, and a CA's extension, have no effect."""
    key = new_key()
    builder = x509.CertificateSigningRequestBuilder().subject_name(CA.certificate.subject)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    asked = request(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode())
    one = x509.load_der_x509_certificate(CA.issue("agent", "gradasi", asked.public_key, NOW, 90, "test").der)
    assert one.subject.rfc4514_string() == "CN=gradasi"
    assert not one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_of_requests(text: str) -> None:
    with pytest.raises(BadKey):
        request(text)


def test_a_damaged_request_is_refused() -> None:
    with pytest.raises(BadKey, match="no request"):
        request(CA.pem)


def test_a_folder_keeps_the_authorities_and_their_keys(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path / "authority")
    assert folder.load() == []
    newer = make_ca("Pontianak", NOW, number=2)
    folder.save(CA)
    folder.save(newer)
    folder.save_cross(newer, CA.cross_sign(newer, NOW))
    first, second = folder.load()
    assert (first.id, second.id) == (CA.id, newer.id)
    assert first.key is not None
    assert folder.key_file(1).stat().st_mode & 0o777 == PRIVATE
    assert (folder.cross(first), "CERTIFICATE" in folder.cross(second)) == ("", True)
    assert trust_of([first, second]) == newer.pem + CA.pem


def test_an_authority_whose_key_is_kept_elsewhere_cannot_sign(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    folder.key_file(1).unlink()
    with pytest.raises(BadKey, match="sign by hand"):
        issued("agent", ca=folder.load()[0])


def test_a_key_with_a_passphrase_opens_with_it_alone(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA, "rahasia")
    assert folder.load("rahasia")[0].key is not None
    with pytest.raises(BadAuthority, match=r"1\.key: the passphrase is wrong"):
        folder.load("guess")
    assert folder.load()[0].key is None, "a person signs by hand"


@pytest.mark.parametrize(
    ("name", "fault"),
    [("1.pem", "is no certificate in PEM"), ("1.key", "is no private key in PEM")],
)
def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path, name: str, fault: str) -> None:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    (tmp_path / "ca" / name).write_text("rubbish")
    with pytest.raises(BadAuthority, match=f"{name}: {fault}.*restore it from a backup"):
        folder.load()


def test_a_key_whose_certificate_is_lost_is_never_replaced(tmp_path: Path) -> None:
    """Another authority in its place would shut the whole city out."""
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    (tmp_path / "ca" / "1.pem").unlink()
    with pytest.raises(BadAuthority, match=r"1\.pem: No such file or directory; restore it from a backup"):
        folder.load()
    key = folder.key_file(1).read_bytes()
    with pytest.raises(BadAuthority, match=r"1\.key: is the key of another authority"):
        folder.save(make_ca("Pontianak", NOW))
    assert folder.key_file(1).read_bytes() == key
    folder.save(CA)
    assert folder.load()[0].id == CA.id


def test_the_same_key_gets_a_passphrase(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    folder.save(CA, "rahasia")
    assert b"ENCRYPTED" in folder.key_file(1).read_bytes()
    with pytest.raises(BadAuthority, match="is the key of another authority"):
        folder.save(make_ca("Pontianak", NOW), "rahasia")


def test_the_key_of_another_authority_is_refused(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    folder.key_file(1).write_bytes(private_pem(new_key()))
    with pytest.raises(BadAuthority, match="is not the key of the certificate beside it"):
        folder.load()


def test_a_key_survives_its_pem() -> None:
    key = new_key()
    assert private_key(private_pem(key)).public_key() == key.public_key()


def test_a_power_cut_while_an_authority_is_made_stops_nothing(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path)
    first, second = make_ca("Pontianak", NOW), make_ca("Pontianak", NOW, 2)
    folder.save(first)
    assert second.key is not None
    folder.key_file(2).write_bytes(private_pem(second.key))
    assert [ca.number for ca in folder.load()] == [1]
    assert folder.next_number == 3


def test_a_power_cut_while_an_authority_retires_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = AuthorityFolder(tmp_path)
    first, second = make_ca("Pontianak", NOW), make_ca("Pontianak", NOW, 2)
    for ca in (first, second):
        folder.save(ca)
    moved = Path.replace

    def once(file: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", cut)
        return moved(file, target)

    def cut(file: Path, target: Path) -> Path:
        raise OSError(5, "power cut", str(file))

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(BadAuthority, match="power cut"):
        folder.retire(first)
    monkeypatch.undo()
    assert [ca.number for ca in folder.load()] == [1, 2]
    folder.retire(first)
    assert [ca.number for ca in folder.load()] == [2]


@pytest.mark.parametrize("years", [-56, -1, 3, 64])
def test_a_certificate_that_a_wrong_clock_made_is_made_anew(years: int) -> None:
    ca = make_ca("Pontianak", NOW - 60 * 365 * DAY_SECONDS, days=130 * 365)
    made = make_own("broker", "broker", [], ca, "", NOW + years * 365 * DAY_SECONDS)
    assert is_due(made.pem, ca, "broker", [], NOW)
    assert not is_due(made.pem, ca, "broker", [], NOW + years * 365 * DAY_SECONDS)


def test_an_authority_that_has_ended_says_so() -> None:
    ca = make_ca("Pontianak", NOW)
    with pytest.raises(BadKey, match="authority 1 has ended: correct this machine's clock"):
        ca.issue("agent", "gradasi", new_key().public_key(), NOW + 64 * 365 * DAY_SECONDS, 90, "test")


@given(st.data())
def test_no_damaged_certificate_breaks_the_desk(data: st.DataObject) -> None:
    """Anybody may show one at the enrolment port."""
    der = bytearray(DAMAGED.der)
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    try:
        shown = x509.load_der_x509_certificate(bytes(der))
    except UNREADABLE:
        return
    found = unrecorded(shown, [CA], NOW)
    assert found is None or found.name == "gradasi"


def test_a_certificate_of_an_unknown_curve_is_simply_unknown() -> None:
    other = DAMAGED.der.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030100"))
    assert unrecorded(x509.load_der_x509_certificate(other), [CA], NOW) is None
