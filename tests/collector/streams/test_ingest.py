"""What becomes of each message, and what its agent is told."""

from collections import Counter

import pytest

from collector.changes import Changes
from collector.city.state import Applied, StateChange
from collector.streams.ingest import MAX_QUARANTINED_BYTES, MAX_STREAMS_ANSWERED, Ingest
from collector.streams.ingestion import Ingestion, Message
from collector.streams.kept import MAX_STREAMS
from collector.streams.marks import FORGET_SECONDS, MAX_RANGES, MAX_RANGES_OF_AGENT, StreamLedger
from tests.fakes.reporting import BOOT_NOW, NOW, STREAM, dropped, message, presence, report
from wire.messages import Ack, Presence, decode_ack, encode
from wire.report import Previous, Report, digest
from wire.topics import parse

OTHER = "00000000000000aa"


class City:
    """A state that remembers what it was told."""

    def __init__(self) -> None:
        self.applied: list[tuple[str, str, int]] = []
        self.present: list[tuple[str, bool]] = []

    def apply(self, agent: str, report: Report, received: float) -> Applied:
        if report.seq == 666:
            raise RuntimeError("a report that the state has not expected")
        self.applied.append((agent, report.stream, report.seq))
        heard = [StateChange(received, agent, "agent", "silent", "fresh")]
        return Applied(heard if report.seq == 1 else [], [])

    def presence(self, agent: str, presence: Presence, received: float) -> bool:
        self.present.append((agent, presence.online))
        return presence.stream == OTHER


@pytest.fixture
def city() -> City:
    return City()


@pytest.fixture
def ingest(city: City) -> Ingest:
    return Ingest("e0", city, {"gradasi": 10.0, "dinkes": 60.0})


def acks(ingest: Ingest, batch: Ingestion, commit: int = 1) -> dict[tuple[str, str], Ack]:
    """By agent and stream."""
    answers: dict[tuple[str, str], Ack] = {}
    for name, payload in ingest.acks(batch, commit, NOW + 0.5):
        match parse(name):
            case agent, "ack":
                ack = decode_ack(payload)
                assert (agent, ack.stream) not in answers
                answers[agent, ack.stream] = ack
            case _:
                raise AssertionError(name)
    return answers


def told(ingest: Ingest, *messages: Message, now: float = NOW) -> Ack:
    """The one answer to what belongs to one stream."""
    (ack,) = acks(ingest, ingest.take(messages, now)).values()
    return ack


def ledger(ingest: Ingest, agent: str = "gradasi") -> StreamLedger:
    return dict(ingest.kept.ledgers())[agent]


def seqs(city: City) -> list[int]:
    return [seq for _, _, seq in city.applied]


def test_a_new_report_goes_into_the_state_the_batch_and_the_ack(ingest: Ingest, city: City) -> None:
    batch = ingest.take([report(1, 3)], NOW)
    assert city.applied == [("gradasi", STREAM, 1)]
    assert [(taken.agent, taken.report.seq, taken.late) for taken in batch.taken] == [("gradasi", 1, False)]
    assert batch.taken[0].transitions == [StateChange(NOW, "gradasi", "agent", "silent", "fresh")]
    assert list(batch.marks) == [("gradasi", STREAM)]
    assert acks(ingest, batch, commit=17) == {
        ("gradasi", STREAM): Ack(
            "e0", 17, STREAM, base=1, stored=[(1, 1)], echo=BOOT_NOW, received=NOW, sent=NOW + 0.5
        )
    }
    assert ledger(ingest) == StreamLedger(stored=3)


def test_a_duplicate_is_acknowledged_again_and_never_taken_again(ingest: Ingest, city: City) -> None:
    ingest.take([report(1, 3)], NOW)
    assert told(ingest, report(1, 3), report(1, 3)).stored == [(1, 1)]
    assert seqs(city) == [1]
    assert ledger(ingest) == StreamLedger(stored=3, duplicates=6)
    assert +ingest.counts.messages == Counter({"live": 1, "duplicate": 2})


def test_the_order_of_arrival_does_not_matter(ingest: Ingest) -> None:
    ack = told(ingest, *(report(seq) for seq in (5, 1, 4, 2, 9)))
    assert ack.stored == [(1, 2), (4, 5), (9, 9)]


