"""The way to the broker, as both programs have it: settings, TLS, the connection, and why there is none."""
