"""The collector over HTTP: metrics, health, pages for people, and the API."""

from collector.web.app import create_app

__all__ = ["create_app"]
