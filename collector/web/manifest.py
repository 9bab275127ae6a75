"""`/manifest.webmanifest`: a phone keeps the status page as an app, with the city's name."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from collector.web.pages import HEADERS, speaker
from collector.web.source import Source

GROUND = "#101518"
"""The dark ground of page.css: an app opens with it, before the page comes."""
ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/manifest.webmanifest")
    async def manifest(request: Request) -> Response:
        city = source.state.city
        say = speaker(request, city, source.clock.now())
        name = f"{say('simulation')}: {city.name}" if source.simulation else city.name
        content = {
            "name": f"{name} – pantau",
            "short_name": name,
            "description": say("app", city=city.name),
            "lang": say.language,
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": [_icon(size, purpose) for size, purpose in ICONS],
        }
        return JSONResponse(content, 200, HEADERS, "application/manifest+json")

    return routes


def _icon(size: str, purpose: str) -> dict[str, str]:
    file = f"/static/icon-{'maskable' if purpose == 'maskable' else size}.png"
    return {"src": file, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
