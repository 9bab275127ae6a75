"""Boxes join and agents renew their certificates here: an HTTPS port of its own. docs/wire.md."""
