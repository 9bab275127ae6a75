"""What people read."""

from string import Formatter
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.incidents import Incident, PersonNote
from collector.incidents.incident import Kind, NoticeKind
from collector.inventory.city import Link
from collector.notices.document import document
from collector.notices.phrases import duration, reason_words
from collector.notices.render import words
from collector.notices.texts import LINES, REASONS, TITLES, Language
from collector.notices.title import TITLE_CHARACTERS
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, down, incident, notice, over
from wire.probes import Reason

LANGUAGES: tuple[Language, ...] = get_args(Language)
ROOTS = {
    "site_down": "gradasi",
    "agent_silent": "gradasi",
    "target_down": "printer",
    "application_down": "sehat",
    "collector_blind": "collector",
    "path_lost": "internet/international",
    "degraded": "internet",
    "flapping": "gradasi",
    "certificate_expiry": "sehat",
    "agent_trouble": "gradasi",
    "on_backup": "gradasi",
    "power_cut": "feeder/KP-12",
}
POP = incident(root="pop-selatan", severity="critical", affected=down("pop-selatan", "gradasi", "warkop"))


def one_of(kind: str, **changes: Any) -> Incident:
    agent = "gradasi" if kind == "target_down" else ""
    probe = "clock" if kind == "agent_trouble" else ""
    return incident(kind, ROOTS[kind], agent=agent, probe=probe, **changes)


def test_a_part_of_pantau_has_its_name_in_each_language() -> None:
    about = incident("certificate_expiry", "pantau/ca", affected=(), not_after=NOW + 86400.0)
    assert [words(notice(about), PONTIANAK, one).title for one in ("en", "id")] == [
        "🟡 CERTIFICATE EXPIRES: CA of pantau",
        "🟡 SERTIFIKAT HAMPIR HABIS: CA pantau",
    ]
    assert document(notice(about), PONTIANAK, "id").name == "CA pantau"


@pytest.mark.parametrize("said", [*TITLES.values(), *LINES.values(), *REASONS.values()])
def test_both_languages_say_the_same(said: tuple[str, str]) -> None:
    english, indonesian = said
    assert "|" not in indonesian, "it has one form for one and for many"
    for form in english.split("|"):
        assert form
        assert placeholders(form) == placeholders(indonesian)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("told", get_args(NoticeKind))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_notice_of_every_kind_has_words(kind: Kind, told: NoticeKind, language: Language) -> None:
    for scope in ("", "here", "everywhere"):
        about = one_of(kind, scope=scope)
        about = over(about) if told == "recovered" else about
        said = words(notice(about, told, merged=("zzzz2345",)), PONTIANAK, language)
        assert len(said.title) <= TITLE_CHARACTERS
        assert said.text.splitlines()[0] == said.title
        assert "#zzzz2345" in said.text
        assert not placeholders(said.text)


def test_a_site_that_contradicts_an_outage_puts_the_inventory_in_doubt() -> None:
    about = msgspec.structs.replace(POP, contradicted_by=("warkop",))
    name = PONTIANAK.sites["warkop"].name
    assert f"The inventory may be wrong: {name} still report" in words(notice(about), PONTIANAK, "en").text
    assert f"Inventaris mungkin keliru: {name} masih melapor" in words(notice(about), PONTIANAK, "id").text


def test_a_reason_has_words_and_one_of_a_newer_agent_says_itself() -> None:
    assert set(get_args(Reason)) <= REASONS.keys()
    assert reason_words("tls", "id") == "TLS gagal"
    assert reason_words("quantum", "id") == "quantum"


def test_an_outage_says_what_where_since_when_who_why_and_what_to_do() -> None:
    assert words(notice(incident()), PONTIANAK, "en").text.splitlines() == [
        "🔴 DOWN: Kampung Digital Gradasi",
        "Benua Melayu Laut, Pontianak Selatan · #abcd2345",
        "Since 21-09 21:11:20 WIB (2 min).",
        "Affected: 180 users.",
        "Evidence: no answer in time, seen from POP Selatan.",
        "Cause: not known yet.",
        "Do: have somebody there check power, ONT lights, LAN cable.",
    ]
    assert words(notice(incident()), PONTIANAK, "id").text.splitlines() == [
        "🔴 PUTUS: Kampung Digital Gradasi",
        "Benua Melayu Laut, Pontianak Selatan · #abcd2345",
        "Sejak 21-09 21:11:20 WIB (2 menit).",
        "Terdampak: 180 pengguna.",
        "Bukti: tidak ada jawaban, terlihat dari POP Selatan.",
        "Penyebab: belum diketahui.",
        "Tindakan: minta orang di lokasi mengecek listrik, lampu ONT, kabel LAN.",
    ]


