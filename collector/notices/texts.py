"""The texts of notices in English and Indonesian: the tables behind the other files of this room.

PUTUS and GANGGUAN are for the network, PADAM for electricity only. TURUN is degraded, PULIH recovered. Where
English has one form for one `n` and one for more, "|" stands between them.
"""

from typing import Literal

Language = Literal["id", "en"]

UNITS: dict[Language, tuple[str, str, str, str]] = {
    "id": (
        "hari",
        "jam",
        "menit",
        "detik",
    ),  # an Indonesian reads "h" as hari, a day, and "d" as detik, a second
    "en": ("d", "h", "min", "s"),
}

TITLES: dict[str, tuple[str, str]] = {
    "site_down": ("🔴 DOWN: {name}", "🔴 PUTUS: {name}"),
    "uplink_down": ("🔴 UPLINK DOWN: {name} ({n} sites)", "🔴 GANGGUAN UPLINK: {name} ({n} lokasi)"),
    "agents_silent": ("⚪ MANY AGENTS SILENT: {n}", "⚪ BANYAK AGEN DIAM: {n}"),
    "agents_recovered": ("🟢 RECOVERED: all silent agents", "🟢 PULIH: semua agen yang diam"),
    "agent_silent": ("⚪ AGENT SILENT: {name}", "⚪ AGEN DIAM: {name}"),
    "target_down": ("🔴 NO ANSWER: {name}", "🔴 TIDAK MERESPONS: {name}"),
    "application_down": ("🔴 APPLICATION DOWN: {name}", "🔴 APLIKASI TIDAK DAPAT DIAKSES: {name}"),
    "application_down_here": ("🟠 APPLICATION PARTLY DOWN: {name}", "🟠 APLIKASI TERGANGGU SEBAGIAN: {name}"),
    "collector_blind": (
        "⚫ PANTAU IS BLIND: the broker is not connected",
        "⚫ PANTAU BUTA: broker tidak tersambung",
    ),
    "collector_deaf": (
        "⚫ PANTAU IS BLIND: no agent reports",
        "⚫ PANTAU BUTA: tidak ada agen yang melapor",
    ),
    "path_lost_international": (
        "🔴 INTERNATIONAL PATH DOWN ({n} sites)",
        "🔴 JALUR INTERNASIONAL PUTUS ({n} lokasi)",
    ),
    "path_lost_national": ("🔴 NATIONAL PATH DOWN ({n} sites)", "🔴 JALUR NASIONAL PUTUS ({n} lokasi)"),
    "path_lost_provider": (
        "🔴 PROVIDER'S WAY OUT DOWN: {name} ({n} sites)",
        "🔴 JALUR KELUAR PENYEDIA PUTUS: {name} ({n} lokasi)",
    ),
    "degraded": ("🟡 DEGRADED: {name}", "🟡 TURUN: {name}"),
    "flapping": ("🟡 FLAPPING: {name}", "🟡 NAIK-TURUN: {name}"),
    "certificate_expiry": ("🟡 CERTIFICATE EXPIRES: {name}", "🟡 SERTIFIKAT HAMPIR HABIS: {name}"),
    "certificates_expire": ("🟡 CERTIFICATES EXPIRE: {n} agents", "🟡 SERTIFIKAT HAMPIR HABIS: {n} agen"),
    "agent_trouble": ("⚪ AGENT NEEDS CARE: {name}", "⚪ AGEN PERLU DIPERIKSA: {name}"),
    "agents_trouble": ("⚪ AGENTS NEED CARE: {n}", "⚪ AGEN PERLU DIPERIKSA: {n}"),
    "on_backup": ("🟠 ON BACKUP: {name}", "🟠 PAKAI JALUR CADANGAN: {name}"),
    "main_link_recovered": (
        "🟢 RECOVERED: main link of {name}",
        "🟢 PULIH: jalur utama {name}",
    ),
    "power_cut": ("🔴 POWER CUT: {name}", "🔴 LISTRIK PADAM: {name}"),
    "recovered": ("🟢 RECOVERED: {name}", "🟢 PULIH: {name}"),
    "certificate_recovered": ("🟢 RENEWED: certificate of {name}", "🟢 DIPERBARUI: sertifikat {name}"),
    "certificates_recovered": ("🟢 RENEWED: certificates of agents", "🟢 DIPERBARUI: sertifikat agen"),
    "agents_well": ("🟢 RECOVERED: the agents", "🟢 PULIH: semua agen"),
    "agent_recovered": ("🟢 RECOVERED: agent {name}", "🟢 PULIH: agen {name}"),
    "collector_recovered": (
        "🟢 RECOVERED: pantau sees the city again",
        "🟢 PULIH: pantau kembali memantau kota",
    ),
    "escalated": ("🔺 {title}", "🔺 {title}"),
    "worsened": ("⏫ WORSE: {title}", "⏫ PARAH: {title}"),
    "reminder": ("🔁 STILL {title}", "🔁 MASIH {title}"),
    "summary": ("📋 SUMMARY: {n} incidents are open", "📋 RINGKASAN: {n} insiden terbuka"),
    "digest": ("📋 {n} NOTICES in one message", "📋 {n} PEMBERITAHUAN dalam satu pesan"),
    "application_down_still": ("🔁 APPLICATION STILL DOWN: {name}", "🔁 MASIH TIDAK DAPAT DIAKSES: {name}"),
    "application_down_here_still": (
        "🔁 APPLICATION STILL PARTLY DOWN: {name}",
        "🔁 APLIKASI MASIH TERGANGGU SEBAGIAN: {name}",
    ),
    "collector_blind_still": (
        "🔁 PANTAU IS STILL BLIND: the broker is not connected",
        "🔁 PANTAU MASIH BUTA: broker tidak tersambung",
    ),
    "collector_deaf_still": (
        "🔁 PANTAU IS STILL BLIND: no agent reports",
        "🔁 PANTAU MASIH BUTA: tidak ada agen yang melapor",
    ),
    "test": (
        "🔧 TEST: pantau tries this channel",
        "🔧 UJI COBA: pantau mencoba saluran ini",
    ),
}

