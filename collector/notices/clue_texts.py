"""The texts of weighed causes and of their clues, in English and Indonesian."""

from collections.abc import Mapping

from collector.causes import CauseName, ClueName, Confidence

WEIGHED: Mapping[CauseName, tuple[str, str]] = {
    "unknown": ("not known", "belum diketahui"),
    "planned": ("planned work", "pemeliharaan terjadwal"),
    "power_site": ("no power at the site", "listrik padam di lokasi"),
    "power_area": ("no power in the area", "listrik padam di wilayah"),
    "link": ("the link", "jalur putus"),
    "provider": ("the provider", "penyedia internet"),
    "router": ("the router", "router"),
    "agent": ("the agent alone", "hanya agen"),
    "dns": ("the name server (DNS)", "server nama (DNS)"),
    "application": ("the application", "aplikasi"),
    "national_path": ("the national path", "jalur nasional"),
    "international_path": ("the international path", "jalur internasional"),
}
LINK_OF_MEDIUM = "the {medium} link", "jalur {medium} putus"
CONFIDENCES: Mapping[Confidence, tuple[str, str]] = {
    "guess": ("a guess", "dugaan"),
    "likely": ("likely", "kemungkinan besar"),
    "confirmed": ("confirmed", "terkonfirmasi"),
}
CLUES: Mapping[ClueName, tuple[str, str]] = {
    "planned_work": ("it began in planned work: {about}", "bermula saat pemeliharaan terjadwal: {about}"),
    "ups_spent": ("the UPS battery was due to be empty", "baterai UPS sudah waktunya habis"),
    "ups_battery_began": (
        "the UPS went to battery in that moment",
        "UPS beralih ke baterai pada saat itu",
    ),
    "ups_battery": ("the UPS ran on battery before", "UPS memakai baterai sebelumnya"),
    "ups_time_left": ("the UPS had time left", "baterai UPS masih cukup"),
    "ups_battery_after": ("the mains failed after the loss", "listrik padam setelah jalur putus"),
    "ups_mains": ("the UPS had mains meanwhile", "UPS tetap mendapat listrik selama itu"),
    "ups_mains_before": ("the UPS had mains right before", "UPS mendapat listrik tepat sebelumnya"),
    "agent_stopped": ("the agent's box stopped with the loss", "perangkat agen mati bersamaan"),
    "agent_stopped_earlier": ("the agent's box stopped earlier", "perangkat agen mati lebih dulu"),
    "agent_restarted": ("the agent's box started anew", "perangkat agen menyala ulang"),
    "agent_back_early": (
        "the agent's box ran again long before the site was back",
        "perangkat agen menyala jauh sebelum lokasi pulih",
    ),
    "agent_dark": (
        "the agent measured on, then was off for minutes",
        "agen masih mengukur, lalu mati beberapa menit",
    ),
    "agent_restarted_later": (
        "the agent measured on and restarted later",
        "agen masih mengukur dan baru kemudian menyala ulang",
    ),
    "agent_ran_on": ("the agent's box ran on", "perangkat agen tetap menyala"),
    "gateway_up": ("the agent reached the site's router", "agen menjangkau router lokasi"),
    "gateway_lost": ("the agent lost the site's router", "agen kehilangan router lokasi"),
    "router_seen_from_behind": (
        "sites behind it reached its router",
        "lokasi di bawahnya menjangkau routernya",
    ),
    "router_lost_from_behind": (
        "sites behind it lost its router",
        "lokasi di bawahnya kehilangan routernya",
    ),
    "router_restarted": ("the router started anew", "router menyala ulang"),
    "router_ran_on": ("the router ran on", "router tetap menyala"),
    "port_up": ("the port above had a carrier", "port di atasnya tetap tersambung"),
    "port_down": ("the port above had no carrier", "port di atasnya tidak tersambung"),
    "onu_dying_gasp": (
        "its ONU reported that it loses power (dying gasp)",
        "ONU-nya melapor kehilangan listrik (dying gasp)",
    ),
    "onu_los": ("the OLT lost the light of its ONU (LOS)", "OLT kehilangan cahaya dari ONU-nya (LOS)"),
    "onu_gasped_before": (
        "its ONU reports a loss of power (dying gasp), but did not do so now",
        "ONU-nya biasa melapor kehilangan listrik (dying gasp), tetapi kali ini tidak",
    ),
    "onu_down": ("the OLT lost its ONU", "OLT kehilangan ONU-nya"),
    "onu_up": ("its ONU stayed connected", "ONU-nya tetap tersambung"),
    "light_lost": ("the site's port received no light", "port di lokasi tidak menerima cahaya"),
    "light_faded": (
        "the light in the fibre fell before: {earlier} → {later} dBm in {time}",
        "cahaya di serat optik turun sebelumnya: {earlier} → {later} dBm dalam {time}",
    ),
    "light_low": (
        "the light in the fibre was weak before: {later} dBm",
        "cahaya di serat optik lemah sebelumnya: {later} dBm",
    ),
    "radio_faded": (
        "the radio's signal fell before: {earlier} → {later} dBm in {time}",
        "sinyal radio turun sebelumnya: {earlier} → {later} dBm dalam {time}",
    ),
    "radio_weak": (
        "the radio's signal was weak before: {later} dBm",
        "sinyal radio lemah sebelumnya: {later} dBm",
    ),
    "radio_good": (
        "the radio's signal was good until the loss: {later} dBm",
        "sinyal radio bagus sampai putus: {later} dBm",
    ),
    "radio_alone": (
        "the site's radio ran on without a far end",
        "radio di lokasi tetap menyala tanpa radio seberang",
    ),
    "poe_off": (
        "the port at {about} stopped feeding the radio (PoE)",
        "port di {about} berhenti memberi listrik ke radio (PoE)",
    ),
    "feeder_went_to_battery": (
        "other sites of feeder {about} went to battery in that moment",
        "lokasi lain di penyulang {about} beralih ke baterai pada saat itu",
    ),
    "feeder_on_battery": (
        "other sites of feeder {about} ran on battery",
        "lokasi lain di penyulang {about} memakai baterai",
    ),
    "feeder_on_mains": (
        "other sites of feeder {about} had mains",
        "lokasi lain di penyulang {about} mendapat listrik",
    ),
    "feeder_staggered": (
        "sites of feeder {about} were lost one after another",
        "lokasi di penyulang {about} putus satu per satu",
    ),
    "back_before_feeder": (
        "the site was back before feeder {about}",
        "lokasi pulih sebelum penyulang {about}",
    ),
    "feeder_lost": (
        "{lost} of {known} sites of feeder {about} were lost",
        "{lost} dari {known} lokasi di penyulang {about} putus",
    ),
    "area_lost": (
        "{lost} of {known} sites of {about} were lost",
        "{lost} dari {known} lokasi di {about} putus",
    ),
    "access_lost": (
        "{lost} of {known} sites with the same POP, medium and provider were lost ({about})",
        "{lost} dari {known} lokasi dengan POP, media, dan penyedia yang sama putus ({about})",
    ),
    "pop_lost": (
        "{lost} of {known} sites below {about} were lost",
        "{lost} dari {known} lokasi di bawah {about} putus",
    ),
    "medium_lost": (
        "{lost} of {known} sites with medium {about} were lost",
        "{lost} dari {known} lokasi dengan media {about} putus",
    ),
    "provider_lost": (
        "{lost} of {known} sites of provider {about} were lost",
        "{lost} dari {known} lokasi penyedia {about} putus",
    ),
    "alone": ("no other site was lost with it", "tidak ada lokasi lain yang ikut putus"),
    "router_answers": ("the site's router answers", "router lokasi menjawab"),
    "version_shared": (
        "the silent agents share version {about}",
        "agen yang diam memakai versi {about}",
    ),
    "provider_shared": (
        "the silent agents share provider {about}",
        "agen yang diam memakai penyedia {about}",
    ),
    "resolver_lost": ("the name server does not answer", "server nama tidak menjawab"),
    "name_not_resolved": ("its name was not found", "nama domainnya tidak ditemukan"),
    "server_answered": ("the server answered, with an error", "server menjawab, tetapi salah"),
    "reached_elsewhere": ("other agents reach it", "agen lain dapat mengaksesnya"),
    "lost_everywhere": ("all agents lost it", "semua agen tidak dapat mengaksesnya"),
    "lost_from_one_provider": (
        "only agents of provider {about} lost it",
        "hanya agen penyedia {about} yang kehilangannya",
    ),
    "ring_lost": (
        "{lost} of {known} agents reach nothing by the {about} path",
        "{lost} dari {known} agen kehilangan jalur {about}",
    ),
    "ring_lost_here": (
        "{lost} of {known} agents of {about} lost it, others did not",
        "{lost} dari {known} agen {about} kehilangannya, lainnya tidak",
    ),
}

RINGS: Mapping[str, tuple[str, str]] = {
    "national": ("national", "nasional"),
    "international": ("international", "internasional"),
}
"""The rings of the internet of which a path may be lost."""