def test_an_agent_is_who_its_topic_says(ingest: Ingest, city: City) -> None:
    batch = ingest.take([report(1, agent="gradasi"), report(1, agent="dinkes")], NOW)
    assert city.applied == [("gradasi", STREAM, 1), ("dinkes", STREAM, 1)]
    assert set(acks(ingest, batch)) == {("gradasi", STREAM), ("dinkes", STREAM)}


def test_one_ack_answers_all_reports_of_a_stream_with_the_echo_of_the_newest(ingest: Ingest) -> None:
    ack = told(ingest, report(1, received=NOW), report(2, received=NOW + 2, base=2))
    assert (ack.stored, ack.base) == ([(1, 2)], 2)
    assert (ack.echo, ack.received) == (BOOT_NOW + 2, NOW + 2)


def test_an_ack_names_at_most_16_ranges_the_lowest_and_the_newest(ingest: Ingest) -> None:
    ack = told(ingest, *(report(seq) for seq in range(1, 100, 2)))
    assert ack.stored == [(1, 1), *((seq, seq) for seq in range(71, 100, 2))]


def test_a_hole_that_no_report_can_fill_does_not_hide_the_reports_above_it(ingest: Ingest) -> None:
    ingest.take([report(seq, 0) for seq in range(1, 100, 2)], NOW)
    ack = told(ingest, report(40, 0, base=40))
    assert (ack.base, ack.stored) == (40, [(39, 41), *((seq, seq) for seq in range(71, 100, 2))])


def test_a_presence_that_knows_an_earlier_run_is_told_how_much_of_it_there_is(city: City) -> None:
    ingest = Ingest("e2", city, {"gradasi": 10.0}, past={"e0": 7, "e1": 9})
    assert told(ingest, presence(STREAM, known=("e1", 8))).past == ("e1", 9)
    assert told(ingest, presence(STREAM, known=("e0", 9))).past == ("e0", 7)
    assert told(ingest, presence(STREAM, known=("another's", 9))).past == ("another's", 0)
    assert told(ingest, presence(STREAM, known=("e2", 9))).past is None
    assert told(ingest, presence(STREAM)).past is None


def test_an_agent_that_is_not_in_the_inventory_is_held_and_its_data_not_read(
    ingest: Ingest, city: City
) -> None:
    ack = told(ingest, report(1, agent="gradsi"), message("gradsi", b"not even a report"))
    assert "gradsi is not in the collector's inventory" in ack.hold
    assert (ack.stored, ack.rejected, city.applied) == ([], [], [])
    ingest.agents = {**ingest.agents, "gradsi": 10.0}
    assert told(ingest, report(1, agent="gradsi")).stored == [(1, 1)]


def test_a_newer_major_version_is_held(ingest: Ingest) -> None:
    batch = ingest.take([message("gradasi", b'{"v":2,"all":"new"}')], NOW)
    (ack,) = acks(ingest, batch).values()
    assert "version 2" in ack.hold
    assert not Changes.of(batch)


def test_what_can_never_be_taken_is_rejected_by_its_digest_and_quarantined(ingest: Ingest) -> None:
    poison = b"\x00" * 10_000
    batch = ingest.take([message("gradasi", poison)], NOW)
    (ack,) = acks(ingest, batch).values()
    assert [(one.digest, one.reason) for one in ack.rejected] == [(digest(poison), "neither zlib nor JSON")]
    (kept,) = batch.quarantined
    assert (kept.agent, kept.digest, kept.received) == ("gradasi", digest(poison), NOW)
    assert len(kept.payload) == MAX_QUARANTINED_BYTES
    assert +ingest.counts.refused == Counter({"undecodable": 1})


def test_a_reason_is_short_and_printable_whatever_the_payload_says(ingest: Ingest) -> None:
    poison = b'{"stream":"%s","seq":1,"base":1,"boot":"b","sent":1,"clock":"%s"}'
    poison %= (STREAM.encode(), b"\\u0000\\n\\u001b[31m" * 100)
    (kept,) = ingest.take([message("gradasi", poison)], NOW).quarantined
    assert kept.reason.isprintable()
    assert len(kept.reason) <= 200