LINES: dict[str, tuple[str, str]] = {
    "summary_sites": (
        "{up} of {n} sites are up, {down} down, {unknown} unknown.",
        "{up} dari {n} lokasi normal, {down} putus, {unknown} tidak diketahui.",
    ),
    "summary_over": ("Over within the last 24 hours: {n}", "Selesai dalam 24 jam terakhir: {n}"),
    "summary_past": (
        "{title} · #{id} · {since}, lasted {duration}",
        "{title} · #{id} · {since}, lama {duration}",
    ),
    "summary_more": ("… and {n} more", "… dan {n} lagi"),
    "summary_quiet": (
        "There was no incident within the last 24 hours. This message shows that the channel works.",
        "Tidak ada insiden dalam 24 jam terakhir. Pesan ini menunjukkan bahwa saluran ini berfungsi.",
    ),
    "agents": ("{n} agent: {names}.|{n} agents: {names}.", "{n} agen: {names}."),
    "shares": ("They share: {shares}.", "Kesamaan: {shares}."),
    "shares_nothing": (
        "They share nothing that others lack: check the broker and the newest change.",
        "Tidak ada kesamaan khusus: cek broker dan perubahan terakhir.",
    ),
    "share_provider": ("provider {name}", "penyedia internet {name}"),
    "share_pop": ("the way by {name}", "jalur lewat {name}"),
    "share_version": ("agent version {name}", "versi agen {name}"),
    "digest_open": ("{title} · #{id} · since {since}", "{title} · #{id} · sejak {since}"),
    "digest_over": ("{title} · #{id} · {since} – {until}", "{title} · #{id} · {since} – {until}"),
    "digest_includes": (" · includes {merged}", " · termasuk {merged}"),
    "where": ("{place} · #{id}", "{place} · #{id}"),
    "since": ("Since {since} ({duration}).", "Sejak {since} ({duration})."),
    "between": ("{since} – {until}, lasted {duration}.", "{since} – {until}, lama {duration}."),
    "affected": ("Affected: {affected}.", "Terdampak: {affected}."),
    "users": ("{n} user|{n} users", "{n} pengguna"),
    "sites": ("{n} site: {names}|{n} sites: {names}", "{n} lokasi: {names}"),
    "users_at_sites": ("{users} at {sites}", "{users} di {sites}"),
    "more": ("{names} +{n}", "{names} +{n}"),
    "merged": (
        "Includes earlier incidents: {merged}; they get no recovery of their own.",
        "Termasuk insiden sebelumnya: {merged}; tidak ada pesan pulih tersendiri.",
    ),
    "outlasted": (
        "It outlasts planned work: {title}.",
        "Masih putus setelah pemeliharaan terjadwal: {title}.",
    ),
    "escalated": (
        "Nobody has taken it in hand for {duration}, so this message comes to you too.",
        "Sudah {duration} belum ada yang menangani, jadi pesan ini dikirim juga kepada Anda.",
    ),
    "graver_severity": ("Its severity is {severity} now.", "Tingkatnya kini {severity}."),
    "graver_everywhere": (
        "No place can reach it any more.",
        "Kini tidak dapat diakses dari semua lokasi.",
    ),
    "graver_sites": (
        "It has spread: {now} sites, {before} before.",
        "Meluas: {now} lokasi, sebelumnya {before}.",
    ),
    "expires": ("The certificate ends on {at}, in {left}.", "Sertifikat berlaku sampai {at}, sisa {left}."),
    "expired": ("The certificate ended on {at}.", "Sertifikat sudah habis sejak {at}."),
    "certificate_expiry": (
        "Do: have the owner renew the certificate before that day.",
        "Tindakan: minta pemilik memperbarui sertifikat sebelum hari itu.",
    ),
    "certificate_of_pantau": (
        "Do: renew it as docs/install.md says, then restart what uses it.",
        "Tindakan: perbarui sesuai docs/pasang.md, lalu jalankan ulang layanan yang memakainya.",
    ),
    "agent_trouble_clock": (
        "Measuring goes on with the collector's time. Do: check NTP on the agent's box.",
        "Pengukuran tetap berjalan dengan waktu kolektor. Tindakan: cek NTP di perangkat agen.",
    ),
    "agent_trouble_spool": (
        "Do: see the agent's log for the reason, before its disk space for reports is full.",
        "Tindakan: lihat log agen untuk sebabnya, sebelum ruang laporannya penuh.",
    ),
    "agent_trouble_used_twice": (
        "What the first use gave is revoked. Do: find out which box is the right one, then invite it anew.",
        "Sertifikat dari pemakaian pertama dicabut. Tindakan: pastikan kotak yang benar, lalu undang lagi.",
    ),
    "agent_trouble_dropping": (
        "Do: see the agent's log, and give its spool more room or a better disk.",
        "Tindakan: lihat log agen, lalu perbesar ruang spool atau ganti penyimpanannya.",
    ),
    "evidence": ("Evidence: {reason}, seen from {names}.", "Bukti: {reason}, terlihat dari {names}."),
    "silence": ("Evidence: {reason}.", "Bukti: {reason}."),
    "contradicted": (
        "The inventory may be wrong: {names} still report, though by its links all their ways pass here.",
        "Inventaris mungkin keliru: {names} masih melapor, padahal menurut inventaris jalurnya lewat sini.",
    ),
    "in_hand": ("{by} is on it since {at}.", "{by} menangani sejak {at}."),
    "in_hand_note": ("{by} is on it since {at}: {note}", "{by} menangani sejak {at}: {note}"),
    "was_in_hand": ("{by} had it in hand since {at}.", "Ditangani {by} sejak {at}."),
    "was_in_hand_note": ("{by} had it in hand since {at}: {note}", "Ditangani {by} sejak {at}: {note}"),
    "note": ("Note by {by}, {at}: {note}", "Catatan {by}, {at}: {note}"),
    "cause": ("Cause, as {by} set it: {cause}.", "Penyebab menurut {by}: {cause}."),
    "weighed": (
        "Cause: {cause}: {clues}.",
        "Penyebab: {cause}: {clues}.",
    ),
    "on_ups": (
        "{n} more site runs on its UPS: {names}.|{n} more sites run on their UPS: {names}.",
        "{n} lokasi lain masih memakai UPS: {names}.",
    ),
    "on_ups_first": (
        "The first battery is empty in about {left}.",
        "Baterai pertama habis dalam sekitar {left}.",
    ),
    "cause_unknown": ("Cause: not known yet.", "Penyebab: belum diketahui."),
    "removed": ("It was removed from the inventory.", "Sudah dihapus dari inventaris."),
    "test": (
        "Nothing is wrong. This receiver gets messages from pantau.",
        "Tidak ada gangguan. Penerima ini mendapat pesan dari pantau.",
    ),
    "site_down": (
        "Do: have somebody there check power, ONT lights, LAN cable.",
        "Tindakan: minta orang di lokasi mengecek listrik, lampu ONT, kabel LAN.",
    ),
    "uplink_down": (
        "Do: check power and UPS at {name}, then the link to {uplinks}.",
        "Tindakan: cek listrik dan UPS di {name}, lalu jalur ke {uplinks}.",
    ),
    "uplink_down_alone": (
        "Do: check power and UPS at {name}.",
        "Tindakan: cek listrik dan UPS di {name}.",
    ),
    "do_power": (
        "Do: report it to PLN (123). Get a generator ready where a UPS runs low.",
        "Tindakan: lapor PLN 123. Siapkan genset bila baterai UPS menipis.",
    ),
    "do_link": (
        "Do: report it to the provider of the link, or send the cable crew.",
        "Tindakan: lapor ke penyedia jalur, atau kirim tim kabel.",
    ),
    "do_link_radio": (
        "Do: check the power (PoE) of the radios at both ends, then their alignment and channel.",
        "Tindakan: cek listrik (PoE) radio di kedua ujung, lalu arah antena dan kanalnya.",
    ),
    "do_provider": (
        "Do: report it to the provider.",
        "Tindakan: buka tiket ke penyedia internet.",
    ),
    "do_device": (
        "Do: have the router there switched off and on.",
        "Tindakan: minta router di lokasi dimatikan lalu dinyalakan.",
    ),
    "held": (
        "No message for each of these sites; one message on recovery.",
        "Tidak ada pesan per lokasi; satu pesan saat pulih.",
    ),
    "agent_silent": (
        "The service works. Do: check the agent in office hours.",
        "Layanan tetap normal. Tindakan: cek agen pada jam kerja.",
    ),
    "target_down": (
        "Do: check this device or service, and the way to it.",
        "Tindakan: cek perangkat atau layanan itu dan jalurnya.",
    ),
    "target_down_router": (
        "The site still reports. Do: check its router and its main link.",
        "Lokasi masih melapor. Tindakan: cek router dan jalur utamanya.",
    ),
    "on_backup": (
        "The site works over its backup. Do: report the lost main link to its provider.",
        "Lokasi tetap tersambung lewat jalur cadangan. Tindakan: laporkan jalur utama yang putus ke"
        " penyedianya.",
    ),
    "backup": ("Backup: {backup}.", "Jalur cadangan: {backup}."),
    "backup_metered": (
        "The backup is metered: traffic costs ({backup}).",
        "Jalur cadangan dibayar per pemakaian: trafik menambah biaya ({backup}).",
    ),
    "target_down_gateway": (
        "The site still reports. Do: check the router there.",
        "Lokasi masih melapor. Tindakan: cek router di lokasi itu.",
    ),
    "target_down_uplink": (
        "The site still reports. Do: check the router above it.",
        "Lokasi masih melapor. Tindakan: cek router di atasnya.",
    ),
    "target_down_internet": (
        "Do: check the line to the internet with its provider.",
        "Tindakan: cek jalur internet bersama penyedia internet.",
    ),
    "target_down_resolver": (
        "Do: check the name server (DNS).",
        "Tindakan: cek server nama (DNS).",
    ),
    "path_lost_international": (
        "No site is down, and the country answers. Do: ask the providers how long it will take.",
        "Tidak ada lokasi yang putus; dalam negeri normal. Tindakan: tanya penyedia kapan pulih.",
    ),
    "path_lost_national": (
        "No site is down: the city's own network works. Do: ask the providers how long it will take.",
        "Tidak ada lokasi yang putus; jaringan kota normal. Tindakan: tanya penyedia kapan pulih.",
    ),
    "path_lost_provider": (
        "No site is down, and other providers have their way. Do: report it to the provider.",
        "Tidak ada lokasi yang putus; penyedia lain normal. Tindakan: laporkan ke penyedia itu.",
    ),
    "application_down": (
        "Do: have the owner check the server and the application.",
        "Tindakan: minta pemilik mengecek server dan aplikasinya.",
    ),
    "application_down_here": (
        "Other sites reach it. Do: check the way from these sites first.",
        "Lokasi lain dapat mengaksesnya. Tindakan: cek dulu jalur dari lokasi itu.",
    ),
    "call": ("Call: {contact} ({name}).", "Hubungi: {contact} ({name})."),
    "owner": ("Owner: {name}.", "Pemilik: {name}."),
    "owner_call": ("Owner: {name}. Call: {contact}.", "Pemilik: {name}. Hubungi: {contact}."),
    "on_duty": ("On duty: {people}.", "Petugas piket: {people}."),
    "provider": ("Provider: {provider}", "Penyedia internet: {provider}"),
    "contract": ("contract {contracts}", "kontrak {contracts}"),
    "degraded": (
        "Do: check for radio interference, a bad cable, a full link.",
        "Tindakan: cek gangguan radio, kabel rusak, jalur yang penuh.",
    ),
    "flapping": (
        "No message for each break; one message after 15 quiet minutes. Do: check power, radio, cables.",
        "Tidak ada pesan tiap kali putus; satu pesan setelah 15 menit tenang. Tindakan: cek listrik, radio,"
        " kabel.",
    ),
    "collector_blind": (
        "Do: check the broker and the control room's network. No site's state is known.",
        "Tindakan: cek broker dan jaringan ruang kendali. Status lokasi tidak diketahui.",
    ),
}

