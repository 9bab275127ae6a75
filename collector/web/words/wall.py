"""The wallboard."""

WORDS: dict[str, tuple[str, str]] = {
    "wall": ("Wallboard", "Papan pantau"),
    "wall_up": ("of {all} sites up", "dari {all} lokasi normal"),
    "wall_up_unknown": ("of {all} sites up, {n} unknown", "dari {all} lokasi normal, {n} tidak diketahui"),
    "wall_down": ("site down|sites down", "lokasi putus"),
    "wall_users": ("user without network|users without network", "pengguna tanpa jaringan"),
    "wall_waiting": (
        "incident in nobody’s hand|incidents in nobody’s hand",
        "insiden belum ditangani",
    ),
    "wall_none": ("None.", "Tidak ada."),
    "wall_in_hand": ("{by} has it in hand", "ditangani {by}"),
    "wall_nobody": ("nobody has it in hand", "belum ada yang menangani"),
    "wall_more": ("and {n} more", "dan {n} lagi"),
    "wall_others": ("and {n} more", "dan {n} lagi"),
    "wall_of": ("{up} of {all} up", "{up} dari {all} normal"),
    "wall_districts": ("{n} more districts", "{n} kecamatan lain"),
    "wall_age": ("newest data {age} old", "data terbaru {age} lalu"),
    "wall_no_data": ("no data yet", "belum ada data"),
    "wall_old": (
        "As of {at}: older than 2 minutes. This is not the present.",
        "Per {at}: lebih dari 2 menit lalu. Ini bukan keadaan sekarang.",
    ),
    "wall_map": (
        "Map of the sites; the lists beside it say the same",
        "Peta lokasi; daftar di sampingnya memuat hal yang sama",
    ),
    "wall_unplaced": ("{n} site not on the map|{n} sites not on the map", "{n} lokasi tidak ada di peta"),
    "sign_up": ("up", "normal"),
    "sign_noted": ("up, with an incident", "normal, ada insiden"),
    "sign_unknown": ("unknown", "tidak diketahui"),
    "sign_down": ("down", "putus"),
}
