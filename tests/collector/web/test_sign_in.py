"""People sign in and out, and what they change then has their name."""

import asyncio
from collections.abc import Iterator

import pytest

from collector.access import AccessSettings
from collector.access.account import SESSION_SECONDS
from collector.access.guessing import PER_ACCOUNT, WINDOW_SECONDS
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import ADMIN, PASSWORD, Browser, add_account, with_an_incident
from tests.fakes.played_city import PlayedCity, sample_city


@pytest.fixture
def web() -> Iterator[Served]:
    signed_in = AccessSettings(reading="signed-in")
    with serving(with_an_incident(token="s3cret", settings=signed_in)) as served:
        for name, role in (("sari", "operator"), ("budi", "viewer"), ("tuti", "admin")):
            add_account(served, name, role)  # type: ignore[arg-type]
        yield served


def incident(web: Served) -> str:
    (one,) = web.watch.incidents.open()
    return f"/incidents/{one.id}"


def test_a_person_signs_in_and_comes_to_the_page_that_was_asked_for(web: Served) -> None:
    browser, page = Browser(web), incident(web)
    asked = browser.get(f"{page}?lang=id")
    assert asked.status == 303
    assert asked.headers["Location"].startswith("/signin?to=%2Fincidents%2F")
    assert "Kata sandi" in browser.get(asked.headers["Location"]).text
    answer = browser.sign_in("Sari ", to=page)
    assert (answer.status, answer.headers["Location"]) == (303, page)
    assert "Signed in as sari, operator" in browser.get(page).text


@pytest.mark.parametrize("to", ["//evil.example/", "/\\evil.example", "https://evil.example", "", "/a\nb"])
def test_no_address_leads_a_person_who_signs_in_to_another_site(web: Served, to: str) -> None:
    assert Browser(web).sign_in("sari", to=to).headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(web: Served) -> None:
    wrong, unknown = (Browser(web).sign_in(name, "another password") for name in ("sari", "nobody"))
    assert wrong.status == unknown.status == 401
    assert wrong.text.replace("sari", "") == unknown.text.replace("nobody", "")


def test_guessed_passwords_get_no_answer_for_a_while_not_even_the_right_one(web: Served) -> None:
    for _ in range(PER_ACCOUNT):
        assert Browser(web).sign_in("sari", "a wrong password").status == 401
    refused = Browser(web).sign_in("sari")
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW_SECONDS
    assert Browser(web).sign_in("nobody").status == 401
    assert web.now is not None
    web.now += WINDOW_SECONDS
    assert Browser(web).sign_in("sari").status == 303


def test_a_person_who_signs_out_is_out_with_the_same_cookie_too(web: Served) -> None:
    browser = Browser(web)
    browser.sign_in("sari")
    before = dict(browser.cookies)
    token = browser.form_token("/")
    assert browser.submit("/signout", {"form_token": "wrong"}).status == 403
    assert browser.submit("/signout", {"form_token": token}, origin="https://evil.example").status == 403
    assert browser.get("/").status == 200
    assert browser.submit("/signout", {"form_token": token}).status == 303
    assert browser.cookies == {}
    assert Browser(web, before).get("/").status == 303


def test_another_password_or_role_or_no_account_ends_its_sessions(web: Served) -> None:
    browser, other = Browser(web), Browser(web)
    other.sign_in("tuti")
    browser.sign_in("sari")
    asyncio.run(web.access.set_role("sari", "viewer", ADMIN))
    assert browser.get("/").status == 303
    browser.sign_in("sari")
    asyncio.run(web.access.set_password("sari", "sungai-landak", ADMIN))
    assert browser.get("/").status == 303
    assert browser.sign_in("sari", PASSWORD).status == 401
    browser.sign_in("sari", "sungai-landak")
    asyncio.run(web.access.remove_account("sari", ADMIN))
    assert browser.get("/").status == 303
    assert other.get("/").status == 200


def test_a_session_ends_when_its_role_s_time_is_over(web: Served) -> None:
    admin, television = Browser(web), Browser(web)
    admin.sign_in("tuti")
    television.sign_in("budi")
    assert web.now is not None
    web.now += SESSION_SECONDS["admin"]
    assert admin.get("/").status == 303
    assert television.get("/").status == 200


