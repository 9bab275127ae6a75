"""A browser never shows a page with the style sheet or script of another release."""

from tests.collector.web.serving import Served, serving


def test_a_browser_asks_for_a_style_sheet_again_and_keeps_its_copy() -> None:
    with serving(Served()) as web:
        first = web.get("/static/page.css")
        tag = first.headers["ETag"] or ""
        again = web.get("/static/page.css", **{"If-None-Match": tag})

    assert first.status == 200
    assert again.status == 304
    assert [one.headers["Cache-Control"] for one in (first, again)] == ["no-cache", "no-cache"]
    assert first.headers["X-Content-Type-Options"] == "nosniff"
