"""The strips and the course: what the collector remembers of the measurements."""

WORDS: dict[str, tuple[str, str]] = {
    "strips": ("The last 24 hours", "24 jam terakhir"),
    "strips_own": ("Measured from here", "Diukur dari sini"),
    "strips_seen": ("As others see this site", "Dilihat dari lokasi lain"),
    "strips_left_out": (
        "and {n} more path; those with most failures come first|"
        "and {n} more paths; those with most failures come first",
        "dan {n} jalur lagi; yang paling sering gagal lebih dulu",
    ),
    "strips_key": (
        "Each cell is a quarter of an hour; the marked one is not over yet.",
        "Tiap kotak seperempat jam; yang bertanda belum selesai.",
    ),
    "strip_of": ("{name}, {kind}: {facts}.", "{name}, {kind}: {facts}."),
    "strip_key_up": ("up", "normal"),
    "strip_key_degraded": ("over its limit", "di atas batas"),
    "strip_key_down": ("down, or partly", "putus, atau sebagian"),
    "strip_key_none": ("not measured", "tidak diukur"),
    "strip_up": ("{share} up", "{share} normal"),
    "strip_loss": ("loss {share}", "hilang {share}"),
    "strip_time": ("{typical}, at worst {worst}", "{typical}, terburuk {worst}"),
    "strip_never": ("not measured in this time", "tidak diukur selama ini"),
    "strip_all_up": ("Up all the time.", "Normal sepanjang waktu."),
    "strip_now": ("now", "sekarang"),
    "strip_down": ("down {since} to {until}", "putus {since} sampai {until}"),
    "strip_partly": ("partly down {since} to {until}", "sebagian putus {since} sampai {until}"),
    "strip_degraded": ("over its limit {since} to {until}", "di atas batas {since} sampai {until}"),
    "strip_none": ("not measured {since} to {until}", "tidak diukur {since} sampai {until}"),
    "strip_more": ("and {n} more before|and {n} more before", "dan {n} lagi sebelumnya"),
}