def test_a_topic_that_is_nobodys_is_counted_and_not_answered(ingest: Ingest) -> None:
    batch = ingest.take([Message("pantau/v1/Gradasi/presence", b"{}", NOW)], NOW)
    assert batch.answers == {}
    assert +ingest.counts.refused == Counter({"topic": 1})


def test_what_an_agent_had_to_drop_is_accounted_for(ingest: Ingest) -> None:
    ack = told(ingest, report(4, 1, drops=[dropped(1, 40, 41, None)]))
    assert ack.stored == [(1, 4)]
    assert ledger(ingest) == StreamLedger(stored=1, dropped=81, unknown_reports=1)
    assert +ingest.counts.dropped_measurements == Counter({"full": 81})


def test_a_drop_of_what_was_stored_counts_only_the_rest(ingest: Ingest) -> None:
    ingest.take([report(2, 40)], NOW)
    ingest.take([report(4, 1, drops=[dropped(1, 40, 40, 40)])], NOW)
    assert ledger(ingest) == StreamLedger(stored=41, dropped=80)


def test_a_report_that_comes_after_its_drop_is_acknowledged_but_not_taken(ingest: Ingest, city: City) -> None:
    ingest.take([report(2, 1, drops=[dropped(1, 40)])], NOW)
    assert told(ingest, report(1, 40)).stored == [(1, 2)]
    assert seqs(city) == [2]
    assert ledger(ingest) == StreamLedger(stored=1, dropped=40, duplicates=40)


def test_a_drop_told_twice_counts_once(ingest: Ingest) -> None:
    ingest.take([report(2, 1, drops=[dropped(1, 40)]), report(3, 1, drops=[dropped(1, 40)])], NOW)
    assert ledger(ingest).dropped == 40


def test_a_drop_may_be_of_an_earlier_stream(ingest: Ingest) -> None:
    batch = ingest.take([report(1, 1, drops=[dropped(7, 40, stream=OTHER, reason="hole")])], NOW)
    assert set(batch.marks) == {("gradasi", STREAM), ("gradasi", OTHER)}
    assert list(batch.marks["gradasi", OTHER].decided) == [(7, 7)]
    assert list(batch.marks["gradasi", OTHER].dropped) == [(7, 7)]


def test_reports_that_were_rejected_come_into_the_ledger_by_their_drop_record(ingest: Ingest) -> None:
    ingest.take([report(2, 1, drops=[dropped(1, 40, reason="rejected")])], NOW)
    assert ledger(ingest) == StreamLedger(stored=1, rejected=40)


def test_the_first_report_of_a_stream_names_the_stream_before_it(ingest: Ingest) -> None:
    batch = ingest.take([report(1, previous=Previous(OTHER, 12))], NOW)
    marks = batch.marks["gradasi", STREAM]
    assert (marks.previous, marks.previous_highest) == (OTHER, 12)


def test_a_presence_is_answered_with_one_ack_for_each_stream_it_names(ingest: Ingest, city: City) -> None:
    ingest.take([report(1, stream=OTHER), report(3, stream=OTHER)], NOW)
    batch = ingest.take([presence(STREAM, OTHER, received=NOW + 9)], NOW + 9)
    answers = acks(ingest, batch, commit=4)
    assert set(answers) == {("gradasi", STREAM), ("gradasi", OTHER)}
    assert answers["gradasi", STREAM].stored == []
    assert answers["gradasi", OTHER].stored == [(1, 1), (3, 3)]
    for ack in answers.values():
        assert (ack.commit, ack.echo, ack.received, ack.sent) == (4, BOOT_NOW + 9, NOW + 9, NOW + 0.5)
    assert city.present == [("gradasi", True)]
    assert not Changes.of(batch)


def test_a_presence_that_the_broker_had_kept_has_no_echo_to_measure_time_by(ingest: Ingest) -> None:
    assert told(ingest, presence(STREAM, retained=True)).echo is None


