"""A backup of the control room in one sealed file: store, authority, settings, inventory, secrets.

docs/decisions/0019-backup.md has the reasons.
"""
