"""The lists of revoked certificates of a city with two authorities."""

from pathlib import Path

from cryptography import x509
from msgspec.structs import replace

from collector.admission.lists import RevocationLists
from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.issued import IssuedCertificate
from collector.authority.keys import new_key

NOW = 1.8e9


def test_the_canary_is_always_of_the_newest_authority(tmp_path: Path) -> None:
    """Else, once the older one is gone, the broker refuses its canary as of a stranger."""
    older, newer = make_ca("Kota", NOW), make_ca("Kota", NOW, 2)
    folder = AuthorityFolder(tmp_path)
    for ca in (older, newer):
        folder.save(ca)
    revoked: list[IssuedCertificate] = []
    lists = RevocationLists(
        folder, revoked.append, lambda id: [one for one in revoked if one.authority == id], lambda: NOW
    )
    first = lists.current([older, newer])
    assert lists.current([older, newer]) == first
    stolen = older.issue("agent", "gradasi", new_key().public_key(), NOW, 90, "join")
    revoked.append(replace(stolen, revoked_at=NOW))
    assert lists.current([older, newer]) != first
    pem = lists.canary_file.read_bytes()
    canary = x509.load_pem_x509_certificate(pem[pem.find(b"-----BEGIN CERT") :])
    canary.verify_directly_issued_by(newer.certificate)
