"""The texts of a fault report to a provider in English and Indonesian: the table behind ticket.py.

Where English has one form for one `n` and one for more, "|" stands between them.
"""

from collector.incidents.incident import Kind

TICKET: dict[str, tuple[str, str]] = {
    "subject": ("Fault report #{id}: {name}", "Laporan gangguan #{id}: {name}"),
    "subject_contract": (
        "Fault report #{id}: {name}, contract {contracts}",
        "Laporan gangguan #{id}: {name}, kontrak {contracts}",
    ),
    "to": ("To: {name}", "Kepada: {name}"),
    "contract": ("Contract: {contracts}", "Kontrak: {contracts}"),
    "contract_unknown": (
        "Contract: our records have no number for this line",
        "Kontrak: nomornya tidak ada di data kami",
    ),
    "no_provider": (
        "Contract: none, since our records name no provider for this fault",
        "Kontrak: tidak ada, karena data kami tidak memuat penyedia untuk gangguan ini",
    ),
    "line": ("Line: {lines}", "Jalur: {lines}"),
    "one_line": ("{from_} – {to} ({medium})", "{from_} – {to} ({medium})"),
    "place": ("Place: {place}", "Lokasi: {place}"),
    "coordinates": (
        "{latitude:.5f}, {longitude:.5f} (surveyed)",
        "{latitude:.5f}, {longitude:.5f} (diukur di lokasi)",
    ),
    "fault": ("Fault: {fault}", "Gangguan: {fault}"),
    "began": ("Began: {at}", "Mulai: {at}"),
    "still": ("Ended: not yet ({duration} so far)", "Selesai: belum (sudah {duration})"),
    "ended": ("Ended: {at}, after {duration}", "Selesai: {at}, lamanya {duration}"),
    "affected": ("Affected: {what}", "Terdampak: {what}"),
    "sites": ("{n} site|{n} sites", "{n} lokasi"),
    "users": ("{n} user|{n} users", "{n} pengguna"),
    "evidence": ("Evidence:", "Bukti:"),
    "seen": ("Seen from {names}: {reason}", "Terlihat dari {names}: {reason}"),
    "found": ("Found: {reason}", "Diketahui: {reason}"),
    "last_good": (
        "Last good measurement: {at}, from {agent} to {target} by {probe}",
        "Pengukuran baik terakhir: {at}, dari {agent} ke {target} dengan {probe}",
    ),
    "last_good_time": (
        "Last good measurement: {at}, from {agent} to {target} by {probe} in {time}",
        "Pengukuran baik terakhir: {at}, dari {agent} ke {target} dengan {probe}, {time}",
    ),
    "the_place_above": ("the router above", "router di atasnya"),
    "not_power": ("Not the power: {clues}", "Bukan listrik: {clues}"),
    "not_router": ("Not our router: {clues}", "Bukan router kami: {clues}"),
    "others_well": (
        "Other providers: {well} of {known} of our sites with them are well",
        "Penyedia lain: {well} dari {known} lokasi kami yang memakainya normal",
    ),
    "same_well": (
        "Your other lines: {well} of {known} of our sites on them are well",
        "Jalur Anda yang lain: {well} dari {known} lokasi kami di sana normal",
    ),
    "not_planned": (
        "Not our work: no maintenance of ours covers it",
        "Bukan pekerjaan kami: tidak ada pemeliharaan terjadwal kami di sana",
    ),
    "weighed": ("Our measurements point to: {cause}", "Hasil pengukuran kami mengarah ke: {cause}"),
    "repair": (
        "Please clear this fault, and send us a report of the root cause.",
        "Mohon perbaiki gangguan ini dan kirimkan laporan akar penyebabnya.",
    ),
    "report": (
        "Please send us a report of the root cause.",
        "Mohon kirimkan laporan akar penyebabnya.",
    ),
    "sla": (
        "The contract promises {percent} % availability.",
        "Kontrak menjanjikan ketersediaan {percent} %.",
    ),
    "contact": ("Contact: {people}, {city}", "Kontak: {people}, {city}"),
    "contact_city": ("Contact: {city}", "Kontak: {city}"),
    "page": ("Details: {url}", "Rincian: {url}"),
    "more": ("{names} +{n}", "{names} +{n}"),
    # to the person who sends it
    "doubt": (
        "The clues speak for another cause than the line: {cause}.",
        "Petunjuk mengarah ke penyebab lain, bukan jalur: {cause}.",
    ),
    "merged": (
        "incident {id} is a part of {wider} now; write the fault report of that one",
        "insiden {id} kini bagian dari {wider}; buat laporan gangguan untuk insiden itu",
    ),
    "not_suspected": (
        "{provider} has no line that may be at fault in incident {id}; {remedy}",
        "{provider} tidak memiliki jalur yang mungkin terganggu pada insiden {id}; {remedy}",
    ),
    "choose": ("choose one of {providers}", "pilih salah satu: {providers}"),
    "choose_none": ("no provider has one", "tidak ada penyedia yang memilikinya"),
    "several": (
        "incident {id} may be the fault of several providers; choose one of {providers}",
        "gangguan {id} mungkin dari beberapa penyedia; pilih salah satu: {providers}",
    ),
    "no_account": (
        "no mail account to send with; set [city] ticket_url_file, or copy the text",
        "tidak ada akun email pengirim; isi [city] ticket_url_file, atau salin teksnya",
    ),
    "bad_account": (
        "{file}: write one URL mailtos://user:password@host, or mailto:// without TLS",
        "{file}: tulis satu URL mailtos://user:password@host, atau mailto:// tanpa TLS",
    ),
    "no_mail": (
        "providers.{provider}.ticket: {to} is no mail address; copy the text",
        "providers.{provider}.ticket: {to} bukan alamat email; salin teksnya",
    ),
    "no_recipient": (
        "there is no provider to send it to; copy the text",
        "tidak ada penyedia tujuan; salin teksnya",
    ),
    "sent_before": (
        "{by} sent the report of {id} to {provider} at {at}; copy the text to send it again",
        "{by} sudah mengirim laporan {id} ke {provider} pada {at}; salin teksnya untuk mengirim lagi",
    ),
    "not_delivered": ("not sent: {why}", "tidak terkirim: {why}"),
    "not_recorded": (
        "sent to {provider}, but not recorded: {why}",
        "terkirim ke {provider}, tetapi tidak tercatat: {why}",
    ),
}

FAULTS: dict[Kind, tuple[str, str]] = {
    "site_down": ("no connection", "koneksi putus"),
    "target_down": ("no answer by this line", "tidak ada jawaban lewat jalur ini"),
    "degraded": ("poor quality", "kualitas turun"),
    "flapping": ("up and down again and again", "naik-turun berulang kali"),
}
"""The kinds of faults of a line. Others have the reason alone."""
