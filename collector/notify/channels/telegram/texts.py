"""The texts that only a chat has, in English and Indonesian: buttons, commands and their answers."""

BUTTONS: dict[str, tuple[str, str]] = {
    "acknowledge": ("🙋 I take it", "🙋 Saya tangani"),
    "unacknowledge": ("↩️ Give it back", "↩️ Lepas"),
    "power": ("⚡ PLN", "⚡ PLN"),
    "provider": ("🌐 Provider", "🌐 Provider"),
    "device": ("📦 Device", "📦 Perangkat"),
    "other": ("❔ Other", "❔ Lainnya"),
}

CHAT_LINES: dict[str, tuple[str, str]] = {
    "merged_into": ("➡️ Part of #{id} now: {title}", "➡️ Sekarang bagian dari #{id}: {title}"),
}
