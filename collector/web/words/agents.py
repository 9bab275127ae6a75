"""The list of agents."""

WORDS: dict[str, tuple[str, str]] = {
    "agents": ("Agents", "Agen"),
    "agent_fresh_is": ("reports", "melapor"),
    "agent_care_is": ("reports, needs care", "melapor, perlu diperiksa"),
    "agent_silent_is": ("silent", "diam"),
    "agent_unknown_is": ("unknown", "tidak diketahui"),
    "last_report": ("Last report", "Laporan"),
    "agent_version": ("Version", "Versi"),
    "to_send": ("To send", "Antre"),
    "dropped": ("Dropped", "Dibuang"),
    "refused_column": ("Refused", "Ditolak"),
    "bytes_column": ("Today", "Hari ini"),
    "bytes_of_all": (
        "Bytes of today: {size} from these agents since {since}.",
        "Byte hari ini: {size} dari agen-agen ini sejak {since}.",
    ),
    "assignment": ("Assignment", "Tugas"),
    "days": ("{n} day|{n} days", "{n} hari"),
    "certificate_over": ("over", "habis"),
    "joining_invited": ("invited until {until}", "diundang sampai {until}"),
    "joining_waiting": ("its request waits for a signature", "permintaannya menunggu tanda tangan"),
    "joining_revoked": ("revoked", "dicabut"),
    "joining_ended": ("all its certificates are over", "semua sertifikatnya habis"),
    "worry_floods": (
        "floods: it is denied for ten minutes; see to that machine",
        "membanjiri kolektor: ditolak sepuluh menit; periksa mesinnya",
    ),
    "worry_assignment": ("works by an old assignment", "bekerja dengan tugas lama"),
    "worry_never_heard": ("never heard yet", "belum pernah terdengar"),
}
