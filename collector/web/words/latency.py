"""The working latency of a link: its round-trip time while it is idle, and while it is busy."""

WORDS: dict[str, tuple[str, str]] = {
    "latency": ("Working latency", "Latensi saat dipakai"),
    "latency_week": ("Working latency, 7 days", "Latensi saat dipakai, 7 hari"),
    "latency_last_week": ("Last 7 days", "7 hari terakhir"),
    "latency_idle": ("idle {time}", "sepi {time}"),
    "latency_busy": ("busy {time}", "padat {time}"),
    "latency_added": ("+{time} when full", "+{time} saat penuh"),
    "latency_none_added": ("no slower when full", "tidak melambat saat penuh"),
    "latency_never_busy": ("was never busy", "tidak pernah padat"),
    "latency_never_idle": ("was never idle", "tidak pernah sepi"),
    "latency_few_busy": ("busy for too short a time to tell", "padat terlalu singkat untuk dinilai"),
    "latency_few_idle": ("idle for too short a time to tell", "sepi terlalu singkat untuk dinilai"),
    "latency_unmeasured_busy": ("not measured while busy", "tidak terukur saat padat"),
    "latency_unmeasured_idle": ("not measured while idle", "tidak terukur saat sepi"),
    "latency_unknown": ("not known", "belum diketahui"),
    "latency_means": (
        "The round-trip time across the link while less than 20 % of its rate is in use, and while more than "
        "70 % is. The second one is what people feel in the busy hours.",
        "Waktu pulang-pergi melewati jalur saat kurang dari 20 % kapasitas terpakai, dan saat lebih dari "
        "70 % terpakai. Yang kedua terasa oleh pengguna di jam sibuk.",
    ),
    "latency_no_ping": (
        "Not known: no ping crosses it.",
        "Belum diketahui: tidak ada ping yang melewatinya.",
    ),
    "latency_no_port": (
        "Not known: no polled port names it. Write “{id}” as the description of the port that carries it, on "
        "a router or switch that pantau polls.",
        "Belum diketahui: tidak ada port terpantau yang menyebutnya. Tulis “{id}” sebagai deskripsi port "
        "yang membawanya, pada router atau switch yang dipantau pantau.",
    ),
    "latency_not_yet": (
        "Not known yet: its port must be polled at least every five minutes, and have a speed or a bandwidth "
        "in the inventory.",
        "Belum diketahui: port harus dibaca paling lambat tiap lima menit, dan punya kecepatan atau "
        "kapasitas di inventaris.",
    ),
    "latency_day": ("Day", "Hari"),
    "latency_head_idle": ("Idle", "Sepi"),
    "latency_head_busy": ("Busy", "Padat"),
    "latency_head_added": ("Added", "Tambahan"),
    "latency_head_minutes": ("Idle / between / busy", "Sepi / sedang / padat"),
    "latency_head_used": ("Used", "Terpakai"),
    "latency_p95": ("95 % below {time}", "95 % di bawah {time}"),
    "latency_used": ("{mean}, at most {fullest}", "{mean}, paling banyak {fullest}"),
    "latency_today": ("{day}, until now", "{day}, sampai sekarang"),
}
