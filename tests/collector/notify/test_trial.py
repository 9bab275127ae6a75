"""A test message to a receiver."""

from collector.notify.trial import trial
from tests.fakes.answering import answering, status
from tests.fakes.receivers import alertmanager, notifying, webhook


async def test_it_says_that_it_is_a_test_and_of_no_site() -> None:
    async with answering(status(200)) as server:
        assert await trial(notifying(shift=webhook(server.url)), "shift") == {"shift": "delivered"}
    sent = server.requests[0].document
    assert (sent["kind"], sent["incident"], sent["root"], sent["affected"]) == ("test", "", "", [])
    assert sent["title"] == "🔧 TEST: pantau tries this channel"
    assert "Nothing is wrong." in sent["text"]


async def test_all_are_tried_and_each_tells_what_went_wrong() -> None:
    async with answering(status(200)) as good, answering(status(403)) as bad:
        town = notifying(
            good=webhook(good.url), bad=webhook(bad.url), gone=alertmanager("http://127.0.0.1:9")
        )
        results = await trial(town, None)
    assert results["good"] == "delivered"
    assert results["bad"] == f"{bad.url}: HTTP 403"
    assert results["gone"].startswith("http://127.0.0.1:9: Connection refused")


async def test_a_name_that_nobody_has_is_told_with_the_remedy() -> None:
    assert await trial(notifying(shift=webhook()), "shfit") == {
        "shfit": "the inventory has none of that name; it has shift"
    }
    assert await trial(notifying(), None) == {"receivers": "the inventory has none; add [receivers.X]"}
