"""Draws the icons of the app from icon.svg: python -m tests.collector.web.icons

A phone cuts a maskable one to the shape that it likes: the ground fills it, the drawing stays inside.
"""

from pathlib import Path

import collector.web
from tests.servers.browser import browser

STATIC = Path(collector.web.__file__).parent / "static"
ICONS = {"icon-192": (192, 192, "transparent"), "icon-512": (512, 512, "transparent")}
ICONS |= {"icon-maskable": (512, 390, "#0b6e79")}
"""By name: the width, that of the drawing, and the ground."""


def main() -> None:
    svg = (STATIC / "icon.svg").read_text()
    with browser() as chromium:
        for name, (width, drawn, ground) in ICONS.items():
            page = chromium.new_page(viewport={"width": width, "height": width})
            page.set_content(
                f"<style>body {{ margin: 0; height: 100vh; background: {ground}; }}"
                f"body {{ display: grid; place-items: center; }} svg {{ width: {drawn}px; }}</style>{svg}"
            )
            page.screenshot(path=STATIC / f"{name}.png", omit_background=True)
            page.close()


if __name__ == "__main__":
    main()
