"""The texts of the pages in English and Indonesian: one table, and the speaker that reads it. Pure."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.notices.phrases import duration, reason_words
from collector.notices.texts import MEDIA, SEVERITIES, Language, spoken

WORDS: dict[str, tuple[str, str]] = {
    # the states and severities, always beside a symbol
    "up": ("up", "normal"),
    "down": ("down", "putus"),
    "unknown": ("unknown", "tidak diketahui"),
    **SEVERITIES,
    # the one sentence
    "all_well": (
        "Everything is well: {up} of {all} sites are up.",
        "Semua baik: {up} dari {all} lokasi normal.",
    ),
    "no_sites": ("The inventory has no sites.", "Inventaris belum berisi lokasi."),
    "none_known": (
        "No outage is known: {up} of {all} sites are up, {unknown} unknown.",
        "Tidak ada gangguan yang diketahui: {up} dari {all} lokasi normal, {unknown} tidak diketahui.",
    ),
    "not_all_measured": (
        "No outage is known: {up} of {all} sites are up, but {n} of {of} targets are not measured:"
        " {why} ({names}).",
        "Tidak ada gangguan yang diketahui: {up} dari {all} lokasi normal, tetapi {n} dari {of} sasaran tidak"
        " terukur: {why} ({names}).",
    ),
    "ping_not_allowed": (
        "ping is not allowed there, the agent’s log says how to allow it",
        "ping tidak diizinkan di sana, log agen memberi tahu caranya",
    ),
    "not_measured_yet": ("no measurement has come yet", "belum ada pengukuran"),
    "blind_broker": (
        "pantau is blind: the broker is not connected{since}; no site’s state is known.",
        "pantau buta: broker tidak tersambung{since}; status lokasi tidak diketahui.",
    ),
    "blind_silence": (
        "pantau is blind: no agent reports{since}; no site’s state is known.",
        "pantau buta: tidak ada agen yang melapor{since}; status lokasi tidak diketahui.",
    ),
    "site_down": ("{name} is down since {since}", "{name} putus sejak {since}"),
    "site_down_with": (
        "{name} is down since {since} and with it {n} site|"
        "{name} is down since {since} and with it {n} sites",
        "{name} putus sejak {since}, {n} lokasi di bawahnya ikut putus",
    ),
    "sites_down": (
        "{n} more site is down|{n} more sites are down",
        "{n} lokasi lain putus",
    ),
    "application_everywhere": (
        "{name} is down everywhere since {since}",
        "{name} tidak dapat diakses dari semua lokasi sejak {since}",
    ),
    "application_here": (
        "{name} is down from {n} site since {since}|{name} is down from {n} sites since {since}",
        "{name} tidak dapat diakses dari {n} lokasi sejak {since}",
    ),
    "applications_down": (
        "{n} more application is down|{n} more applications are down",
        "{n} aplikasi lain tidak dapat diakses",
    ),
    "path_lost": (
        "{n} site is without the {name} since {since}|{n} sites are without the {name} since {since}",
        "{n} lokasi tanpa {name} sejak {since}",
    ),
    "way_out_lost": (
        "{n} site has no way out by {name} since {since}|{n} sites have no way out by {name} since {since}",
        "{n} lokasi tanpa jalur keluar {name} sejak {since}",
    ),
    "targets_down": (
        "{n} target does not answer|{n} targets do not answer",
        "{n} perangkat/layanan tidak merespons",
    ),
    "agents_silent": ("{n} agent is silent|{n} agents are silent", "{n} agen diam"),
    "certificates_expire": ("{n} certificate expires|{n} certificates expire", "{n} sertifikat hampir habis"),
    "agents_trouble": ("{n} agent needs care|{n} agents need care", "{n} agen perlu diperiksa"),
    "on_backup": (
        "{n} site runs on its backup|{n} sites run on their backup",
        "{n} lokasi memakai jalur cadangan",
    ),
    "flapping": ("{n} place goes up and down|{n} places go up and down", "{n} tempat naik-turun"),
    "degraded": ("{n} way is degraded|{n} ways are degraded", "{n} jalur kualitasnya turun"),
    "no_site_down": ("no site is down", "tidak ada lokasi yang putus"),
    "sites_unknown": ("{n} site is unknown|{n} sites are unknown", "{n} lokasi tidak diketahui"),
    "since": ("since {at}", "sejak {at}"),
    "on_duty": ("On duty: {names}", "Petugas piket: {names}"),
    # an incident
    "incidents": ("Open incidents", "Insiden terbuka"),
    "what_site_down": ("down", "putus"),
    "what_power_cut": ("power cut", "listrik padam"),
    "still_on_ups": ("{n} more on UPS", "{n} lagi memakai UPS"),
    "part_of_power_cut": ("A part of the power cut #{id}.", "Bagian dari listrik padam #{id}."),
    "power_cut_with": (
        "no power at {name} since {since}, {n} site down|no power at {name} since {since}, {n} sites down",
        "listrik padam di {name} sejak {since}, {n} lokasi putus",
    ),
    "what_certificate_expiry": ("certificate expires", "sertifikat hampir habis"),
    "what_agent_trouble": ("agent needs care", "agen perlu diperiksa"),
    "what_agent_silent": ("agent silent", "agen diam"),
    "what_target_down": ("does not answer", "tidak merespons"),
    "what_application_down": ("application down", "aplikasi tidak dapat diakses"),
    "what_application_down_everywhere": (
        "application down everywhere",
        "aplikasi tidak dapat diakses dari semua lokasi",
    ),
    "what_application_down_here": (
        "application down from some sites",
        "aplikasi tidak dapat diakses dari sebagian lokasi",
    ),
    "what_path_lost": ("lost, no site down", "putus, tidak ada lokasi putus"),
    "what_degraded": ("degraded", "kualitas turun"),
    "what_on_backup": ("on the backup", "memakai jalur cadangan"),
    "what_flapping": ("up and down", "naik-turun"),
    "what_collector_blind": ("blind", "buta"),
    "since_for": ("since {at}, {duration}", "sejak {at}, {duration}"),
    "affects": ("{n} site|{n} sites", "{n} lokasi"),
    "users": ("{n} user|{n} users", "{n} pengguna"),
    "more": ("{names} and {n} more", "{names} dan {n} lagi"),
    "evidence": ("Evidence: {said}", "Bukti: {said}"),
    "planned": ("planned work: {titles}", "pemeliharaan terjadwal: {titles}"),
    "seen_from": ("{reason}, seen from {names}", "{reason}, terlihat dari {names}"),
    "taken_by": ("acknowledged by {by} at {at}", "ditangani {by} sejak {at}"),
    "not_taken": ("not acknowledged", "belum ditangani"),
    "taken_by_note": ("acknowledged by {by} at {at}: {note}", "ditangani {by} sejak {at}: {note}"),
    "cause_by": ("cause, by {by}: {cause}", "penyebab menurut {by}: {cause}"),
    "note_by": ("note by {by}, {at}: {note}", "catatan {by}, {at}: {note}"),
    "do_something": ("take in hand, note, cause…", "tangani, catatan, penyebab…"),
    # an incident's page, and its form
    "no_such_incident": ("No incident has the id “{id}”.", "Tidak ada insiden dengan id “{id}”."),
    "part_of": ("A part of incident", "Bagian dari insiden"),
    "over": ("Over since {at}; it lasted {duration}.", "Selesai {at}; lamanya {duration}."),
    "your_name": ("Your name", "Nama Anda"),
    "your_note": ("Note", "Catatan"),
    "token": ("Token, once in this browser", "Token, cukup sekali di peramban ini"),
    "take_in_hand": ("Take in hand", "Saya tangani"),
    "take_in_hand_as": ("Take in hand as {name}", "Saya ({name}) tangani"),
    "give_back": ("Give back", "Lepaskan"),
    "add_note": ("Add the note", "Simpan catatan"),
    "weighed": ("By the clues: {cause}.", "Menurut petunjuk: {cause}."),
    "the_cause": ("Cause", "Penyebab"),
    "set_cause": ("Set the cause", "Simpan penyebab"),
    "done": ("History", "Riwayat"),
    "did_acknowledge": ("took it in hand", "menangani"),
    "did_unacknowledge": ("gave it back", "melepaskan"),
    "did_note": ("noted", "mencatat"),
    "did_set_cause": ("set the cause", "menetapkan penyebab"),
    "did_sent_ticket": ("sent the fault report", "mengirim laporan gangguan"),
    "via_page": ("on this page", "di halaman ini"),
    "via_cli": ("on the command line", "lewat terminal"),
    "via_api": ("by a program", "lewat program"),
    "change_elsewhere": (
        "Only the collector’s own machine can change something, because no [web] token_file is set.",
        "Hanya mesin kolektor yang dapat mengubah sesuatu, karena [web] token_file belum diatur.",
    ),
    "foreign_form": (
        "Nothing is changed: the form did not come from this page. Load the page again.",
        "Tidak ada yang berubah: formulir tidak berasal dari halaman ini. Muat ulang halaman.",
    ),
    "wrong_token": (
        "Nothing is changed: the token is missing or wrong. It stands in the file of [web] token_file.",
        "Tidak ada yang berubah: token kosong atau salah. Token ada di berkas [web] token_file.",
    ),
    "name_missing": ("Nothing is changed: write your name.", "Tidak ada yang berubah: tulis nama Anda."),
    "note_missing": ("Nothing is changed: write a note.", "Tidak ada yang berubah: tulis catatan."),
    "in_hand_already": (
        "Nothing is changed: somebody has it in hand already.",
        "Tidak ada yang berubah: sudah ada yang menangani.",
    ),
    "in_nobodys_hand": (
        "Nothing is changed: nobody has it in hand.",
        "Tidak ada yang berubah: belum ada yang menangani.",
    ),
    "no_more_open": (
        "Nothing is changed: the incident is not open any more.",
        "Tidak ada yang berubah: insiden sudah tidak terbuka.",
    ),
    # the fault report to a provider
    "ticket": ("Fault report", "Laporan gangguan"),
    "ticket_to": ("Fault report to {name}", "Laporan gangguan untuk {name}"),
    "ticket_text": ("{n} characters, ready to send", "{n} karakter, siap dikirim"),
    "ticket_show": ("Show the fault report", "Tampilkan laporan gangguan"),
    "ticket_copy": ("Copy", "Salin"),
    "ticket_copied": ("Copied", "Tersalin"),
    "ticket_not_copied": ("Select the text and copy it by hand", "Pilih teksnya lalu salin sendiri"),
    "ticket_at": ("The provider takes fault reports at", "Penyedia menerima laporan gangguan di"),
    "ticket_by_mail": (
        "The provider takes fault reports by mail:",
        "Penyedia menerima laporan gangguan lewat email:",
    ),
    "ticket_send": ("Send it to {mail}", "Kirim ke {mail}"),
    "ticket_nowhere": (
        "The inventory has no address for fault reports: write providers.{provider}.ticket.",
        "Inventaris tidak memuat alamat laporan gangguan: isi providers.{provider}.ticket.",
    ),
    "ticket_elsewhere": (
        "Only the collector’s own machine shows fault reports, because no [web] token_file is set.",
        "Hanya mesin kolektor yang menampilkan laporan gangguan, karena [web] token_file belum diatur.",
    ),
    # planned work
    "work": ("Planned work", "Pemeliharaan terjadwal"),
    "work_meaning": (
        "Agents go on measuring, and nobody gets a notice of an outage within it.",
        "Agen tetap mengukur, dan tidak ada pemberitahuan gangguan selama pemeliharaan.",
    ),
    "work_windows": ("Windows", "Jadwal"),
    "work_none": ("No work is planned.", "Tidak ada pemeliharaan terjadwal."),
    "work_active": ("active", "sedang berjalan"),
    "work_coming": ("planned", "akan datang"),
    "work_span": ("{begins} – {ends}", "{begins} – {ends}"),
    "work_daily": ("each day", "setiap hari"),
    "work_weekly": ("each week", "setiap minggu"),
    "work_monthly": ("each month", "setiap bulan"),
    "work_by": ("planned by {by}", "dijadwalkan oleh {by}"),
    "work_inventory": ("in the inventory", "dari inventaris"),
    "work_title": ("Work", "Pekerjaan"),
    "work_site": ("Site", "Lokasi"),
    "work_lasts": ("Lasts", "Lama"),
    "work_plan": ("Begin now", "Mulai sekarang"),
    "work_end": ("End it", "Akhiri"),
    "work_here": ("plan work here", "jadwalkan pemeliharaan di sini"),
    "work_missing": (
        "Nothing is planned: write which work it is.",
        "Tidak ada yang dijadwalkan: tulis pekerjaannya.",
    ),
    "work_refused": ("Nothing is changed: {why}", "Tidak ada yang berubah: {why}"),
    # sites by district
    "no_district": ("Elsewhere", "Lainnya"),
    "with_root": ("with {name}", "ikut putus karena {name}"),
    "agent_silent": ("agent silent", "agen diam"),
    "find": ("Find a site or district", "Cari lokasi atau kecamatan"),
    "not_found": ("No site’s id or name holds “{find}”.", "Tidak ada lokasi dengan nama atau id “{find}”."),
    "found": ("{n} site found|{n} sites found", "{n} lokasi ditemukan"),
    "all_sites": ("all sites", "semua lokasi"),
    "as_of": ("as of {at}", "per {at}"),
    "last_known": (
        "What follows is what was last known.",
        "Di bawah ini keadaan terakhir yang diketahui.",
    ),
    # no page
    "no_page": ("There is no page {path}.", "Tidak ada halaman {path}."),
    "no_store": (
        "Nothing can be shown just now: {why}.",
        "Belum ada yang dapat ditampilkan: {why}.",
    ),
    # a site's page
    "no_such_site": ("No site has the id “{id}”.", "Tidak ada lokasi dengan id “{id}”."),
    "role": ("Role", "Jenis lokasi"),
    "role_hotspot": ("hotspot", "hotspot Wi-Fi"),
    "role_office": ("office", "kantor"),
    "role_pop": ("POP", "POP"),
    "role_noc": ("NOC", "NOC (pusat kendali)"),
    **{f"medium_{medium}": said for medium, said in MEDIA.items()},
    "place": ("Place", "Tempat"),
    "router": ("Router", "Router"),
    "way_up": ("Uplink", "Jalur uplink"),
    "note": ("Note", "Catatan"),
    "feeder": ("Power feeder", "Penyulang listrik"),
    "coordinates": ("Coordinates", "Koordinat"),
    "coordinates_surveyed": ("surveyed on the spot", "diukur di lokasi"),
    "coordinates_cited": ("from a source", "dari sumber lain"),
    "coordinates_subdistrict-centroid": ("the middle of the subdistrict", "titik tengah kelurahan"),
    "coordinates_district-centroid": ("the middle of the district", "titik tengah kecamatan"),
    "coordinates_invented": ("invented", "rekaan"),
    "sla": ("{percent} % by contract", "{percent} % menurut kontrak"),
    "contact": ("On the spot", "Narahubung"),
    "users_label": ("Users", "Pengguna"),
    "agent": ("Agent", "Agen"),
    "clock": ("Clock", "Jam"),
    "spool": ("Spool", "Antrean"),
    "spooled": ("{n} report to send|{n} reports to send", "{n} laporan belum terkirim"),
    "ledger": ("Ledger", "Catatan"),
    "ledger_of": (
        "{taken} measurements: {stored} stored, {dropped} dropped, {rejected} rejected, {spooled} to send",
        "{taken} pengukuran: {stored} tersimpan, {dropped} dibuang, {rejected} ditolak, {spooled} menunggu",
    ),
    "clock_ntp": ("by NTP", "dari NTP"),
    "clock_collector": ("by the collector", "dari kolektor"),
    "clock_estimated": ("estimated", "perkiraan"),
    "version": ("version {version}", "versi {version}"),
    "heard_fresh": ("reported {age} ago", "melapor {age} lalu"),
    "heard_silent": ("silent: last report {age} ago", "diam: laporan terakhir {age} lalu"),
    "heard_unknown": ("unknown: last report {age} ago", "tidak diketahui: laporan terakhir {age} lalu"),
    "heard_never": ("silent: has never reported", "diam: belum pernah melapor"),
    "heard_not_yet": ("has not reported yet", "belum melapor"),
    "heard_undated": ("reports, but can’t date them yet", "melapor, tetapi waktunya belum pasti"),
    "disconnected": ("disconnected {age} ago", "terputus {age} lalu"),
    "measurements": ("Measured from here", "Diukur dari sini"),
    "target": ("Target", "Sasaran"),
    "probe": ("Probe", "Jenis uji"),
    "state": ("State", "Keadaan"),
    "response": ("Response time", "Waktu respons"),
    "loss": ("Packet loss", "Paket hilang"),
    "age": ("Age of data", "Usia data"),
    "more_targets": (
        "and {n} more target, not shown; those in trouble come first|"
        "and {n} more targets, not shown; those in trouble come first",
        "dan {n} sasaran lagi, tidak ditampilkan; yang bermasalah lebih dulu",
    ),
    # where else to look
    "link_city": ("the city, for Prometheus", "kota ini, untuk Prometheus"),
    "link_own": ("the collector itself, for Prometheus", "kolektor, untuk Prometheus"),
    "link_incidents": ("incidents, for programs", "insiden, untuk program"),
    "link_openapi": ("these endpoints, for programs", "semua alamat, untuk program"),
    "link_ready": ("are reports taken?", "apakah laporan diterima?"),
    "old": (
        "The collector does not answer: this is what was last known.",
        "Kolektor tidak menjawab: ini keadaan terakhir yang diketahui.",
    ),
}

CONDITIONS: dict[str, tuple[str, str]] = {
    "doubled": (
        "two agents say that they are this one; give each its own id",
        "dua agen mengaku sebagai agen ini; beri masing-masing id sendiri",
    ),
    "spool_unwritable": (
        "its disk can’t be written: new reports are in memory alone",
        "disknya tidak dapat ditulisi: laporan baru hanya ada di memori",
    ),
    "spool_damaged": (
        "a damaged spool was set aside; what it held is counted as dropped",
        "antrean yang rusak disisihkan; isinya dihitung sebagai dibuang",
    ),
    "unacknowledged": (
        "its reports are not acknowledged; check the broker’s ACL for this agent",
        "laporannya tidak dikonfirmasi; cek ACL broker untuk agen ini",
    ),
    "held": (
        "its reports can’t be taken yet, and are kept",
        "laporannya belum dapat diterima, dan disimpan",
    ),
    "clock_disagrees": (
        "its NTP and the collector’s clock are over 2 s apart",
        "NTP-nya dan jam kolektor berselisih lebih dari 2 detik",
    ),
    "refused": (
        "it does not measure all that it is assigned; its log says why",
        "tidak semua tugasnya diukur; alasannya ada di lognya",
    ),
}
"""Conditions of an agent: its own, from wire.messages.Presence, and those that the collector sees."""


class Speaker(NamedTuple):
    """Gives texts in one language, with times in the city's zone. `now` is Unix seconds."""

    language: Language
    zone: ZoneInfo
    now: float

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`. An English text may have two forms around a "|": for one `n`, and for more."""
        one, _, many = spoken(WORDS[key], self.language).partition("|")
        return (one if not many or values.get("n") == 1 else many).format(**values)

    def reason(self, reason: str) -> str:
        """The text of a reason; an unknown reason, of a newer agent, as it is."""
        return reason_words(reason, self.language)

    def condition(self, code: str) -> str:
        """The text of a condition; an unknown one, of a newer agent, as it is."""
        return spoken(CONDITIONS.get(code, (code, code)), self.language)

    def clock(self, at: float, seconds: bool = False) -> str:
        """The time of day, with the date when it is not today."""
        then, today = datetime.fromtimestamp(at, self.zone), datetime.fromtimestamp(self.now, self.zone)
        day = "" if then.date() == today.date() else f"{then:%d-%m} "
        return f"{day}{then:%H:%M:%S %Z}" if seconds else f"{day}{then:%H:%M}"

    def duration(self, seconds: float) -> str:
        return duration(seconds, self.language)

    def names(self, names: list[str], at_most: int) -> str:
        """At most `at_most` names, and how many more there are."""
        shown = ", ".join(names[:at_most])
        return self("more", names=shown, n=len(names) - at_most) if len(names) > at_most else shown
