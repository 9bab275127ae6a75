"""However many letters come: each goes out once, in order, and few messages reach a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from collector.inventory import Receiver
from collector.inventory.city import MessageLimit, OfficeHours, Telegram, Webhook
from collector.notices.document import Letter, document
from collector.notify.hours import opens_at
from collector.notify.pace import (
    EDITS_AT_ONCE,
    INCIDENTS_IN_DIGEST,
    LIMIT_SECONDS,
    ReceiverPace,
    messages_limit,
    superseded,
)
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import incident, notice

ZONE = ZoneInfo("Asia/Pontianak")
FRIDAY_NOON = datetime(2026, 11, 27, 12, 0, tzinfo=ZONE).timestamp()
FRIDAY_NIGHT = datetime(2026, 11, 27, 22, 0, tzinfo=ZONE).timestamp()
MONDAY_OPENING = datetime(2026, 11, 30, 7, 30, tzinfo=ZONE).timestamp()
GROUP = Receiver(telegram=Telegram(chat=1, token_file="token"))
OFFICE = msgspec.structs.replace(GROUP, hours=OfficeHours(severity=["info", "warning"]))


MADE = document(notice(incident()), PONTIANAK, "en")


def letter(
    number: int,
    about: str,
    at: float,
    severity: str = "critical",
    kind: str = "firing",
    merged: tuple[str, ...] = (),
) -> Letter:
    changes = {"id": f"{about}-{number}", "incident": about, "at": at, "severity": severity, "kind": kind}
    return Letter("group", msgspec.structs.replace(MADE, **changes, merged=list(merged)), number)


class Receiving:
    """A receiver in virtual time that takes each message at once."""

    def __init__(self, receiver: Receiver, letters: list[Letter]) -> None:
        self.receiver = receiver
        self.messages: list[tuple[float, list[Letter]]] = []
        self._coming = sorted(letters, key=lambda one: (one.document.at, one.number))
        self._waiting: list[Letter] = []
        self._pace = ReceiverPace()

    def play(self) -> list[tuple[float, list[Letter]]]:
        now = self._coming[0].document.at if self._coming else 0.0
        while self._coming or self._waiting:
            while self._coming and self._coming[0].document.at <= now:
                self._waiting.append(self._coming.pop(0))
            outgoing = self._pace.next(self._waiting, self.receiver, ZONE, now)
            if outgoing.letters:
                if outgoing.letters[0].document.kind == "updated":
                    self._pace.edited(now)
                else:
                    self._pace.sent(self.receiver, now)
                self.messages.append((now, list(outgoing.letters)))
                self._waiting = [one for one in self._waiting if one not in outgoing.letters]
                continue
            arrival = self._coming[0].document.at if self._coming else float("inf")
            assert min(arrival, outgoing.due) > now, "time goes on"
            now = min(arrival, outgoing.due)
        return self.messages

    def sizes(self) -> list[int]:
        return [len(letters) for _, letters in self.play()]


def test_few_letters_go_out_alone() -> None:
    letters = [letter(number, f"one{number}", FRIDAY_NOON + number) for number in range(9)]
    assert Receiving(GROUP, letters).sizes() == [1] * 9


def test_of_forty_letters_at_once_nine_go_alone_and_the_rest_in_two_digests() -> None:
    letters = [letter(number, f"one{number}", FRIDAY_NOON) for number in range(40)]
    receiving = Receiving(GROUP, letters)
    assert receiving.sizes() == [1] * 9 + [30, 1]
    assert receiving.messages[-1][0] == FRIDAY_NOON + LIMIT_SECONDS / 10


def test_a_webhook_gets_each_notice_alone() -> None:
    hook = Receiver(webhook=Webhook(url="http://127.0.0.1:9/"))
    letters = [letter(number, f"one{number}", FRIDAY_NOON) for number in range(200)]
    assert Receiving(hook, letters).sizes() == [1] * 200


def test_a_webhook_with_a_limit_gets_digests_too() -> None:
    hook = Receiver(webhook=Webhook(url="http://127.0.0.1:9/"), limit=MessageLimit(messages=1))
    assert Receiving(hook, [letter(number, "a", FRIDAY_NOON) for number in range(5)]).sizes() == [5]


def test_what_is_not_urgent_waits_over_the_weekend_and_comes_as_one_message() -> None:
    letters = [letter(number, f"one{number}", FRIDAY_NIGHT + number, "info") for number in range(3)]
    receiving = Receiving(OFFICE, letters)
    assert receiving.sizes() == [3]
    assert receiving.messages[0][0] == MONDAY_OPENING


def test_a_critical_notice_does_not_wait_for_the_office() -> None:
    letters = [letter(1, "mild", FRIDAY_NIGHT, "info"), letter(2, "grave", FRIDAY_NIGHT + 60)]
    assert [
        (at, [one.document.incident for one in sent]) for at, sent in Receiving(OFFICE, letters).play()
    ] == [
        (FRIDAY_NIGHT + 60, ["grave"]),
        (MONDAY_OPENING, ["mild"]),
    ]


def test_an_incident_that_becomes_critical_at_night_goes_out_in_order() -> None:
    letters = [
        letter(1, "a", FRIDAY_NIGHT, "warning"),
        letter(2, "a", FRIDAY_NIGHT + 60, "critical", "worsened"),
    ]
    sent = [(at, one.number) for at, letters in Receiving(OFFICE, letters).play() for one in letters]
    assert sent == [(FRIDAY_NIGHT + 60, 1), (FRIDAY_NIGHT + 60, 2)]


def test_a_mild_incident_goes_out_before_the_grave_one_that_took_it_in() -> None:
    letters = [
        letter(1, "mild", FRIDAY_NIGHT, "warning"),
        letter(2, "grave", FRIDAY_NIGHT + 60, merged=("mild",)),
        letter(3, "grave", FRIDAY_NIGHT + 600, kind="recovered"),
    ]
    sent = [(at, one.number) for at, letters in Receiving(OFFICE, letters).play() for one in letters]
    assert sent == [(FRIDAY_NIGHT + 60, 1), (FRIDAY_NIGHT + 60, 2), (FRIDAY_NIGHT + 600, 3)]


def test_no_digest_takes_an_incident_in_before_the_chat_knows_it() -> None:
    letters = [letter(number, f"one{number}", FRIDAY_NOON) for number in range(45)]
    letters.append(letter(45, "one30", FRIDAY_NOON, kind="reminder", merged=("one44",)))
    sent = [one.number for _, message in Receiving(GROUP, letters).play() for one in message]
    assert sent.index(44) < sent.index(45)


def test_the_office_opens_with_a_grave_letter_that_nobody_took_at_night_first() -> None:
    waiting = [
        letter(1, "a", FRIDAY_NIGHT),
        letter(2, "a", FRIDAY_NIGHT + 60, "warning", "recovered"),
        letter(3, "b", FRIDAY_NIGHT + 90, "warning"),
    ]
    opening = ReceiverPace().next(waiting, OFFICE, ZONE, MONDAY_OPENING)
    assert [one.number for one in opening.letters] == [1, 2, 3]


def test_a_clock_that_is_set_back_holds_no_message_up() -> None:
    pace, waiting = ReceiverPace(), [letter(number, f"one{number}", FRIDAY_NOON) for number in range(3)]
    for _ in range(10):
        pace.sent(GROUP, FRIDAY_NOON)
    now = FRIDAY_NOON - 86400
    due = pace.next(waiting, GROUP, ZONE, now).due
    assert due == now + LIMIT_SECONDS / 10
    assert len(pace.next(waiting, GROUP, ZONE, due).letters) == 3


def test_a_summary_is_a_message_of_its_own_however_many_letters_wait() -> None:
    summary = letter(20, "", FRIDAY_NOON, "info", "summary")
    storm = [letter(number, f"one{number}", FRIDAY_NOON) for number in range(40) if number != 20]
    messages = [letters for _, letters in Receiving(GROUP, [*storm, summary]).play()]
    assert [one.number for letters in messages if summary in letters for one in letters] == [20]


@st.composite
def storms(draw: st.DrawFn, merges: bool = False) -> list[Letter]:
    count = draw(st.integers(1, 120))
    times = draw(st.lists(st.floats(0, 4 * 86400), min_size=count, max_size=count))
    return [
        letter(
            number,
            f"incident{draw(st.integers(0, 60))}",
            FRIDAY_NOON + at,
            draw(st.sampled_from(["critical", "warning", "info"])),
            draw(st.sampled_from(["firing", "reminder", "recovered"])),
            (f"incident{draw(st.integers(0, 60))}",) if merges and draw(st.booleans()) else (),
        )
        for number, at in enumerate(sorted(times))
    ]


@given(storms(merges=True), st.sampled_from([GROUP, OFFICE]))
def test_each_letter_goes_out_once_and_in_order_within_its_incident(
    letters: list[Letter], receiver: Receiver
) -> None:
    sent = [one for _, message in Receiving(receiver, letters).play() for one in message]
    assert sorted(one.number for one in sent) == [one.number for one in letters]
    for about in {one.document.incident for one in letters}:
        mine = [one.number for one in sent if about in (one.document.incident, *one.document.merged)]
        assert mine == sorted(mine)


@given(storms(), st.sampled_from([GROUP, OFFICE]), st.integers(1, 20))
def test_few_messages_reach_a_person_in_any_five_minutes(
    letters: list[Letter], receiver: Receiver, limit: int
) -> None:
    receiver = msgspec.structs.replace(receiver, limit=MessageLimit(messages=limit))
    at = [at for at, _ in Receiving(receiver, letters).play()]
    office = len(letters) // INCIDENTS_IN_DIGEST + 1  # the messages of an opening are not held up
    for since in at:
        within = [one for one in at if since <= one < since + LIMIT_SECONDS]
        assert len(within) <= 2 * messages_limit(receiver) + 1 + office


@given(storms())
def test_a_letter_that_may_wait_goes_in_office_hours_or_with_an_urgent_one(
    letters: list[Letter],
) -> None:
    for at, message in Receiving(OFFICE, letters).play():
        for one in message:
            if one.document.severity in OFFICE.hours.severity and opens_at(OFFICE.hours, ZONE, at) > at:
                about = one.document.incident
                assert any(
                    other.document.incident == about and other.document.severity == "critical"
                    for other in letters
                )


def test_an_edit_goes_out_after_all_that_ring_and_in_no_digest() -> None:
    edits = [letter(number, f"known{number}", FRIDAY_NOON, kind="updated") for number in range(9)]
    firing = [letter(number + 9, f"one{number}", FRIDAY_NOON) for number in range(40)]
    messages = Receiving(GROUP, edits + firing).play()
    at_noon = [letters for at, letters in messages if at == FRIDAY_NOON]
    kinds = [[one.document.kind for one in letters] for letters in at_noon]
    assert kinds[-int(EDITS_AT_ONCE) :] == [["updated"]] * int(EDITS_AT_ONCE)
    assert all(kind == "firing" for letters in kinds[: -int(EDITS_AT_ONCE)] for kind in letters)
    ended = [at for at, letters in messages if letters[0].document.kind == "updated"]
    assert max(ended) - FRIDAY_NOON == 5 * (9 - EDITS_AT_ONCE), "below twenty a minute"


def test_an_edit_waits_for_the_notice_whose_message_it_edits() -> None:
    night = FRIDAY_NIGHT
    letters = [letter(1, "one", night, "warning"), letter(2, "one", night, "warning", "updated")]
    messages = Receiving(OFFICE, letters).play()
    assert [(at, letters[0].number) for at, letters in messages] == [
        (MONDAY_OPENING, 1),
        (MONDAY_OPENING, 2),
    ]


def test_a_later_notice_of_the_incident_makes_an_edit_needless() -> None:
    letters = [
        letter(1, "one", FRIDAY_NOON, kind="updated"),
        letter(2, "two", FRIDAY_NOON, kind="updated"),
        letter(3, "one", FRIDAY_NOON, kind="recovered"),
    ]
    assert [one.number for one in superseded(letters, edits=True)] == [1]
    assert [one.number for one in superseded(letters, edits=False)] == [1, 2], "no channel that edits"
