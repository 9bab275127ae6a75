"""A site's page, and the conditions of its agent."""

from collector.notices.texts import MEDIA

WORDS: dict[str, tuple[str, str]] = {
    "no_such_site": ("No site has the id “{id}”.", "Tidak ada lokasi dengan id “{id}”."),
    "role": ("Role", "Jenis lokasi"),
    "role_hotspot": ("hotspot", "hotspot Wi-Fi"),
    "role_office": ("office", "kantor"),
    "role_pop": ("POP", "POP"),
    "role_noc": ("NOC", "NOC (pusat kendali)"),
    **{f"medium_{medium}": said for medium, said in MEDIA.items()},
    "place": ("Place", "Tempat"),
    "router": ("Router", "Router"),
    "way_up": ("Uplink", "Jalur uplink"),
    "note": ("Note", "Catatan"),
    "feeder": ("Power feeder", "Penyulang listrik"),
    "coordinates": ("Coordinates", "Koordinat"),
    "coordinates_surveyed": ("surveyed on the spot", "diukur di lokasi"),
    "coordinates_cited": ("from a source", "dari sumber lain"),
    "coordinates_subdistrict-centroid": ("the middle of the subdistrict", "titik tengah kelurahan"),
    "coordinates_district-centroid": ("the middle of the district", "titik tengah kecamatan"),
    "coordinates_invented": ("invented", "rekaan"),
    "sla": ("{percent} % by contract", "{percent} % menurut kontrak"),
    "contact": ("On the spot", "Narahubung"),
    "users_label": ("Users", "Pengguna"),
    "agent": ("Agent", "Agen"),
    "clock": ("Clock", "Jam"),
    "spool": ("Spool", "Antrean"),
    "spooled": ("{n} report to send|{n} reports to send", "{n} laporan belum terkirim"),
    "ledger": ("Ledger", "Catatan"),
    "ledger_of": (
        "{taken} measurements: {stored} stored, {dropped} dropped, {rejected} rejected, {spooled} to send",
        "{taken} pengukuran: {stored} tersimpan, {dropped} dibuang, {rejected} ditolak, {spooled} menunggu",
    ),
    "clock_ntp": ("by NTP", "dari NTP"),
    "clock_collector": ("by the collector", "dari kolektor"),
    "clock_estimated": ("estimated", "perkiraan"),
    "version": ("version {version}", "versi {version}"),
    "heard_fresh": ("reported {age} ago", "melapor {age} lalu"),
    "heard_silent": ("silent: last report {age} ago", "diam: laporan terakhir {age} lalu"),
    "heard_unknown": ("unknown: last report {age} ago", "tidak diketahui: laporan terakhir {age} lalu"),
    "heard_never": ("silent: has never reported", "diam: belum pernah melapor"),
    "heard_not_yet": ("has not reported yet", "belum melapor"),
    "heard_undated": ("reports, but can’t date them yet", "melapor, tetapi waktunya belum pasti"),
    "disconnected": ("disconnected {age} ago", "terputus {age} lalu"),
    "measurements": ("Measured from here", "Diukur dari sini"),
    "target": ("Target", "Sasaran"),
    "probe": ("Probe", "Jenis uji"),
    "state": ("State", "Keadaan"),
    "response": ("Response time", "Waktu respons"),
    "loss": ("Packet loss", "Paket hilang"),
    "age": ("Age of data", "Usia data"),
    "more_targets": (
        "and {n} more target, not shown; those in trouble come first|"
        "and {n} more targets, not shown; those in trouble come first",
        "dan {n} sasaran lagi, tidak ditampilkan; yang bermasalah lebih dulu",
    ),
}

CONDITIONS: dict[str, tuple[str, str]] = {
    "doubled": (
        "two agents say that they are this one; give each its own id",
        "dua agen mengaku sebagai agen ini; beri masing-masing id sendiri",
    ),
    "spool_unwritable": (
        "its disk can’t be written: new reports are in memory alone",
        "disknya tidak dapat ditulisi: laporan baru hanya ada di memori",
    ),
    "spool_damaged": (
        "a damaged spool was set aside; what it held is counted as dropped",
        "antrean yang rusak disisihkan; isinya dihitung sebagai dibuang",
    ),
    "unacknowledged": (
        "its reports are not acknowledged; check the broker’s ACL for this agent",
        "laporannya tidak dikonfirmasi; cek ACL broker untuk agen ini",
    ),
    "held": (
        "its reports can’t be taken yet, and are kept",
        "laporannya belum dapat diterima, dan disimpan",
    ),
    "clock_disagrees": (
        "its NTP and the collector’s clock are over 2 s apart",
        "NTP-nya dan jam kolektor berselisih lebih dari 2 detik",
    ),
    "refused": (
        "it does not measure all that it is assigned; its log says why",
        "tidak semua tugasnya diukur; alasannya ada di lognya",
    ),
}
"""Conditions of an agent: its own, from wire.messages.Presence, and those that the collector sees."""
