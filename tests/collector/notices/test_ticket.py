"""The fault report to a provider: its texts in both languages, and that it always fits."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.causes import Clue, ClueName, WeighedCause
from collector.incidents import Incident
from collector.inventory import City, Link, Provider, Site
from collector.inventory.city import Duty
from collector.notices.last_good import LastGood
from collector.notices.texts import Language
from collector.notices.ticket import LINK_CAUSES, MAX_CHARACTERS, NoTicket, Ticket, provider_of, ticket
from collector.notices.ticket_facts import TicketFacts, WellSites
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, down, incident, over

GRADASI = msgspec.structs.replace(
    PONTIANAK.sites["gradasi"],
    latitude=-0.03625,
    longitude=109.3461,
    coordinate_quality="surveyed",
)
LINKS = {
    "metro": Link(from_="pop-selatan", to="noc", provider="isp-b", contract="M-7/2026", sla_percent=99.9),
    "fiber": Link(
        from_="gradasi", to="pop-selatan", provider="isp-a", contract="K-017/2026", sla_percent=99.5
    ),
    "lte": Link(from_="warkop", to="internet", medium="lte", provider="isp-c"),
    "warkop-second": Link(from_="warkop", to="gradasi", medium="radio", provider="isp-a"),
}
CITY = msgspec.structs.replace(
    PONTIANAK,
    sites={**PONTIANAK.sites, "gradasi": GRADASI},
    links=LINKS,
    duty={"desk": Duty(name="Meja NOC", phone="+62 561 000000")},
    providers={
        "isp-a": Provider(name="ISP A", ticket="noc@isp-a.example"),
        "isp-b": Provider(name="ISP B", ticket="https://ticket.isp-b.example/"),
        "isp-c": Provider(name="ISP C"),
    },
    page_url="https://pantau.example/",
)
CUT_FIBRE = WeighedCause(
    "link",
    "confirmed",
    0.97,
    "",
    (Clue("gateway_up", "gradasi"), Clue("agent_ran_on", "gradasi"), Clue("alone", "gradasi")),
)
FACTS = TicketFacts(
    CUT_FIBRE,
    LastGood(NOW - 130, "pop-selatan", "icmp", "gradasi", 0.0042),
    others=WellSites(38, 40),
    same=WellSites(11, 11),
)
POP_FACTS = TicketFacts(
    WeighedCause("link", "likely", 0.9, "", (Clue("router_seen_from_behind", "pop-selatan"),)),
    LastGood(NOW - 121, "noc", "icmp", "pop-selatan", None),
)
CUT_SHORT: tuple[ClueName, ...] = (
    "agent_restarted_later",
    "back_before_feeder",
    "router_ran_on",
    "access_lost",
)
IN_ORDER = (
    "Seen from",
    "Last good measurement",
    "Not the power",
    "Not our router",
    "Other providers",
    "Your other lines",
    "Our measurements point to",
    "Not our work",
)


def pop() -> Incident:
    return incident(root="pop-selatan", seen_by=("noc",), affected=down("pop-selatan", "gradasi"))


def written(
    about: Incident,
    facts: TicketFacts = FACTS,
    language: Language = "en",
    wanted: str = "",
    city: City = CITY,
) -> Ticket:
    provider = provider_of(about, city, wanted, language)
    return ticket(about, provider, city, facts, language, NOW)


def test_a_fibre_cut_is_reported_in_english() -> None:
    found = written(incident())
    assert found.text == (
        "Fault report #abcd2345: Kampung Digital Gradasi, contract K-017/2026\n"
        "\n"
        "To: ISP A\n"
        "Contract: K-017/2026\n"
        "Line: Kampung Digital Gradasi – POP Selatan (fibre)\n"
        "Place: Kampung Digital Gradasi, Benua Melayu Laut, Pontianak Selatan, -0.03625, 109.34610"
        " (surveyed)\n"
        "Fault: no connection\n"
        "Began: 21-09-2026 21:11:20 WIB\n"
        "Ended: not yet (2 min so far)\n"
        "Affected: 1 site, 180 users\n"
        "\n"
        "Evidence:\n"
        "- Seen from POP Selatan: no answer in time\n"
        "- Last good measurement: 21-09-2026 21:11:10 WIB, from POP Selatan to Kampung Digital Gradasi by"
        " ping in 4.2 ms\n"
        "- Not the power: the agent reached the site's router; the agent's box ran on\n"
        "- Not our router: the agent reached the site's router\n"
        "- Other providers: 38 of 40 of our sites with them are well\n"
        "- Your other lines: 11 of 11 of our sites on them are well\n"
        "- Our measurements point to: the link (confirmed)\n"
        "- Not our work: no maintenance of ours covers it\n"
        "\n"
        "Please clear this fault, and send us a report of the root cause."
        " The contract promises 99.5 % availability.\n"
        "Contact: Meja NOC +62 561 000000, Pontianak\n"
        "Details: https://pantau.example/incidents/abcd2345"
    )
    assert found.subject == found.text.splitlines()[0]
    assert (found.provider, found.name, found.to, found.doubt) == ("isp-a", "ISP A", "noc@isp-a.example", "")


def test_a_fibre_cut_is_reported_in_indonesian() -> None:
    assert written(incident(), language="id").text == (
        "Laporan gangguan #abcd2345: Kampung Digital Gradasi, kontrak K-017/2026\n"
        "\n"
        "Kepada: ISP A\n"
        "Kontrak: K-017/2026\n"
        "Jalur: Kampung Digital Gradasi – POP Selatan (serat optik)\n"
        "Lokasi: Kampung Digital Gradasi, Benua Melayu Laut, Pontianak Selatan, -0.03625, 109.34610"
        " (diukur di lokasi)\n"
        "Gangguan: koneksi putus\n"
        "Mulai: 21-09-2026 21:11:20 WIB\n"
        "Selesai: belum (sudah 2 menit)\n"
        "Terdampak: 1 lokasi, 180 pengguna\n"
        "\n"
        "Bukti:\n"
        "- Terlihat dari POP Selatan: tidak ada jawaban\n"
        "- Pengukuran baik terakhir: 21-09-2026 21:11:10 WIB, dari POP Selatan ke Kampung Digital Gradasi"
        " dengan ping, 4.2 ms\n"
        "- Bukan listrik: agen menjangkau router lokasi; perangkat agen tetap menyala\n"
        "- Bukan router kami: agen menjangkau router lokasi\n"
        "- Penyedia lain: 38 dari 40 lokasi kami yang memakainya normal\n"
        "- Jalur Anda yang lain: 11 dari 11 lokasi kami di sana normal\n"
        "- Hasil pengukuran kami mengarah ke: jalur putus (terkonfirmasi)\n"
        "- Bukan pekerjaan kami: tidak ada pemeliharaan terjadwal kami di sana\n"
        "\n"
        "Mohon perbaiki gangguan ini dan kirimkan laporan akar penyebabnya."
        " Kontrak menjanjikan ketersediaan 99.5 %.\n"
        "Kontak: Meja NOC +62 561 000000, Pontianak\n"
        "Rincian: https://pantau.example/incidents/abcd2345"
    )


def test_a_pop_that_is_back_is_reported_in_english() -> None:
    assert written(over(pop()), POP_FACTS).text == (
        "Fault report #abcd2345: POP Selatan, contract M-7/2026\n"
        "\n"
        "To: ISP B\n"
        "Contract: M-7/2026\n"
        "Line: POP Selatan – Pontive Center (fibre)\n"
        "Place: POP Selatan, Pontianak Selatan\n"
        "Fault: no connection\n"
        "Began: 21-09-2026 21:11:20 WIB\n"
        "Ended: 21-09-2026 21:13:20 WIB, after 2 min\n"
        "Affected: 2 sites, 180 users\n"
        "\n"
        "Evidence:\n"
        "- Seen from Pontive Center: no answer in time\n"
        "- Last good measurement: 21-09-2026 21:11:19 WIB, from Pontive Center to POP Selatan by ping\n"
        "- Not the power: sites behind it reached its router\n"
        "- Not our router: sites behind it reached its router\n"
        "- Our measurements point to: the link (likely)\n"
        "- Not our work: no maintenance of ours covers it\n"
        "\n"
        "Please send us a report of the root cause. The contract promises 99.9 % availability.\n"
        "Contact: Meja NOC +62 561 000000, Pontianak\n"
        "Details: https://pantau.example/incidents/abcd2345"
    )


def test_a_pop_that_is_still_out_is_reported_in_indonesian() -> None:
    assert written(pop(), POP_FACTS, "id").text == (
        "Laporan gangguan #abcd2345: POP Selatan, kontrak M-7/2026\n"
        "\n"
        "Kepada: ISP B\n"
        "Kontrak: M-7/2026\n"
        "Jalur: POP Selatan – Pontive Center (serat optik)\n"
        "Lokasi: POP Selatan, Pontianak Selatan\n"
        "Gangguan: koneksi putus\n"
        "Mulai: 21-09-2026 21:11:20 WIB\n"
        "Selesai: belum (sudah 2 menit)\n"
        "Terdampak: 2 lokasi, 180 pengguna\n"
        "\n"
        "Bukti:\n"
        "- Terlihat dari Pontive Center: tidak ada jawaban\n"
        "- Pengukuran baik terakhir: 21-09-2026 21:11:19 WIB, dari Pontive Center ke POP Selatan dengan"
        " ping\n"
        "- Bukan listrik: lokasi di bawahnya menjangkau routernya\n"
        "- Bukan router kami: lokasi di bawahnya menjangkau routernya\n"
        "- Hasil pengukuran kami mengarah ke: jalur putus (kemungkinan besar)\n"
        "- Bukan pekerjaan kami: tidak ada pemeliharaan terjadwal kami di sana\n"
        "\n"
        "Mohon perbaiki gangguan ini dan kirimkan laporan akar penyebabnya."
        " Kontrak menjanjikan ketersediaan 99.9 %.\n"
        "Kontak: Meja NOC +62 561 000000, Pontianak\n"
        "Rincian: https://pantau.example/incidents/abcd2345"
    )


def test_an_incident_without_a_provider_says_that_there_is_no_contract() -> None:
    found = written(incident(root="dinkes"), TicketFacts(WeighedCause()))
    assert "\nContract: none, since our records name no provider for this fault\n" in found.text
    assert "To: " not in found.text
    assert (found.provider, found.name, found.to) == ("", "", "")


def test_a_line_without_a_number_says_so() -> None:
    city = msgspec.structs.replace(CITY, links={"lte": LINKS["lte"]})
    found = written(incident(root="warkop"), city=city)
    assert "\nContract: our records have no number for this line\n" in found.text
    assert "Line: Warkop Winny – internet (LTE)" in found.text


def test_a_provider_that_is_not_suspected_is_refused_with_those_that_are() -> None:
    with pytest.raises(NoTicket, match=r"^isp-b has no line .* incident abcd2345; choose one of isp-a$"):
        provider_of(incident(), CITY, "isp-b", "en")
    with pytest.raises(NoTicket, match=r"; no provider has one$"):
        provider_of(incident("application_down", "sehat"), CITY, "isp-b", "en")


def test_where_several_are_suspected_one_is_to_be_chosen() -> None:
    with pytest.raises(NoTicket, match=r"choose one of isp-a, isp-c$"):
        provider_of(incident(root="warkop"), CITY, "", "en")
    assert written(incident(root="warkop"), wanted="isp-c").name == "ISP C"


def test_a_part_of_a_wider_incident_names_the_wider_one() -> None:
    part = incident(status="merged", merged_into="wxyz6789")
    with pytest.raises(NoTicket, match=r"is a part of wxyz6789 now"):
        provider_of(part, CITY, "", "en")


def test_clues_for_power_say_nothing_against_power_and_warn_the_sender() -> None:
    clues = Clue("ups_spent", "gradasi"), Clue("agent_ran_on", "gradasi")
    found = written(incident(), TicketFacts(WeighedCause("power_site", "likely", 0.9, "", clues)))
    assert "Not the power" not in found.text
    assert found.doubt == ("The clues speak for another cause than the line: no power at the site (likely).")
    assert "power" not in found.text


def test_silence_alone_is_evidence_too() -> None:
    found = written(incident(reason="silence", seen_by=()), language="id")
    assert "- Diketahui: agen tidak melapor\n" in found.text


def test_planned_work_is_not_denied() -> None:
    assert "Not our work" not in written(incident(planned="Swap of the OLT")).text


def test_the_evidence_that_does_not_fit_is_left_out_last_first() -> None:
    clues = tuple(Clue(name, "gradasi") for name in CUT_SHORT)
    names = {
        id: msgspec.structs.replace(site, name=f"{site.name} {'di tepi Sungai Kapuas ' * 4}")
        for id, site in CITY.sites.items()
    }
    links = {str(n): msgspec.structs.replace(LINKS["fiber"], contract=f"K-{n}/2026") for n in range(40)}
    duty = {f"p{n}": Duty(name=f"Petugas nomor {n} dari ruang kendali kota", phone="+62 812") for n in "123"}
    city = msgspec.structs.replace(CITY, sites=names, links=links, duty=duty)
    facts = FACTS._replace(weighed=msgspec.structs.replace(CUT_FIBRE, clues=clues))
    text = written(incident(), facts, city=city).text
    assert 1300 < len(text) <= MAX_CHARACTERS
    shown = [line[2:] for line in text.splitlines() if line.startswith("- ")]
    assert 3 <= len(shown) < len(IN_ORDER)
    assert all(line.startswith(start) for line, start in zip(shown, IN_ORDER, strict=False))


NAMES = st.text(max_size=200) | st.sampled_from(["n" * 300, "👩‍👩‍👧 " * 60, "é " * 90, "nama "])
CLUES = st.lists(
    st.builds(Clue, st.sampled_from(["gateway_up", "agent_ran_on", "access_lost", "ups_mains"]), NAMES),
    max_size=6,
)


@given(
    names=st.tuples(*[NAMES] * 9),
    clues=CLUES,
    cause=st.sampled_from(LINK_CAUSES),
    page=st.sampled_from(["", "https://pantau.example", "https://pantau.example/" + "x" * 3000]),
    language=st.sampled_from(get_args(Language)),
)
def test_a_report_fits_whatever_the_inventory_holds(
    names: Any, clues: list[Clue], cause: Any, page: Any, language: Language
) -> None:
    site, above, subdistrict, district, provider, contract, person, phone, city_name = names
    city = msgspec.structs.replace(
        CITY,
        name=city_name,
        sites={
            "gradasi": msgspec.structs.replace(
                GRADASI, name=site, subdistrict=subdistrict, district=district
            ),
            "pop-selatan": Site(role="pop", name=above, district=district),
        },
        links={
            str(n): msgspec.structs.replace(LINKS["fiber"], contract=f"{contract} {n}") for n in range(20)
        },
        providers={"isp-a": Provider(name=provider)},
        duty={str(n): Duty(name=f"{person} {n}", phone=phone) for n in range(5)},
        page_url=page,
    )
    facts = FACTS._replace(weighed=WeighedCause(cause, "likely", 0.9, "", tuple(clues)))
    found = written(incident(), facts, language, city=city)
    assert len(found.text) <= MAX_CHARACTERS
    assert found.text.startswith(f"{found.subject}\n\n")
    assert "\n- " in found.text
