"""The sentences of joining and renewal, for a person at the box: English, then Indonesian.

Each has the fault and the remedy. `{place}` is the address, `{detail}` the system's own word for it.
"""

TEXTS: dict[str, tuple[str, str]] = {
    "bad_code": (
        "this is no code: {detail}",
        "kode ini salah; periksa lagi tiap kelompok huruf dengan undangan",
    ),
    "no_name": (
        "no name server knows {place} ({detail}): see that the box has a network and a name server",
        "nama {place} tidak ditemukan: periksa jaringan dan DNS kotak ini",
    ),
    "refused": (
        "nothing listens at {place} ({detail}): ask the control room whether enrolment runs",
        "tidak ada layanan di {place}: tanyakan ke ruang kendali apakah pendaftaran berjalan",
    ),
    "no_answer": (
        "no answer from {place} ({detail}): see the uplink of this box, and firewalls between",
        "tidak ada jawaban dari {place}: periksa uplink kotak ini dan firewall di antaranya",
    ),
    "no_network": (
        "no way to {place} ({detail}): see the network of this box",
        "tidak ada jalan ke {place}: periksa kabel, Wi-Fi atau modem kotak ini",
    ),
    "no_tls": (
        "something else than pantau answers at {place} ({detail}): see for a sign-in page of this network,"
        " and compare the address with the invitation",
        "yang menjawab di {place} bukan pantau: mungkin halaman login jaringan ini, atau alamatnya salah",
    ),
    "impostor": (
        "somebody between you and the collector answers in its place at {place} ({detail}): nothing was sent"
        " to them; use another network, and tell the control room",
        "ada pihak lain yang menjawab sebagai {place}: tidak ada yang dikirim ke sana; pakai jaringan lain"
        " dan laporkan ke ruang kendali",
    ),
    "bad_answer": (
        "the answer of {place} makes no sense ({detail}): tell the control room",
        "jawaban dari {place} tidak masuk akal: laporkan ke ruang kendali",
    ),
    "unknown_code": (
        "the collector does not know this code: compare it with the invitation, or ask for a new one",
        "kode tidak dikenal: periksa lagi, atau minta undangan baru",
    ),
    "used_code": (
        "somebody has used this code before: if it was not you, tell the control room at once; the"
        " certificate that it gave is revoked; ask for a new invitation",
        "kode ini sudah pernah dipakai: bila bukan Anda, segera laporkan ke ruang kendali; minta undangan"
        " baru",
    ),
    "expired_code": (
        "this code has expired: ask the control room for a new invitation",
        "kode sudah kedaluwarsa: minta undangan baru ke ruang kendali",
    ),
    "revoked": (
        "the certificate of this box is revoked: ask the control room for an invitation",
        "sertifikat kotak ini sudah dicabut: minta undangan ke ruang kendali",
    ),
    "removed": (
        "the site of this box is not in the inventory: ask the control room",
        "lokasi kotak ini tidak ada di inventaris: tanyakan ke ruang kendali",
    ),
    "unknown_certificate": (
        "the collector does not know the certificate of this box: ask the control room for an invitation",
        "sertifikat kotak ini tidak dikenal: minta undangan ke ruang kendali",
    ),
    "too_old": (
        "the certificate of this box ended too long ago: ask the control room for an invitation",
        "sertifikat kotak ini sudah terlalu lama berakhir: minta undangan ke ruang kendali",
    ),
    "too_many": (
        "too many attempts: try again in an hour",
        "terlalu banyak percobaan: coba lagi satu jam lagi",
    ),
    "unavailable": (
        "the collector can't take the request just now ({detail}): try again in a minute",
        "kolektor belum dapat menerima permintaan: coba lagi sebentar lagi",
    ),
    "bad_request": (
        "the collector can't read the request ({detail}): is this pantau much older or newer than the"
        " collector?",
        "kolektor tidak dapat membaca permintaan ini: mungkin versi pantau di kotak ini tidak cocok",
    ),
    "unwritable": (
        "{detail}: run it as root, or give another folder with --directory",
        "berkas tidak dapat ditulis: jalankan sebagai root",
    ),
    "no_identity": (
        "{detail}: run pantau-agent join with a new invitation",
        "identitas kotak ini tidak ada atau rusak: jalankan pantau-agent join dengan undangan baru",
    ),
    "waiting": (
        "the authority's key is off-line: a person at the control room signs; asked again in {detail} s"
        " (Ctrl-C and the same code again later is as good)",
        "menunggu tanda tangan di ruang kendali; dicoba lagi dalam {detail} detik",
    ),
}


def both(key: str, place: str = "", detail: str = "") -> str:
    """Two lines. A key that a newer collector knows and this agent does not says its detail."""
    english, indonesian = TEXTS.get(key, ("{place}: {detail}", "ditolak oleh {place}: {detail}"))
    return "\n".join(line.format(place=place, detail=detail) for line in (english, indonesian))