SEVERITIES: dict[str, tuple[str, str]] = {
    "critical": ("critical", "kritis"),
    "warning": ("warning", "peringatan"),
    "info": ("minor", "ringan"),
}

MEDIA: dict[str, tuple[str, str]] = {
    "fiber": ("fibre", "serat optik"),
    "copper": ("copper", "kabel tembaga"),
    "radio": ("radio", "radio"),
    "lte": ("LTE", "LTE"),
    "vsat": ("VSAT", "VSAT"),
}

REASONS: dict[str, tuple[str, str]] = {
    "timeout": ("no answer in time", "tidak ada jawaban"),
    "refused": ("connection refused", "koneksi ditolak"),
    "unreachable": ("unreachable", "tidak dapat dijangkau"),
    "resolve": ("name not found", "nama domain tidak ditemukan"),
    "protocol": ("not an answer of its protocol", "jawaban tidak sesuai protokol"),
    "tls": ("TLS failed", "TLS gagal"),
    "status": ("unexpected status", "status tidak sesuai"),
    "status_code": ("HTTP status {code}", "status HTTP {code}"),
    "body": ("unexpected content", "isi tidak sesuai"),
    "answer": ("unexpected answer", "jawaban tidak sesuai"),
    "permission": ("the agent may not", "agen tidak diizinkan"),
    "setting": ("does not work as set", "pengaturan tidak berfungsi"),
    "unmeasured": ("not measured yet", "belum diukur"),
    "stale": ("no fresh data", "data sudah lama"),
    "silence": ("the agent does not report", "agen tidak melapor"),
    "power": ("the mains failed", "listrik PLN padam"),
    "isolated": ("its agent reaches nothing", "agennya tidak dapat menjangkau apa pun"),
    "expiry": ("a certificate is about to end", "masa berlaku sertifikat hampir habis"),
    "clock": ("no NTP keeps the agent's clock", "jam agen tidak disinkronkan NTP"),
    "spool": (
        "the agent holds reports of a day and more that the collector has not taken",
        "agen menyimpan laporan sehari lebih yang belum diterima kolektor",
    ),
    "used_twice": ("two boxes used the code of one invitation", "dua kotak memakai kode satu undangan"),
    "dropping": ("the agent drops measurements", "agen membuang hasil pengukuran"),
    "international": ("no answer from abroad", "tidak ada jawaban dari luar negeri"),
    "national": ("no answer from outside the city", "tidak ada jawaban dari luar kota"),
    "city": ("no answer from the internet", "tidak ada jawaban dari internet"),
    "degraded": ("values above their limits", "nilai melewati batas"),
    "flapping": ("up and down again and again", "naik-turun berulang kali"),
    "changes": ("{n} changes between up and down in half an hour", "{n} kali naik-turun dalam setengah jam"),
    "broker": ("the broker is not connected", "broker tidak tersambung"),
}
"""The wire's reasons, the state's and the incidents' own."""

