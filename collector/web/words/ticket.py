"""The fault report to a provider."""

WORDS: dict[str, tuple[str, str]] = {
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
}