@pytest.mark.parametrize("version", [-1, 2**53 + 1, 2**70])
def test_a_presence_with_an_absurd_version_of_its_work_is_answered(ingest: Ingest, version: int) -> None:
    said = Presence(True, stream=STREAM, sent=BOOT_NOW, assignment=version)
    assert told(ingest, message("gradasi", encode(said), leaf="presence")).echo == BOOT_NOW


def test_that_an_agent_is_two_is_counted_and_said(ingest: Ingest, caplog: pytest.LogCaptureFixture) -> None:
    ingest.take([presence(STREAM), presence(OTHER)], NOW)
    assert ingest.counts.doubled_agents == 1
    assert caplog.messages == ["gradasi: two agents say that they are this one; give each its own id"]


def test_a_last_will_is_told_to_the_state_and_not_answered(ingest: Ingest, city: City) -> None:
    assert ingest.take([presence(online=False)], NOW).answers == {}
    assert city.present == [("gradasi", False)]


def test_an_agent_outside_the_inventory_gets_a_hold_and_an_echo(ingest: Ingest, city: City) -> None:
    ack = told(ingest, presence(STREAM, OTHER, agent="gradsi"))
    assert ack.hold
    assert ack.echo == BOOT_NOW
    assert city.present == []


@pytest.mark.parametrize(
    "payload", [b"{", b"[]", b'{"online":"\xff"}', b"{" + b" " * 70_000 + b'"online":true}']
)
def test_a_presence_that_can_not_be_read_is_counted(ingest: Ingest, payload: bytes) -> None:
    assert ingest.take([message("gradasi", payload, leaf="presence")], NOW).answers == {}
    assert +ingest.counts.refused == Counter({"presence": 1})


def test_a_presence_that_was_cleared_at_the_broker_says_nothing(ingest: Ingest, city: City) -> None:
    ingest.take([message("gradasi", b"", leaf="presence")], NOW)
    assert city.present == []
    assert not +ingest.counts.refused


@pytest.mark.parametrize(
    ("agent", "age_seconds", "late"),
    [("gradasi", 30, False), ("gradasi", 31, True), ("dinkes", 180, False), ("dinkes", 181, True)],
)
def test_late_is_older_than_30_seconds_or_three_intervals(
    ingest: Ingest, agent: str, age_seconds: float, late: bool
) -> None:
    (taken,) = ingest.take([report(1, agent=agent, age_seconds=age_seconds)], NOW).taken
    assert taken.late is late
    assert +ingest.counts.messages == Counter({"late" if late else "live": 1})


def test_what_the_agent_could_not_date_is_late(ingest: Ingest) -> None:
    (taken,) = ingest.take([report(1, offset=None)], NOW).taken
    assert taken.late


