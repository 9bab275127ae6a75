"""The city's state in words: states, the one sentence, an incident in a list, sites by district."""

from collector.notices.texts import SEVERITIES

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
    # sites by district
    "no_district": ("Elsewhere", "Lainnya"),
    "with_root": ("with {name}", "ikut putus karena {name}"),
    "agent_silent": ("agent silent", "agen diam"),
    "more_incidents": ("{n} more open incident|{n} more open incidents", "{n} insiden terbuka lagi"),
    "more_sites": (
        "and {n} more site in trouble; the numbers above lead to all of them|"
        "and {n} more sites in trouble; the numbers above lead to all of them",
        "dan {n} lokasi bermasalah lagi; angka di atas menuju daftarnya",
    ),
    "all_districts": ("Districts", "Kecamatan"),
    "not_found": ("No site’s id or name holds “{find}”.", "Tidak ada lokasi dengan nama atau id “{find}”."),
    "found": ("{n} site found|{n} sites found", "{n} lokasi ditemukan"),
    "all_sites": ("all sites", "semua lokasi"),
    "as_of": ("as of {at}", "per {at}"),
    "last_known": (
        "What follows is what was last known.",
        "Di bawah ini keadaan terakhir yang diketahui.",
    ),
}
