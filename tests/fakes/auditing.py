"""A row of the audit, for those who test something else."""

from collector.access import AuditRow


def audit_row(at: float, what: str = "invite", about: str = "gradasi") -> AuditRow:
    return AuditRow(at, "account Sari", "Sari", "cli", "127.0.0.1", what, about)
