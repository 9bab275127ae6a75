"""Invitations by HTTP: an admin makes one, its code is in no other place, and a later one takes its place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.invitation import INVITATION_SECONDS, secret_digest
from collector.authority.keys import new_key
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.small_city import NOW
from wire.code import Code, read_code, write_secret

JSON = {"Content-Type": "application/json"}
CA = make_ca("Pontianak", NOW)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> AuthorityFolder:
    folder = AuthorityFolder(tmp_path_factory.mktemp("authority"))
    folder.save(CA)
    return folder


@pytest.fixture
def web(ca: AuthorityFolder) -> Iterator[Served]:
    with serving(Served(authority=ca)) as served:
        yield served


def post(web: Served, path: str, **document: str) -> Answer:
    return web.post(f"/api/invitations{path}", json.dumps(document).encode(), **JSON)


def invited(web: Served, site: str = "gradasi") -> Code:
    answer = post(web, "", by="Sari", site=site)
    assert answer.status == 200, answer.text
    return read_code(json.loads(answer.text)["code"])


def listed(web: Served) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(web.get("/api/invitations").text)
    return entries


def test_a_code_names_the_address_and_the_pin_of_the_authority(web: Served) -> None:
    code = invited(web)
    assert (code.host, code.port, code.pin) == ("pantau.example", 8471, CA.pin)
    (kept,) = web.store.authority.invitations()
    assert kept.digest == secret_digest(write_secret(code.secret))
    assert (kept.site, kept.made_by, kept.ends_at) == ("gradasi", "Sari", NOW + INVITATION_SECONDS)


def test_nothing_keeps_the_code(web: Served) -> None:
    answer = post(web, "", by="Sari", site="gradasi")
    assert answer.headers["Cache-Control"] == "no-store"
    secret = write_secret(read_code(json.loads(answer.text)["code"]).secret)
    database = Path(web.store.authority._engine.url.database or "")
    held = b"".join(file.read_bytes() for file in database.parent.iterdir())
    assert b"gradasi" in held
    assert secret.encode() not in held
    assert secret not in web.get("/api/invitations").text + web.get("/api/actions").text


def test_a_later_invitation_of_the_site_takes_its_place(web: Served) -> None:
    invited(web)
    web.now = NOW + 60
    invited(web)
    web.now = NOW + 61
    invited(web, "dinkes")
    assert [(one["site"], one["state"]) for one in listed(web)] == [
        ("dinkes", "open"),
        ("gradasi", "open"),
        ("gradasi", "withdrawn"),
    ]
    web.now = NOW + 61 + INVITATION_SECONDS
    assert [one["state"] for one in listed(web)] == ["expired", "expired", "withdrawn"]


def test_an_admin_withdraws_an_invitation(web: Served) -> None:
    invited(web)
    asked = {"by": "Budi", "site": "gradasi"}
    assert json.loads(post(web, "/withdrawal", **asked).text) == {"site": "gradasi", "withdrawn": True}
    assert json.loads(post(web, "/withdrawal", **asked).text) == {"site": "gradasi", "withdrawn": False}
    done = [(one.by, one.via, one.what, one.about) for one in web.store.audit()]
    assert done == [
        ("Budi", "api", "withdraw invitation", "gradasi"),
        ("Sari", "api", "invite", "gradasi"),
    ]


def test_a_site_that_the_inventory_lacks_gets_no_invitation(web: Served) -> None:
    answer = post(web, "", by="Sari", site="nowhere")
    assert answer.status == 404
    assert "site: nowhere: the inventory has no such site; add it there first" in answer.text
    assert web.store.authority.invitations() == []


def test_a_collector_without_an_authority_says_so() -> None:
    with serving(Served()) as web:
        for answer in (post(web, "", by="Sari", site="gradasi"), web.get("/api/signing-requests")):
            assert answer.status == 409
            assert "add [authority] to collector.toml" in answer.text


def test_a_damaged_authority_gives_no_invitation(tmp_path: Path) -> None:
    folder = AuthorityFolder(tmp_path)
    folder.save(CA)
    with serving(Served(authority=folder)) as web:
        (tmp_path / "ca" / "1.pem").write_text("rubbish")
        answer = post(web, "", by="Sari", site="gradasi")
    assert answer.status == 409
    assert "1.pem: is no certificate in PEM; restore it from a backup" in answer.text


def test_without_permission_nobody_invites(ca: AuthorityFolder) -> None:
    with serving(Served(authority=ca, token="s3cret")) as web:
        assert post(web, "", by="Sari", site="gradasi").status == 401
        assert web.get("/api/invitations").status == 401


def ends(web: Served, query: str) -> list[float]:
    answer = web.get(f"/api/certificates{query}")
    assert answer.status == 200, answer.text
    return [one["ends"] for one in json.loads(answer.text)]


def test_certificates_are_listed_with_their_ends(web: Served) -> None:
    key = new_key().public_key()
    for name, days in (("gradasi", 90), ("dinkes", 30)):
        web.store.authority.record(CA.issue("agent", name, key, NOW, days, "test"))
    assert ends(web, "?name=gradasi") == [NOW + 90 * 86400]
    assert len(ends(web, "?kind=agent")) == 2
    assert ends(web, "?kind=broker") == ends(web, "?name=%00") == []
