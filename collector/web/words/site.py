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
    # its state
    "last_outage_until": (
        "the last outage ended at {at}, {age} ago",
        "gangguan terakhir selesai {at}, {age} lalu",
    ),
    # how others see it
    "seen_by_others": ("How others see this site", "Dilihat dari lokasi lain"),
    "seen_none": (
        "No other agent measures this site: its state is known by its own agent alone.",
        "Tidak ada agen lain yang mengukur lokasi ini: keadaannya hanya diketahui dari agennya sendiri.",
    ),
    "seen_up": ("{n} agent reaches it|{n} agents reach it", "{n} agen menjangkaunya"),
    "seen_down": ("{n} does not|{n} do not", "{n} tidak"),
    "seen_unknown": ("{n} can’t tell now|{n} can’t tell now", "{n} tidak diketahui"),
    "seen_at": ("Measured from", "Diukur dari"),
    "seen_as_uplink": ("as its uplink", "sebagai uplink-nya"),
    "seen_left_out": (
        "and {n} more agent; those that can tell come first|"
        "and {n} more agents; those that can tell come first",
        "dan {n} agen lagi; yang masih mengukur lebih dulu",
    ),
    # above and below
    "family": ("Above and below", "Di atas dan di bawahnya"),
    "ways_up": ("Ways up", "Jalur ke atas"),
    "no_way_up": ("No link leads up from here.", "Tidak ada jalur ke atas dari sini."),
    "children": ("Sites below", "Lokasi di bawahnya"),
    "children_left_out": ("and {n} more", "dan {n} lagi"),
    "children_all": ("all links of this site", "semua jalur lokasi ini"),
    "neighbors_against": ("Neighbours say otherwise", "Menurut perangkat tetangga tidak begitu"),
    "neighbor_seen": (
        "port {port} of {device} sees “{name}”, which is",
        "port {port} pada {device} melihat “{name}”, yaitu",
    ),
    "neighbor_unconfirmed": (
        "no neighbour confirms the declared link",
        "tidak ada tetangga yang membenarkan jalur yang tercatat",
    ),
    "neighbor_undeclared": ("no link joins the two", "tidak ada jalur tercatat di antara keduanya"),
    "neighbor_alias": (
        "the name of the port, “{alias}”, says another site",
        "nama port, “{alias}”, menyebut lokasi lain",
    ),
    "neighbors_left_out": ("and {n} more", "dan {n} lagi"),
    # quality
    "quality": ("Quality against limits", "Kualitas terhadap batas"),
    "quality_key": (
        "The values of the last report. An incident opens when the mean is beyond the limit for its time.",
        "Nilai dari laporan terakhir. Insiden dibuka bila rata-ratanya melewati batas selama waktunya.",
    ),
    "quality_path": ("Path", "Jalur"),
    "quality_values": ("Values and limits", "Nilai dan batas"),
    "quality_at_most": ("of at most {limit}", "paling tinggi {limit}"),
    "quality_at_least": ("of at least {limit}", "paling rendah {limit}"),
    "quality_lasts": ("for {duration}", "selama {duration}"),
    "quality_over": ("beyond its limit", "melewati batas"),
    "quality_down": ("down, so no value", "putus, jadi tanpa nilai"),
    "quality_unknown": ("not known now", "tidak diketahui"),
    "quality_within": ("within its limit", "dalam batas"),
    "quality_left_out": (
        "and {n} more path, no worse than these|and {n} more paths, no worse than these",
        "dan {n} jalur lagi, tidak lebih buruk dari ini",
    ),
    # the agent
    "agent_health": ("The agent", "Agen"),
    "doctor": ("To do", "Yang perlu dilakukan"),
    "doctor_well": ("Nothing to do: the agent is well.", "Tidak ada: agen ini sehat."),
    "assignment_newest": ("version {number}, the newest", "versi {number}, terbaru"),
    "assignment_older": ("version {number}; the newest is {newest}", "versi {number}; terbaru {newest}"),
    "trouble_silent": ("No report has come for {age}.", "Tidak ada laporan selama {age}."),
    "todo_silent_down": (
        "The site itself is down: mend its line or its power first. The agent keeps its measurements and"
        " sends them later.",
        "Lokasinya sendiri putus: perbaiki jalur atau listriknya dulu. Agen menyimpan pengukuran dan"
        " mengirimnya nanti.",
    ),
    "todo_silent_up": (
        "The site is not known to be down, so look at the agent: is its machine on, what does “journalctl"
        " --unit pantau-agent” say, does the site reach the broker?",
        "Lokasinya tidak diketahui putus, jadi cek agennya: apakah mesinnya menyala, apa kata “journalctl"
        " --unit pantau-agent”, apakah lokasi menjangkau broker?",
    ),
    "trouble_never": ("This agent has never reported.", "Agen ini belum pernah melapor."),
    "todo_never": (
        "Install it, with “{id}” as its id and as the CN of its certificate; then read “journalctl --unit"
        " pantau-agent”.",
        "Pasang agennya dengan id “{id}”, juga sebagai CN sertifikatnya; lalu baca “journalctl --unit"
        " pantau-agent”.",
    ),
    "trouble_assignment": ("It works by an old assignment.", "Agen bekerja dengan tugas lama."),
    "todo_assignment": (
        "A new one comes within a minute; if not, read its log: the broker’s ACL must let it read its topic.",
        "Yang baru datang dalam semenit; bila tidak, baca lognya: ACL broker harus mengizinkan topiknya.",
    ),
    "trouble_permission": (
        "The agent may not run {n} of its probes.|The agent may not run {n} of its probes.",
        "Agen tidak diizinkan menjalankan {n} pengujian.",
    ),
    "todo_permission": (
        "Allow it ping: its log has the line for net.ipv4.ping_group_range or CAP_NET_RAW.",
        "Izinkan ping: lognya berisi baris untuk net.ipv4.ping_group_range atau CAP_NET_RAW.",
    ),
    "trouble_certificate": ("Its certificate ends: {ends}.", "Sertifikatnya hampir habis: {ends}."),
    "todo_certificate": (
        "Make a new one with the same CN, put it in place and restart the agent.",
        "Buat yang baru dengan CN yang sama, pasang, lalu mulai ulang agen.",
    ),
    "trouble_dropped": (
        "It dropped {n} measurement.|It dropped {n} measurements.",
        "Agen membuang {n} pengukuran.",
    ),
    "todo_dropped": (
        "Its spool was full or damaged: free space on its disk, and look for the long outage that filled it.",
        "Antreannya penuh atau rusak: kosongkan ruang disk, dan cari gangguan lama yang memenuhinya.",
    ),
    "trouble_rejected": (
        "The collector could never take {n} of its measurements.",
        "Kolektor tidak dapat menerima {n} pengukurannya.",
    ),
    "todo_rejected": (
        "Read “pantau-collector quarantine”: the agent may be newer than the collector.",
        "Baca “pantau-collector quarantine”: versi agen mungkin lebih baru dari kolektor.",
    ),
    "trouble_spool": (
        "{n} report waits to go out.|{n} reports wait to go out.",
        "{n} laporan menunggu terkirim.",
    ),
    "todo_spool": (
        "They go out by themselves after an outage. If there are ever more, the line’s way up is too slow or"
        " lossy.",
        "Terkirim sendiri setelah gangguan. Bila terus bertambah, jalur ke atas terlalu lambat atau bocor.",
    ),
    "trouble_clock": ("NTP does not keep its clock.", "NTP tidak menjaga jamnya."),
    "todo_clock": (
        "Check “timedatectl” there, and that UDP port 123 is open to an NTP server.",
        "Cek “timedatectl” di sana, dan port UDP 123 ke server NTP.",
    ),
    "todo_doubled": (
        "Find the second machine and give it an id and a certificate of its own.",
        "Cari mesin kedua, beri id dan sertifikat sendiri.",
    ),
    "todo_spool_unwritable": (
        "Free or replace its disk; a power cut now loses what is not sent.",
        "Kosongkan atau ganti disknya; bila listrik padam sekarang, yang belum terkirim hilang.",
    ),
    "todo_spool_damaged": (
        "Check the disk with “journalctl --dmesg”; a card that fails must be replaced.",
        "Cek disk dengan “journalctl --dmesg”; kartu yang rusak harus diganti.",
    ),
    "todo_unacknowledged": (
        "The CN of its certificate must be its id, and the ACL must let it read its “ack” topic.",
        "CN sertifikatnya harus sama dengan id, dan ACL harus mengizinkan topik “ack”.",
    ),
    "todo_held": (
        "Upgrade the collector if the agent is newer; the agent tries again every ten minutes.",
        "Perbarui kolektor bila agen lebih baru; agen mencoba lagi tiap sepuluh menit.",
    ),
    "todo_clock_disagrees": (
        "Check “timedatectl” at both ends; till then reports carry the collector’s time.",
        "Cek “timedatectl” di kedua sisi; sementara itu laporan memakai jam kolektor.",
    ),
    "todo_refused": (
        "Change the inventory, or [allow] in the agent’s agent.toml.",
        "Ubah inventaris, atau [allow] di agent.toml agen.",
    ),
    # its past, and where else to look
    "recent_incidents": ("Recent incidents", "Insiden terakhir"),
    "no_recent": ("None is known.", "Tidak ada yang diketahui."),
    "in_grafana": ("In Grafana, the last 24 hours", "Di Grafana, 24 jam terakhir"),
    "the_site": ("The place", "Tempat ini"),
    "measurements": ("Measured from here", "Diukur dari sini"),
    "target_uplink": ("Uplink: {name}", "Uplink: {name}"),
    "target_gateway": ("Gateway", "Gateway"),
    "target_resolver": ("Name server", "Server nama"),
    "target_internet": ("Internet", "Internet"),
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