def test_times_are_local_and_say_whose() -> None:
    elsewhere = msgspec.structs.replace(PONTIANAK, timezone="Asia/Jayapura")
    assert "Since 21-09 23:11:20 WIT" in words(notice(incident()), elsewhere, "en").text


def test_a_pop_counts_its_sites_and_names_the_most_urgent_first() -> None:
    said = words(notice(POP), PONTIANAK, "en")
    assert said.title == "🔴 UPLINK DOWN: POP Selatan (3 sites)"
    assert "220 users at 3 sites: Kampung Digital Gradasi, POP Selatan, Warkop Winny" in said.text
    assert "Do: check power and UPS at POP Selatan, then the link to Pontive Center." in said.text
    assert "one message on recovery" in said.text


def test_of_many_sites_some_are_named() -> None:
    many = incident(root="pop-selatan", affected=down(*PONTIANAK.sites, *(f"site-{n}" for n in range(20))))
    assert "at 25 sites: Dinas Kesehatan, " in words(notice(many), PONTIANAK, "en").text
    assert " +20." in words(notice(many), PONTIANAK, "en").text


def test_who_came_back_earlier_is_not_affected_any_more_but_was() -> None:
    partly = msgspec.structs.replace(
        POP, affected=(*down("pop-selatan", "gradasi"), *down("warkop", until=NOW - 30))
    )
    assert words(notice(partly), PONTIANAK, "en").title == "🔴 UPLINK DOWN: POP Selatan (2 sites)"
    assert "220 users at 3 sites" in words(notice(over(partly), "recovered"), PONTIANAK, "en").text


def test_a_site_that_was_out_twice_is_one_site() -> None:
    twice = msgspec.structs.replace(POP, affected=(*down("gradasi", until=NOW - 60), *POP.affected))
    assert "220 users at 3 sites" in words(notice(over(twice), "recovered"), PONTIANAK, "en").text


def test_a_recovery_says_from_when_to_when_and_asks_for_nothing() -> None:
    said = words(notice(over(incident(), NOW - 17), "recovered"), PONTIANAK, "id")
    assert said.text.splitlines() == [
        "🟢 PULIH: Kampung Digital Gradasi",
        "Benua Melayu Laut, Pontianak Selatan · #abcd2345",
        "21-09 21:11:20 WIB – 21-09 21:13:03 WIB, lama 1 menit 43 detik.",
        "Terdampak: 180 pengguna.",
    ]


def test_an_agent_that_is_heard_again_is_no_site_that_recovered() -> None:
    assert words(notice(over(one_of("agent_silent")), "recovered"), PONTIANAK, "en").title == (
        "🟢 RECOVERED: agent Kampung Digital Gradasi"
    )


def test_what_left_the_inventory_is_said_to_have() -> None:
    gone = msgspec.structs.replace(over(incident(root="closed-cafe", affected=())), removed=True)
    said = words(notice(gone, "recovered"), PONTIANAK, "en")
    assert said.title == "🟢 RECOVERED: closed-cafe"
    assert said.text.endswith("It was removed from the inventory.")


def test_a_reminder_says_still() -> None:
    assert words(notice(POP, "reminder"), PONTIANAK, "id").title == (
        "🔁 MASIH GANGGUAN UPLINK: POP Selatan (3 lokasi)"
    )


def test_an_application_tells_from_where_it_is_missed() -> None:
    here = one_of("application_down", scope="here", affected=down("dinkes"), seen_by=("noc",), reason="tls")
    said = words(notice(here), PONTIANAK, "en")
    assert said.title == "🟠 APPLICATION PARTLY DOWN: Antrean Puskesmas"
    assert "Evidence: TLS failed, seen from Dinas Kesehatan." in said.text


def test_a_blind_collector_says_why_and_that_nothing_is_known() -> None:
    deaf = one_of("collector_blind", reason="silence", seen_by=())
    assert words(notice(deaf), PONTIANAK, "en").title == "⚫ PANTAU IS BLIND: no agent reports"
    said = words(notice(one_of("collector_blind", reason="broker", seen_by=())), PONTIANAK, "id")
    assert said.title == "⚫ PANTAU BUTA: broker tidak tersambung"
    assert "Status lokasi tidak diketahui" in said.text


