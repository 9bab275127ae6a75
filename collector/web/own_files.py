"""The style sheets, scripts and icons of the pages."""

from typing import Any

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles


class OwnFiles(StaticFiles):
    """A browser asks each time whether its copy is still the right one, and keeps it if so.

    By its own guess it would keep the style sheet of an earlier release, which does not know the class that
    makes a page grey.
    """

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers.update({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
        return answer