FEEDER_NAME = ("feeder {id}", "penyulang {id}")

PANTAU: dict[str, tuple[str, str]] = {
    "pantau/ca": ("CA of pantau", "CA pantau"),
    "pantau/broker": ("broker of pantau", "broker pantau"),
    "pantau/collector": ("collector of pantau", "kolektor pantau"),
    "pantau/enrolment": ("enrolment port of pantau", "pendaftaran pantau"),
    "pantau/revocation list": (
        "list of revoked certificates at the broker",
        "daftar sertifikat yang dicabut di broker",
    ),
    "pantau/web": ("web pages of pantau", "halaman web pantau"),
}
"""Pantau's own parts that have a certificate."""

PATHS: dict[str, tuple[str, str]] = {
    "internet/national": ("national path", "jalur nasional"),
    "internet/international": ("international path", "jalur internasional"),
}
"""The paths of all providers, by the root of their incident."""

CAUSES: dict[str, tuple[str, str]] = {
    "": ("not known yet", "belum diketahui"),
    "power": ("power failure (PLN)", "listrik padam (PLN)"),
    "link": ("the link", "jalur"),
    "provider": ("the provider", "penyedia internet"),
    "device": ("a device", "perangkat"),
    "application": ("the application", "aplikasi"),
    "planned": ("planned work", "pemeliharaan terjadwal"),
    "other": ("another cause", "penyebab lain"),
}
"""The causes that a person sets."""

