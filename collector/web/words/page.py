"""Each page: where else to look, and why there is no page."""

WORDS: dict[str, tuple[str, str]] = {
    # no page
    "no_page": ("There is no page {path}.", "Tidak ada halaman {path}."),
    "no_store": (
        "Nothing can be shown just now: {why}.",
        "Belum ada yang dapat ditampilkan: {why}.",
    ),
    # make demo
    "simulation": ("Simulation", "Simulasi"),
    "simulated": (
        "The city, its people and its faults are invented.",
        "Kota, orang-orang, dan gangguan di halaman ini rekaan.",
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
