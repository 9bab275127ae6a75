"""The broker connection of both programs: settings, TLS, the connection itself, and why there is none."""
