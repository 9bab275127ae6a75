"""The texts that only a chat has, in English and Indonesian: buttons, commands and their answers."""

BUTTONS: dict[str, tuple[str, str]] = {
    "acknowledge": ("🙋 I take it", "🙋 Saya tangani"),
    "unacknowledge": ("↩️ Give it back", "↩️ Lepaskan"),
    "power": ("⚡ PLN", "⚡ PLN"),
    "provider": ("🌐 Provider", "🌐 Penyedia"),
    "device": ("📦 Device", "📦 Perangkat"),
    "other": ("❔ Other", "❔ Lainnya"),
}

CHAT_LINES: dict[str, tuple[str, str]] = {
    "merged_into": ("➡️ Part of #{id} now: {title}", "➡️ Sekarang bagian dari #{id}: {title}"),
}

ANSWERS: dict[str, tuple[str, str]] = {
    "open": ("{n} open:", "{n} gangguan aktif:"),
    "nothing_open": ("🟢 Nothing is open.", "🟢 Tidak ada gangguan aktif."),
    "users": ("{n} users", "{n} pengguna"),
    "site_well": ("🟢 No incident here.", "🟢 Tidak ada gangguan di sini."),
    "no_site": ("There is no site {name}.", "Tidak ada lokasi {name}."),
    "many_sites": ("{n} sites fit; write one of: {names}", "{n} lokasi cocok; tulis salah satu: {names}"),
    "site_usage": ("Write a site, for example: /site gradasi", "Tulis lokasinya, misalnya: /lokasi gradasi"),
    "no_duty": ("The inventory names nobody on duty.", "Jadwal piket belum diisi."),
    "stale": (
        "This came too late to be done; send it again if you still mean it.",
        "Perintah ini terlambat diterima; kirim lagi bila masih perlu.",
    ),
    "plan_usage": (
        "Write site and time, for example: /maintenance gradasi 2h New battery",
        "Tulis lokasi dan lamanya, misalnya: /rawat gradasi 2 jam Ganti baterai",
    ),
    "plan_title": ("Work at {name}", "Pekerjaan di {name}"),
    "plan_refused": ("Not planned: {reason}", "Tidak dijadwalkan: {reason}"),
    "planned": (
        "🔧 {name}: planned work until {until}. Nobody gets a notice of it. ({id})",
        "🔧 {name}: pemeliharaan sampai {until}. Selama itu tidak ada pemberitahuan. ({id})",
    ),
    "acknowledge_usage": (
        "Write the incident, for example: /mute abcd2345. Reply to its message, or press its button.",
        "Tulis insidennya, misalnya: /diam abcd2345. Bisa juga balas pesannya, atau tekan tombolnya.",
    ),
    "unacknowledge_usage": (
        "Write the incident, for example: /release abcd2345. Or reply to its message.",
        "Tulis insidennya, misalnya: /lepas abcd2345. Bisa juga balas pesannya.",
    ),
    "note_usage": (
        "Write incident and note, for example: /note abcd2345 on the way. Or reply to its message.",
        "Tulis insiden dan catatannya, misalnya: /catat abcd2345 menuju lokasi. Bisa juga balas pesannya.",
    ),
    "cause_usage": ("This button is not known any more.", "Tombol ini tidak dikenal lagi."),
    "Acknowledged": (
        "{by} has #{id} in hand; no more reminders.",
        "#{id} ditangani {by}; pengingat berhenti.",
    ),
    "Unacknowledged": ("Nobody has #{id} in hand now.", "#{id} dilepas; belum ada yang menangani."),
    "Noted": ("Noted at #{id}.", "Dicatat di #{id}."),
    "cause_set": ("Cause of #{id}: {cause}.", "Penyebab #{id}: {cause}."),
    "in_hand": ("{by} has #{id} in hand already.", "#{id} sudah ditangani {by}."),
    "not_in_hand": ("Nobody has #{id} in hand.", "#{id} belum ditangani siapa pun."),
    "closed": ("#{id} is over.", "#{id} sudah selesai."),
    "merged": ("#{id} is part of #{wider} now.", "#{id} sekarang bagian dari #{wider}."),
    "unknown": ("There is no incident #{id}.", "Tidak ada insiden #{id}."),
}
"""By key, or by the class of a thing that a person did, or by its outcome."""

HELP: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "open": (("active", "open incidents"), ("aktif", "gangguan yang sedang berlangsung")),
    "site": (("site NAME", "state of a site"), ("lokasi NAMA", "keadaan satu lokasi")),
    "plan": (
        ("maintenance SITE 2h TITLE", "planned work from now on: no notices"),
        ("rawat LOKASI 2jam JUDUL", "pemeliharaan mulai sekarang: tanpa pemberitahuan"),
    ),
    "duty": (("duty", "who is on duty"), ("piket", "siapa yang piket")),
    "acknowledge": (
        ("mute INCIDENT", "take it in hand: no more reminders"),
        ("diam INSIDEN", "saya tangani: pengingat berhenti"),
    ),
    "unacknowledge": (("release INCIDENT", "give it back"), ("lepas INSIDEN", "lepas penanganan")),
    "note": (("note INCIDENT TEXT", "add a note"), ("catat INSIDEN TEKS", "tambah catatan")),
    "help": (("help", "this list"), ("bantuan", "daftar ini")),
}
"""By command its usage and its line, in English and Indonesian."""
