"""Planned work."""

WORDS: dict[str, tuple[str, str]] = {
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
    "work_application": ("Application", "Aplikasi"),
    "work_provider": ("Provider", "Penyedia internet"),
    "work_link": ("Link", "Jalur"),
    "work_lasts": ("Lasts", "Lama"),
    "work_plan": ("Begin now", "Mulai sekarang"),
    "work_end": ("End it", "Akhiri"),
    "work_here": ("plan work here", "jadwalkan pemeliharaan di sini"),
    "work_missing": (
        "Nothing is planned: write which work it is.",
        "Tidak ada yang dijadwalkan: tulis pekerjaannya.",
    ),
    "work_refused": ("Nothing is changed: {why}", "Tidak ada yang berubah: {why}"),
}
