"""The contract between an agent and the collector, and nothing else. See docs/wire.md."""
