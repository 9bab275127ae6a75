"""For each key of the settings one place that acts on it: `Struct.field` by the file."""

READERS: dict[str, str] = {
    "agent/delivery/worker.py": "SpoolLimits.days SpoolLimits.mebibytes",
    "agent/net/allow.py": "Allow.kinds Allow.networks Allow.ports",
    "agent/probes/dns.py": """
        Dns.address Dns.answers Dns.name Dns.port Dns.rcode Dns.record_type Dns.timeout_seconds
    """,
    "agent/probes/http/measure.py": """
        Http.body_contains Http.ca_file Http.header_contains Http.max_bytes Http.method Http.redirect_hosts
        Http.status Http.timeout_seconds Http.url Http.verify_certificate
    """,
    "agent/probes/icmp/streams.py": "Icmp.address Icmp.period_seconds Icmp.target",
    "agent/probes/snmp/manager.py": """
        Snmp.address Snmp.auth Snmp.auth_file Snmp.community_file Snmp.port Snmp.priv Snmp.priv_file
        Snmp.timeout_seconds Snmp.user Snmp.version
        Polling.auth Polling.auth_file Polling.community_file Polling.priv Polling.priv_file
        Polling.timeout_seconds Polling.user Polling.version
    """,
    "agent/probes/snmp/poll.py": """
        Snmp.interfaces Snmp.profiles Polling.interfaces Polling.profiles
    """,
    "agent/probes/tcp.py": "Tcp.address Tcp.port Tcp.timeout_seconds",
    "agent/program.py": """
        AgentConfig.agent AgentConfig.allow AgentConfig.broker AgentConfig.directory AgentConfig.probes
        AgentConfig.report_interval_seconds AgentConfig.spool
    """,
    "agent/schedule.py": """
        Dns.period_seconds Dns.target Http.period_seconds Http.target Polling.period_seconds
        Snmp.period_seconds Snmp.target Tcp.period_seconds Tcp.target
    """,
    "collector/assignments/compile.py": """
        Application.ca_file Application.expect Application.max_bytes Application.method
        Application.period_seconds Application.probed_from Application.redirect_hosts
        Application.timeout_seconds Application.url Application.verify_certificate
        CityTable.internet CityTable.lookup_name CityTable.resolvers Device.address Device.snmp
        Expect.status Expect.text Link.metered Link.to Site.devices Site.role Site.router
        WatchSettings.ping_period_seconds WatchSettings.probes WatchSettings.report_interval_seconds
    """,
    "collector/backfill/writer.py": "History.labels History.remote_write_url History.window_hours",
    "collector/commands/settings.py": "CollectorConfig.store Web.token_file",
    "collector/duty/shift.py": "Shift.date Shift.days Shift.from_ Shift.to Shift.until",
    "collector/duty/rota.py": "Duty.districts Shift.districts Shift.people",
    "collector/incidents/escalation.py": """
        City.escalation Escalation.after_minutes Escalation.match Escalation.receivers
    """,
    "collector/incidents/matching.py": "Match.district Match.kind Match.role Match.severity",
    "collector/incidents/network.py": """
        Application.priority City.applications City.links City.sites Site.district Site.priority
        WatchSettings.limits WatchSettings.notify_after_seconds
    """,
    "collector/incidents/paths/limits.py": "WatchSettings.limit_for_seconds",
    "collector/inventory/checks/sites.py": "CityTable.networks",
    "collector/inventory/covered.py": """
        City.maintenance Link.provider MaintenanceWindow.applications MaintenanceWindow.districts
        MaintenanceWindow.links MaintenanceWindow.providers MaintenanceWindow.sites
    """,
    "collector/inventory/devices.py": "Site.ups",
    "collector/inventory/polling.py": "City.snmp",
    "collector/inventory/rostered.py": "City.rota Duty.receiver Receiver.on_call_only",
    "collector/inventory/topology.py": "Link.backup Link.from_",
    "collector/inventory/watching.py": "City.roles Link.medium",
    "collector/notices/actions.py": "Application.owner Site.contact",
    "collector/notices/on_call.py": """
        City.duty City.providers Duty.name Duty.phone Link.contract Provider.name Provider.phone
        Provider.ticket
    """,
    "collector/notices/render.py": """
        Application.name CityTable.name CityTable.page_url CityTable.timezone Receiver.language Site.name
        Site.subdistrict Site.users
    """,
    "collector/notices/route.py": "City.receivers Receiver.match",
    "collector/notices/summary.py": "Receiver.summary",
    "collector/notify/channels/deliver.py": "Receiver.apprise",
    "collector/notify/channels/alertmanager.py": "Alertmanager.url Receiver.alertmanager",
    "collector/notify/channels/apprise.py": "Apprise.url_file",
    "collector/notify/channels/telegram/api.py": "Telegram.api_url Telegram.token_file",
    "collector/notify/channels/telegram/incidents.py": "Receiver.telegram Telegram.chat",
    "collector/notify/channels/webhook.py": "Webhook.url",
    "collector/notify/hours.py": "OfficeHours.days OfficeHours.from_ OfficeHours.to",
    "collector/notify/pace.py": """
        MessageLimit.messages OfficeHours.severity Receiver.hours Receiver.limit Receiver.webhook
    """,
    "collector/planned/days.py": "MaintenanceWindow.on MaintenanceWindow.repeat",
    "collector/planned/occurrences.py": """
        MaintenanceWindow.ends MaintenanceWindow.starts MaintenanceWindow.until
    """,
    "collector/intake/planner.py": "MaintenanceWindow.title",
    "collector/program.py": """
        CollectorConfig.broker CollectorConfig.heartbeat CollectorConfig.history CollectorConfig.inventory
        CollectorConfig.web Heartbeat.period_seconds Heartbeat.url History.every_report Web.host Web.port
    """,
    "collector/prometheus/exposition.py": "Site.feeder",
    "collector/prometheus/from_inventory.py": """
        Link.down_mbps Link.sla_percent Link.up_mbps Site.coordinate_quality Site.latitude Site.longitude
    """,
    "collector/web/site.py": "Link.note Site.note",
    "runtime/broker/client.py": "Broker.host Broker.port Broker.username",
    "runtime/broker/tls.py": """
        Broker.ca_file Broker.certificate_file Broker.key_file Broker.password_file
    """,
}
