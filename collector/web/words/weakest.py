"""The list of the weakest radios, modems, optical ports and ONUs."""

WORDS: dict[str, tuple[str, str]] = {
    "weakest": ("Weakest links", "Jalur terlemah"),
    "weakest_key": (
        "Signals and light as the devices measured them last, the weakest first. ◆ weak   ▼ very weak, or"
        " below the limit of the inventory.",
        "Sinyal dan cahaya menurut pengukuran terakhir perangkat, yang terlemah lebih dulu. ◆ lemah   ▼"
        " sangat lemah, atau di bawah batas inventaris.",
    ),
    "weakest_of": ("Sort", "Jenis"),
    "weakest_radio": ("Radios by signal", "Radio menurut sinyal"),
    "weakest_modem": ("Modems by signal", "Modem menurut sinyal"),
    "weakest_port": ("Optical ports by light received", "Port optik menurut cahaya diterima"),
    "weakest_onu": ("ONUs by light received", "ONU menurut cahaya diterima"),
    "weakest_device": ("Device", "Perangkat"),
    "weakest_age": ("Age", "Usia"),
    "weakest_all": ("all {n}", "semua {n}"),
    "weakest_stale": (
        "{n} is not shown: no fresh value|{n} are not shown: no fresh value",
        "{n} tidak ditampilkan: tanpa nilai terbaru",
    ),
    "weakest_none": (
        "No device with a fresh signal is known. Radios, modems and optical ports come here once an agent"
        " polls them by SNMP.",
        "Belum ada perangkat dengan sinyal terbaru. Radio, modem, dan port optik muncul di sini setelah agen"
        " membacanya lewat SNMP.",
    ),
}
