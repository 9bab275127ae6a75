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
    "bad_parameter": (
        "There is no such page: “{name}” can’t be “{value}”. Correct the address, or leave that out.",
        "Tidak ada halaman seperti itu: “{name}” tidak boleh “{value}”. Perbaiki alamatnya, atau hapus itu.",
    ),
    "refused": ("The collector refuses this: {why}", "Kolektor menolak ini: {why}"),
    "refused_405": (
        "The page {path} can’t be asked in this way. Go back and load it again.",
        "Halaman {path} tidak dapat diminta dengan cara ini. Kembali dan muat ulang.",
    ),
    "refused_408": (
        "Nothing is changed: the form did not come whole. Send it again.",
        "Tidak ada yang berubah: formulir tidak diterima utuh. Kirim lagi.",
    ),
    "refused_413": (
        "Nothing is changed: the form is too large. Write less.",
        "Tidak ada yang berubah: isi formulir terlalu besar. Tulis lebih singkat.",
    ),
    "refused_422": (
        "Nothing is changed: the form can’t be read. Load the page again.",
        "Tidak ada yang berubah: formulir tidak dapat dibaca. Muat ulang halaman.",
    ),
    # where else to look
    "app": ("The network of {city}, as it is now.", "Jaringan {city} saat ini."),
    "skip": ("Skip to the contents", "Langsung ke isi"),
    "languages": ("Language", "Bahasa"),
    "link_city": ("the city, for Prometheus", "kota ini, untuk Prometheus"),
    "link_own": ("the collector itself, for Prometheus", "kolektor, untuk Prometheus"),
    "link_incidents": ("incidents, for programs", "insiden, untuk program"),
    "link_openapi": ("these endpoints, for programs", "semua alamat, untuk program"),
    "link_ready": ("are reports taken?", "apakah laporan diterima?"),
    "aged": (
        "No agent has fresh measurements: this is what was last known.",
        "Tidak ada agen dengan pengukuran baru: ini keadaan terakhir yang diketahui.",
    ),
    "old": (
        "The collector does not answer: this is what was last known.",
        "Kolektor tidak menjawab: ini keadaan terakhir yang diketahui.",
    ),
}