def test_a_report_that_breaks_the_state_stays_unanswered_and_stops_nobody_else(
    ingest: Ingest, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    ack = told(ingest, report(665), report(666), report(667))
    assert (ack.stored, ack.hold) == ([(665, 665), (667, 667)], "")
    assert +ingest.counts.refused == Counter({"failed": 1})
    assert "broke the state" in caplog.text


def test_unknown_fields_are_counted_once_a_stream(ingest: Ingest) -> None:
    payload = b'{"stream":"%s","seq":%d,"base":1,"boot":"b","sent":1,"mood":"good","body":{"at":1}}'
    for seq in (1, 2, 3):
        ingest.take([message("gradasi", payload % (STREAM.encode(), seq))], NOW)
    assert ingest.counts.unknown_fields == 1


def test_marks_are_forgotten_30_days_after_the_agent_released_the_stream(ingest: Ingest) -> None:
    ingest.take([report(1, 5, stream=OTHER), report(1, 2)], NOW)
    ingest.take([presence(STREAM)], NOW)
    last = NOW + FORGET_SECONDS
    assert ingest.take([], last).forgotten == []
    batch = ingest.take([], last + 3601)
    assert batch.forgotten == [("gradasi", OTHER)]
    assert ledger(ingest) == StreamLedger(stored=7)


def test_marks_are_kept_for_as_long_as_the_agent_holds_the_stream(ingest: Ingest) -> None:
    ingest.take([report(1, stream=OTHER)], NOW)
    ingest.take([presence(STREAM)], NOW)
    ingest.take([presence(STREAM, OTHER)], NOW + 100)
    assert ingest.take([], NOW + 2 * FORGET_SECONDS).forgotten == []


def test_a_report_shows_that_the_agent_holds_its_stream(ingest: Ingest) -> None:
    ingest.take([report(1, stream=OTHER)], NOW)
    ingest.take([presence(STREAM)], NOW)
    ingest.take([report(2, stream=OTHER)], NOW + 100)
    assert ingest.take([], NOW + 2 * FORGET_SECONDS).forgotten == []


def test_an_agent_that_restarts_for_ever_costs_bounded_memory(ingest: Ingest) -> None:
    streams = [f"{number:016x}" for number in range(MAX_STREAMS + 50)]
    forgotten: list[tuple[str, str]] = []
    for at, stream in enumerate(streams):
        batch = ingest.take([report(1, stream=stream, received=NOW + at), presence(stream)], NOW + at)
        forgotten += batch.forgotten
    assert [stream for _, stream in forgotten] == streams[: len(forgotten)]
    assert 50 <= len(forgotten) <= 52
    assert ledger(ingest).stored == len(streams)


def test_an_agent_that_holds_too_many_streams_is_held(ingest: Ingest) -> None:
    for number in range(MAX_STREAMS):
        ingest.take([report(1, stream=f"{number:016x}")], NOW)
    ack = told(ingest, report(1))
    assert "too many streams" in ack.hold
    assert ack.stored == []


def test_a_stream_with_too_many_gaps_is_held_until_they_are_filled(ingest: Ingest) -> None:
    for seq in range(1, 2 * MAX_RANGES, 2):
        ingest.take([report(seq, 0)], NOW)
    far = 2 * MAX_RANGES + 9
    assert "too many gaps" in told(ingest, report(far)).hold
    assert told(ingest, report(2)).stored[0] == (1, 3)
    assert told(ingest, report(far)).stored[-1] == (far, far)


def test_a_presence_is_answered_for_its_present_and_its_known_streams(ingest: Ingest) -> None:
    ingest.take([report(1, stream=OTHER)], NOW)
    fresh = [f"{number:016x}" for number in range(100)]
    answers = acks(ingest, ingest.take([presence(STREAM, OTHER, *fresh)], NOW))
    assert set(answers) == {("gradasi", STREAM), ("gradasi", OTHER)}


def test_beyond_a_limit_an_agent_gets_answers_for_its_present_stream_alone(
    ingest: Ingest,
) -> None:
    streams = [f"{number:016x}" for number in range(MAX_STREAMS_ANSWERED + 20)]
    ingest.take([report(1, stream=stream) for stream in streams], NOW)
    counted = [len(acks(ingest, ingest.take([presence(STREAM, *streams)], NOW))) for _ in range(6)]
    assert counted == [1 + MAX_STREAMS_ANSWERED] * 4 + [1, 1]
    later = presence(STREAM, *streams, received=NOW + 60)
    assert len(acks(ingest, ingest.take([later], NOW + 60))) == 1 + MAX_STREAMS_ANSWERED


def test_the_gaps_of_all_streams_of_an_agent_are_bounded_together_and_no_others(ingest: Ingest) -> None:
    held = ""
    for seq in range(1, 2 * MAX_RANGES_OF_AGENT, 2):
        records = [dropped(seq, 1, stream=f"{number:016x}") for number in range(400)]
        held = told(ingest, report(seq, 0, drops=records)).hold
        if held:
            break
    assert "too many gaps" in held
    assert sum(marks.ranges() for marks in ingest.kept.of_agent("gradasi").values()) <= MAX_RANGES_OF_AGENT
    assert told(ingest, report(1, agent="dinkes")).hold == ""


def test_who_begins_streams_without_end_is_held(ingest: Ingest) -> None:
    held = ""
    for number in range(2 * MAX_STREAMS + 2):
        ingest.take([presence("0" * 16)], NOW)
        held = acks(ingest, ingest.take([report(1, stream=f"{number + 1:016x}")], NOW))[
            "gradasi", f"{number + 1:016x}"
        ].hold
    assert "begins too many streams" in held
