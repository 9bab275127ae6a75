"""Does a page of our own ask? A browser sends a form of any page to any host.

So a form counts only if the browser says that it comes from a page of this very origin: by Sec-Fetch-Site,
or, on plain HTTP, where browsers leave that out, by Origin.
"""

from urllib.parse import urlsplit

from fastapi import Request


def from_own_page(request: Request) -> bool:
    """The browser says that the form is one of this origin."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin == request.headers.get("host")
