"""An incident's page, and its form."""

WORDS: dict[str, tuple[str, str]] = {
    "no_such_incident": ("No incident has the id “{id}”.", "Tidak ada insiden dengan id “{id}”."),
    "part_of": ("A part of incident", "Bagian dari insiden"),
    "over": ("Over since {at}; it lasted {duration}.", "Selesai {at}; lamanya {duration}."),
    "your_name": ("Your name", "Nama Anda"),
    "your_note": ("Note", "Catatan"),
    "token": ("Token, once in this browser", "Token, cukup sekali di peramban ini"),
    "take_in_hand": ("Take in hand", "Saya tangani"),
    "take_in_hand_as": ("Take in hand as {name}", "Saya ({name}) tangani"),
    "give_back": ("Give back", "Lepaskan"),
    "add_note": ("Add the note", "Simpan catatan"),
    "weighed": ("By the clues: {cause}.", "Menurut petunjuk: {cause}."),
    "the_cause": ("Cause", "Penyebab"),
    "set_cause": ("Set the cause", "Simpan penyebab"),
    "done": ("History", "Riwayat"),
    "did_acknowledge": ("took it in hand", "menangani"),
    "did_unacknowledge": ("gave it back", "melepaskan"),
    "did_note": ("noted", "mencatat"),
    "did_set_cause": ("set the cause", "menetapkan penyebab"),
    "did_sent_ticket": ("sent the fault report", "mengirim laporan gangguan"),
    "via_page": ("on this page", "di halaman ini"),
    "via_cli": ("on the command line", "lewat terminal"),
    "via_api": ("by a program", "lewat program"),
    "change_elsewhere": (
        "Only the collector’s own machine can change something, because no [web] token_file is set.",
        "Hanya mesin kolektor yang dapat mengubah sesuatu, karena [web] token_file belum diatur.",
    ),
    "foreign_form": (
        "Nothing is changed: the form did not come from this page. Load the page again.",
        "Tidak ada yang berubah: formulir tidak berasal dari halaman ini. Muat ulang halaman.",
    ),
    "wrong_token": (
        "Nothing is changed: the token is missing or wrong. It stands in the file of [web] token_file.",
        "Tidak ada yang berubah: token kosong atau salah. Token ada di berkas [web] token_file.",
    ),
    "name_missing": ("Nothing is changed: write your name.", "Tidak ada yang berubah: tulis nama Anda."),
    "note_missing": ("Nothing is changed: write a note.", "Tidak ada yang berubah: tulis catatan."),
    "in_hand_already": (
        "Nothing is changed: somebody has it in hand already.",
        "Tidak ada yang berubah: sudah ada yang menangani.",
    ),
    "in_nobodys_hand": (
        "Nothing is changed: nobody has it in hand.",
        "Tidak ada yang berubah: belum ada yang menangani.",
    ),
    "no_more_open": (
        "Nothing is changed: the incident is not open any more.",
        "Tidak ada yang berubah: insiden sudah tidak terbuka.",
    ),
}
