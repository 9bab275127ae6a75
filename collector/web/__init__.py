"""What the collector shows over HTTP: metrics, health, and a page for people."""

from collector.web.app import create_app

__all__ = ["create_app"]
