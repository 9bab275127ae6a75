"""The timeline of an incident's page: each point names the one that did it."""

WORDS: dict[str, tuple[str, str]] = {
    "point_began": ("It began: {reason}", "Mulai: {reason}"),
    "point_began_alone": ("It began", "Mulai"),
    "point_seen": ("It began: {reason}, seen from", "Mulai: {reason}, terlihat dari"),
    "point_detected": (
        "pantau detected it, {after} after it began",
        "pantau mendeteksinya, {after} setelah mulai",
    ),
    "point_detected_late": (
        "pantau learned of it from a backlog, {after} after it began",
        "pantau mengetahuinya dari data tertunda, {after} setelah mulai",
    ),
    "point_grew": ("It grew from {before} to {after} sites:", "Meluas dari {before} ke {after} lokasi:"),
    "point_shrank": (
        "It shrank from {before} to {after} sites; these came back:",
        "Menyusut dari {before} ke {after} lokasi; ini pulih:",
    ),
    "point_severity": ("Its severity became: {severity}", "Tingkatnya menjadi: {severity}"),
    "point_everywhere": ("No place reached it any more", "Tidak dapat diakses dari semua lokasi"),
    "point_here": ("Some places reached it again", "Sebagian lokasi dapat mengaksesnya lagi"),
    "point_cause": (
        "pantau found a cause by the clues: {cause}",
        "pantau menemukan penyebab dari petunjuk: {cause}",
    ),
    "point_cause_corrected": (
        "pantau corrected the cause by the clues: {cause}, no longer {before}",
        "pantau mengoreksi penyebab dari petunjuk: {cause}, bukan lagi {before}",
    ),
    "point_cause_gone": (
        "The clues no longer speak for a cause; before: {before}",
        "Petunjuk tidak lagi mendukung satu penyebab; sebelumnya: {before}",
    ),
    "point_planned": ("Planned work covers it: {title}", "Termasuk pemeliharaan terjadwal: {title}"),
    "point_outlasted": ("The planned work is over: {title}", "Pemeliharaan terjadwal selesai: {title}"),
    "point_earlier": (
        "pantau learned that it began earlier than was known",
        "pantau mengetahui bahwa kejadian ini mulai lebih awal",
    ),
    "point_took_in": ("It took in another incident:", "Insiden lain bergabung ke sini:"),
    "point_joined": ("It became a part of", "Menjadi bagian dari"),
    "point_parted": (
        "It stands for itself again, and was a part of",
        "Berdiri sendiri lagi, sebelumnya bagian dari",
    ),
    "point_merged": ("A wider incident took it in:", "Bergabung ke insiden yang lebih luas:"),
    "point_recovered": ("It recovered, {duration} after it began", "Pulih, {duration} setelah mulai"),
    "point_removed": (
        "The inventory lost the place, so pantau closed it",
        "Tempatnya dihapus dari inventaris, jadi pantau menutupnya",
    ),
    "point_left_out": (
        "{n} point is left out here|{n} points are left out here",
        "{n} kejadian tidak ditampilkan di sini",
    ),
    # notices
    "point_notice": (
        "pantau sent a notice ({kind}) to {names}",
        "pantau mengirim pemberitahuan ({kind}) ke {names}",
    ),
    "point_notice_firing": ("pantau announced it to {names}", "pantau memberi tahu {names}"),
    "point_notice_reminder": ("pantau reminded {names}", "pantau mengingatkan {names}"),
    "point_notice_worsened": (
        "pantau announced to {names} that it is graver",
        "pantau memberi tahu {names} bahwa kejadian memburuk",
    ),
    "point_notice_escalated": (
        "pantau escalated it to {names}, since nobody had it in hand",
        "pantau mengeskalasi ke {names}, karena belum ada yang menangani",
    ),
    "point_notice_merged": (
        "pantau announced to {names} that it took in other incidents",
        "pantau memberi tahu {names} bahwa insiden lain bergabung ke sini",
    ),
    "point_notice_recovered": (
        "pantau announced its end to {names}",
        "pantau memberi tahu {names} bahwa sudah selesai",
    ),
    "point_announced": ("pantau announced it", "pantau memberi tahu penerima"),
    "point_announced_old": (
        "pantau announced it; the store keeps deliveries for a month",
        "pantau memberi tahu penerima; catatan pengiriman disimpan sebulan",
    ),
    "point_announced_nobody": (
        "It was due to be announced, but no receiver of the inventory wants it",
        "Sudah waktunya diberitahukan, tetapi tidak ada penerima di inventaris yang memintanya",
    ),
    "point_notices_dropped": (
        "{n} older delivery is not shown|{n} older deliveries are not shown",
        "{n} pengiriman yang lebih lama tidak ditampilkan",
    ),
    "point_never": (
        "It ended before a notice was due, so nobody got one",
        "Selesai sebelum waktunya pemberitahuan, jadi tidak ada yang diberi tahu",
    ),
    "point_never_planned": (
        "Planned work covered it, so nobody got a notice",
        "Termasuk pemeliharaan terjadwal, jadi tidak ada yang diberi tahu",
    ),
    "point_end_waits": (
        "pantau waits for the word of the site’s agent, and announces the end at {at} at the latest",
        "pantau menunggu laporan agen di lokasi, dan memberi tahu akhirnya paling lambat pada {at}",
    ),
    "point_not_yet": (
        "Nobody has a notice yet: pantau announces it at {at} if it lasts",
        "Belum ada yang diberi tahu: pantau memberi tahu pada {at} bila masih berlangsung",
    ),
    "point_not_yet_confirmed": (
        "Nobody has a notice yet: pantau waits until measurements confirm that it stays so",
        "Belum ada yang diberi tahu: pantau menunggu pengukuran yang memastikan keadaannya tetap",
    ),
    "point_not_yet_planned": (
        "Nobody gets a notice, because planned work covers it",
        "Tidak ada yang diberi tahu, karena termasuk pemeliharaan terjadwal",
    ),
    "point_not_yet_part": (
        "The notices of the power cut tell of it",
        "Pemberitahuan listrik padam sudah mencakupnya",
    ),
    # deliveries, each with the name of the receiver
    "delivered": ("{name} took it at {at}, {after} later", "{name} menerima pada {at}, {after} kemudian"),
    "delivered_at_once": ("{name} took it at {at}, at once", "{name} menerima pada {at}, seketika"),
    "delivered_once": ("{name} took it; the time is not kept", "{name} menerima; waktunya tidak tercatat"),
    "given_up": (
        "{name} never took it; pantau gave up at {at}, after attempt {n}",
        "{name} tidak menerima; pantau menyerah pada {at}, setelah percobaan ke-{n}",
    ),
    "given_up_once": (
        "{name} never took it; pantau gave up after attempt {n}",
        "{name} tidak menerima; pantau menyerah setelah percobaan ke-{n}",
    ),
    "not_taken_yet": (
        "{name} has not taken it yet; attempt {n} failed at {at}",
        "{name} belum menerima; percobaan ke-{n} gagal pada {at}",
    ),
    "not_taken_yet_once": (
        "{name} has not taken it yet; attempt {n} failed",
        "{name} belum menerima; percobaan ke-{n} gagal",
    ),
    "waits_for_office": (
        "{name} gets it when the office opens, at {at}",
        "{name} mendapatkannya saat kantor buka, pada {at}",
    ),
    "waits_for_turn": ("{name}: it waits for its turn", "{name}: menunggu giliran"),
    "waits_gone": (
        "{name}: the inventory has no such receiver any more",
        "{name}: penerima ini sudah tidak ada di inventaris",
    ),
    "gets_state": (
        "{name} (Alertmanager) gets the whole state, again each minute",
        "{name} (Alertmanager) mendapat seluruh keadaan, diulang setiap menit",
    ),
    "took_state": (
        "{name} (Alertmanager) last took the whole state at {at}; it gets it again each minute",
        "{name} (Alertmanager) terakhir menerima seluruh keadaan pada {at}; diulang setiap menit",
    ),
    "refuses_state": (
        "{name} (Alertmanager) does not take the state",
        "{name} (Alertmanager) tidak menerima keadaan",
    ),
    "refuses_state_since": (
        "{name} (Alertmanager) does not take the state; it last did at {at}",
        "{name} (Alertmanager) tidak menerima keadaan; terakhir pada {at}",
    ),
    "got_state": (
        "{name} (Alertmanager) got the whole state each minute",
        "{name} (Alertmanager) mendapat seluruh keadaan setiap menit",
    ),
}
