"""Files of version 1: every release reads them, to the same values. Never change one."""

import hashlib
import zlib
from pathlib import Path

import msgspec

from wire.dictionary import DICTIONARY
from wire.messages import (
    Ack,
    CollectorPresence,
    Presence,
    Rejected,
    decode_ack,
    decode_assignment,
    decode_collector_presence,
    decode_presence,
)
from wire.probes import Icmp, Probe, Tcp
from wire.report import Body, Drop, Previous, Report, Table, decode_report

GOLDEN = Path(__file__).parent / "golden"

REPORT = Report(
    stream="00c0ffee00c0ffee",
    seq=7,
    base=5,
    boot="5f0c1d2e-boot",
    sent=86412.25,
    offset=1789913600.125,
    clock="collector",
    body=Body(
        at=86412.0,
        tables=[
            Table(
                kind="icmp",
                target=["gateway", "internet"],
                age_ms=[0, 250],
                values={"icmp_loss_ratio": [0.0, 1.0], "icmp_rtt_median_seconds": [0.000412, None]},
                reason=["", "timeout"],
            ),
            Table(
                kind="snmp",
                target=["switch"],
                age_ms=[1500],
                values={"interface_up": [1.0]},
                row=["ether1"],
            ),
        ],
        drops=[Drop(stream="00000000000000aa", first=3, counts=[40, None], reason="hole")],
        previous=Previous(stream="00000000000000aa", highest=12),
    ),
)


def read(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def test_a_plain_report_of_version_1() -> None:
    assert decode_report(read("report.json")) == REPORT


def test_a_compressed_report_of_version_1() -> None:
    assert decode_report(read("report.zlib")) == REPORT
    assert zlib.decompress(read("report.zlib")) == read("report.json").rstrip()


def test_a_report_of_version_1_compressed_with_its_dictionary() -> None:
    assert decode_report(read("report.zdict")) == REPORT


def test_the_least_report_of_version_1() -> None:
    report = decode_report(read("report-least.json"))
    assert (report.offset, report.clock, report.body) == (None, "estimated", Body(at=0.0))


def test_an_ack_of_version_1() -> None:
    assert decode_ack(read("ack.json")) == Ack(
        epoch="e0",
        commit=1234,
        stream="00c0ffee00c0ffee",
        base=5,
        stored=[(1, 6), (9, 9)],
        rejected=[Rejected("e3b0c44298fc1c14", "neither zlib nor JSON")],
        hold="",
        echo=86412.25,
        received=1790000012.5,
        sent=1790000012.53,
    )
    assert decode_ack(read("ack-hold.json")) == Ack(
        epoch="e0", commit=0, hold="agent x is not in the inventory"
    )


def test_an_ack_that_tells_of_the_run_before() -> None:
    assert decode_ack(read("ack-past.json")) == Ack(epoch="e1", commit=90, past=("e0", 77))


def test_a_presence_that_knows_the_collector() -> None:
    assert decode_presence(read("presence-known.json")) == Presence(online=True, known=("e0", 78))


def test_a_presence_of_version_1() -> None:
    assert decode_presence(read("presence.json")) == Presence(
        online=True,
        boot="5f0c1d2e-boot",
        stream="00c0ffee00c0ffee",
        streams=["00000000000000aa", "00c0ffee00c0ffee"],
        sent=86412.25,
        version="0.1.0",
        assignment=1789999999000,
        conditions=["spool is not writable"],
    )
    assert decode_presence(read("presence-will.json")) == Presence(online=False)


def test_a_collectors_presence_of_version_1() -> None:
    assert decode_collector_presence(read("collector-presence.json")) == CollectorPresence(True, "e0")


def test_an_assignment_of_version_1() -> None:
    offer = decode_assignment(read("assignment.json"))
    assert (offer.version, offer.report_interval_seconds) == (1789999999000, 10.0)
    known, unknown = offer.probes[:2], offer.probes[2]
    assert [msgspec.json.decode(probe, type=Probe) for probe in known] == [
        Icmp(target="gateway", address="@gateway", period_seconds=0.5),
        Tcp(target="web", address="10.61.0.10", port=443),
    ]
    assert msgspec.json.decode(unknown)["kind"] == "telepathy"


def test_the_dictionary_never_changes() -> None:
    """Its bytes are version 1: another dictionary could not read what agents of the field send."""
    assert (
        hashlib.sha256(DICTIONARY).hexdigest()
        == "c887d9d21e5d7eaccc2d3230e914781d8a9fe200771e4eb6220c4c385e236449"
    )