@pytest.mark.parametrize(
    ("seconds", "english", "indonesian"),
    [
        (-5, "0 s", "0 detik"),
        (45.4, "45 s", "45 detik"),
        (59.6, "1 min", "1 menit"),
        (723, "12 min 3 s", "12 menit 3 detik"),
        (3600, "1 h", "1 jam"),
        (19_259, "5 h 20 min", "5 jam 20 menit"),
        (86_399.7, "1 d", "1 hari"),
        (273_600 + 59, "3 d 4 h", "3 hari 4 jam"),
        (1e9, "11574 d 1 h", "11574 hari 1 jam"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, english: str, indonesian: str) -> None:
    assert duration(seconds, "en") == english
    assert duration(seconds, "id") == indonesian


FAMILY = "👨\u200d👩\u200d👧\u200d👦"
FLAG = "🇮🇩"
ACCENTED = "e\u0301"


def titled(name: str, about: Incident = POP) -> str:
    named = msgspec.structs.replace(PONTIANAK.sites[about.root], name=name)
    city = msgspec.structs.replace(PONTIANAK, sites={**PONTIANAK.sites, about.root: named})
    return words(notice(about), city, "en").title


def test_a_long_name_is_cut_and_what_follows_it_is_not() -> None:
    long = "Kantor Kelurahan Benua Melayu Darat Kecamatan Pontianak Selatan Lantai Dua"
    assert titled(long) == "🔴 UPLINK DOWN: Kantor Kelurahan Benua Melayu Dara… (3 sites)"
    assert len(titled(long)) == TITLE_CHARACTERS
    text = words(notice(incident(root="pop-selatan")), named(long), "en").text
    assert text.startswith(f"🔴 DOWN: {long}\n"), "the text has it whole"


def named(name: str) -> Any:
    site = msgspec.structs.replace(PONTIANAK.sites["pop-selatan"], name=name)
    return msgspec.structs.replace(PONTIANAK, sites={**PONTIANAK.sites, "pop-selatan": site})


@pytest.mark.parametrize("cluster", [FAMILY, FLAG, ACCENTED, "👍🏽", "❤\ufe0f"])
def test_what_is_one_character_to_people_is_not_cut_in_two(cluster: str) -> None:
    for before in range(25, 37):
        title = titled("x" * before + cluster + "y" * 40)
        assert len(title) <= TITLE_CHARACTERS
        kept = title.removeprefix("🔴 UPLINK DOWN: ").removesuffix("… (3 sites)")
        assert kept.replace(cluster, "").strip("xy") == "", repr(kept)


def test_a_name_of_many_lines_with_braces_is_told_as_it_is_on_one() -> None:
    assert titled("POP\n{0}\t{name} %s") == "🔴 UPLINK DOWN: POP {0} {name} %s (3 sites)"


@given(name=st.text(), language=st.sampled_from(LANGUAGES), told=st.sampled_from(get_args(NoticeKind)))
def test_whatever_a_site_is_called_its_title_fits(name: str, language: Language, told: NoticeKind) -> None:
    said = words(notice(POP, told), named(name), language)
    assert len(said.title) <= TITLE_CHARACTERS
    assert "\n" not in said.title


LONG = "Kantor Kelurahan Benua Melayu Darat Kecamatan Pontianak Selatan " * 50
LONG_NAMES = msgspec.structs.replace(
    PONTIANAK,
    sites={
        id: msgspec.structs.replace(site, name=site.name if id == "pop-selatan" else LONG, district=LONG)
        for id, site in PONTIANAK.sites.items()
    },
)


def test_of_many_merged_incidents_some_are_named() -> None:
    merged = tuple(f"b{number:03d}2345" for number in range(500))
    said = words(notice(POP, "merged", merged), PONTIANAK, "en")
    assert "#b0002345, " in said.text
    assert "#b0292345 +470; they get no recovery" in said.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("told", get_args(NoticeKind))
def test_every_list_of_a_notice_is_bounded(told: NoticeKind, language: Language) -> None:
    """With names as long as anybody writes: Telegram takes 4,096 characters, and so does ntfy of bytes."""
    sites = (*LONG_NAMES.sites, *(f"site-{number}" for number in range(500)))
    about = msgspec.structs.replace(POP, affected=down(*sites), seen_by=sites)
    merged = tuple(f"b{number:03d}2345" for number in range(500))
    said = words(notice(about, told, merged), LONG_NAMES, language)
    assert len(said.text.encode()) < 2000


def test_a_notice_says_that_an_outage_outlasts_planned_work() -> None:
    late = incident(outlasted="New battery")
    text = words(notice(late), PONTIANAK, "en").text
    assert "\nIt outlasts planned work: New battery.\n" in text
    assert "pemeliharaan terjadwal: New battery." in words(notice(late), PONTIANAK, "id").text
    assert "New battery" not in words(notice(over(late), "recovered"), PONTIANAK, "en").text


def test_an_application_has_its_owner_with_a_number_and_the_status_code() -> None:
    dinkes = msgspec.structs.replace(PONTIANAK.sites["dinkes"], contact="Bu Rina, +62 812 0000 0002")
    sehat = msgspec.structs.replace(PONTIANAK.applications["sehat"], owner="dinkes")
    city = msgspec.structs.replace(
        PONTIANAK,
        sites={**PONTIANAK.sites, "dinkes": dinkes},
        applications={"sehat": sehat},
        page_url="https://pantau.example/",
    )
    about = one_of("application_down", scope="everywhere", affected=down("dinkes"), reason="status")
    about = msgspec.structs.replace(about, status_code=503)
    assert words(notice(about), city, "id").text.splitlines() == [
        "🔴 APLIKASI TIDAK DAPAT DIAKSES: Antrean Puskesmas",
        "Dinas Kesehatan, Pontianak Kota · #abcd2345",
        "Sejak 21-09 21:11:20 WIB (2 menit).",
        "Bukti: status HTTP 503, terlihat dari Dinas Kesehatan.",
        "Penyebab: belum diketahui.",
        "Tindakan: minta pemilik mengecek server dan aplikasinya.",
        "Pemilik: Dinas Kesehatan. Hubungi: Bu Rina, +62 812 0000 0002.",
        "https://pantau.example/incidents/abcd2345",
    ]
    assert words(notice(over(about), "recovered"), city, "en").text.endswith(
        "\nhttps://pantau.example/incidents/abcd2345"
    )
    assert "Evidence: HTTP status 503, seen from" in words(notice(about), city, "en").text


def test_the_internet_is_in_the_city_and_a_router_is_not_its_site() -> None:
    internet = words(notice(one_internet()), PONTIANAK, "en").text
    assert "\nPontianak · #abcd2345\n" in internet
    assert "Affected: 40 users at 2 sites: " in internet
    assert "check the line to the internet" in internet
    router = words(notice(incident("target_down", "gradasi")), PONTIANAK, "en").text
    assert "The site still reports. Do: check its router" in router


def one_internet() -> Incident:
    return incident("target_down", "internet", affected=down("warkop", "dinkes"))


IN_HAND = incident(
    root="pop-selatan",
    severity="critical",
    acknowledged_at=NOW - 60,
    acknowledged_by="Sari",
    acknowledged_note="I drive there",
    notes=(PersonNote(NOW - 86400, "Budi", "old"), PersonNote(NOW - 30, "Budi", "no power at the pole")),
    cause="power",
    cause_by="Budi",
)


def test_later_notices_say_who_is_on_it_and_why_it_fails() -> None:
    lines = words(notice(IN_HAND, "reminder"), PONTIANAK, "en").text.splitlines()
    assert "Sari is on it since 21:12: I drive there" in lines
    assert "Note by Budi, 21:12: no power at the pole" in lines
    assert "Cause, as Budi set it: power failure (PLN)." in lines
    lines = words(notice(IN_HAND, "reminder"), PONTIANAK, "id").text.splitlines()
    assert "Sari menangani sejak 21:12: I drive there" in lines
    assert "Penyebab menurut Budi: listrik padam (PLN)." in lines
    assert not any("old" in line for line in lines)


def test_a_recovery_says_who_was_on_it() -> None:
    text = words(notice(over(IN_HAND), "recovered"), PONTIANAK, "en").text
    assert "Sari had it in hand since 21:12: I drive there" in text.splitlines()
    assert "Cause, as Budi set it: power failure (PLN)." in text


def test_an_hour_of_another_day_has_its_date() -> None:
    since_yesterday = msgspec.structs.replace(IN_HAND, acknowledged_at=NOW - 86400)
    text = words(notice(since_yesterday, "reminder"), PONTIANAK, "en").text
    assert "Sari is on it since 20-09 21:13" in text


def test_a_radio_that_is_lost_sends_nobody_with_a_cable() -> None:
    lost = incident(cause="link", cause_by="Sari")
    fibre = Link(from_="gradasi", to="pop-selatan")
    by_fibre, by_radio = (
        msgspec.structs.replace(PONTIANAK, links={"l": link})
        for link in (fibre, msgspec.structs.replace(fibre, medium="radio"))
    )
    assert (
        "Do: report it to the provider of the link, or send the cable crew."
        in words(notice(lost), by_fibre, "en").text
    )
    assert "Do: check the power (PoE) of the radios at both ends" in words(notice(lost), by_radio, "en").text
