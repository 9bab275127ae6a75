"""What crosses the wire between an agent and the collector, and nothing else. See docs/wire.md."""