def test_a_cookie_is_for_the_server_alone_and_a_forged_one_counts_for_nothing(web: Served) -> None:
    answer = Browser(web).sign_in("sari")
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    forged = {"pantau_session": "eyJzZWNyZXQiOiAiMSJ9.aSlA.0000"}
    assert Browser(web, forged).get("/").status == 303


def test_a_change_by_a_page_has_the_name_of_the_account_whatever_the_form_says(web: Served) -> None:
    browser, page = Browser(web), incident(web)
    browser.sign_in("sari")
    fields = {"do": "note", "note": "x", "by": "Somebody Else", "form_token": browser.form_token(page)}
    assert browser.submit(page, fields).status == 303
    (one,) = web.watch.incidents.open()
    row = web.store.audit(limit=1)[0]
    assert (row.who, row.by, row.via, row.what, row.about) == ("sari", "sari", "page", "note", one.id)
    assert row.address == "127.0.0.1"


def test_a_form_without_the_token_of_the_session_changes_nothing(web: Served) -> None:
    browser, other, page = Browser(web), Browser(web), incident(web)
    browser.sign_in("sari")
    other.sign_in("sari")
    before = [one.acknowledged_by for one in web.watch.incidents.open()]
    for token in ("", "x", other.form_token(page)):
        assert browser.submit(page, {"do": "acknowledge", "form_token": token}).status == 403
    assert [one.acknowledged_by for one in web.watch.incidents.open()] == before == [""]


def test_a_viewer_sees_no_numbers_and_changes_nothing() -> None:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add("camat-utara")
    city.run(80)
    served = Served(city.state, now=city.now, token="s3cret")
    served.watch = city.watch
    with serving(served) as web:
        add_account(web, "budi", "viewer")
        browser, page = Browser(web), incident(web)
        browser.sign_in("budi")
        text = browser.get(page).text
        assert "Your account may only look." in text
        assert "Numbers of people on duty are for operators who have signed in." in text
        assert "tel:" not in text
        assert "/ticket" not in text
        token = browser.form_token(page)
        assert browser.submit(page, {"do": "acknowledge", "form_token": token}).status == 403


def test_a_form_of_a_session_that_ended_is_answered_with_the_way_on(web: Served) -> None:
    browser, page = Browser(web), incident(web)
    browser.sign_in("sari")
    token = browser.form_token(page)
    browser.cookies.clear()
    answer = browser.submit(page, {"do": "note", "note": "PLN sudah datang", "form_token": token})
    assert answer.status == 401
    assert "sign in first, then send it again" in answer.text


def test_the_record_of_changes_is_for_admins_and_names_what_was_done(web: Served) -> None:
    admin, viewer = Browser(web), Browser(web)
    admin.sign_in("tuti")
    viewer.sign_in("budi")
    assert viewer.get("/audit").status == 403
    text = admin.get("/audit").text
    for words in ("added the account sari", "signed in", "tuti", "from 127.0.0.1"):
        assert words in " ".join(text.split()).replace("</b>", ""), words


def test_a_person_changes_the_own_password_and_other_browsers_are_out(web: Served) -> None:
    browser, other = Browser(web), Browser(web)
    other.sign_in("sari")
    browser.sign_in("sari")
    assert "Where you are signed in" in browser.get("/account").text
    token = browser.form_token("/account")
    fields = {"form_token": token, "password": PASSWORD, "new": "tepi-kapuas", "again": "tepi-kapuas"}
    for wrong, told in (
        ({"again": "tepi-landak"}, "the two new passwords differ"),
        ({"password": "not this one"}, "the password of now is wrong"),
        ({"new": "sari", "again": "sari"}, "too easy to guess"),
    ):
        refused = browser.submit("/account", {**fields, **wrong})
        assert (refused.status, told in refused.text) == (422, True), told
    assert browser.submit("/account", {**fields, "form_token": ""}).status == 403
    assert browser.submit("/account", fields, origin="https://evil.example").status == 403
    changed = browser.submit("/account", fields)
    assert changed.status == 303
    assert "The password is changed." in browser.get(changed.headers["Location"]).text
    assert other.get("/").status == 303
    assert Browser(web).sign_in("sari").status == 401
    assert Browser(web).sign_in("sari", "tepi-kapuas").status == 303


def test_the_page_of_the_own_account_leads_a_stranger_to_the_sign_in(web: Served) -> None:
    answer = Browser(web).get("/account")
    assert (answer.status, answer.headers["Location"]) == (303, "/signin?to=%2Faccount")
