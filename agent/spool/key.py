"""The name of a report in the spool."""

Key = tuple[str, int]
"""The stream of a report and its seq."""