EXCESS: dict[str, tuple[str, str]] = {
    "value": ("{metric} {value}, limit {limit}", "{metric} {value}, batas {limit}"),
    "row": ("{metric} {value} on {row}, limit {limit}", "{metric} {value} di {row}, batas {limit}"),
    "usual": (", usually {usual}", ", biasanya {usual}"),
}
"""A value beyond its limit."""

METRICS: dict[str, tuple[str, str]] = {
    "icmp_loss_ratio": ("packet loss", "paket hilang"),
    "icmp_rtt_min_seconds": ("least round-trip time", "waktu tempuh terendah"),
    "icmp_rtt_median_seconds": ("round-trip time", "waktu tempuh"),
    "icmp_rtt_max_seconds": ("greatest round-trip time", "waktu tempuh tertinggi"),
    "icmp_delay_variation_seconds": ("delay variation", "variasi tunda"),
    "tcp_connect_duration_seconds": ("time to connect", "waktu menyambung"),
    "dns_lookup_duration_seconds": ("time to look a name up", "waktu pencarian nama"),
    "http_resolve_seconds": ("time to look the name up", "waktu pencarian nama"),
    "http_connect_seconds": ("time to connect", "waktu menyambung"),
    "http_tls_seconds": ("time for TLS", "waktu TLS"),
    "http_processing_seconds": ("time until the server answers", "waktu sampai server menjawab"),
    "http_transfer_seconds": ("time for the content", "waktu pengiriman isi"),
    "probe_duration_seconds": ("duration of the probe", "lama pengujian"),
    "ups_on_battery_seconds": ("time on battery", "lama memakai baterai"),
    "ups_battery_remaining_seconds": ("battery time left", "sisa waktu baterai"),
    "ups_battery_charge_ratio": ("battery charge", "isi baterai"),
    "radio_signal_dbm": ("radio signal", "sinyal radio"),
    "radio_snr_decibels": ("radio signal over noise", "sinyal radio di atas derau"),
    "modem_rsrp_dbm": ("LTE signal (RSRP)", "sinyal LTE (RSRP)"),
    "modem_sinr_decibels": ("LTE signal over noise (SINR)", "sinyal LTE di atas derau (SINR)"),
    "optical_receive_power_dbm": ("light received", "cahaya diterima"),
    "onu_receive_power_dbm": ("light that the ONU receives", "cahaya yang diterima ONU"),
    "interface_receive_errors_total": ("receive errors", "galat saat menerima"),
    "interface_transmit_errors_total": ("transmit errors", "galat saat mengirim"),
    "interface_receive_discards_total": ("received packets dropped", "paket terima dibuang"),
    "interface_transmit_discards_total": ("packets dropped before sending", "paket kirim dibuang"),
    "interface_utilization_ratio": ("link use", "pemakaian jalur"),
}
"""The values that may have a limit."""


def spoken(said: tuple[str, str], language: Language) -> str:
    """One language out of a table's pair: English, Indonesian."""
    english, indonesian = said
    return english if language == "en" else indonesian
