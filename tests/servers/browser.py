"""Debian's Chromium, driven by Playwright. It finds no host but this one; Playwright downloads nothing.

Playwright keeps an event loop in the thread that starts it. Tests that have one of their own can't share that
thread: the browser lives as long as one file.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    sync_playwright,
)

from tests.free_ports import LOOPBACK
from tests.servers.chromium import CHROMIUM

ARGUMENTS = (
    "--no-sandbox",  # the tests may be root
    "--disable-gpu",
    "--disable-lcd-text",  # it has coloured edges
    "--disable-quic",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
)
LOCALES = {"en": "en-GB", "id": "id-ID"}
Theme = Literal["light", "dark"]
HEIGHT = 900


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield chromium
        finally:
            chromium.close()


class Tab:
    """`page` is that of one reader. `complaints` are requests to another host and errors of the console."""

    def __init__(self, context: BrowserContext, expects: Sequence[str]) -> None:
        self.complaints: list[str] = []
        self._expects = tuple(expects)
        context.on("request", self._asks)
        context.on("console", self._says)
        context.on("weberror", self._fails)
        self.page = context.new_page()

    def _asks(self, request: Request) -> None:
        if urlsplit(request.url).hostname != LOOPBACK:
            self.complaints.append(f"asks for {request.url}")

    def _says(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(self._expects):
            self.complaints.append(message.text)

    def _fails(self, error: WebError) -> None:
        self.complaints.append(str(error.error))


@contextmanager
def tab(
    chromium: Browser,
    *,
    language: str = "en",
    theme: Theme = "light",
    script: bool = True,
    expects: Sequence[str] = (),
) -> Iterator[Tab]:
    """An empty tab of a reader who has visited nothing yet: it takes 0.6 s of CPU, another page in it 0.3 s.

    In the end, each complaint fails the test. `expects` are beginnings of errors that are none.
    """
    context = chromium.new_context(
        locale=LOCALES[language],
        color_scheme=theme,
        viewport={"width": 1280, "height": HEIGHT},
        java_script_enabled=script,
    )
    context.set_default_timeout(15_000)
    try:
        yield (opened := Tab(context, expects))
    finally:
        context.close()
    assert not opened.complaints, opened.complaints


def look(page: Page, *, theme: Theme | None = None, width: int | None = None) -> None:
    """The reader turns on the light, or turns the phone."""
    if theme:
        page.emulate_media(color_scheme=theme)
    if width:
        page.set_viewport_size({"width": width, "height": HEIGHT})


def violations(page: Page, *rules: str) -> list[str]:
    """All that axe-core finds by these rules, else by all: the rule, and the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found: list[dict[str, Any]] = page.evaluate(_RUN, list(rules))
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]} {_why(one)}" for one in found]


def _why(violation: dict[str, Any]) -> str:
    return json.dumps(violation["nodes"][0]["failureSummary"])


def wider_than_the_window(page: Page) -> int:
    """By how many pixels the reader would scroll aside."""
    missing: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return missing


_RUN = """(rules) => axe.run({
    resultTypes: ["violations"], ...(rules.length ? { runOnly: rules } : {}),
}).then((found) => found.violations)"""
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def green_pixels(page: Page) -> int:
    """As the reader sees them, whatever makes them green: text, ground, line or drawing."""
    picture = b64encode(page.screenshot(full_page=True)).decode()
    found: int = page.evaluate(_GREEN, picture)
    return found


_GREEN = """async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const drawn = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    drawn.drawImage(bitmap, 0, 0);
    const { data } = drawn.getImageData(0, 0, bitmap.width, bitmap.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
        found += data[at + 1] > data[at] + 8 && data[at + 1] > data[at + 2] + 4;
    }
    return found;
}"""
