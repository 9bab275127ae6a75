"""The admission of clients to the broker: its files, revoked certificates, the end of a live session.

docs/decisions/0020-the-brokers-files.md has the measurements behind it.
"""
